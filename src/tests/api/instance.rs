//! What the node says of itself, and the honest empty answers.

use super::shapes::{assert_are, assert_is};
use crate::{
    base::config::RegistrationMode,
    features::peers,
    tests::support::{Place, on_both_databases, people::done},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn both_versions_say_what_clients_look_for() {
    on_both_databases(async |place| {
        let node = place
            .node_with("acme", |config| {
                config.registration.mode = RegistrationMode::Approval;
                config.limits.status_characters = 777;
            })
            .await;
        node.person("ada").await;
        let (first, second) = (done(node.get("/api/v1/instance")).await, done(node.get("/api/v2/instance")).await);
        assert_is("V1Instance", &first);
        assert_is("Instance", &second);
        assert!(first["version"].as_str().unwrap().ends_with(concat!("(compatible; Intermoot ", env!("CARGO_PKG_VERSION"), ")")));
        assert_eq!(first["uri"], node.app.origin.authority());
        assert_eq!(second["domain"], node.app.origin.authority());
        assert_eq!(first["stats"]["user_count"], 1);
        assert_eq!((&first["registrations"], &first["approval_required"]), (&json!(true), &json!(true)));
        assert!(second["configuration"]["urls"]["streaming"].as_str().unwrap().starts_with("ws://acme.localhost:"));
        assert_eq!(second["configuration"]["vapid"]["public_key"].as_str().unwrap().len(), 87);
        assert_eq!(second["configuration"]["statuses"]["characters_reserved_per_url"], 23);
        assert_eq!(second["configuration"]["statuses"]["max_characters"], node.app.config.limits.status_characters);
        assert_eq!(second["api_versions"]["mastodon"], 8);
    })
    .await;
}

#[tokio::test]
async fn the_rest_of_the_instance_is_answered() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let tx = node.app.begin().await.unwrap();
        peers::known(&tx, "boltco.example").await.unwrap();
        peers::block(&tx, "spam.example", ("ada", "spam")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(done(node.get("/api/v1/instance/peers")).await, json!(["boltco.example"]));
        let weeks = done(node.get("/api/v1/instance/activity")).await;
        assert_eq!(weeks.as_array().unwrap().len(), 12);
        assert_eq!(weeks[0]["registrations"], "1");
        assert_eq!(weeks[1]["registrations"], "0");
        let week: i64 = weeks[0]["week"].as_str().unwrap().parse().unwrap();
        assert!((0..7 * 86_400).contains(&(node.app.store.now().0 / 1000 - week)));
        assert_eq!(node.get("/api/v1/instance/domain_blocks").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
        let blocks = ada.get("/api/v1/instance/domain_blocks").await;
        assert_eq!(blocks[0]["domain"], "spam.example");
        assert_is("ExtendedDescription", &done(node.get("/api/v1/instance/extended_description")).await);
        assert_eq!(done(node.get("/api/v1/instance/rules")).await, json!([]));
        assert_eq!(done(node.get("/api/v1/instance/translation_languages")).await, json!({}));
        assert!(
            done(node.get("/api/v1/instance/languages")).await.as_array().unwrap().contains(&json!({ "code": "en", "name": "English" }))
        );
        for path in ["privacy_policy", "terms_of_service"] {
            let answer = node.get(&format!("/api/v1/instance/{path}")).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_node_does_not_have_is_empty_and_not_missing() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    for path in ["custom_emojis", "trends", "trends/tags", "trends/statuses", "trends/links"] {
        assert_eq!(done(node.get(&format!("/api/v1/{path}"))).await, json!([]), "{path}");
    }
    for path in ["v1/announcements", "v1/filters", "v2/filters", "v1/scheduled_statuses", "v1/featured_tags", "v1/conversations"] {
        assert_eq!(ada.get(&format!("/api/{path}")).await, json!([]), "{path}");
        assert_eq!(node.get(&format!("/api/{path}")).send().await.unwrap().status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    let push = ada.ask(reqwest::Method::GET, "/api/v1/push/subscription").send().await.unwrap();
    assert_eq!(push.status(), StatusCode::NOT_FOUND);
    assert!(push.json::<Value>().await.unwrap()["error"].is_string());
    assert_eq!(node.get("/api/v1/streaming/health").send().await.unwrap().text().await.unwrap(), "OK");
}

#[tokio::test]
async fn the_pictures_of_whoever_has_none_may_be_drawn_anywhere() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let me = ada.get("/api/v1/accounts/verify_credentials").await;
    for field in ["avatar", "avatar_static", "header", "header_static"] {
        let picture = node.client.get(me[field].as_str().unwrap()).header("origin", "https://client.example").send().await.unwrap();
        assert_eq!(picture.status(), StatusCode::OK);
        assert_eq!(picture.headers()["content-type"], "image/png");
        assert_eq!(picture.headers()["access-control-allow-origin"], "*");
        assert!(picture.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        assert!(picture.bytes().await.unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
    }
    assert_are("Account", &json!([me]));
}
