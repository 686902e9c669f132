//! Signing up from within an app.

use super::shapes::assert_is;
use crate::{
    base::config::RegistrationMode,
    features::{accounts, sessions},
    tests::support::{Place, TestNode, on_both_databases, people::done},
};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// A token of an app for itself.
async fn app_token(node: &TestNode, scopes: &str) -> String {
    let tx = node.app.begin().await.unwrap();
    let new = sessions::NewApp { name: "test".into(), website: String::new(), redirect_uris: vec![], scopes: scopes.into() };
    let (app, _) = sessions::register_app(&tx, new).await.unwrap();
    let (_, token) = sessions::issue_token(&tx, app.id, None, scopes).await.unwrap();
    tx.commit().await.unwrap();
    token
}

fn sign_up(node: &TestNode, token: &str, name: &str) -> RequestBuilder {
    let body = [
        ("username", name),
        ("email", &format!("{name}@mail.example")),
        ("password", "correct horse"),
        ("agreement", "true"),
        ("locale", "en"),
    ];
    node.post("/api/v1/accounts").bearer_auth(token).form(&body)
}

#[tokio::test]
async fn where_everyone_may_sign_up_an_app_makes_an_account_and_has_its_token() {
    on_both_databases(async |place| {
        let node = place.node_with("acme", |config| config.registration.mode = RegistrationMode::Open).await;
        let token = app_token(&node, "read write").await;
        let issued = done(sign_up(&node, &token, "Ada")).await;
        assert_is("Token", &issued);
        assert_eq!(issued["scope"], "read write");
        let me = done(node.get("/api/v1/accounts/verify_credentials").bearer_auth(issued["access_token"].as_str().unwrap())).await;
        assert_eq!(me["username"], "ada");
        for (name, field) in [("ada", "username"), ("admin", "username"), ("a b", "username"), ("", "username")] {
            let refused = sign_up(&node, &token, name).send().await.unwrap();
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(refused.json::<Value>().await.unwrap()["details"].get(field).is_some(), "{name}");
        }
        for (wrong, field) in [("email", "email"), ("password", "password"), ("agreement", "agreement")] {
            let mut body = json!({ "username": "bo", "email": "bo@mail.example", "password": "correct horse", "agreement": true });
            body[wrong] = json!(if wrong == "agreement" { "false" } else { "short" });
            let refused = node.post("/api/v1/accounts").bearer_auth(&token).json(&body).send().await.unwrap();
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert!(refused.json::<Value>().await.unwrap()["details"].get(field).is_some(), "{wrong}");
        }
        assert!(accounts::queries::by_handle(&node.app.store, "bo", "").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn whoever_waits_for_approval_cannot_do_anything_yet() {
    on_both_databases(async |place| {
        let node = place.node_with("acme", |config| config.registration.mode = RegistrationMode::Approval).await;
        let token = app_token(&node, "read write").await;
        let issued = done(sign_up(&node, &token, "ada")).await;
        let me =
            node.get("/api/v1/accounts/verify_credentials").bearer_auth(issued["access_token"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(me.status(), StatusCode::FORBIDDEN);
        assert_eq!(me.json::<Value>().await.unwrap()["code"], "pending");
    })
    .await;
}

#[tokio::test]
async fn where_the_administrator_makes_accounts_signing_up_is_refused_in_a_sentence() {
    let node = Place::sqlite().node("acme").await;
    let token = app_token(&node, "read write").await;
    let refused = sign_up(&node, &token, "ada").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "registration_closed");
    let open = Place::sqlite().node_with("bolt", |config| config.registration.mode = RegistrationMode::Open).await;
    let reader = app_token(&open, "read").await;
    assert_eq!(sign_up(&open, &reader, "ada").send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(sign_up(&open, "nothing", "ada").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let person = open.person("bo").await;
    assert_eq!(sign_up(&open, &person.token, "cy").send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn s087_too_many_sign_ups_from_one_address_must_wait() {
    let place = Place::sqlite();
    let node = place.node_with("acme", |config| {
        config.registration.mode = RegistrationMode::Open;
        config.limits.sign_ups = "2/1h".parse().unwrap();
    });
    let node = node.await;
    let token = app_token(&node, "write:accounts").await;
    for name in ["ada", "bo"] {
        assert_eq!(sign_up(&node, &token, name).send().await.unwrap().status(), StatusCode::OK);
    }
    assert_eq!(sign_up(&node, &token, "cy").send().await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
}
