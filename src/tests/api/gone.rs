//! Words that were edited away or deleted are nowhere any more (S64).

use super::social::{founds, id};
use crate::{
    federation::Federation,
    server::worker,
    sql,
    tests::support::{Person, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Draws the consequences that the worker would draw.
async fn settle(node: &TestNode) {
    let federation = Federation::start(node.app.clone()).unwrap();
    crate::federation::bootstrap(&node.app).await.unwrap();
    worker::round(&federation, true).await.unwrap();
}

/// Everything that `who` is shown of posts.
async fn shown(who: &Person, post: &Value, community: &Value) -> String {
    let mut all = String::new();
    for path in [
        "/api/v2/search?q=terrible".to_owned(),
        "/api/v2/search?q=harmless".to_owned(),
        "/api/v2/search?q=canary".to_owned(),
        "/api/v1/notifications".to_owned(),
        "/api/v1/timelines/home".to_owned(),
        "/api/v1/bookmarks".to_owned(),
        format!("/api/intermoot/v1/communities/{}/posts", id(community)),
        format!("/api/v1/accounts/{}/statuses", id(&post["account"])),
        format!("/api/v1/statuses/{}", id(post)),
        format!("/api/v1/statuses/{}/context", id(post)),
    ] {
        all.push_str(&who.ask(Method::GET, &path).send().await.unwrap().text().await.unwrap());
    }
    all
}

#[tokio::test]
async fn s064_edited_words_stay_in_the_history_alone_and_deleted_ones_nowhere() {
    on_both_databases(async |place| {
        let node = place.node_with("acme", |config| config.limits.enabled = false).await;
        let [ada, bo, eve] = [node.person("ada").await, node.person("bo").await, node.person("eve").await];
        let valves = founds(&ada, "valves", json!({ "stage": "local" })).await;
        bo.post(&format!("/api/intermoot/v1/communities/{}/join", id(&valves)), json!({})).await;
        let words = json!({ "status": "@bo terrible #canary", "intermoot": { "community_id": id(&valves) } });
        let post = ada.post("/api/v1/statuses", words).await;
        let path = format!("/api/v1/statuses/{}", id(&post));
        bo.post(&format!("{path}/bookmark"), json!({})).await;
        settle(&node).await;
        let before = shown(&bo, &post, &valves).await;
        assert!(before.matches("terrible").count() >= 4 && before.contains("\"mention\""), "{before}");
        assert!(!shown(&eve, &post, &valves).await.contains("terrible"));

        let edit = ada.ask(Method::PUT, &path).json(&json!({ "status": "@bo harmless" })).send().await.unwrap();
        assert_eq!(edit.status(), StatusCode::OK);
        settle(&node).await;
        let after = shown(&bo, &post, &valves).await;
        assert!(!after.contains("terrible") && !after.contains("canary") && after.contains("harmless"), "{after}");
        let history = bo.get(&format!("{path}/history")).await;
        assert!(history.to_string().contains("terrible"), "who may see the post may see what it was: {history}");
        assert_eq!(eve.ask(Method::GET, &format!("{path}/history")).send().await.unwrap().status(), StatusCode::NOT_FOUND);

        assert_eq!(ada.ask(Method::DELETE, &path).send().await.unwrap().status(), StatusCode::OK);
        settle(&node).await;
        for who in [&ada, &bo, &eve] {
            let last = shown(who, &post, &valves).await;
            assert!(!last.contains("harmless") && !last.contains("terrible"), "{last}");
            assert_eq!(who.ask(Method::GET, &format!("{path}/history")).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        }
        for (table, column) in
            [("posts", "content || source || spoiler || title || tags"), ("versions", "content || source"), ("post_tags", "tag")]
        {
            let left = sql!(format!(
                "SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%harmless%' OR {column} LIKE '%terrible%' OR {column} LIKE '%canary%'"
            ));
            assert_eq!(left.value::<i64>(&node.app.store).await.unwrap(), Some(0), "{table}");
        }
    })
    .await;
}
