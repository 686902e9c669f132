//! Who may not sign up, and who may do nothing here.

use super::{acts, names, settle, staff, status_of};
use crate::{
    base::{config::RegistrationMode, words::NodeRole},
    features::sessions,
    federation::Federation,
    server::routes,
    tests::{
        api::shapes::assert_is,
        support::{TestNode, on_both_databases},
    },
};
use axum::{body::Body, extract::ConnectInfo, http::Request};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tower::ServiceExt;

/// Signs up through an app: the status and what was said.
async fn signs_up(node: &TestNode, name: &str, email: &str) -> (StatusCode, Value) {
    let tx = node.app.begin().await.unwrap();
    let new = sessions::NewApp { name: "test".into(), website: String::new(), redirect_uris: vec![], scopes: "read write".into() };
    let (app, _) = sessions::register_app(&tx, new).await.unwrap();
    let (_, token) = sessions::issue_token(&tx, app.id, None, "read write").await.unwrap();
    tx.commit().await.unwrap();
    let body = json!({ "username": name, "email": email, "password": "correct horse battery", "agreement": true, "locale": "en" });
    let answer = node.post("/api/v1/accounts").bearer_auth(token).json(&body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

async fn open(place: &crate::tests::support::Place) -> TestNode {
    let set = |config: &mut crate::base::config::Config| {
        config.registration.mode = RegistrationMode::Open;
        config.limits.enabled = false;
    };
    place.node_with("acme", set).await
}

#[tokio::test]
async fn s126_addresses_that_are_blocked_sign_nobody_up_however_they_are_spelled() {
    on_both_databases(async |place| {
        let node = open(&place).await;
        let boss = staff(&node, "boss", NodeRole::Admin).await;
        let (hosts, mailboxes) = ("/api/v1/admin/email_domain_blocks", "/api/v1/admin/canonical_email_blocks");
        let host = acts(&node, (&boss, "email_host.block"), (Method::POST, hosts, json!({ "domain": "Trash.example" }))).await;
        assert_is("AdminEmailDomainBlock", &host);
        let mailbox = acts(&node, (&boss, "email.block"), (Method::POST, mailboxes, json!({ "email": "Mal.lory+1@mail.example" }))).await;
        assert_is("AdminCanonicalEmailBlock", &mailbox);
        for (nth, email) in ["a@trash.example", "a@sub.TRASH.example", "mallory@mail.example", "m.allory+x@Mail.example"].iter().enumerate()
        {
            let (status, said) = signs_up(&node, &format!("mallory{nth}"), email).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
            assert!(said["details"].get("email").is_some(), "{said}");
        }
        assert_eq!(signs_up(&node, "fine", "fine@nottrash.example").await.0, StatusCode::OK);
        let test = |email: &str| json!({ "email": email });
        assert_eq!(boss.post(&format!("{mailboxes}/test"), test("MALLORY@mail.example")).await[0]["id"], mailbox["id"]);
        assert_eq!(boss.post(&format!("{mailboxes}/test"), test("other@mail.example")).await, json!([]));
        for (path, wrong) in [
            (hosts, json!({ "domain": "no host" })),
            (hosts, json!({ "domain": "trash.example" })),
            (mailboxes, json!({ "canonical_email_hash": "abc" })),
            (mailboxes, json!({ "email": "nobody" })),
        ] {
            assert_eq!(status_of(&boss, Method::POST, path, wrong.clone()).await, StatusCode::UNPROCESSABLE_ENTITY, "{path} {wrong}");
        }
        for (path, one, act) in [(hosts, &host, "email_host.unblock"), (mailboxes, &mailbox, "email.unblock")] {
            let path = format!("{path}/{}", one["id"].as_str().unwrap());
            assert_eq!(boss.get(&path).await["id"], one["id"]);
            acts(&node, (&boss, act), (Method::DELETE, &path, json!({}))).await;
            assert_eq!(status_of(&boss, Method::GET, &path, json!({})).await, StatusCode::NOT_FOUND);
        }
        assert_eq!(signs_up(&node, "mallory", "mallory@mail.example").await.0, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn s126_from_a_network_that_is_limited_one_waits_or_cannot_sign_up_and_staff_is_told_of_whoever_does() {
    on_both_databases(async |place| {
        let node = open(&place).await;
        let boss = staff(&node, "boss", NodeRole::Admin).await;
        let all = "/api/v1/admin/ip_blocks";
        let new = json!({ "ip": "127.0.0.1/8", "severity": "sign_up_requires_approval", "comment": "our own", "expires_in": 3600 });
        let made = acts(&node, (&boss, "network.block"), (Method::POST, all, new)).await;
        assert_is("AdminIpBlock", &made);
        assert_eq!((&made["ip"], made["expires_at"].is_string()), (&json!("127.0.0.0/8"), true));
        assert_eq!(signs_up(&node, "waits", "waits@mail.example").await.0, StatusCode::OK);
        assert_eq!(names(&boss.get("/api/v2/admin/accounts?status=pending").await), ["waits"]);
        settle(&node).await;
        let told = boss.get("/api/v1/notifications").await;
        assert_is("Notification", &told[0]);
        assert_eq!((&told[0]["type"], &told[0]["account"]["username"]), (&json!("admin.sign_up"), &json!("waits")));
        let one = format!("{all}/{}", made["id"].as_str().unwrap());
        acts(&node, (&boss, "network.change"), (Method::PUT, &one, json!({ "severity": "sign_up_block" }))).await;
        assert_eq!(signs_up(&node, "barred", "barred@mail.example").await.0, StatusCode::FORBIDDEN);
        let shut_out = status_of(&boss, Method::PUT, &one, json!({ "severity": "no_access" })).await;
        assert_eq!(shut_out, StatusCode::UNPROCESSABLE_ENTITY, "nobody shuts themselves out");
        assert_eq!(boss.get(&one).await["severity"], json!("sign_up_block"));
        for wrong in [
            json!({ "ip": "nowhere", "severity": "no_access" }),
            json!({ "ip": "0.0.0.0/0", "severity": "sign_up_block" }),
            json!({ "ip": "192.0.2.1" }),
            json!({ "ip": "127.5.5.5/8", "severity": "sign_up_block" }),
        ] {
            assert_eq!(status_of(&boss, Method::POST, all, wrong.clone()).await, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        acts(&node, (&boss, "network.unblock"), (Method::DELETE, &one, json!({}))).await;
        assert_eq!(signs_up(&node, "later", "later@mail.example").await.0, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_network_without_access_is_answered_by_no_door_until_it_is_lifted() {
    on_both_databases(async |place| {
        let node = open(&place).await;
        let boss = staff(&node, "boss", NodeRole::Admin).await;
        let router = routes::all(&Federation::start(node.app.clone()).unwrap());
        let ask = async |path: &str, from: &str| {
            let mut request = Request::get(path).header("host", node.app.origin.authority()).body(Body::empty()).unwrap();
            request.extensions_mut().insert(ConnectInfo(from.parse::<SocketAddr>().unwrap()));
            router.clone().oneshot(request).await.unwrap().status()
        };
        let paths = ["/api/v2/instance", "/login", "/.well-known/nodeinfo"];
        let made = boss.post("/api/v1/admin/ip_blocks", json!({ "ip": "198.51.100.0/24", "severity": "no_access" })).await;
        for path in paths {
            assert_eq!(ask(path, "198.51.100.7:4444").await, StatusCode::FORBIDDEN, "{path}");
            assert_eq!(ask(path, "[::ffff:198.51.100.7]:4444").await, StatusCode::FORBIDDEN, "{path}, as one address within another");
            assert_eq!(ask(path, "203.0.113.7:4444").await, StatusCode::OK, "{path}");
        }
        assert_eq!(ask("/healthz", "198.51.100.7:4444").await, StatusCode::OK);
        boss.ask(Method::DELETE, &format!("/api/v1/admin/ip_blocks/{}", made["id"].as_str().unwrap())).send().await.unwrap();
        assert_eq!(ask("/login", "198.51.100.7:4444").await, StatusCode::OK);
    })
    .await;
}
