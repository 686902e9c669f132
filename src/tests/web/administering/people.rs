//! People: made, found, given a standing, kept out, off-boarded.

use super::{browser, newest, node, noted, somebody};
use crate::{
    base::words::NodeRole,
    features::{accounts, audit, off_boarding},
    server::control::{Act, perform},
    sql,
    tests::support::{Browser, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Nothing beside the button.
const NONE: &[(&str, &str)] = &[];

fn by_ada(acts: &[&str]) -> Vec<(String, String)> {
    acts.iter().map(|act| ((*act).to_owned(), "ada".to_owned())).collect()
}

#[tokio::test]
async fn an_account_is_made_with_a_link_that_logs_in_once() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let mut ada = browser(&node, "ada").await;
        ada.open("/admin/people/new").await;
        let before = newest(&node).await;
        let fields = [("username", "ada"), ("email", "bo@acme.example"), ("role", "member"), ("works_here", "yes"), ("title", "Fitter")];
        assert_eq!(ada.submit("/admin/people/new", &fields).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(ada.page.contains("id=\"username-wrong\"") && ada.page.contains("value=\"bo@acme.example\""), "{}", ada.page);
        let fields = [("username", "bo"), ("email", "bo@acme.example"), ("role", "moderator"), ("works_here", "yes"), ("title", "Fitter")];
        assert_eq!(ada.submit("/admin/people/new", &fields).await.status(), StatusCode::OK, "{}", ada.page);
        assert_eq!(noted(&node, before).await, by_ada(&["account.create"]));
        let path = ada.page.split("/login/link/").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
        let mut bo = Browser::new(&node);
        bo.open(&format!("/login/link/{path}")).await;
        assert_eq!(bo.submit(&format!("/login/link/{path}"), &[]).await.status(), StatusCode::SEE_OTHER);
        bo.open("/settings").await;
        assert!(bo.page.contains("bo@acme.example"), "{}", bo.page);
        ada.open("/admin/people?q=b").await;
        assert!(ada.page.contains("bo@acme.example") && !ada.page.contains(">ada@"), "{}", ada.page);
        ada.open("/admin/people?q=bo@acme&state=team").await;
        assert!(ada.page.contains("bo@acme.example"), "{}", ada.page);
        ada.open("/admin/people?state=left").await;
        assert!(!ada.page.contains("bo@acme.example"), "{}", ada.page);
    })
    .await;
}

#[tokio::test]
async fn s105_an_administrator_does_nothing_about_their_equal_and_makes_nobody_their_equal() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let (owner, equal) = (somebody(&node, "olga", NodeRole::Owner).await, somebody(&node, "abe", NodeRole::Admin).await);
        let cy = node.person("cy").await;
        let mut ada = browser(&node, "ada").await;
        ada.open("/admin/people").await;
        let before = newest(&node).await;
        for above in [&owner, &equal] {
            for (verb, fields) in [
                ("link", NONE),
                ("disable", NONE),
                ("suspend", NONE),
                ("log-out", NONE),
                ("second-factor", NONE),
                ("role", &[("role", "member")][..]),
            ] {
                let answer = ada.submit(&format!("/admin/people/{}/{verb}", above.account.id), fields).await;
                assert!(matches!(answer.status(), StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY), "{verb}: {}", answer.status());
                ada.open("/admin/people").await;
            }
        }
        for role in ["admin", "owner"] {
            let answer = ada.submit(&format!("/admin/people/{}/role", cy.account.id), &[("role", role)]).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{role}");
            ada.open("/admin/people").await;
        }
        assert_eq!(newest(&node).await, before);
        for (verb, fields) in [
            ("role", &[("role", "moderator")][..]),
            ("disable", &[("reason", "Rest")][..]),
            ("enable", NONE),
            ("log-out", NONE),
            ("suspend", NONE),
            ("restore", NONE),
        ] {
            let answer = ada.submit(&format!("/admin/people/{}/{verb}", cy.account.id), fields).await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{verb}: {}", ada.page);
            ada.open(&format!("/admin/people/{}?done=1", cy.account.id)).await;
            assert!(ada.page.contains("role=\"status\""), "{verb}");
        }
        let acts = ["account.role", "account.disable", "account.enable", "session.end_all", "account.suspend", "account.restore"];
        assert_eq!(noted(&node, before).await, by_ada(&acts));
    })
    .await;
}

#[tokio::test]
async fn off_boarding_says_what_it_will_do_and_shows_its_receipts() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let bo = node.person("bo").await;
        let mut ada = browser(&node, "ada").await;
        let path = format!("/admin/people/{}/off-board", bo.account.id);
        ada.open(&path).await;
        assert!(ada.page.contains("nobody logs in with this account") && ada.page.contains("No seat elsewhere"), "{}", ada.page);
        let long = "x".repeat(5000);
        assert_eq!(ada.submit(&path, &[("reason", &long)]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(ada.page.contains(&long), "what was typed stays");
        let before = newest(&node).await;
        let answer = ada.submit(&path, &[("reason", "Left for good")]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", ada.page);
        assert_eq!(noted(&node, before).await, by_ada(&["account.off_board"]));
        let receipt = answer.headers()["location"].to_str().unwrap().to_owned();
        ada.open(&receipt).await;
        assert!(ada.page.contains("No seats elsewhere") && ada.page.contains("Left for good"), "{}", ada.page);

        // two seats elsewhere, of which one is confirmed
        let act = off_boarding::latest(&node.app.store, bo.account.id).await.unwrap().unwrap();
        let tx = node.app.begin().await.unwrap();
        for (community, confirmed) in [(bo.account.id, Some(tx.now)), (act.by_id.unwrap(), None)] {
            let text = "INSERT INTO off_boarding_seats (off_boarding_id, community_id, host, attempts, confirmed_at) VALUES ({}, {}, 'bolt.example', 2, {})";
            sql!(text, act.id, community, confirmed).run(&tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        for path in [receipt.as_str(), "/admin/off-boardings", &format!("/admin/people/{}", bo.account.id)] {
            ada.open(path).await;
            assert!(ada.page.contains("1 of 2 confirmed"), "{path}: {}", ada.page);
        }
        ada.open(&receipt).await;
        assert!(ada.page.contains("told 2 times"), "{}", ada.page);
        ada.open(&receipt).await;
        assert_eq!(ada.submit(&path, &[]).await.headers()["location"].to_str().unwrap(), receipt, "done twice it is the same act");
        assert!(accounts::queries::user(&node.app.store, bo.account.id).await.unwrap().unwrap().off_boarded_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn s105_that_an_owner_left_is_said_by_owners_alone_and_never_of_the_last() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        let olga = somebody(&node, "olga", NodeRole::Owner).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let (mut ada, mut own) = (browser(&node, "ada").await, browser(&node, "olga").await);
        let path = format!("/admin/people/{}", olga.account.id);
        let before = newest(&node).await;
        ada.open(&path).await;
        assert!(!ada.page.contains(&format!("{path}/off-board")), "{}", ada.page);
        ada.submit(&format!("{path}/off-board"), &[]).await;
        assert!(ada.page.contains("Your standing on this node does not allow this"), "{}", ada.page);
        own.open(&format!("{path}/off-board")).await;
        assert_eq!(own.submit(&format!("{path}/off-board"), &[]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(own.page.contains("only owner"), "{}", own.page);
        let leaves = Act::AccountOffBoard { name: "olga".into(), reason: String::new() };
        let refused = perform(&node.app, leaves).await.err().map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(refused.contains("only owner"), "nor by the machine's own word: {refused}");
        let admin = node.person_with("adele", "read write admin:read admin:write").await;
        let tx = node.app.begin().await.unwrap();
        accounts::set_role(&tx, admin.account.id, NodeRole::Admin).await.unwrap();
        tx.commit().await.unwrap();
        node.app.bearers.forget_all();
        let api = format!("/api/intermoot/v1/organisation/people/{}/off-board", olga.account.id);
        let answer = admin.ask(Method::POST, &api).json(&json!({})).send().await.unwrap();
        assert_eq!((answer.status(), answer.json::<Value>().await.unwrap()["code"].as_str()), (StatusCode::FORBIDDEN, Some("rank")));
        assert!(accounts::queries::user(&node.app.store, olga.account.id).await.unwrap().unwrap().off_boarded_at.is_none());
        let rows = audit::after(&node.app.store, before).await.unwrap();
        assert!(rows.iter().all(|row| row.act != "account.off_board"), "{rows:?}");
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_an_account_is_approved_or_refused() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        let (bo, eve) = (node.person("bo").await, node.person("eve").await);
        let tx = node.app.begin().await.unwrap();
        let text = "UPDATE users SET approved = FALSE, sign_up_reason = 'I <b>mend</b> valves' WHERE account_id = {} OR account_id = {}";
        sql!(text, bo.account.id, eve.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let mut ada = browser(&node, "ada").await;
        ada.open("/admin").await;
        assert!(ada.page.contains("2 people ask for an account"), "{}", ada.page);
        ada.open(&format!("/admin/people/{}", bo.account.id)).await;
        assert!(ada.page.contains("I &#60;b&#62;mend&#60;/b&#62; valves"), "{}", ada.page);
        ada.submit(&format!("/admin/people/{}/approve", bo.account.id), &[]).await;
        assert!(accounts::queries::user(&node.app.store, bo.account.id).await.unwrap().unwrap().approved);
        ada.open(&format!("/admin/people/{}", eve.account.id)).await;
        let answer = ada.submit(&format!("/admin/people/{}/reject", eve.account.id), &[]).await;
        assert_eq!(answer.headers()["location"], "/admin/people?state=pending");
        assert_eq!(ada.open(&format!("/admin/people/{}", eve.account.id)).await.status(), StatusCode::NOT_FOUND);
    })
    .await;
}
