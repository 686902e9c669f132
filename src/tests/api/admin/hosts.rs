//! Decisions about hosts, and what they do.

use super::{acts, staff, status_of, stranger};
use crate::{
    base::{error::Error, words::NodeRole},
    features::{
        moderation::reports::{Incoming, received},
        peers,
    },
    tests::{
        api::{
            shapes::{assert_are, assert_is},
            social::{id, refused},
        },
        support::{TestNode, on_both_databases},
    },
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ALL: &str = "/api/v1/admin/domain_blocks";

#[tokio::test]
async fn s126_a_decision_about_a_host_is_made_changed_and_taken_back_each_with_one_entry() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Admin).await;
        let limited = async || peers::is_silenced(&node.app.store, "sub.loud.example:8443").await.unwrap();
        let blocked = async || peers::is_blocked(&node.app.store, "sub.loud.example:8443").await.unwrap();
        let new = json!({ "domain": "Loud.example.", "private_comment": "seen twice", "public_comment": "ads" });
        let made = acts(&node, (&boss, "host.silence"), (Method::POST, ALL, new)).await;
        assert_is("AdminDomainBlock", &made);
        assert_eq!(
            (&made["severity"], &made["domain"], &made["private_comment"]),
            (&json!("silence"), &json!("loud.example"), &json!("seen twice"))
        );
        assert!(limited().await && !blocked().await);
        let one = format!("{ALL}/{}", id(&made));
        let changed =
            acts(&node, (&boss, "host.change"), (Method::PUT, &one, json!({ "severity": "suspend", "reject_media": true }))).await;
        assert_eq!(
            (&changed["severity"], &changed["reject_media"], &changed["public_comment"]),
            (&json!("suspend"), &json!(true), &json!("ads"))
        );
        assert!(!limited().await && blocked().await);
        let changed = acts(&node, (&boss, "host.change"), (Method::PUT, &one, json!({ "severity": "noop" }))).await;
        assert_eq!((&changed["severity"], &changed["reject_media"]), (&json!("noop"), &json!(true)), "what is not said stays");
        assert!(!limited().await && !blocked().await);
        let again = status_of(&boss, Method::POST, ALL, json!({ "domain": "loud.example", "severity": "suspend" })).await;
        assert_eq!(again, StatusCode::UNPROCESSABLE_ENTITY, "it is limited already");
        assert_are("AdminDomainBlock", &boss.get(ALL).await);
        acts(&node, (&boss, "host.unblock"), (Method::DELETE, &one, json!({}))).await;
        assert_eq!((boss.get(ALL).await, status_of(&boss, Method::GET, &one, json!({})).await), (json!([]), StatusCode::NOT_FOUND));
        let ours = node.app.config.server.url.host().to_owned();
        for wrong in
            [json!({}), json!({ "domain": "a b" }), json!({ "domain": ours }), json!({ "domain": "x.example", "severity": "loud" })]
        {
            assert_eq!(status_of(&boss, Method::POST, ALL, wrong.clone()).await, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        let moderator = staff(&node, "mod", NodeRole::Moderator).await;
        assert_eq!(refused(&moderator, Method::GET, ALL, json!({})).await, (StatusCode::FORBIDDEN, "not_permitted".into()));
    })
    .await;
}

#[tokio::test]
async fn the_command_lines_blocks_are_these_too_and_taking_them_back_there_takes_all_back() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Admin).await;
        let tx = node.app.begin().await.unwrap();
        peers::block(&tx, "spam.example", ("command line", "found in a list")).await.unwrap();
        tx.commit().await.unwrap();
        let shown = boss.get(ALL).await;
        assert_eq!((&shown[0]["severity"], &shown[0]["private_comment"]), (&json!("suspend"), &json!("found in a list")));
        let told = boss.get("/api/v1/instance/domain_blocks").await;
        assert_eq!((&told[0]["domain"], &told[0]["comment"]), (&json!("spam.example"), &json!("")), "why is for administrators");
        boss.post(ALL, json!({ "domain": "odd.example", "severity": "noop", "reject_media": true })).await;
        let tx = node.app.begin().await.unwrap();
        peers::unblock(&tx, "spam.example", "command line").await.unwrap();
        tx.commit().await.unwrap();
        let left = boss.get(ALL).await;
        assert_eq!((left.as_array().unwrap().len(), &left[0]["domain"]), (1, &json!("odd.example")));
    })
    .await;
}

#[tokio::test]
async fn people_are_told_whom_the_node_limits_with_names_hidden_where_an_administrator_says_so() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Admin).await;
        for (host, severity, hides) in
            [("spam.example", "suspend", true), ("loud.example", "silence", false), ("odd.example", "noop", true)]
        {
            let new =
                json!({ "domain": host, "severity": severity, "obfuscate": hides, "public_comment": "ads", "private_comment": "hush" });
            boss.post(ALL, new).await;
        }
        let told = boss.get("/api/v1/instance/domain_blocks").await;
        assert_are("DomainBlock", &told);
        let list: Vec<(&str, &str)> =
            told.as_array().unwrap().iter().map(|one| (one["domain"].as_str().unwrap(), one["severity"].as_str().unwrap())).collect();
        assert_eq!(list, [("loud.example", "silence"), ("spam.****ple", "suspend")]);
        assert!(!told.to_string().contains("spam.example") && !told.to_string().contains("hush"), "{told}");
    })
    .await;
}

async fn reports(
    node: &TestNode,
    uri: &str,
    by: &crate::store::tables::Account,
    target: &crate::store::tables::Account,
) -> Result<(), String> {
    let tx = node.app.begin().await.unwrap();
    let incoming = Incoming { uri, target, posts: vec![], community: None, comment: "rude" };
    let outcome = received(&tx, by, incoming).await;
    tx.commit().await.unwrap();
    match outcome {
        Err(Error::Refused(refusal)) => Err(refusal.code.to_owned()),
        other => {
            other.unwrap();
            Ok(())
        }
    }
}

#[tokio::test]
async fn reports_from_a_host_whose_reports_are_refused_are_not_kept_and_its_files_are_not_fetched() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Admin).await;
        let (pat, eve) = (stranger(&node, "pat", "a.bolt.example").await, node.person("eve").await);
        reports(&node, "https://a.bolt.example/flags/1", &pat, &eve.account).await.unwrap();
        assert_eq!(boss.get("/api/v1/admin/reports").await.as_array().unwrap().len(), 1);
        let new = json!({ "domain": "bolt.example", "severity": "noop", "reject_reports": true, "reject_media": true });
        let made: Value = boss.post(ALL, new).await;
        assert_eq!(reports(&node, "https://a.bolt.example/flags/2", &pat, &eve.account).await.unwrap_err(), "reports_refused");
        assert_eq!(boss.get("/api/v1/admin/reports").await.as_array().unwrap().len(), 1);
        for (host, is_refused) in [("files.a.bolt.example", true), ("bolt.example", true), ("notbolt.example", false)] {
            let url = format!("https://{host}/cat.png");
            // without a network nothing is fetched: what is refused is refused before that
            let outcome = node.app.cache.get(&node.app, &url, false).await.unwrap_err();
            assert_eq!(outcome.refusal().is_some_and(|refusal| refusal.code == "not_found"), is_refused, "{host}: {outcome:?}");
        }
        boss.ask(Method::DELETE, &format!("{ALL}/{}", id(&made))).send().await.unwrap();
        reports(&node, "https://a.bolt.example/flags/3", &pat, &eve.account).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn hosts_are_allowed_by_agreement_and_apps_are_told_so() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let boss = staff(&node, "boss", NodeRole::Admin).await;
        let allows = "/api/v1/admin/domain_allows";
        assert_eq!(boss.get(allows).await, json!([]));
        for (method, path) in [(Method::POST, allows.to_owned()), (Method::DELETE, format!("{allows}/1"))] {
            assert_eq!(
                refused(&boss, method, &path, json!({ "domain": "bolt.example" })).await,
                (StatusCode::CONFLICT, "by_agreement".into())
            );
        }
        assert_eq!(status_of(&boss, Method::GET, &format!("{allows}/1"), json!({})).await, StatusCode::NOT_FOUND);
    })
    .await;
}
