//! What all routes have in common: who calls, CORS, answers where nothing is.

use crate::tests::support::Place;
use reqwest::{Method, StatusCode};
use serde_json::Value;

#[tokio::test]
async fn where_nothing_is_the_answer_is_json() {
    let node = Place::sqlite().node("acme").await;
    let answer = node.get("/api/v1/nothing/here").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(answer.json::<Value>().await.unwrap()["error"], "Record not found");
    let wrong_method = node.ask(Method::DELETE, "/api/openapi.json").send().await.unwrap();
    assert_eq!(wrong_method.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(wrong_method.json::<Value>().await.is_ok());
}

#[tokio::test]
async fn web_clients_may_ask_from_anywhere_and_read_the_paging() {
    let node = Place::sqlite().node("acme").await;
    let preflight = node.ask(Method::OPTIONS, "/api/v1/statuses").header("origin", "https://client.example");
    let preflight = preflight.header("access-control-request-method", "POST").header("access-control-request-headers", "authorization,idempotency-key");
    let preflight = preflight.send().await.unwrap();
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
    assert!(preflight.headers()["access-control-allow-headers"].to_str().unwrap().contains("idempotency-key"));
    let answer = node.get("/api/openapi.json").header("origin", "https://client.example").send().await.unwrap();
    assert!(answer.headers()["access-control-expose-headers"].to_str().unwrap().contains("link"));
    assert!(!answer.headers().contains_key("access-control-allow-credentials"));
    assert!(answer.headers().contains_key("x-ratelimit-remaining"));
    assert_eq!(answer.json::<Value>().await.unwrap()["openapi"], "3.1.0");
}

#[tokio::test]
async fn beyond_the_quota_the_answer_says_how_long_to_wait() {
    let node = Place::sqlite().node_with("acme", |config| config.limits.anonymous_requests = "2/1h".parse().unwrap()).await;
    for _ in 0..2 {
        assert_eq!(node.get("/api/openapi.json").send().await.unwrap().status(), StatusCode::OK);
    }
    // S92: a stranger's X-Forwarded-For changes nothing.
    let refused = node.get("/api/openapi.json").header("x-forwarded-for", "198.51.100.7").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 60);
}
