//! Following, blocking, lists, notifications and markers, as an app does them over the wire.

use crate::{
    base::words::NotificationKind,
    features::notifications,
    tests::support::{Person, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

pub async fn founds(who: &Person, name: &str, extra: Value) -> Value {
    let mut body = json!({ "name": name, "title": format!("All about {name}"), "purpose": "To talk." });
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    who.post("/api/intermoot/v1/communities", body).await
}

pub fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap()
}

/// What an answer that is no success says: its status and code.
pub(super) async fn refused(who: &Person, method: Method, path: &str, body: Value) -> (StatusCode, String) {
    let response = who.ask(method, path).json(&body).send().await.unwrap();
    let status = response.status();
    let said: Value = response.json().await.unwrap();
    assert!(said["error"].as_str().is_some_and(|sentence| !sentence.is_empty()), "{said}");
    (status, said["code"].as_str().unwrap_or_default().to_owned())
}

async fn relation(who: &Person, other: &str) -> Value {
    who.get(&format!("/api/v1/accounts/relationships?id[]={other}")).await[0].clone()
}

async fn tells(node: &TestNode, whom: &Person, kind: NotificationKind, by: &Person) {
    let tx = node.app.begin().await.unwrap();
    notifications::tell(&tx, whom.account.id, kind, by.account.id, None).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn following_blocking_and_muting_show_in_relationships() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let (me, her) = (ada.account.id.to_string(), eve.account.id.to_string());
        let follow = ada.post(&format!("/api/v1/accounts/{her}/follow"), json!({ "reblogs": "false" })).await;
        assert_eq!((&follow["following"], &follow["showing_reblogs"], &follow["id"]), (&json!(true), &json!(false), &json!(her)));
        let again = ada.post(&format!("/api/v1/accounts/{her}/follow"), json!({ "notify": true })).await;
        assert_eq!((&again["notifying"], &again["showing_reblogs"]), (&json!(true), &json!(false)), "what is not said stays");
        assert_eq!(relation(&eve, &me).await["followed_by"], json!(true));
        let followers = eve.get(&format!("/api/v1/accounts/{her}/followers")).await;
        assert_eq!(followers[0]["acct"], json!("ada"));
        eve.post(&format!("/api/v1/accounts/{me}/remove_from_followers"), json!({})).await;
        assert_eq!(relation(&ada, &her).await["following"], json!(false));
        ada.post(&format!("/api/v1/accounts/{her}/follow"), json!({})).await;
        let muted = ada.post(&format!("/api/v1/accounts/{her}/mute"), json!({ "notifications": "0", "duration": 1000 })).await;
        assert_eq!((&muted["muting"], &muted["muting_notifications"]), (&json!(true), &json!(false)));
        assert_eq!(ada.get("/api/v1/mutes").await.as_array().unwrap().len(), 1);
        ada.post(&format!("/api/v1/accounts/{her}/unmute"), json!({})).await;
        let blocked = ada.post(&format!("/api/v1/accounts/{her}/block"), json!({})).await;
        assert_eq!((&blocked["blocking"], &blocked["following"]), (&json!(true), &json!(false)));
        assert_eq!(relation(&eve, &me).await["blocked_by"], json!(true));
        assert_eq!(refused(&eve, Method::POST, &format!("/api/v1/accounts/{me}/follow"), json!({})).await.0, StatusCode::FORBIDDEN);
        ada.post(&format!("/api/v1/accounts/{her}/unblock"), json!({})).await;
        let many = ada.get(&format!("/api/v1/accounts/relationships?id={her}&id[]=1")).await;
        assert!(many.as_array().unwrap().len() <= 1, "accounts that are not there are left out");
        assert_eq!(refused(&ada, Method::POST, "/api/v1/accounts/nobody/follow", json!({})).await.0, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_locked_account_decides_over_follow_requests() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve, flo) = (node.person("ada").await, node.person("eve").await, node.person("flo").await);
        let tx = node.app.begin().await.unwrap();
        let changes = crate::features::accounts::Changes { locked: Some(true), ..Default::default() };
        crate::features::accounts::change_profile(&tx, &ada.account, changes).await.unwrap();
        tx.commit().await.unwrap();
        for who in [&eve, &flo] {
            let asked = who.post(&format!("/api/v1/accounts/{}/follow", ada.account.id), json!({})).await;
            assert_eq!((&asked["requested"], &asked["following"]), (&json!(true), &json!(false)));
        }
        assert_eq!(ada.get("/api/v1/follow_requests").await.as_array().unwrap().len(), 2);
        let let_in = ada.post(&format!("/api/v1/follow_requests/{}/authorize", eve.account.id), json!({})).await;
        assert_eq!(let_in["followed_by"], json!(true));
        ada.post(&format!("/api/v1/follow_requests/{}/reject", flo.account.id), json!({})).await;
        assert_eq!(relation(&flo, &ada.account.id.to_string()).await["requested"], json!(false));
        let gone = format!("/api/v1/follow_requests/{}/authorize", flo.account.id);
        assert_eq!(refused(&ada, Method::POST, &gone, json!({})).await.0, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_joined_community_is_also_a_list_that_only_leaving_ends() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let valves = founds(&ada, "valves", json!({})).await;
        assert_eq!(eve.get("/api/v1/lists").await, json!([]));
        let followed = eve.post(&format!("/api/v1/accounts/{}/follow", id(&valves)), json!({})).await;
        assert_eq!(followed["following"], json!(true));
        let lists = eve.get("/api/v1/lists").await;
        assert_eq!((&lists[0]["id"], &lists[0]["title"]), (&valves["id"], &json!("All about valves")));
        assert_eq!(eve.get(&format!("/api/v1/lists/{}/accounts", id(&valves))).await[0]["group"], json!(true));
        assert_eq!(eve.get(&format!("/api/v1/timelines/list/{}", id(&valves))).await, json!([]));
        let people = format!("/api/v1/lists/{}/accounts", id(&valves));
        for (method, path) in [(Method::POST, people), (Method::DELETE, format!("/api/v1/lists/{}", id(&valves)))] {
            assert_eq!(
                refused(&eve, method, &path, json!({ "title": "x", "account_ids": ["1"] })).await,
                (StatusCode::FORBIDDEN, "lists_are_communities".into())
            );
        }
        eve.post(&format!("/api/v1/accounts/{}/unfollow", id(&valves)), json!({})).await;
        assert_eq!(eve.get("/api/v1/lists").await, json!([]));
        assert_eq!(
            refused(&eve, Method::GET, &format!("/api/v1/timelines/list/{}", id(&valves)), json!({})).await.0,
            StatusCode::NOT_FOUND
        );
    })
    .await;
}

#[tokio::test]
async fn notifications_come_alone_and_in_groups_of_one() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        tells(&node, &ada, NotificationKind::Follow, &eve).await;
        tells(&node, &ada, NotificationKind::FollowRequest, &eve).await;
        let all = ada.get("/api/v1/notifications").await;
        assert_eq!((&all[0]["type"], &all[1]["type"]), (&json!("follow_request"), &json!("follow")));
        assert_eq!(all[0]["account"]["acct"], json!("eve"));
        for (query, count) in [
            ("types[]=follow", 1),
            ("exclude_types[]=follow", 1),
            ("types[]=quote", 0),
            ("account_id=1", 0),
            ("types[]=mention&types[]=follow", 1),
        ] {
            let some = ada.get(&format!("/api/v1/notifications?{query}")).await;
            assert_eq!(some.as_array().unwrap().len(), count, "{query}");
        }
        let groups = ada.get("/api/v2/notifications?limit=1&supported_types[]=follow").await;
        let (group, newest) = (&groups["notification_groups"][0], all[0]["id"].as_str().unwrap());
        assert_eq!(group["group_key"], json!(format!("ungrouped-{newest}")));
        assert_eq!(
            (&groups["accounts"][0]["acct"], &groups["statuses"], &group["notifications_count"]),
            (&json!("eve"), &json!([]), &json!(1))
        );
        let one = ada.get(&format!("/api/v2/notifications/ungrouped-{newest}")).await;
        assert_eq!(one["notification_groups"].as_array().unwrap().len(), 1);
        assert_eq!(ada.get("/api/v2/notifications/unread_count").await, json!({ "count": 2 }));
        let marked = ada.post("/api/v1/markers", json!({ "notifications": { "last_read_id": newest } })).await;
        assert_eq!((&marked["notifications"]["last_read_id"], &marked["notifications"]["version"]), (&json!(newest), &json!(1)));
        let form = [("home[last_read_id]", "7")];
        assert_eq!(ada.ask(Method::POST, "/api/v1/markers").form(&form).send().await.unwrap().status(), StatusCode::OK);
        let markers = ada.get("/api/v1/markers?timeline[]=home&timeline[]=notifications").await;
        assert_eq!((&markers["home"]["last_read_id"], &markers["notifications"]["last_read_id"]), (&json!("7"), &json!(newest)));
        assert_eq!(ada.get("/api/v1/notifications/unread_count").await, json!({ "count": 0 }));
        assert_eq!(ada.get("/api/v2/notifications/policy").await["for_new_accounts"], json!("accept"));
        assert_eq!(refused(&eve, Method::GET, &format!("/api/v1/notifications/{newest}"), json!({})).await.0, StatusCode::NOT_FOUND);
        ada.post(&format!("/api/v1/notifications/{newest}/dismiss"), json!({})).await;
        ada.post("/api/v1/notifications/clear", json!({})).await;
        assert_eq!(ada.get("/api/v1/notifications").await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn lists_of_people_page_by_link() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        for name in ["b", "c", "d"] {
            node.person(name).await.post(&format!("/api/v1/accounts/{}/follow", ada.account.id), json!({})).await;
        }
        let mut path = format!("{}/api/v1/accounts/{}/followers?limit=2", node.url, ada.account.id);
        let mut names = Vec::new();
        loop {
            let response = node.client.get(&path).send().await.unwrap();
            let link = response.headers().get("link").map(|link| link.to_str().unwrap().to_owned()).unwrap_or_default();
            let page: Value = response.json().await.unwrap();
            names.extend(page.as_array().unwrap().iter().map(|account| account["username"].as_str().unwrap().to_owned()));
            let next = link.split(", ").find(|link| link.contains("rel=\"next\"")).map(|link| link[1..link.find('>').unwrap()].to_owned());
            let Some(next) = next else { break };
            path = next;
        }
        assert_eq!(names, ["d", "c", "b"]);
    })
    .await;
}

#[tokio::test]
async fn a_new_post_is_told_to_those_it_concerns_and_may_see_it() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve, flo) = (node.person("ada").await, node.person("eve").await, node.person("flo").await);
        flo.post(&format!("/api/v1/accounts/{}/follow", ada.account.id), json!({ "notify": true })).await;
        let says = async |who: &Person, body: Value| {
            let post = who.post("/api/v1/statuses", body).await;
            for _ in 0..2 {
                let tx = node.app.begin().await.unwrap();
                notifications::tell_of_post(&tx, id(&post).parse().unwrap()).await.unwrap();
                tx.commit().await.unwrap();
            }
            post
        };
        let kinds = async |who: &Person| {
            let told = who.get("/api/v1/notifications").await;
            let one = |told: &Value| format!("{} {}", told["type"].as_str().unwrap(), told["status"]["id"].as_str().unwrap());
            told.as_array().unwrap().iter().map(one).collect::<Vec<_>>()
        };
        let first = says(&ada, json!({ "status": "@eve what do you think?" })).await;
        assert_eq!(kinds(&eve).await, [format!("mention {}", id(&first))]);
        assert_eq!(kinds(&flo).await, [format!("status {}", id(&first))]);
        let answer = says(&eve, json!({ "status": "Fine.", "in_reply_to_id": id(&first) })).await;
        assert_eq!(kinds(&ada).await, [format!("mention {}", id(&answer))], "the one answered is told, also unnamed");
        says(&ada, json!({ "status": "@eve between us", "visibility": "direct" })).await;
        assert_eq!((kinds(&eve).await.len(), kinds(&flo).await.len()), (2, 1), "what one may not see is not told");
        assert_eq!(ada.ask(Method::DELETE, &format!("/api/v1/statuses/{}", id(&first))).send().await.unwrap().status(), StatusCode::OK);
        assert_eq!(kinds(&flo).await, Vec::<String>::new(), "a deleted post takes what was told of it along");
    })
    .await;
}
