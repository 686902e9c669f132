//! Web Push from the app that subscribes to the browser that reads, through the guarded client.

use super::{shapes::assert_is, social::refused};
use crate::{
    base::{
        push::tests::{browser, decrypt},
        words::NotificationKind,
    },
    features::{notifications, sessions},
    net::{Client, Policy, SystemLookup},
    outreach::push::round,
    sql,
    tests::support::{Person, TestNode, on_both_databases},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode as Status},
    routing::post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU16, Ordering},
};

/// A push service on loopback: what came, and what it answers.
#[derive(Clone)]
struct Service {
    url: String,
    seen: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answer: Arc<AtomicU16>,
}

async fn service() -> Service {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/send/1", listener.local_addr().unwrap().port());
    let service = Service { url, seen: Arc::default(), answer: Arc::new(AtomicU16::new(201)) };
    let take = async |State(service): State<Service>, headers: HeaderMap, body: Bytes| {
        service.seen.lock().unwrap().push((headers, body));
        Status::from_u16(service.answer.load(Ordering::Relaxed)).unwrap()
    };
    let router = Router::new().route("/send/1", post(take)).with_state(service.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    service
}

/// The guarded client, with loopback let in or not.
fn client(service: &Service, is_let: bool) -> Client {
    let port = url::Url::parse(&service.url).unwrap().port().unwrap();
    let allow_addresses = if is_let { vec!["127.0.0.0/8".parse().unwrap()] } else { Vec::new() };
    let policy = Policy { allow_http: true, allow_addresses, allow_ports: [port].into_iter().collect() };
    Client::new(policy, Arc::new(SystemLookup::default()), "test", None).unwrap()
}

async fn subscribes(who: &Person, service: &Service, (receiver, is_standard): (&crate::base::push::Receiver, bool), data: Value) -> Value {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let keys = json!({ "p256dh": encode(&receiver.public_key), "auth": encode(&receiver.auth) });
    let subscription = json!({ "endpoint": service.url, "keys": keys, "standard": is_standard });
    who.post("/api/v1/push/subscription", json!({ "subscription": subscription, "data": data })).await
}

async fn tells(node: &TestNode, whom: &Person, kind: NotificationKind, by: &Person) {
    let tx = node.app.begin().await.unwrap();
    notifications::tell(&tx, whom.account.id, kind, by.account.id, None).await.unwrap();
    tx.commit().await.unwrap();
}

async fn waiting(node: &TestNode) -> i64 {
    sql!("SELECT COUNT(*) FROM pushes").value(&node.app.store).await.unwrap().unwrap()
}

#[tokio::test]
async fn s094_a_message_is_read_by_its_browser_in_either_encoding_and_holds_no_secret_but_its_apps_token() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let service = service().await;
        for (is_standard, kind) in [(true, NotificationKind::Follow), (false, NotificationKind::FollowRequest)] {
            let (key, receiver) = browser();
            let made =
                subscribes(&ada, &service, (&receiver, is_standard), json!({ "alerts": { "follow": true, "follow_request": "1" } })).await;
            assert_is("WebPushSubscription", &made);
            let told: Value = node.get("/api/v2/instance").send().await.unwrap().json().await.unwrap();
            assert_eq!(made["server_key"], told["configuration"]["vapid"]["public_key"]);
            tells(&node, &ada, kind, &eve).await;
            tells(&node, &ada, NotificationKind::Favourite, &eve).await;
            assert_eq!(waiting(&node).await, 1, "only what is wanted");
            round(&node.app, &client(&service, true)).await.unwrap();
            assert_eq!(waiting(&node).await, 0);
            let (headers, body) = service.seen.lock().unwrap().pop().unwrap();
            let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
            let message = decrypt(&key, &receiver.auth, &body, header);
            let message: Value = serde_json::from_slice(&message).unwrap();
            assert_eq!((&message["access_token"], &message["notification_type"]), (&json!(ada.token), &json!(kind.word())));
            assert!(message["title"].as_str().unwrap().starts_with("eve ") && header("ttl") == "172800");
            let mut names: Vec<&str> = message.as_object().unwrap().keys().map(String::as_str).collect();
            names.sort_unstable();
            assert_eq!(names, ["access_token", "body", "icon", "notification_id", "notification_type", "preferred_locale", "title"]);
            let proof = if is_standard { "vapid t=" } else { "WebPush " };
            assert!(header("authorization").starts_with(proof), "{}", header("authorization"));
            assert_eq!(is_standard, !header("crypto-key").contains("p256ecdsa="));
            assert!(!String::from_utf8_lossy(&body).contains("eve"));
        }
        // nothing of it is kept in clear
        let kept: Vec<String> = sql!("SELECT sealed_token FROM push_subscriptions").column(&node.app.store).await.unwrap();
        assert!(!kept[0].is_empty() && !kept[0].contains(&ada.token));
    })
    .await;
}

#[tokio::test]
async fn s061_a_subscription_is_its_tokens_alone_and_ends_with_it() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let other = Person::known(&node, "ada").await;
        let (path, service, (_, receiver)) = ("/api/v1/push/subscription", service().await, browser());
        subscribes(&ada, &service, (&receiver, true), json!({ "alerts": { "follow": true }, "policy": "followed" })).await;
        for who in [&other, &eve] {
            for method in [Method::GET, Method::PUT] {
                assert_eq!(refused(who, method, path, json!({ "data": { "alerts": { "follow": false } } })).await.0, StatusCode::NOT_FOUND);
            }
            assert_eq!(who.ask(Method::DELETE, path).send().await.unwrap().status(), StatusCode::OK);
        }
        assert_eq!(ada.get(path).await["alerts"]["follow"], true);
        tells(&node, &ada, NotificationKind::Follow, &eve).await;
        assert_eq!(waiting(&node).await, 0, "only by whom she follows");
        let changed = ada
            .ask(Method::PUT, path)
            .json(&json!({ "data": { "policy": "all", "alerts": { "follow": true, "mention": true } } }))
            .send()
            .await
            .unwrap();
        let changed: Value = changed.json().await.unwrap();
        assert_eq!(
            (&changed["policy"], &changed["alerts"]["mention"], &changed["endpoint"]),
            (&json!("all"), &json!(true), &json!(service.url))
        );
        tells(&node, &ada, NotificationKind::Follow, &other).await;
        tells(&node, &ada, NotificationKind::FollowRequest, &eve).await;
        let tx = node.app.begin().await.unwrap();
        notifications::clear(&tx, ada.account.id).await.unwrap();
        tx.commit().await.unwrap();
        tells(&node, &ada, NotificationKind::Follow, &eve).await;
        assert!(waiting(&node).await > 0);
        let tx = node.app.begin().await.unwrap();
        sessions::end_all(&tx, ada.account.id).await.unwrap();
        tx.commit().await.unwrap();
        round(&node.app, &client(&service, true)).await.unwrap();
        assert!(service.seen.lock().unwrap().is_empty(), "a token that ended gets nothing more");
        assert_eq!(waiting(&node).await, 0);
    })
    .await;
}

#[tokio::test]
async fn s061_an_endpoint_is_checked_when_it_is_given_and_each_time_it_is_used() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let (path, service, (_, receiver)) = ("/api/v1/push/subscription", service().await, browser());
        let good = json!({ "p256dh": URL_SAFE_NO_PAD.encode(&receiver.public_key), "auth": URL_SAFE_NO_PAD.encode(&receiver.auth) });
        for (subscription, field) in [
            (json!({ "endpoint": "ftp://push.example/1", "keys": good }), "subscription.endpoint"),
            (json!({ "endpoint": "push", "keys": good }), "subscription.endpoint"),
            (json!({ "endpoint": service.url, "keys": { "p256dh": "AAAA", "auth": "AAAA" } }), "subscription.keys"),
            (Value::Null, "subscription"),
        ] {
            let answer = ada.ask(Method::POST, path).json(&json!({ "subscription": subscription })).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.json::<Value>().await.unwrap()["details"].get(field).is_some(), "{field}");
        }
        subscribes(&ada, &service, (&receiver, true), json!({ "alerts": { "follow": true } })).await;
        tells(&node, &ada, NotificationKind::Follow, &eve).await;
        round(&node.app, &client(&service, false)).await.unwrap();
        assert!(service.seen.lock().unwrap().is_empty(), "an address that is not public is not reached");
        assert_eq!(refused(&ada, Method::GET, path, json!({})).await.0, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn what_fails_is_tried_again_ever_later_and_what_is_gone_ends_the_subscription() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let (service, (_, receiver)) = (service().await, browser());
        let client = client(&service, true);
        subscribes(&ada, &service, (&receiver, true), json!({ "alerts": { "follow": true } })).await;
        tells(&node, &ada, NotificationKind::Follow, &eve).await;
        service.answer.store(503, Ordering::Relaxed);
        for _ in 0..3 {
            round(&node.app, &client).await.unwrap();
        }
        let seen = service.seen.lock().unwrap().len();
        assert_eq!((seen, waiting(&node).await), (1, 1), "not at once");
        node.app.store.clock.advance(3_600_000);
        service.answer.store(410, Ordering::Relaxed);
        round(&node.app, &client).await.unwrap();
        let seen = service.seen.lock().unwrap().len();
        assert_eq!((seen, waiting(&node).await), (2, 0));
        assert_eq!(refused(&ada, Method::GET, "/api/v1/push/subscription", json!({})).await.0, StatusCode::NOT_FOUND);
    })
    .await;
}
