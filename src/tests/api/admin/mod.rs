//! Mastodon's API for administrators: that what it says it does happens, once, and is noted once.

mod accounts;
mod acts;
mod figures;
mod hosts;
mod newcomers;
mod reports;

use crate::{
    base::words::{AccountKind, NodeRole},
    features::{accounts as people, audit},
    server::worker,
    store::tables::{Account, AuditRow},
    tests::support::{Person, TestNode, done},
};
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// Somebody with a standing on the node and a token for everything.
async fn staff(node: &TestNode, name: &str, role: NodeRole) -> Person {
    let person = node.person_with(name, "read write follow admin:read admin:write").await;
    let tx = node.app.begin().await.unwrap();
    people::set_role(&tx, person.account.id, role).await.unwrap();
    tx.commit().await.unwrap();
    person
}

/// Somebody of another node.
async fn stranger(node: &TestNode, name: &str, host: &str) -> Account {
    let uri = format!("https://{host}/u/{name}");
    let remote = people::Remote {
        url: uri.clone(),
        inbox: format!("{uri}/inbox"),
        kind: Some(AccountKind::Person),
        username: name.into(),
        host: host.into(),
        uri,
        ..people::Remote::default()
    };
    let tx = node.app.begin().await.unwrap();
    let account = people::keep_remote(&tx, &remote).await.unwrap();
    tx.commit().await.unwrap();
    account
}

/// The entries of the audit log after a number, and the number of the last.
async fn noted(node: &TestNode, after: i64) -> (Vec<AuditRow>, i64) {
    let rows = audit::after(&node.app.store, after).await.unwrap();
    let last = rows.last().map_or(after, |row| row.id);
    (rows, last)
}

/// How far the audit log goes.
async fn so_far(node: &TestNode) -> i64 {
    noted(node, 0).await.1
}

/// Sends something that must succeed and leave exactly one entry, `act`, by whoever asks.
async fn acts(node: &TestNode, (who, act): (&Person, &str), (method, path, body): (Method, &str, Value)) -> Value {
    let before = so_far(node).await;
    let answer = done(who.ask(method, path).json(&body)).await;
    let (rows, _) = noted(node, before).await;
    let found: Vec<(&str, &str)> = rows.iter().map(|row| (row.act.as_str(), row.actor.as_str())).collect();
    assert_eq!(found, [(act, who.account.username.as_str())], "{path}");
    answer
}

async fn status_of(who: &Person, method: Method, path: &str, body: Value) -> StatusCode {
    who.ask(method, path).json(&body).send().await.unwrap().status()
}

/// Draws the consequences that the worker would draw.
async fn settle(node: &TestNode) {
    let federation = crate::federation::Federation::start(node.app.clone()).unwrap();
    crate::federation::bootstrap(&node.app).await.unwrap();
    worker::round(&federation, true).await.unwrap();
}

/// The names in a list of accounts as administrators get them.
fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["username"].as_str().unwrap()).collect()
}
