//! `posting.widest_outside_communities`: what writers choose is lowered to it, and nothing lifts it again (membership.md 6).

use super::social::{founds, id};
use crate::{
    base::config::{FederationMode, Widest},
    sql,
    tests::support::{Person, Place, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn acme(place: &Place, widest: Widest) -> (TestNode, Person, Person) {
    let node = place
        .node_with("acme", |config| {
            config.limits.enabled = false;
            config.posting.widest_outside_communities = Some(widest);
        })
        .await;
    let (ada, bo) = (node.person("ada").await, node.person("bo").await);
    (node, ada, bo)
}

async fn writes(who: &Person, visibility: &str, more: Value) -> Value {
    let mut body = json!({ "status": "words @bo", "visibility": visibility });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    who.post("/api/v1/statuses", body).await
}

/// What is in the column of a post.
async fn audience(node: &TestNode, post: &Value) -> i64 {
    sql!("SELECT CAST(audience AS BIGINT) FROM posts WHERE id = {}", id(post).parse::<i64>().unwrap())
        .value(&node.app.store)
        .await
        .unwrap()
        .unwrap()
}

async fn answers(node: &TestNode, who: Option<&Person>, post: &Value) -> StatusCode {
    let path = format!("/api/v1/statuses/{}", id(post));
    let request = who.map_or_else(|| node.get(&path), |who| who.ask(Method::GET, &path));
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn a_wider_choice_is_lowered_and_the_answer_says_from_what() {
    on_both_databases(async |place| {
        // chosen, and for each setting what it becomes (0 public … 2 followers, 3 this node's people, 4 direct)
        let cases = [("public", [0, 2, 3]), ("unlisted", [1, 2, 3]), ("private", [2, 2, 2]), ("direct", [4, 4, 4])];
        for (nth, widest) in [Widest::Public, Widest::Followers, Widest::Local].into_iter().enumerate() {
            let (node, ada, bo) = acme(&place, widest).await;
            for (chosen, becomes) in cases {
                let post = writes(&ada, chosen, json!({})).await;
                assert_eq!(audience(&node, &post).await, becomes[nth], "{chosen} under {widest:?}");
                let lowered = post["intermoot"]["lowered_from"].as_str();
                let is_bound = becomes[nth] != cases.iter().find(|(name, _)| *name == chosen).unwrap().1[0];
                // under `local` what is for followers reaches only those here
                let is_bound = is_bound || (chosen == "private" && widest == Widest::Local);
                assert_eq!(lowered.is_some(), is_bound, "{chosen} under {widest:?}: {lowered:?}");
                assert_eq!(answers(&node, None, &post).await == StatusCode::OK, becomes[nth] <= 1, "{chosen} under {widest:?}");
                assert_eq!(answers(&node, Some(&bo), &post).await, StatusCode::OK, "bo is named: {chosen} under {widest:?}");
                let later = ada.get(&format!("/api/v1/statuses/{}", id(&post))).await;
                assert!(later["intermoot"].get("lowered_from").is_none(), "said once, to the writer: {later}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn edits_answers_and_boosts_lift_nothing_again() {
    on_both_databases(async |place| {
        let (node, ada, bo) = acme(&place, Widest::Local).await;
        let post = writes(&ada, "public", json!({})).await;
        let path = format!("/api/v1/statuses/{}", id(&post));
        let edit = ada.ask(Method::PUT, &path).json(&json!({ "status": "new words", "visibility": "public" }));
        assert_eq!(edit.send().await.unwrap().status(), StatusCode::OK);
        assert_eq!(audience(&node, &post).await, 3);
        let answer = writes(&bo, "public", json!({ "in_reply_to_id": id(&post) })).await;
        assert_eq!(audience(&node, &answer).await, 3);
        for who in [&ada, &bo] {
            let boost = who.ask(Method::POST, &format!("{path}/reblog")).json(&json!({ "visibility": "public" })).send().await.unwrap();
            assert!(boost.status().is_client_error(), "{}", boost.status());
        }
        for shown in [&post, &answer] {
            assert_eq!(answers(&node, None, shown).await, StatusCode::NOT_FOUND);
        }
        let bodies: i64 =
            sql!("SELECT COUNT(*) FROM log WHERE position > 0 AND body LIKE '%words%'").value(&node.app.store).await.unwrap().unwrap();
        assert_eq!(bodies, 0, "nothing of it is sent anywhere");
    })
    .await;
}

#[tokio::test]
async fn communities_have_a_bound_of_their_own_and_partners_mode_starts_at_local() {
    on_both_databases(async |place| {
        let (node, ada, _) = acme(&place, Widest::Local).await;
        let valves = founds(&ada, "valves", json!({ "stage": "public" })).await;
        let post = writes(&ada, "public", json!({ "intermoot": { "community_id": id(&valves) } })).await;
        assert_eq!((audience(&node, &post).await, post["intermoot"].get("lowered_from")), (0, None));
        let config = crate::base::config::Config::default();
        assert_eq!(config.widest_outside_communities(), Widest::Public);
        for mode in [FederationMode::Partners, FederationMode::Off] {
            let mut config = crate::base::config::Config::default();
            config.federation.mode = mode;
            assert_eq!(config.widest_outside_communities(), Widest::Local);
        }
    })
    .await;
}
