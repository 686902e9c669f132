//! Figures, and what trends.

use super::{acts, staff, status_of, stranger};
use crate::{
    base::words::NodeRole,
    tests::{
        api::{shapes::assert_are, social::id},
        support::on_both_databases,
    },
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn measures_are_what_happened_and_keys_that_are_not_known_are_left_out() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Moderator).await;
        let (bo, eve) = (node.person("bo").await, node.person("eve").await);
        stranger(&node, "pat", "bolt.example").await;
        let post = bo.post("/api/v1/statuses", json!({ "status": "One #valve" })).await;
        eve.post("/api/v1/statuses", json!({ "status": "Two #valve" })).await;
        bo.post("/api/v1/statuses", json!({ "status": "Three #valve" })).await;
        bo.post("/api/v1/statuses", json!({ "status": "hush #valve", "visibility": "private" })).await;
        eve.post(&format!("/api/v1/statuses/{}/favourite", id(&post)), json!({})).await;
        eve.post(&format!("/api/v1/statuses/{}/reblog", id(&post)), json!({})).await;
        boss.post("/api/v1/statuses", json!({ "status": "an answer", "in_reply_to_id": post["id"] })).await;
        let made = eve.post("/api/v1/reports", json!({ "account_id": bo.account.id })).await;
        eve.post("/api/v1/reports", json!({ "account_id": bo.account.id })).await;
        boss.post(&format!("/api/v1/admin/reports/{}/resolve", id(&made)), json!({})).await;
        let now = node.app.store.clock.now();
        let (start, end) = (now.minus(std::time::Duration::from_secs(2 * 86_400)), now.plus(std::time::Duration::from_secs(60)));
        let asked = json!({
            "keys": ["active_users", "new_users", "interactions", "opened_reports", "resolved_reports", "tag_uses", "tag_accounts", "tag_servers",
                "instance_accounts", "instance_statuses", "instance_follows", "made_up", "instance_media_attachments"],
            "start_at": start, "end_at": end, "tag_uses": { "id": "valve" }, "tag_accounts": { "id": "#Valve" }, "tag_servers": { "id": "valve" },
            "instance_accounts": { "domain": "bolt.example" }, "instance_statuses": { "domain": "bolt.example" },
            "instance_follows": { "domain": "bolt.example" },
        });
        let measures = boss.post("/api/v1/admin/measures", asked).await;
        assert_are("AdminMeasure", &measures);
        let total: Vec<(&str, &str)> =
            measures.as_array().unwrap().iter().map(|one| (one["key"].as_str().unwrap(), one["total"].as_str().unwrap())).collect();
        let wanted = [
            ("active_users", "3"),
            ("new_users", "3"),
            ("interactions", "3"),
            ("opened_reports", "2"),
            ("resolved_reports", "1"),
            ("tag_uses", "3"),
            ("tag_accounts", "2"),
            ("tag_servers", "1"),
            ("instance_accounts", "1"),
            ("instance_statuses", "0"),
            ("instance_follows", "0"),
        ];
        assert_eq!(total, wanted);
        for one in measures.as_array().unwrap() {
            let days: Vec<i64> =
                one["data"].as_array().unwrap().iter().map(|day| day["value"].as_str().unwrap().parse().unwrap()).collect();
            assert!(days.len() >= 3 && one["previous_total"] == "0", "{one}");
            assert!(days.iter().sum::<i64>() >= one["total"].as_str().unwrap().parse().unwrap(), "{one}");
        }
        for wrong in [json!({ "keys": ["new_users"] }), json!({ "keys": ["new_users"], "start_at": "soon", "end_at": "later" })] {
            assert_eq!(status_of(&boss, Method::POST, "/api/v1/admin/measures", wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
        }
    })
    .await;
}

#[tokio::test]
async fn dimensions_and_retention_are_counted_too() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Moderator).await;
        let bo = node.person("bo").await;
        bo.post("/api/v1/statuses", json!({ "status": "Bonjour #valve", "language": "fr" })).await;
        bo.post("/api/v1/statuses", json!({ "status": "Hello #valve", "language": "en" })).await;
        boss.post("/api/v1/statuses", json!({ "status": "Hello again #valve", "language": "en" })).await;
        let day = node.app.store.clock.now().utc().format("%Y-%m-%d").to_string();
        let keys = ["servers", "software_versions", "tag_languages", "tag_servers", "instance_accounts", "languages", "space_usage"];
        let asked =
            json!({ "keys": keys, "start_at": day, "end_at": day, "tag_languages": { "id": "valve" }, "tag_servers": { "id": "valve" } });
        let dimensions = boss.post("/api/v1/admin/dimensions", asked).await;
        assert_are("AdminDimension", &dimensions);
        let of = |key: &str| -> Vec<(String, String)> {
            let found = dimensions.as_array().unwrap().iter().find(|one| one["key"] == key).unwrap_or(&Value::Null);
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            found["data"].as_array().into_iter().flatten().map(|one| (text(&one["key"]), text(&one["value"]))).collect()
        };
        assert_eq!(of("servers"), [(node.app.origin.authority().to_owned(), "3".to_owned())]);
        assert_eq!(of("tag_languages"), [("en".to_owned(), "2".to_owned()), ("fr".to_owned(), "1".to_owned())]);
        assert!(of("software_versions").iter().any(|(key, _)| key == "intermoot") && of("space_usage").is_empty());
        for frequency in ["day", "month"] {
            let asked = json!({ "start_at": day, "end_at": day, "frequency": frequency });
            let cohorts = boss.post("/api/v1/admin/retention", asked).await;
            assert_are("AdminCohort", &cohorts);
            assert_eq!((&cohorts[0]["data"][0]["value"], &cohorts[0]["data"][0]["rate"]), (&json!("2"), &json!(1.0)), "{frequency}");
        }
    })
    .await;
}

#[tokio::test]
async fn s126_what_an_administrator_keeps_out_of_trends_is_out_for_everybody_until_it_is_let_in() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Moderator).await;
        let bo = node.person("bo").await;
        let post = bo.post("/api/v1/statuses", json!({ "status": "Look #valve" })).await;
        boss.post(&format!("/api/v1/statuses/{}/favourite", id(&post)), json!({})).await;
        let public =
            async |what: &str| -> Value { node.get(&format!("/api/v1/trends/{what}")).send().await.unwrap().json().await.unwrap() };
        assert_eq!((&public("tags").await[0]["name"], &public("statuses").await[0]["id"]), (&json!("valve"), &post["id"]));
        let (tag, status) = ("/api/v1/admin/trends/tags/valve".to_owned(), format!("/api/v1/admin/trends/statuses/{}", id(&post)));
        for (path, what) in [(&tag, "tags"), (&status, "statuses")] {
            acts(&node, (&boss, "trend.reject"), (Method::POST, &format!("{path}/reject"), json!({}))).await;
            assert_eq!(public(what).await, json!([]));
            let listed = boss.get(&format!("/api/v1/admin/trends/{what}")).await;
            assert_eq!((listed.as_array().unwrap().len(), &listed[0]["trendable"]), (1, &json!(false)), "administrators see it still");
            acts(&node, (&boss, "trend.approve"), (Method::POST, &format!("{path}/approve"), json!({}))).await;
            assert_eq!(public(what).await.as_array().unwrap().len(), 1);
        }
        let one = "/api/v1/admin/tags/valve";
        assert_eq!(
            acts(&node, (&boss, "trend.reject"), (Method::PUT, one, json!({ "trendable": false }))).await["trendable"],
            json!(false)
        );
        assert_are("AdminTag", &boss.get("/api/v1/admin/tags").await);
        assert_eq!(boss.get(one).await["requires_review"], json!(false));
        for wrong in [json!({ "usable": false }), json!({ "listable": false }), json!({ "display_name": "Valves" })] {
            assert_eq!(status_of(&boss, Method::PUT, one, wrong.clone()).await, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
    })
    .await;
}
