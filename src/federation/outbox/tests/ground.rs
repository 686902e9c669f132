//! A node, people and communities around it, and what it tells them.

use crate::{
    base::{
        id::{AccountId, InboxId},
        json, proof,
        words::{AccountKind, JoinRule, KeyKind, Level, Shape, Stage},
    },
    features::{communities, deliveries, memberships, posts, relationships},
    federation::deliver::tests::stage::Stage as Node,
    sql,
    store::tables::{Account, Post},
};
use serde_json::Value;

/// One row of the log.
pub struct Row {
    pub shape: Shape,
    pub activity: Value,
    pub raw: String,
    pub targets: Vec<InboxId>,
}

impl Row {
    fn kind(&self) -> String {
        let kind = |value: &Value| value["type"].as_str().unwrap_or("id").to_owned();
        let inner = if self.activity["object"].is_object() { kind(&self.activity["object"]) } else { "id".into() };
        format!("{} {}{{{inner}}}", self.shape, kind(&self.activity))
    }
}

/// Draws the consequences of everything, and gives what is new in the log.
pub async fn told(node: &Node) -> Vec<Row> {
    let store = &node.app().store;
    super::draw(node).await;
    let failed: Vec<String> = sql!("SELECT error FROM events").column(store).await.unwrap();
    assert!(failed.is_empty(), "{failed:?}");
    let rows = deliveries::queries::after(store, 0, 1000).await.unwrap();
    let tx = store.begin().await.unwrap();
    // The rows stay for whoever asks where things went; the test sees each once.
    sql!("UPDATE log SET position = -position WHERE position > 0").run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let read = |body: &str| json::parse_strict(body.as_bytes(), json::Limits::default()).unwrap();
    rows.into_iter()
        .map(|row| Row { shape: row.shape, activity: read(&row.body), raw: row.body, targets: deliveries::queries::targets(&row.targets) })
        .collect()
}

pub fn kinds(rows: &[Row]) -> Vec<String> {
    let mut kinds: Vec<String> = rows.iter().map(Row::kind).collect();
    kinds.sort();
    kinds
}

pub fn draft(text: &str) -> posts::publish::Draft {
    posts::publish::Draft { language: "en".into(), ..posts::tests::world::draft(text) }
}

pub async fn publish(node: &Node, draft: posts::publish::Draft) -> Post {
    let tx = node.app().store.begin().await.unwrap();
    let post = posts::publish::publish(&tx, &node.ada, draft).await.unwrap();
    tx.commit().await.unwrap();
    post
}

/// Somebody at `host`, who follows `target`.
pub async fn follower(node: &Node, (name, host): (&str, &str), target: &Account) -> Account {
    let account = node.stranger(AccountKind::Person, (name, host), format!("http://{host}/inbox")).await;
    let tx = node.app().store.begin().await.unwrap();
    let uri = format!("http://{host}/follows/{name}");
    memberships::follow_or_join(&tx, &account, target, relationships::FollowOptions::default(), Some(&uri)).await.unwrap();
    tx.commit().await.unwrap();
    account
}

/// A public community of ada's, followed from a plain host and from one that knows groups.
pub async fn community(node: &Node) -> (Account, [Account; 2]) {
    let keys = node.app().new_keys().await.unwrap();
    let founding = communities::Founding {
        name: "valves".into(),
        title: "Valves".into(),
        purpose: "All about valves".into(),
        stage: Stage::Public,
        join_rule: JoinRule::Open,
        question: String::new(),
        least_level: Level::Plain,
        keys,
    };
    let tx = node.app().store.begin().await.unwrap();
    let (group, _) = communities::found(&tx, &node.ada, founding).await.unwrap();
    tx.commit().await.unwrap();
    assert!(told(node).await.is_empty(), "nobody elsewhere knows it yet");
    let members = [follower(node, ("pat", "plain.test"), &group).await, follower(node, ("kim", "group.test"), &group).await];
    node.understands("plain.test", Level::Plain).await;
    node.understands("group.test", Level::Group).await;
    let accepts = told(node).await;
    assert_eq!(kinds(&accepts), ["any Accept{Follow}", "any Accept{Follow}"]);
    (group, members)
}

pub async fn proven(node: &Node, activity: &Value, by: AccountId) {
    let key = node.federation.own_key(by, KeyKind::Ed25519).await.unwrap();
    proof::check_proof(activity, &key.1.public().unwrap()).unwrap();
}
