//! Polls that people of this node ask, over the wire of an app.

use super::{
    shapes::assert_is,
    social::{founds, id, refused},
};
use crate::{
    federation::{Federation, bootstrap},
    server::{due, worker},
    tests::support::{Person, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn asks(who: &Person, poll: Value, more: Value) -> Value {
    let mut body = json!({ "status": "Which gasket?", "poll": poll });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    who.post("/api/v1/statuses", body).await
}

fn two() -> Value {
    json!({ "options": ["cork", "rubber"], "expires_in": 600 })
}

fn counts(poll: &Value) -> Vec<Option<i64>> {
    poll["options"].as_array().unwrap().iter().map(|option| option["votes_count"].as_i64()).collect()
}

async fn draw(federation: &Federation) {
    due::once(&federation.app).await.unwrap();
    worker::round(federation, true).await.unwrap();
}

async fn told_of_polls(who: &Person) -> Vec<Value> {
    who.get("/api/v1/notifications?types[]=poll").await.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_poll_is_asked_in_json_and_as_a_form_and_voted_in_by_others_alone() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bea) = (node.person("ada").await, node.person("bea").await);
        let status = asks(&ada, json!({ "options": [" cork ", "", "rubber"], "expires_in": "600", "multiple": "1" }), json!({})).await;
        assert_is("Status", &status);
        let poll = &status["poll"];
        assert_eq!((&poll["id"], &poll["multiple"], &poll["options"][0]["title"]), (&status["id"], &json!(true), &json!("cork")));
        assert_eq!((&poll["voted"], &poll["voters_count"], counts(poll)), (&json!(true), &json!(0), vec![Some(0), Some(0)]));
        let votes = format!("/api/v1/polls/{}/votes", id(&status));
        assert_eq!(
            refused(&ada, Method::POST, &votes, json!({ "choices": [0] })).await,
            (StatusCode::UNPROCESSABLE_ENTITY, "poll_own".into())
        );
        let voted = bea.post(&votes, json!({ "choices": [1, 0] })).await;
        assert_is("Poll", &voted);
        assert_eq!((counts(&voted), &voted["voters_count"]), (vec![Some(1), Some(1)], &json!(1)));
        assert_eq!(refused(&bea, Method::POST, &votes, json!({ "choices": [1] })).await.1, "poll_voted");
        let form = [
            ("status", "a or b"),
            ("poll[options][]", "a"),
            ("poll[options][]", "b"),
            ("poll[expires_in]", "300"),
            ("poll[hide_totals]", "true"),
        ];
        let form: Value = ada.ask(Method::POST, "/api/v1/statuses").form(&form).send().await.unwrap().json().await.unwrap();
        let hidden = bea.post(&format!("/api/v1/polls/{}/votes", id(&form)), json!({ "choices": ["1"] })).await;
        assert_eq!((counts(&hidden), &hidden["votes_count"], &hidden["own_votes"]), (vec![None, None], &json!(1), &json!([1])));
        node.app.store.clock.advance(301_000);
        assert_eq!(counts(&ada.get(&format!("/api/v1/polls/{}", id(&form))).await), [Some(0), Some(1)], "the end shows them");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_poll_is_named_and_the_bounds_are_told() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let told: Value = node.get("/api/v2/instance").send().await.unwrap().json().await.unwrap();
        let bounds = &told["configuration"]["polls"];
        let (most, longest) =
            (bounds["max_options"].as_u64().unwrap() as usize, bounds["max_characters_per_option"].as_u64().unwrap() as usize);
        let many: Vec<String> = (0..=most).map(|n| n.to_string()).collect();
        for (poll, field) in [
            (json!({ "options": ["one"], "expires_in": 600 }), "poll.options"),
            (json!({ "options": ["one", " one"], "expires_in": 600 }), "poll.options"),
            (json!({ "options": many, "expires_in": 600 }), "poll.options"),
            (json!({ "options": ["one", "x".repeat(longest + 1)], "expires_in": 600 }), "poll.options"),
            (json!({ "options": ["one", "two"] }), "poll.expires_in"),
            (json!({ "options": ["one", "two"], "expires_in": bounds["min_expiration"].as_u64().unwrap() - 1 }), "poll.expires_in"),
            (json!({ "options": ["one", "two"], "expires_in": bounds["max_expiration"].as_u64().unwrap() + 1 }), "poll.expires_in"),
            (json!({ "options": ["one", "two"], "expires_in": "soon" }), "poll.expires_in"),
        ] {
            let answer = ada.ask(Method::POST, "/api/v1/statuses").json(&json!({ "status": "x", "poll": poll })).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{poll}");
            let said: Value = answer.json().await.unwrap();
            assert!(said["details"].get(field).is_some(), "{poll}: {said}");
        }
        assert_eq!(asks(&ada, Value::Null, json!({})).await["poll"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn an_edit_with_other_answers_is_another_poll_and_one_without_takes_it_away() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bea) = (node.person("ada").await, node.person("bea").await);
        let status = asks(&ada, two(), json!({})).await;
        let (path, votes) = (format!("/api/v1/statuses/{}", id(&status)), format!("/api/v1/polls/{}/votes", id(&status)));
        bea.post(&votes, json!({ "choices": [0] })).await;
        let edit = async |body: Value| -> Value { ada.ask(Method::PUT, &path).json(&body).send().await.unwrap().json().await.unwrap() };
        let reworded = edit(json!({ "status": "Which one?", "poll": two() })).await;
        assert_eq!(counts(&reworded["poll"]), [Some(1), Some(0)], "the same answers keep their votes");
        let other = edit(json!({ "status": "Which one?", "poll": { "options": ["cork", "felt"], "expires_in": 600 } })).await;
        assert_eq!((counts(&other["poll"]), &other["poll"]["voters_count"]), (vec![Some(0), Some(0)], &json!(0)));
        assert!(other["edited_at"].is_string());
        bea.post(&votes, json!({ "choices": [1] })).await;
        assert_eq!(edit(json!({ "status": "Never mind" })).await["poll"], Value::Null);
        assert_eq!(bea.ask(Method::GET, &format!("/api/v1/polls/{}", id(&status))).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn the_end_of_a_poll_is_told_once_to_its_author_and_to_whoever_voted() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let federation = Federation::start(node.app.clone()).unwrap();
        bootstrap(&node.app).await.unwrap();
        let (ada, bea, cy) = (node.person("ada").await, node.person("bea").await, node.person("cy").await);
        let status = asks(&ada, two(), json!({})).await;
        bea.post(&format!("/api/v1/polls/{}/votes", id(&status)), json!({ "choices": [0] })).await;
        draw(&federation).await;
        assert!(told_of_polls(&ada).await.is_empty());
        node.app.store.clock.advance(601_000);
        for _ in 0..2 {
            draw(&federation).await;
        }
        for who in [&ada, &bea] {
            let told = told_of_polls(who).await;
            assert_eq!((told.len(), &told[0]["status"]["id"], &told[0]["account"]["acct"]), (1, &status["id"], &json!("ada")));
            assert_eq!(told[0]["status"]["poll"]["expired"], true);
        }
        assert!(told_of_polls(&cy).await.is_empty());
        let late = refused(&cy, Method::POST, &format!("/api/v1/polls/{}/votes", id(&status)), json!({ "choices": [0] })).await;
        assert_eq!(late, (StatusCode::UNPROCESSABLE_ENTITY, "poll_over".into()));
    })
    .await;
}

#[tokio::test]
async fn s048_a_poll_in_a_private_community_is_for_its_members() {
    on_both_databases(async |place| {
        let node: TestNode = place.node("acme").await;
        let (ada, bea, eve) = (node.person("ada").await, node.person("bea").await, node.person("eve").await);
        let lab = founds(&ada, "lab", json!({ "stage": "local", "join": "open" })).await;
        bea.post(&format!("/api/intermoot/v1/communities/{}/join", id(&lab)), json!({})).await;
        let status = asks(&ada, two(), json!({ "intermoot": { "community_id": id(&lab) } })).await;
        assert_eq!(status["visibility"], "private");
        let (path, votes) = (format!("/api/v1/polls/{}", id(&status)), format!("/api/v1/polls/{}/votes", id(&status)));
        assert_eq!(bea.post(&votes, json!({ "choices": [1] })).await["votes_count"], 1);
        let never = refused(&eve, Method::POST, "/api/v1/polls/12/votes", json!({ "choices": [1] })).await;
        assert_eq!(refused(&eve, Method::POST, &votes, json!({ "choices": [1] })).await, never);
        assert_eq!(eve.ask(Method::GET, &path).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    })
    .await;
}
