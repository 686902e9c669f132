//! What comes, and on which stream: as the timelines of the same names show it.

use super::stage::Stage;
use crate::tests::{api::shapes::assert_is, support::on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_post_comes_to_followers_and_its_author_as_their_home_shows_it() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bo, cy) = (stage.node.person("ada").await, stage.node.person("bo").await, stage.node.person("cy").await);
        stage.follows(&bo, &ada).await;
        let mut ears = [stage.ear(&ada, "stream=user").await, stage.ear(&bo, "stream=user").await, stage.ear(&cy, "stream=user").await];
        let id = stage.writes(&ada, "Frost tonight.", json!({ "visibility": "private" })).await;
        let mine = ears[0].next().await;
        assert_eq!(mine.payload["id"], json!(id));
        let told = ears[1].next().await;
        assert_eq!((&told.stream, told.event.as_str()), (&json!(["user"]), "update"));
        assert_is("Status", &told.payload);
        assert_eq!(told.payload, bo.get("/api/v1/timelines/home").await[0], "the same as REST shows");
        bo.post(&format!("/api/v1/statuses/{id}/favourite"), json!({})).await;
        let liked = ears[0].next().await;
        assert_eq!((liked.event.as_str(), &liked.payload["type"]), ("notification", &json!("favourite")));
        assert_is("Notification", &liked.payload);
        let body = json!({ "status": "Frost tomorrow." });
        ada.ask(Method::PUT, &format!("/api/v1/statuses/{id}")).json(&body).send().await.unwrap().error_for_status().unwrap();
        let edited = ears[1].next().await;
        assert_eq!((edited.event.as_str(), &edited.payload["id"]), ("status.update", &json!(id)));
        assert!(edited.payload["content"].as_str().unwrap().contains("tomorrow"));
        assert_eq!(edited.payload["favourited"], json!(true), "rendered for whoever gets it");
        assert_eq!(ears[0].next().await.payload["favourited"], json!(false));
        ada.ask(Method::DELETE, &format!("/api/v1/statuses/{id}")).send().await.unwrap().error_for_status().unwrap();
        assert_eq!(ears[1].hears(json!(["user"]), "delete").await, id);
        assert_eq!(ears[0].hears(json!(["user"]), "delete").await, id);
        ears[2].hears_nothing().await;
    })
    .await;
}

#[tokio::test]
async fn public_streams_take_what_belongs_in_each() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bo) = (stage.node.person("ada").await, stage.node.person("bo").await);
        let mut ear = stage.ear(&bo, "").await;
        for stream in ["public", "public:local", "public:remote", "public:media"] {
            ear.subscribe(stream).await;
        }
        ear.say(json!({ "type": "subscribe", "stream": "hashtag", "tag": "Valves" })).await;
        ear.say(json!({ "type": "subscribe", "stream": "hashtag:local", "tag": "other" })).await;
        ear.meet().await;
        let id = stage.writes(&ada, "New #valves", json!({})).await;
        let mut streams: Vec<Value> = Vec::new();
        for _ in 0..3 {
            let heard = ear.next().await;
            assert_eq!((heard.event.as_str(), &heard.payload["id"]), ("update", &json!(id)));
            streams.push(heard.stream);
        }
        streams.sort_by_key(Value::to_string);
        assert_eq!(streams, [json!(["hashtag", "Valves"]), json!(["public"]), json!(["public:local"])]);
        ear.say(json!({ "type": "unsubscribe", "stream": "public:local" })).await;
        ear.say(json!({ "type": "unsubscribe", "stream": "hashtag", "tag": "Valves" })).await;
        ear.meet().await;
        for hidden in ["unlisted", "private", "direct"] {
            stage.writes(&ada, "Not for all #valves", json!({ "visibility": hidden })).await;
        }
        let answer = stage.writes(&bo, "@ada an answer", json!({ "in_reply_to_id": id })).await;
        let last = stage.writes(&ada, "And on", json!({})).await;
        assert_eq!(ear.hears(json!(["public"]), "update").await, last, "answers to others ({answer}) are in no public timeline");
        ear.hears_nothing().await;
    })
    .await;
}

#[tokio::test]
async fn a_boost_comes_with_its_own_id_and_goes_with_it() {
    on_both_databases(async |place| {
        let stage = Stage::new(&place).await;
        let (ada, bo, cy) = (stage.node.person("ada").await, stage.node.person("bo").await, stage.node.person("cy").await);
        stage.follows(&cy, &bo).await;
        let id = stage.writes(&ada, "Frost.", json!({})).await;
        cy.post(&format!("/api/v1/statuses/{id}/bookmark"), json!({})).await;
        let (mut user, mut told) = (stage.ear(&cy, "stream=user").await, stage.ear(&ada, "stream=user:notification").await);
        let boost = bo.post(&format!("/api/v1/statuses/{id}/reblog"), json!({})).await;
        let heard = user.next().await;
        assert_eq!((&heard.payload["id"], &heard.payload["reblog"]["id"]), (&boost["id"], &json!(id)));
        assert_eq!(heard.payload["reblog"]["bookmarked"], json!(true));
        let notified = told.next().await;
        assert_eq!((&notified.stream, &notified.payload["type"]), (&json!(["user:notification"]), &json!("reblog")));
        bo.post(&format!("/api/v1/statuses/{id}/unreblog"), json!({})).await;
        assert_eq!(json!(user.hears(json!(["user"]), "delete").await), boost["id"]);
        told.hears_nothing().await;
    })
    .await;
}

#[tokio::test]
async fn a_token_without_notifications_hears_none() {
    let stage = Stage::new(&crate::tests::support::Place::sqlite()).await;
    let (ada, bo) = (stage.node.person_with("ada", "read:statuses write").await, stage.node.person("bo").await);
    let mut ear = stage.ear(&ada, "stream=user").await;
    ear.say(json!({ "type": "subscribe", "stream": "user:notification" })).await;
    assert_eq!(ear.raw().await, json!({ "error": "Access token does not have the required scopes", "status": 401 }));
    let id = stage.writes(&ada, "Frost.", json!({})).await;
    assert_eq!(ear.hears(json!(["user"]), "update").await, id);
    bo.post(&format!("/api/v1/statuses/{id}/favourite"), json!({})).await;
    ear.hears_nothing().await;
}

#[tokio::test]
async fn filters_that_changed_are_told_to_their_owner_alone() {
    let stage = Stage::new(&crate::tests::support::Place::sqlite()).await;
    let (ada, bo) = (stage.node.person("ada").await, stage.node.person("bo").await);
    let (mut hers, mut his) = (stage.ear(&ada, "stream=user").await, stage.ear(&bo, "stream=user").await);
    let tx = stage.node.app.begin().await.unwrap();
    tx.tell(crate::store::news::News::FiltersChanged(ada.account.id));
    tx.commit().await.unwrap();
    assert_eq!(hers.raw().await, json!({ "stream": ["user"], "event": "filters_changed" }));
    his.hears_nothing().await;
}
