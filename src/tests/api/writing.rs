//! People and communities named in a new post.

use crate::{
    app::{App, Found, ListedMember, Network},
    base::{
        error::{Refusal, Result},
        id::AccountId,
        words::{AccountKind, JoinRule, Stage},
    },
    features::accounts,
    store::{Insert, tables::Account},
    tests::support::{Person, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// A network in which everybody called `bo` exists and nobody else.
struct Small {
    app: App,
    asked: AtomicU32,
}

#[async_trait::async_trait]
impl Network for Small {
    async fn find_account(&self, username: &str, host: &str) -> Result<Account> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if username != "bo" {
            return Err(Refusal::not_found().into());
        }
        keep(&self.app, username, host, AccountKind::Person).await
    }

    async fn find_url(&self, _url: &str) -> Result<Found> {
        Err(Refusal::not_found().into())
    }

    async fn refresh(&self, _account: AccountId) -> Result<Account> {
        Err(Refusal::not_found().into())
    }

    async fn members(&self, _community: AccountId) -> Result<Vec<ListedMember>> {
        Ok(Vec::new())
    }
}

async fn keep(app: &App, name: &str, host: &str, kind: AccountKind) -> Result<Account> {
    let tx = app.begin().await?;
    let uri = format!("https://{host}/u/{name}");
    let remote = accounts::Remote {
        url: uri.clone(),
        inbox: format!("{uri}/inbox"),
        uri,
        kind: Some(kind),
        username: name.into(),
        host: host.into(),
        ..accounts::Remote::default()
    };
    let account = accounts::keep_remote(&tx, &remote).await?;
    tx.commit().await?;
    Ok(account)
}

/// A public community on another node.
async fn group(node: &TestNode, name: &str) -> Account {
    let account = keep(&node.app, name, "far.example", AccountKind::Community).await.unwrap();
    let tx = node.app.begin().await.unwrap();
    Insert::into("communities")
        .set("account_id", account.id)
        .set("purpose", "Valves")
        .set("stage", Stage::Public)
        .set("join_rule", JoinRule::Open)
        .set("created_at", tx.now)
        .run(&tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    account
}

async fn posts(by: &Person, body: Value) -> Value {
    by.post("/api/v1/statuses", body).await
}

#[tokio::test]
async fn who_is_named_is_found_elsewhere_and_who_is_not_stays_text() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let network = std::sync::Arc::new(Small { app: node.app.clone(), asked: AtomicU32::new(0) });
        node.app.connect(network.clone());
        let post = posts(&ada, json!({ "status": "@bo@far.example @bo@far.example @nobody@far.example @ghost" })).await;
        let named: Vec<&str> = post["mentions"].as_array().unwrap().iter().map(|mention| mention["acct"].as_str().unwrap()).collect();
        assert_eq!(named, ["bo@far.example"]);
        assert!(post["content"].as_str().unwrap().contains("@nobody@far.example @ghost"));
        assert_eq!(network.asked.load(Ordering::Relaxed), 2, "each unknown handle once");
        let many: String = (0..30).map(|nth| format!("@x{nth}@far.example ")).collect();
        posts(&ada, json!({ "status": many })).await;
        assert_eq!(network.asked.load(Ordering::Relaxed), 12, "ten at most");
        let found = ada.get("/api/v2/search?q=@bo@other.example&resolve=true&type=accounts").await;
        assert_eq!(found["accounts"][0]["acct"], "bo@other.example");
        assert_eq!(ada.get("/api/v2/search?q=@cy@other.example&resolve=true").await["accounts"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_community_named_at_the_edge_gets_the_post_and_one_in_passing_does_not() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let valves = group(&node, "valves").await;
        let at_edge = posts(&ada, json!({ "status": "Which gasket? @valves@far.example" })).await;
        let ours = &at_edge["intermoot"];
        assert_eq!((&ours["community"]["acct"], &ours["pending"]), (&json!("valves@far.example"), &json!(true)));
        let in_passing = posts(&ada, json!({ "status": "I like @valves@far.example for gaskets" })).await;
        assert_eq!((&in_passing["intermoot"]["community"], &in_passing["intermoot"]["pending"]), (&Value::Null, &json!(false)));
        let direct = posts(&ada, json!({ "status": "@valves@far.example hello", "visibility": "direct" })).await;
        assert_eq!(direct["intermoot"]["community"], Value::Null);
        let by_id = [("status", "By id"), ("intermoot[community_id]", &valves.id.to_string())];
        let by_id = ada.ask(Method::POST, "/api/v1/statuses").form(&by_id).send().await.unwrap().json::<Value>().await.unwrap();
        assert_eq!(by_id["intermoot"]["community"]["id"], json!(valves.id));
        let narrow = json!({ "status": "@valves@far.example hello", "visibility": "private" });
        let refused = ada.ask(Method::POST, "/api/v1/statuses").json(&narrow).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.json::<Value>().await.unwrap()["error"].as_str().unwrap().contains("public"));
    })
    .await;
}
