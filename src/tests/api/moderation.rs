//! Reports, acts of moderators, the queue and the log over the API: who may, who sees, and what comes of it.

use super::social::{founds, id, refused};
use crate::{
    base::{
        id::AccountId,
        words::{NodeRole, Role},
    },
    sql,
    tests::support::{Person, Place, TestNode, done, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// The API of a community.
fn path(community: &Value, rest: &str) -> String {
    format!("/api/intermoot/v1/communities/{}{rest}", id(community))
}

/// Ada owns a public community; mo moderates it, eve is a member, flo is not.
async fn cast(place: &Place) -> (TestNode, Value, [Person; 4]) {
    let node = place.node("acme").await;
    let people = [node.person("ada").await, node.person("mo").await, node.person("eve").await, node.person("flo").await];
    let valves = founds(&people[0], "valves", json!({})).await;
    for member in &people[1..3] {
        member.post(&path(&valves, "/join"), json!({})).await;
    }
    let tx = node.app.begin().await.unwrap();
    sql!("UPDATE seats SET role = {} WHERE account_id = {}", Role::Moderator, people[1].account.id).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    (node, valves, people)
}

async fn writes(person: &Person, community: &Value, text: &str) -> Value {
    person.post("/api/v1/statuses", json!({ "status": text, "intermoot": { "community_id": id(community) } })).await
}

/// Draws the consequences that the worker would draw.
async fn settle(node: &TestNode) {
    let federation = crate::federation::Federation::start(node.app.clone()).unwrap();
    crate::federation::bootstrap(&node.app).await.unwrap();
    crate::server::worker::round(&federation, true).await.unwrap();
}

async fn status_of(person: &Person, method: Method, path: &str) -> StatusCode {
    person.ask(method, path).json(&json!({})).send().await.unwrap().status()
}

#[tokio::test]
async fn s048_a_report_is_read_by_the_moderators_of_its_community_and_by_nobody_else() {
    on_both_databases(async |place| {
        let (node, valves, [ada, mo, eve, flo]) = cast(&place).await;
        let post = writes(&eve, &valves, "buy my pills").await;
        let report =
            json!({ "account_id": eve.account.id, "status_ids": [id(&post)], "comment": "spam", "category": "spam", "forward": true });
        let made = flo.post("/api/v1/reports", report).await;
        assert_eq!((&made["action_taken"], &made["category"], &made["status_ids"][0]), (&json!(false), &json!("spam"), &post["id"]));
        assert!(made.get("account").is_none() && made["target_account"]["username"] == "eve");
        settle(&node).await;
        for moderator in [&ada, &mo] {
            let listed = moderator.get(&path(&valves, "/reports")).await;
            assert_eq!((&listed[0]["id"], &listed[0]["account"]["username"]), (&made["id"], &json!("flo")));
            let told = moderator.get("/api/v1/notifications?types[]=admin.report").await;
            assert_eq!(told[0]["report"]["id"], made["id"]);
        }
        let resolve = path(&valves, &format!("/reports/{}/resolve", id(&made)));
        for other in [&eve, &flo] {
            assert_eq!(status_of(other, Method::GET, &path(&valves, "/reports")).await, StatusCode::NOT_FOUND);
            assert_eq!(status_of(other, Method::POST, &resolve).await, StatusCode::NOT_FOUND);
            assert_eq!(other.get("/api/v1/notifications?types[]=admin.report").await, json!([]));
        }
        let closed = mo.post(&resolve, json!({ "outcome": "removed" })).await;
        assert_eq!((&closed["action_taken"], &closed["intermoot"]["outcome"]), (&json!(true), &json!("removed")));
        settle(&node).await;
        assert_eq!(flo.get("/api/intermoot/v1/reports").await[0]["intermoot"]["outcome"], "removed");
        let told = flo.get("/api/v1/notifications?types[]=intermoot.report_resolved").await;
        assert_eq!(told[0]["report"]["id"], made["id"]);
        assert_eq!(flo.get("/api/v1/notifications").await, json!([]), "apps that do not ask for the word never get it");
        assert_eq!(mo.get(&path(&valves, "/reports")).await, json!([]));
        // who is no moderator any more reads the old notification no longer
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE seats SET role = {} WHERE account_id = {}", Role::Member, mo.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(mo.get("/api/v1/notifications?types[]=admin.report").await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_report_about_no_community_is_for_the_nodes_own_moderators() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (eve, flo) = (node.person("eve").await, node.person("flo").await);
        let warden = node.person_with("warden", "read write admin:read admin:write").await;
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE users SET role = {} WHERE account_id = {}", NodeRole::Moderator, warden.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let made = flo.post("/api/v1/reports", json!({ "account_id": eve.account.id, "comment": "rude", "rule_ids": ["1"] })).await;
        assert_eq!(made["category"], "violation");
        settle(&node).await;
        assert_eq!(warden.get("/api/intermoot/v1/admin/reports").await[0]["id"], made["id"]);
        assert_eq!(warden.get("/api/v1/notifications").await[0]["type"], "admin.report");
        assert_ne!(status_of(&flo, Method::GET, "/api/intermoot/v1/admin/reports").await, StatusCode::OK);
        let resolve = format!("/api/intermoot/v1/admin/reports/{}/resolve", id(&made));
        warden.post(&resolve, json!({ "outcome": "spoken to" })).await;
        assert_eq!(warden.get("/api/intermoot/v1/admin/reports?resolved=true").await[0]["intermoot"]["outcome"], "spoken to");
    })
    .await;
}

#[tokio::test]
async fn a_report_that_makes_no_sense_is_refused_with_a_reason() {
    on_both_databases(async |place| {
        let (_node, valves, [ada, _, eve, flo]) = cast(&place).await;
        let pumps = founds(&ada, "pumps", json!({})).await;
        eve.post(&path(&pumps, "/join"), json!({})).await;
        let (one, two) = (writes(&eve, &valves, "one").await, writes(&eve, &pumps, "two").await);
        let report = |body: Value| refused(&flo, Method::POST, "/api/v1/reports", body);
        let eve_id = eve.account.id;
        for (body, status) in [
            (json!({ "account_id": flo.account.id }), StatusCode::UNPROCESSABLE_ENTITY),
            (json!({ "account_id": "7" }), StatusCode::NOT_FOUND),
            (json!({ "account_id": eve_id, "category": "taste" }), StatusCode::UNPROCESSABLE_ENTITY),
            (json!({ "account_id": eve_id, "comment": "x".repeat(1001) }), StatusCode::UNPROCESSABLE_ENTITY),
            (json!({ "account_id": eve_id, "status_ids": [id(&one), id(&two)] }), StatusCode::UNPROCESSABLE_ENTITY),
            (json!({ "account_id": ada.account.id, "status_ids": [id(&one)] }), StatusCode::NOT_FOUND),
            (json!({ "account_id": eve_id, "intermoot": { "community_id": id(&valves) } }), StatusCode::NOT_FOUND),
        ] {
            assert_eq!(report(body.clone()).await.0, status, "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_removed_post_is_put_back_and_a_locked_thread_takes_no_answers() {
    on_both_databases(async |place| {
        let (node, valves, [_, mo, eve, flo]) = cast(&place).await;
        let post = writes(&eve, &valves, "hello").await;
        let over = |rest: &str| path(&valves, &format!("/posts/{}{rest}", id(&post)));
        let gone = done(mo.ask(Method::DELETE, &over("")).json(&json!({ "reason": "off topic" }))).await;
        assert_eq!((&gone["act"], &gone["reason"], &gone["asked"]), (&json!("remove"), &json!("off topic"), &json!(false)));
        settle(&node).await;
        let address = format!("/api/v1/statuses/{}", id(&post));
        assert_eq!(status_of(&flo, Method::GET, &address).await, StatusCode::NOT_FOUND);
        assert_eq!(eve.get(&address).await["intermoot"]["removed"]["reason"], "off topic");
        let told = eve.get("/api/v1/notifications?types[]=moderation_warning").await;
        assert_eq!(
            (&told[0]["moderation_warning"]["text"], &told[0]["moderation_warning"]["action"]),
            (&json!("off topic"), &json!("delete_statuses"))
        );
        for other in [&eve, &flo] {
            assert_eq!(status_of(other, Method::POST, &over("/restore")).await, StatusCode::FORBIDDEN);
            assert_eq!(status_of(other, Method::POST, &over("/lock")).await, StatusCode::FORBIDDEN);
        }
        mo.post(&over("/restore"), json!({})).await;
        settle(&node).await;
        assert_eq!(flo.get(&address).await["id"], post["id"]);
        assert_eq!(flo.get(&path(&valves, "/posts")).await[0]["id"], post["id"]);
        mo.post(&over("/lock"), json!({ "reason": "enough" })).await;
        assert_eq!(mo.post(&over("/lock"), json!({})).await, json!({}), "locking twice is locking once");
        let answer = json!({ "status": "but", "in_reply_to_id": id(&post) });
        let (status, said) = refused(&eve, Method::POST, "/api/v1/statuses", answer.clone()).await;
        assert_eq!((status, said.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "locked"));
        assert_eq!(flo.get(&address).await["intermoot"]["locked"], true);
        mo.post(&over("/unlock"), json!({})).await;
        eve.post("/api/v1/statuses", answer).await;
        let acts = mo.get(&path(&valves, "/log")).await;
        let acts: Vec<&str> = acts.as_array().unwrap().iter().filter_map(|entry| entry["act"].as_str()).collect();
        assert_eq!(acts, ["unlock", "lock", "restore", "remove"]);
    })
    .await;
}

#[tokio::test]
async fn the_first_posts_of_a_newcomer_wait_and_are_seen_by_author_and_moderators_only() {
    on_both_databases(async |place| {
        let (node, valves, [ada, mo, eve, flo]) = cast(&place).await;
        done(ada.ask(Method::PATCH, &path(&valves, "")).json(&json!({ "newcomer_posts": 1 }))).await;
        let (first, second) = (writes(&eve, &valves, "first").await, writes(&eve, &valves, "second").await);
        assert_eq!((&first["intermoot"]["queued"], &second["intermoot"]["queued"]), (&json!(true), &json!(true)));
        settle(&node).await;
        let address = |post: &Value| format!("/api/v1/statuses/{}", id(post));
        assert_eq!(status_of(&flo, Method::GET, &address(&first)).await, StatusCode::NOT_FOUND);
        assert_eq!(eve.get(&address(&first)).await["intermoot"]["queued"], true);
        assert_eq!(flo.get(&path(&valves, "/posts")).await, json!([]));
        assert_eq!(status_of(&eve, Method::GET, &path(&valves, "/queue")).await, StatusCode::NOT_FOUND);
        assert_eq!(mo.get(&path(&valves, "/queue")).await.as_array().unwrap().len(), 2);
        let decide = |post: &Value, verdict: &str| path(&valves, &format!("/queue/{}/{verdict}", id(post)));
        assert_eq!(status_of(&eve, Method::POST, &decide(&first, "approve")).await, StatusCode::FORBIDDEN);
        mo.post(&decide(&first, "approve"), json!({})).await;
        mo.post(&decide(&second, "refuse"), json!({ "reason": "an advertisement" })).await;
        assert_eq!(status_of(&mo, Method::POST, &decide(&first, "approve")).await, StatusCode::CONFLICT);
        settle(&node).await;
        assert_eq!(flo.get(&address(&first)).await["intermoot"]["queued"], false);
        assert_eq!(flo.get(&path(&valves, "/posts")).await[0]["id"], first["id"]);
        assert_eq!(eve.get(&address(&second)).await["intermoot"]["removed"]["reason"], "an advertisement");
        assert_eq!(writes(&eve, &valves, "third").await["intermoot"]["queued"], false, "known by now");
    })
    .await;
}

#[tokio::test]
async fn the_log_is_for_members_until_the_community_opens_it() {
    on_both_databases(async |place| {
        let (node, valves, [ada, mo, eve, flo]) = cast(&place).await;
        let warn = path(&valves, &format!("/members/{}/warn", eve.account.id));
        assert_eq!(refused(&mo, Method::POST, &warn, json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY, "a warning says something");
        mo.post(&warn, json!({ "reason": "be kind" })).await;
        settle(&node).await;
        assert_eq!(eve.get("/api/v1/notifications").await[0]["moderation_warning"]["text"], "be kind");
        let log = path(&valves, "/log");
        assert_eq!(eve.get(&log).await[0]["reason"], "be kind");
        assert_eq!(status_of(&flo, Method::GET, &log).await, StatusCode::NOT_FOUND);
        assert_eq!(node.get(&log).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        done(ada.ask(Method::PATCH, &path(&valves, "")).json(&json!({ "log_public": true }))).await;
        assert_eq!(node.get(&log).send().await.unwrap().status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn s105_nobody_moderates_above_their_rank_and_a_ban_can_take_the_posts_too() {
    on_both_databases(async |place| {
        let (node, valves, [ada, mo, eve, flo]) = cast(&place).await;
        let over = |who: AccountId, what: &str| path(&valves, &format!("/members/{who}/{what}"));
        for (by, target) in [(&mo, &ada), (&mo, &mo), (&eve, &mo), (&flo, &eve), (&eve, &eve)] {
            for what in ["warn", "ban"] {
                let (status, _) = refused(by, Method::POST, &over(target.account.id, what), json!({ "reason": "no" })).await;
                assert_eq!(status, StatusCode::FORBIDDEN, "{} {what} {}", by.account.username, target.account.username);
            }
        }
        let post = writes(&eve, &valves, "spam").await;
        mo.post(&over(eve.account.id, "ban"), json!({ "reason": "spam", "expires_in": 3600, "remove_posts": true })).await;
        settle(&node).await;
        assert_eq!(status_of(&flo, Method::GET, &format!("/api/v1/statuses/{}", id(&post))).await, StatusCode::NOT_FOUND);
        assert_eq!(refused(&eve, Method::POST, &path(&valves, "/join"), json!({})).await.0, StatusCode::FORBIDDEN);
        let told = eve.get("/api/v1/notifications").await;
        assert_eq!(told[0]["moderation_warning"]["intermoot"]["act"], "ban");
        assert!(told[0]["moderation_warning"]["intermoot"]["expires_at"].is_string());
        done(mo.ask(Method::DELETE, &over(eve.account.id, "ban"))).await;
        eve.post(&path(&valves, "/join"), json!({})).await;
    })
    .await;
}

#[tokio::test]
async fn s043_hosts_are_blocked_and_listed_by_administrators_alone() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (eve, boss) = (node.person("eve").await, node.person_with("boss", "read write admin:read admin:write").await);
        let all = "/api/intermoot/v1/admin/hosts";
        let clerk = node.person_with("clerk", "read write admin:read admin:write").await;
        assert_eq!(status_of(&clerk, Method::GET, all).await, StatusCode::FORBIDDEN, "a scope is no standing");
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE users SET role = {} WHERE account_id = {}", NodeRole::Admin, boss.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_ne!(status_of(&eve, Method::GET, all).await, StatusCode::OK);
        let tx = node.app.begin().await.unwrap();
        for known in ["www.spam.example", "spam.example:8443", "notspam.example"] {
            crate::features::peers::known(&tx, known).await.unwrap();
        }
        tx.commit().await.unwrap();
        boss.post(all, json!({ "host": "SPAM.example.", "reason": "spam" })).await;
        let listed = boss.get(all).await;
        assert_eq!(
            (listed.as_array().unwrap().len(), &listed[0]["host"], &listed[0]["reason"]),
            (1, &json!("spam.example"), &json!("spam"))
        );
        let blocked = async || -> Vec<String> {
            sql!("SELECT host FROM peers WHERE blocked_at IS NOT NULL ORDER BY host").column(&node.app.store).await.unwrap()
        };
        let tx = node.app.begin().await.unwrap();
        crate::features::peers::known(&tx, "later.spam.example").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(blocked().await, ["later.spam.example", "spam.example", "spam.example:8443", "www.spam.example"]);
        assert_eq!(refused(&boss, Method::POST, all, json!({ "host": "http://x" })).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        boss.post(all, json!({ "host": "www.spam.example" })).await;
        done(boss.ask(Method::DELETE, &format!("{all}/spam.example"))).await;
        assert_eq!(blocked().await, ["www.spam.example"], "a block of its own stays");
    })
    .await;
}
