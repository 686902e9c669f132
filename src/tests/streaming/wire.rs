//! How streams are asked for and how they answer, as Mastodon's.

use super::{ear::Ear, stage::Stage};
use crate::tests::support::{Person, Place};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_token_may_come_in_a_header_the_protocol_or_the_address() {
    let stage = Stage::new(&Place::sqlite()).await;
    let ada = stage.node.person("ada").await;
    let bearer = format!("Bearer {}", ada.token);
    let by_query = format!("/api/v1/streaming/?stream=user&access_token={}", ada.token);
    for (path, headers) in [
        ("/api/v1/streaming?stream=user", vec![("authorization", bearer.as_str())]),
        ("/api/v1/streaming?stream=user", vec![("sec-websocket-protocol", ada.token.as_str())]),
        (by_query.as_str(), vec![]),
    ] {
        let mut ear = Ear::connect(stage.address, path, &headers).await.unwrap();
        let echoed = headers.iter().find(|(name, _)| name.starts_with("sec")).map(|(_, token)| (*token).to_owned());
        assert_eq!(ear.protocol, echoed, "the protocol offered is the one chosen");
        let id = stage.writes(&ada, "Frost.", json!({})).await;
        assert_eq!(ear.hears(json!(["user"]), "update").await, id);
    }
    for headers in [vec![], vec![("authorization", "Bearer x")], vec![("sec-websocket-protocol", "x")]] {
        assert_eq!(stage.refused("/api/v1/streaming", &headers).await, StatusCode::UNAUTHORIZED);
    }
    let elsewhere = stage.node.get(&format!("/api/v1/timelines/home?access_token={}", ada.token)).send().await.unwrap();
    assert_eq!(elsewhere.status(), StatusCode::UNAUTHORIZED, "in an address a token opens nothing but streams");
}

#[tokio::test]
async fn what_cannot_be_subscribed_to_is_answered_with_a_sentence() {
    let stage = Stage::new(&Place::sqlite()).await;
    let ada = stage.node.person("ada").await;
    let mut ear = stage.ear(&ada, "stream=firehose").await;
    assert_eq!(ear.raw().await, json!({ "error": "Unknown stream type", "status": 400 }));
    for (stream, sentence) in [("hashtag", "Missing tag name parameter"), ("list", "Missing list name parameter")] {
        ear.say(json!({ "type": "subscribe", "stream": stream })).await;
        assert_eq!(ear.raw().await, json!({ "error": sentence, "status": 400 }));
    }
    // passed over, as by Mastodon
    for nonsense in [json!("x"), json!({ "type": "dance" }), json!([1])] {
        ear.say(nonsense).await;
    }
    ear.subscribe("user").await;
    let id = stage.writes(&ada, "Frost.", json!({})).await;
    assert_eq!(ear.hears(json!(["user"]), "update").await, id, "the socket goes on");
    for (path, status) in [
        ("/api/v1/streaming/hashtag", StatusCode::BAD_REQUEST),
        ("/api/v1/streaming/list", StatusCode::BAD_REQUEST),
        ("/api/v1/streaming/list?list=77", StatusCode::UNAUTHORIZED),
        ("/api/v1/streaming/firehose", StatusCode::NOT_FOUND),
        ("/api/v1/streaming", StatusCode::BAD_REQUEST),
    ] {
        let answer = events(&stage, &ada, path).await;
        assert_eq!(answer.status(), status, "{path}");
        let said: Value = answer.json().await.unwrap();
        assert!(said["error"].is_string(), "{path}: {said}");
    }
}

async fn events(stage: &Stage, who: &Person, path: &str) -> Response {
    stage.node.client.get(format!("http://{}{path}", stage.address)).bearer_auth(&who.token).send().await.unwrap()
}

/// What has come on an event stream when `text` stands in it.
async fn until(answer: &mut Response, text: &str) -> String {
    let mut all = String::new();
    while !all.contains(text) {
        let chunk = tokio::time::timeout(Duration::from_secs(10), answer.chunk()).await.expect("more").unwrap().expect("no end");
        all.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    all
}

#[tokio::test]
async fn an_event_stream_begins_at_once_and_tells_in_its_form() {
    let stage = Stage::new(&Place::sqlite()).await;
    let ada = stage.node.person("ada").await;
    let paths = ["user", "public", "public/local", "hashtag?tag=frost", "hashtag/local?tag=Frost"];
    for path in paths {
        let mut answer = events(&stage, &ada, &format!("/api/v1/streaming/{path}")).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert!(answer.headers()["cache-control"].to_str().unwrap().contains("no-store"));
        assert_eq!(until(&mut answer, "\n\n").await, ":)\n\n");
        // longer than a connection may be idle: a stream is not
        tokio::time::sleep(Duration::from_millis(1300)).await;
        let id = stage.writes(&ada, "Cold #frost", json!({})).await;
        let text = until(&mut answer, "\n\n").await;
        let data = text.strip_prefix("event: update\ndata: ").unwrap().strip_suffix("\n\n").unwrap();
        let status: Value = serde_json::from_str(data).unwrap();
        assert_eq!(status["id"], json!(id), "{path}");
    }
    let silent = ["public/remote", "direct", "user/notification", "public?only_media=true"];
    for path in silent {
        let mut answer = events(&stage, &ada, &format!("/api/v1/streaming/{path}")).await;
        assert_eq!(until(&mut answer, "\n\n").await, ":)\n\n");
        stage.writes(&ada, "Cold #frost", json!({})).await;
        assert!(tokio::time::timeout(Duration::from_millis(250), answer.chunk()).await.is_err(), "{path}");
    }
    assert_eq!(events(&stage, &ada, "/api/v1/streaming/health").await.text().await.unwrap(), "OK");
}

#[tokio::test]
async fn a_quiet_socket_outlives_the_patience_for_idle_connections() {
    let stage = Stage::new(&Place::sqlite()).await;
    let ada = stage.node.person("ada").await;
    let mut ear = stage.ear(&ada, "stream=user").await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let id = stage.writes(&ada, "Frost.", json!({})).await;
    assert_eq!(ear.hears(json!(["user"]), "update").await, id);
}
