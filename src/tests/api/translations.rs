//! Posts in another language, by a service on loopback that speaks LibreTranslate's API.

use super::{
    shapes::assert_is,
    social::{id, refused},
};
use crate::{
    outreach::translation,
    sql,
    tests::support::{Person, Place, TestNode, done, on_both_databases},
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode as Status,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU16, Ordering},
};

/// The service: what it was asked, and whether it does its work.
#[derive(Clone)]
struct Service {
    url: String,
    asked: Arc<Mutex<Vec<Value>>>,
    answer: Arc<AtomicU16>,
}

impl Service {
    async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://127.0.0.1:{}/lt", listener.local_addr().unwrap().port());
        let service = Self { url, asked: Arc::default(), answer: Arc::new(AtomicU16::new(200)) };
        let languages = async || {
            Json(
                json!([{ "code": "de", "name": "German", "targets": ["de", "en"] }, { "code": "en", "name": "English", "targets": ["de"] }]),
            )
        };
        let router =
            Router::new().route("/lt/translate", post(translate)).route("/lt/languages", get(languages)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        service
    }

    fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }
}

/// Puts what it likes around every text, as a service that was broken into would.
async fn translate(State(service): State<Service>, Json(asked): Json<Value>) -> Response {
    service.asked.lock().unwrap().push(asked.clone());
    let status = Status::from_u16(service.answer.load(Ordering::Relaxed)).unwrap();
    if status == Status::FOUND {
        return (status, [("location", "http://127.0.0.1:1/secret")]).into_response();
    }
    let texts: Vec<String> = asked["q"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| format!("{}<script>alert(1)</script><b>!</b>", text.as_str().unwrap().replace("Frost", "Reif")))
        .collect();
    let detected: Vec<Value> = texts.iter().map(|_| json!({ "confidence": 90, "language": "de" })).collect();
    (status, Json(json!({ "translatedText": texts, "detectedLanguage": detected }))).into_response()
}

async fn node_with(place: &Place, service: &Service) -> TestNode {
    let key = place.folder("secrets").join("key");
    std::fs::write(&key, "sesame\n").unwrap();
    let node = place
        .node_with("acme", |config| {
            config.translation.url = Some(service.url.parse().unwrap());
            config.translation.api_key_file = Some(key);
        })
        .await;
    translation::connect(&node.app).unwrap();
    node
}

async fn translated(who: &Person, post: &Value, lang: &str) -> Value {
    who.post(&format!("/api/v1/statuses/{}/translate", id(post)), json!({ "lang": lang })).await
}

#[tokio::test]
async fn s083_a_translation_is_sanitised_whole_and_remembered() {
    on_both_databases(async |place| {
        let service = Service::open().await;
        let node = node_with(&place, &service).await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let poll = json!({ "options": ["Frost <b>", "no"], "expires_in": 600 });
        let asked = json!({ "status": "Frost & rust", "spoiler_text": "Frost <i>", "language": "en", "poll": poll });
        let post = ada.post("/api/v1/statuses", asked).await;
        let found = translated(&eve, &post, "de").await;
        assert_is("Translation", &found);
        assert_eq!(found["content"], json!("<p>Reif &amp; rust</p><b>!</b>"), "no script came through");
        assert_eq!(found["spoiler_text"], json!("Reif <i>!"), "text, and not the HTML that it looks like");
        assert_eq!(found["poll"]["options"], json!([{ "title": "Reif <b>!" }, { "title": "no!" }]));
        assert_eq!(
            (&found["language"], &found["detected_source_language"], &found["poll"]["id"]),
            (&json!("de"), &json!("en"), &post["id"])
        );
        let sent = service.asked();
        assert_eq!(
            (sent.len(), &sent[0]["source"], &sent[0]["target"], &sent[0]["format"]),
            (1, &json!("en"), &json!("de"), &json!("html"))
        );
        assert_eq!((&sent[0]["api_key"], &sent[0]["q"][1]), (&json!("sesame"), &json!("Frost &lt;i&gt;")));
        assert!(!sent[0].to_string().contains("eve"), "nothing of who asks");
        assert_eq!(translated(&ada, &post, "de").await, found);
        assert_eq!(service.asked().len(), 1, "what was translated is remembered");
        let path = format!("/api/v1/statuses/{}", id(&post));
        ada.ask(Method::PUT, &path).json(&json!({ "status": "Frost again", "language": "en" })).send().await.unwrap();
        assert!(translated(&eve, &post, "de").await["content"].as_str().unwrap().contains("Reif again"), "by its words");
    })
    .await;
}

#[tokio::test]
async fn the_language_is_found_out_where_it_is_not_said_and_what_cannot_be_done_is_refused() {
    on_both_databases(async |place| {
        let service = Service::open().await;
        let node = node_with(&place, &service).await;
        let ada = node.person("ada").await;
        let post = ada.post("/api/v1/statuses", json!({ "status": "Frost" })).await;
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE posts SET language = ''").run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let found = translated(&ada, &post, "en-GB").await;
        assert_eq!((&found["detected_source_language"], &found["language"]), (&json!("de"), &json!("en")));
        assert_eq!(service.asked()[0]["source"], json!("auto"));
        let path = format!("/api/v1/statuses/{}/translate", id(&post));
        assert_eq!(
            refused(&ada, Method::POST, &path, json!({ "lang": "xx" })).await,
            (StatusCode::FORBIDDEN, "no_such_translation".into())
        );
        assert_eq!(node.post(&path).send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "not for strangers");
        let languages = done(node.get("/api/v1/instance/translation_languages")).await;
        assert_eq!(languages, json!({ "de": ["en"], "en": ["de"], "und": ["de", "en"] }));
        let instance = done(node.get("/api/v2/instance")).await;
        assert_eq!(instance["configuration"]["translation"]["enabled"], json!(true));
    })
    .await;
}

#[tokio::test]
async fn s136_what_is_not_for_everybody_never_goes_to_the_service() {
    on_both_databases(async |place| {
        let service = Service::open().await;
        let node = node_with(&place, &service).await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        for visibility in ["private", "direct"] {
            let post = ada.post("/api/v1/statuses", json!({ "status": "Frost", "visibility": visibility, "language": "de" })).await;
            let path = format!("/api/v1/statuses/{}/translate", id(&post));
            assert_eq!(refused(&ada, Method::POST, &path, json!({ "lang": "en" })).await.0, StatusCode::FORBIDDEN);
            assert_eq!(
                refused(&eve, Method::POST, &path, json!({ "lang": "en" })).await.0,
                StatusCode::NOT_FOUND,
                "as if it were not there"
            );
        }
        assert_eq!(service.asked(), Vec::<Value>::new());
    })
    .await;
}

#[tokio::test]
async fn a_service_that_fails_is_told_in_plain_words_and_never_followed_elsewhere() {
    let place = Place::sqlite();
    let service = Service::open().await;
    let node = node_with(&place, &service).await;
    let ada = node.person("ada").await;
    let post = ada.post("/api/v1/statuses", json!({ "status": "Frost", "language": "de" })).await;
    let path = format!("/api/v1/statuses/{}/translate", id(&post));
    for status in [500, 429, 302, 204] {
        service.answer.store(status, Ordering::Relaxed);
        let (status, code) = refused(&ada, Method::POST, &path, json!({ "lang": "en" })).await;
        assert_eq!((status, code.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "translation_failed"));
    }
    service.answer.store(200, Ordering::Relaxed);
    assert_eq!(translated(&ada, &post, "en").await["language"], json!("en"), "a failure is not remembered");
}

#[tokio::test]
async fn without_a_service_nothing_is_translated() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let post = ada.post("/api/v1/statuses", json!({ "status": "Frost", "language": "de" })).await;
    let path = format!("/api/v1/statuses/{}/translate", id(&post));
    assert_eq!(refused(&ada, Method::POST, &path, json!({ "lang": "en" })).await.0, StatusCode::NOT_FOUND);
    assert_eq!(done(node.get("/api/v1/instance/translation_languages")).await, json!({}));
    assert_eq!(done(node.get("/api/v2/instance")).await["configuration"]["translation"]["enabled"], json!(false));
}
