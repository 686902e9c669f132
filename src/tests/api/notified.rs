//! Notifications in groups, and what is filtered, over the wire of an app.

use super::{
    shapes::{assert_are, assert_is},
    social::refused,
};
use crate::{
    base::{id::PostId, words::NotificationKind},
    features::notifications,
    sql,
    tests::support::{Person, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn tells(node: &TestNode, whom: &Person, (kind, by): (NotificationKind, &Person), post: Option<&Value>) {
    let post = post.map(|post| serde_json::from_value::<PostId>(post["id"].clone()).unwrap());
    let tx = node.app.begin().await.unwrap();
    notifications::tell(&tx, whom.account.id, kind, by.account.id, post).await.unwrap();
    tx.commit().await.unwrap();
}

/// Accounts that are not new.
async fn aged(node: &TestNode) {
    let tx = node.app.begin().await.unwrap();
    sql!("UPDATE accounts SET created_at = 1000").run(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn keys(who: &Person, query: &str) -> Vec<String> {
    let all = who.get(&format!("/api/v2/notifications?{query}")).await;
    all["notification_groups"].as_array().unwrap().iter().map(|group| group["group_key"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn favourites_of_one_post_are_one_group_until_they_are_asked_for_one_by_one() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bea, cy) = (node.person("ada").await, node.person("bea").await, node.person("cy").await);
        let [one, two] = [
            ada.post("/api/v1/statuses", json!({ "status": "one" })).await,
            ada.post("/api/v1/statuses", json!({ "status": "two" })).await,
        ];
        tells(&node, &ada, (NotificationKind::Favourite, &bea), Some(&one)).await;
        tells(&node, &ada, (NotificationKind::Favourite, &bea), Some(&two)).await;
        tells(&node, &ada, (NotificationKind::Mention, &bea), Some(&two)).await;
        tells(&node, &ada, (NotificationKind::Favourite, &cy), Some(&one)).await;
        let all = ada.get("/api/v2/notifications").await;
        assert_is("GroupedNotificationsResults", &all);
        let groups = all["notification_groups"].as_array().unwrap();
        let first = &groups[0];
        assert_eq!((groups.len(), &first["notifications_count"], &first["status_id"]), (3, &json!(2), &one["id"]));
        assert_eq!(first["sample_account_ids"], json!([cy.account.id, bea.account.id]));
        assert_ne!(first["page_min_id"], first["page_max_id"]);
        assert_eq!(ada.get("/api/v1/notifications").await[0]["group_key"], first["group_key"]);
        let partial = ada.get("/api/v2/notifications?expand_accounts=partial_avatars&types[]=favourite&limit=1").await;
        assert_eq!((partial["accounts"].as_array().unwrap().len(), &partial["partial_accounts"][0]["acct"]), (1, &json!("bea")));
        assert_are("PartialAccountWithAvatar", &partial["partial_accounts"]);
        assert_eq!(
            refused(&ada, Method::GET, "/api/v2/notifications?expand_accounts=none", json!({})).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(keys(&ada, "grouped_types[]=follow").await.len(), 4);
        assert_eq!(keys(&ada, "grouped_types[]=favourite&exclude_types[]=mention").await.len(), 2);
        let mut seen = keys(&ada, "limit=1").await;
        let last = first["most_recent_notification_id"].as_i64().unwrap();
        seen.extend(keys(&ada, &format!("max_id={last}")).await);
        assert_eq!(seen, keys(&ada, "").await, "each group is on one page");
        for (path, count) in [
            ("/api/v1/notifications/unread_count", 4),
            ("/api/v2/notifications/unread_count", 3),
            ("/api/v2/notifications/unread_count?types[]=favourite", 2),
        ] {
            assert_eq!(ada.get(path).await["count"], count, "{path}");
        }
        let key = first["group_key"].as_str().unwrap();
        let path = format!("/api/v2/notifications/{key}");
        assert_eq!(ada.get(&path).await["notification_groups"][0]["notifications_count"], 2);
        assert_eq!(ada.get(&format!("{path}/accounts")).await.as_array().unwrap().len(), 2);
        assert_eq!(refused(&bea, Method::GET, &path, json!({})).await.0, StatusCode::NOT_FOUND, "s048");
        bea.post(&format!("{path}/dismiss"), json!({})).await;
        assert_eq!(keys(&ada, "").await.len(), 3);
        ada.post(&format!("{path}/dismiss"), json!({})).await;
        assert_eq!(ada.get("/api/v1/notifications").await.as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_is_filtered_waits_as_a_request_that_is_accepted_or_dismissed_and_what_is_dropped_is_gone() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bea, cy) = (node.person("ada").await, node.person("bea").await, node.person("cy").await);
        aged(&node).await;
        let policy = "/api/v2/notifications/policy";
        assert_is("NotificationPolicy", &ada.get(policy).await);
        assert_is("V1NotificationPolicy", &ada.get("/api/v1/notifications/policy").await);
        assert_eq!(refused(&ada, Method::PATCH, policy, json!({ "for_new_accounts": "hide" })).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        ada.ask(Method::PATCH, policy).json(&json!({ "for_not_following": "filter" })).send().await.unwrap();
        assert_eq!(ada.get("/api/v1/notifications/policy").await["filter_not_following"], true);
        let post = bea.post("/api/v1/statuses", json!({ "status": "hi @ada" })).await;
        tells(&node, &ada, (NotificationKind::Mention, &bea), Some(&post)).await;
        tells(&node, &ada, (NotificationKind::Follow, &cy), None).await;
        assert_eq!((ada.get("/api/v1/notifications").await, keys(&ada, "").await.len()), (json!([]), 0));
        assert_eq!(ada.get("/api/v1/notifications?include_filtered=true").await.as_array().unwrap().len(), 2);
        assert_eq!(ada.get(policy).await["summary"], json!({ "pending_requests_count": 2, "pending_notifications_count": 2 }));
        let all = "/api/v1/notifications/requests";
        let waiting = ada.get(all).await;
        assert_are("NotificationRequest", &waiting);
        let (of_cy, of_bea) = (&waiting[0], &waiting[1]);
        assert_eq!(
            (&of_bea["account"]["acct"], &of_bea["last_status"]["id"], &of_bea["notifications_count"]),
            (&json!("bea"), &post["id"], &json!("1"))
        );
        let one = format!("{all}/{}", of_bea["id"].as_str().unwrap());
        for (method, path) in
            [(Method::GET, one.clone()), (Method::POST, format!("{one}/accept")), (Method::POST, format!("{one}/dismiss"))]
        {
            assert_eq!(refused(&bea, method, &path, json!({})).await.0, StatusCode::NOT_FOUND, "s048 {path}");
        }
        ada.post(&format!("{one}/accept"), json!({})).await;
        assert_eq!(ada.get("/api/v1/notifications").await[0]["status"]["id"], post["id"]);
        assert_eq!(ada.get(&format!("{all}/merged")).await["merged"], true);
        ada.post(&format!("{all}/dismiss"), json!({ "id": [of_cy["id"]] })).await;
        assert_eq!((ada.get(all).await, ada.get(policy).await["summary"]["pending_notifications_count"].clone()), (json!([]), json!(0)));
        ada.ask(Method::PATCH, policy).json(&json!({ "for_not_following": "drop" })).send().await.unwrap();
        tells(&node, &ada, (NotificationKind::Follow, &cy), None).await;
        tells(&node, &ada, (NotificationKind::Follow, &bea), None).await;
        let told = ada.get("/api/v1/notifications?types[]=follow&include_filtered=1").await;
        assert_eq!((told.as_array().unwrap().len(), &told[0]["account"]["acct"]), (1, &json!("bea")), "who was accepted by name is heard");
    })
    .await;
}

#[tokio::test]
async fn new_accounts_those_who_do_not_follow_and_letters_are_judged_each_by_their_rule() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bea) = (node.person("ada").await, node.person("bea").await);
        let decide = async |rule: &str| {
            let rules = ["for_not_following", "for_not_followers", "for_new_accounts", "for_private_mentions"];
            let body: Value = rules
                .iter()
                .map(|name| ((*name).to_owned(), json!(if *name == rule { "filter" } else { "accept" })))
                .collect::<serde_json::Map<_, _>>()
                .into();
            ada.ask(Method::PATCH, "/api/v2/notifications/policy").json(&body).send().await.unwrap();
        };
        let waits = async |visibility: &str, more: Value| -> bool {
            let mut body = json!({ "status": "hi @ada", "visibility": visibility });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let post = bea.post("/api/v1/statuses", body).await;
            tells(&node, &ada, (NotificationKind::Mention, &bea), Some(&post)).await;
            let id = format!("/api/v1/notifications?account_id={}", bea.account.id);
            let heard = ada.get(&id).await;
            !heard.as_array().unwrap().iter().any(|told| told["status"]["id"] == post["id"])
        };
        decide("for_new_accounts").await;
        assert!(waits("public", json!({})).await);
        aged(&node).await;
        assert!(!waits("public", json!({})).await);
        decide("for_not_followers").await;
        assert!(waits("public", json!({})).await);
        bea.post(&format!("/api/v1/accounts/{}/follow", ada.account.id), json!({})).await;
        assert!(waits("public", json!({})).await, "only since just now");
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE follows SET created_at = 1000").run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!waits("public", json!({})).await);
        decide("for_private_mentions").await;
        assert!(!waits("public", json!({})).await);
        assert!(waits("direct", json!({})).await);
        let asked = ada.post("/api/v1/statuses", json!({ "status": "@bea?", "visibility": "direct" })).await;
        assert!(!waits("direct", json!({ "in_reply_to_id": asked["id"] })).await, "an answer to one's own letter");
    })
    .await;
}
