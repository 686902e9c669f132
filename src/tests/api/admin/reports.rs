//! Reports as this node's moderators work on them.

use super::{acts, names, settle, so_far, staff, status_of, stranger};
use crate::{
    base::words::{NodeRole, Role},
    sql,
    tests::{
        api::{
            shapes::{assert_are, assert_is},
            social::{founds, id},
        },
        support::{done, on_both_databases},
    },
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ALL: &str = "/api/v1/admin/reports";

#[tokio::test]
async fn s126_a_report_is_taken_in_hand_described_closed_and_opened_each_with_one_entry() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Moderator).await;
        let (bo, eve) = (node.person("bo").await, node.person("eve").await);
        let post = bo.post("/api/v1/statuses", json!({ "status": "buy my pills" })).await;
        let new = json!({ "account_id": bo.account.id, "status_ids": [id(&post)], "comment": "spam!", "category": "spam" });
        let made = eve.post("/api/v1/reports", new).await;
        settle(&node).await;
        let told = boss.get("/api/v1/notifications?types[]=admin.report").await;
        assert_eq!(told[0]["report"]["comment"], json!("spam!"));
        let all = boss.get(ALL).await;
        assert_are("AdminReport", &all);
        assert_eq!((&all[0]["statuses"][0]["id"], &all[0]["account"]["username"]), (&post["id"], &json!("eve")));
        let one = format!("{ALL}/{}", id(&made));
        let steps: [(Method, &str, Value, &str); 6] = [
            (Method::POST, "/assign_to_self", json!({}), "report.assign"),
            (Method::POST, "/unassign", json!({}), "report.unassign"),
            (Method::PUT, "", json!({ "category": "violation", "rule_ids": ["1"] }), "report.change"),
            (Method::POST, "/assign_to_self", json!({}), "report.assign"),
            (Method::POST, "/resolve", json!({}), "report.resolve"),
            (Method::POST, "/reopen", json!({}), "report.reopen"),
        ];
        for (method, rest, body, act) in steps {
            let shown = acts(&node, (&boss, act), (method.clone(), &format!("{one}{rest}"), body.clone())).await;
            assert_is("AdminReport", &shown);
            let is_closed = rest == "/resolve";
            assert_eq!(shown["action_taken"], json!(is_closed), "{rest}");
            assert_eq!(shown["action_taken_by_account"]["username"] == "boss", is_closed);
            assert_eq!(boss.get(&format!("{ALL}?resolved=true")).await.as_array().unwrap().len(), usize::from(is_closed));
            assert_eq!(shown["assigned_account"].is_null(), rest == "/unassign" || (rest.is_empty()), "{rest}");
            let before = so_far(&node).await;
            done(boss.ask(method, &format!("{one}{rest}")).json(&body)).await;
            assert_eq!(so_far(&node).await, before, "{rest} twice is once");
        }
        assert_eq!(boss.get(&one).await["category"], json!("violation"));
        assert_eq!(status_of(&boss, Method::PUT, &one, json!({ "category": "odd" })).await, StatusCode::UNPROCESSABLE_ENTITY);
        // an act on the account settles it: one entry for each of the two
        let before = so_far(&node).await;
        let act = json!({ "type": "silence", "report_id": id(&made), "text": "No pills here." });
        boss.post(&format!("/api/v1/admin/accounts/{}/action", bo.account.id), act).await;
        let rows = super::noted(&node, before).await.0;
        assert_eq!(rows.iter().map(|row| row.act.as_str()).collect::<Vec<_>>(), ["account.silence", "report.resolve"]);
        assert_eq!(boss.get(&one).await["action_taken"], json!(true));
        let wrong = json!({ "type": "silence", "report_id": id(&made) });
        let other = format!("/api/v1/admin/accounts/{}/action", eve.account.id);
        assert_eq!(status_of(&boss, Method::POST, &other, wrong).await, StatusCode::NOT_FOUND, "a report about somebody else");
        assert_eq!(boss.get(&format!("/api/v1/admin/accounts/{}", eve.account.id)).await["silenced"], json!(false), "nothing is half done");
    })
    .await;
}

#[tokio::test]
async fn reports_are_found_by_state_reporter_target_and_host() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Moderator).await;
        let (bo, eve) = (node.person("bo").await, node.person("eve").await);
        let pat = stranger(&node, "pat", "bolt.example").await;
        let about =
            async |target: crate::base::id::AccountId| eve.post("/api/v1/reports", json!({ "account_id": target, "comment": "x" })).await;
        let (first, second) = (about(bo.account.id).await, about(pat.id).await);
        boss.post(&format!("{ALL}/{}/resolve", id(&first)), json!({})).await;
        for (asked, found) in [
            (String::new(), vec![&second]),
            ("resolved=true".to_owned(), vec![&first]),
            ("resolved=true&unresolved=true".to_owned(), vec![&second, &first]),
            (format!("resolved=true&unresolved=true&target_account_id={}", bo.account.id), vec![&first]),
            (format!("account_id={}", eve.account.id), vec![&second]),
            (format!("account_id={}", bo.account.id), vec![]),
            ("by_target_domain=bolt.example".to_owned(), vec![&second]),
            ("by_domain=elsewhere.example".to_owned(), vec![]),
        ] {
            let list = boss.get(&format!("{ALL}?{asked}")).await;
            let ids: Vec<&str> = list.as_array().unwrap().iter().map(id).collect();
            assert_eq!(ids, found.into_iter().map(id).collect::<Vec<_>>(), "{asked}");
        }
    })
    .await;
}

#[tokio::test]
async fn s048_to_administer_a_node_is_no_right_to_read_its_communities_reports_or_peoples_posts() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Owner).await;
        let (ada, bo, eve) = (node.person("ada").await, node.person("bo").await, node.person("eve").await);
        let lab = founds(&ada, "lab", json!({ "stage": "local", "join": "open" })).await;
        for member in [&bo, &eve] {
            member.post(&format!("/api/intermoot/v1/communities/{}/join", id(&lab)), json!({})).await;
        }
        let inside = bo.post("/api/v1/statuses", json!({ "status": "inside", "intermoot": { "community_id": id(&lab) } })).await;
        let new = json!({ "account_id": bo.account.id, "status_ids": [id(&inside)], "comment": "secret words" });
        let of_lab = eve.post("/api/v1/reports", new).await;
        let one = format!("{ALL}/{}", id(&of_lab));
        assert_eq!(boss.get(ALL).await, json!([]));
        for (method, rest) in [
            (Method::GET, ""),
            (Method::PUT, ""),
            (Method::POST, "/assign_to_self"),
            (Method::POST, "/unassign"),
            (Method::POST, "/resolve"),
            (Method::POST, "/reopen"),
        ] {
            assert_eq!(
                status_of(&boss, method, &format!("{one}{rest}"), json!({ "category": "spam" })).await,
                StatusCode::NOT_FOUND,
                "{rest}"
            );
        }
        let act = json!({ "type": "silence", "report_id": id(&of_lab) });
        let status = status_of(&boss, Method::POST, &format!("/api/v1/admin/accounts/{}/action", bo.account.id), act).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        // with a moderator's seat they read it like every moderator
        boss.post(&format!("/api/intermoot/v1/communities/{}/join", id(&lab)), json!({})).await;
        assert_eq!(boss.get(ALL).await, json!([]), "to be a member is not enough");
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE seats SET role = {} WHERE account_id = {}", Role::Moderator, boss.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(boss.get(ALL).await[0]["statuses"][0]["id"], inside["id"]);
        // what was written to followers alone is not shown for being reported
        eve.post(&format!("/api/v1/accounts/{}/follow", bo.account.id), json!({})).await;
        let quiet = bo.post("/api/v1/statuses", json!({ "status": "for followers", "visibility": "private" })).await;
        let new = json!({ "account_id": bo.account.id, "status_ids": [id(&quiet)], "comment": "rude" });
        let report = eve.post("/api/v1/reports", new).await;
        let shown = boss.get(&format!("{ALL}/{}", id(&report))).await;
        assert_eq!((&shown["statuses"], &shown["intermoot"]["statuses_count"]), (&json!([]), &json!(1)));
        assert_eq!(names(&boss.get("/api/v2/admin/accounts?username=eve").await), ["eve"]);
    })
    .await;
}
