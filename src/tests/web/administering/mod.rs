//! The pages of administrators: whom they are for, and that each does what the command line does, with one entry in the audit log.

mod node;
mod partners;
mod people;
mod rights;

use crate::{
    base::words::NodeRole,
    features::{accounts, audit},
    federation::bootstrap,
    tests::support::{Browser, PASSWORD, Person, Place, TestNode, on_both_databases},
};
use reqwest::StatusCode;

/// Every page of administrators that needs no number in its path.
const PAGES: &[&str] = &[
    "/admin",
    "/admin/announcements",
    "/admin/appearance",
    "/admin/audit",
    "/admin/emojis",
    "/admin/health",
    "/admin/invites",
    "/admin/jobs",
    "/admin/off-boardings",
    "/admin/partners",
    "/admin/partners/new",
    "/admin/peers",
    "/admin/people",
    "/admin/people/new",
    "/admin/policies",
    "/admin/start",
    "/admin/storage",
];

/// A node with its own actor and organisation, and somebody of this standing.
async fn node(place: &Place) -> TestNode {
    let node = place.node("acme").await;
    bootstrap(&node.app).await.unwrap();
    node
}

/// Somebody of this standing.
async fn somebody(node: &TestNode, name: &str, role: NodeRole) -> Person {
    let person = node.person(name).await;
    let tx = node.app.begin().await.unwrap();
    accounts::set_role(&tx, person.account.id, role).await.unwrap();
    tx.commit().await.unwrap();
    person
}

/// A browser in which somebody is logged in.
async fn browser<'a>(node: &'a TestNode, name: &str) -> Browser<'a> {
    let mut browser = Browser::new(node);
    browser.log_in(name, PASSWORD).await;
    browser
}

/// The acts that were noted since `before`, each with who did it.
async fn noted(node: &TestNode, before: i64) -> Vec<(String, String)> {
    let rows = audit::after(&node.app.store, before).await.unwrap();
    assert!(rows.iter().all(|row| row.via.starts_with("page 127.0.0.1")), "{rows:?}");
    rows.into_iter().map(|row| (row.act, row.actor)).collect()
}

async fn newest(node: &TestNode) -> i64 {
    crate::store::audit::head(&node.app.store).await.unwrap().0
}

#[tokio::test]
async fn s054_the_pages_are_there_for_who_runs_the_node_and_for_nobody_else() {
    on_both_databases(async |place| {
        let node = node(&place).await;
        somebody(&node, "ada", NodeRole::Admin).await;
        somebody(&node, "mo", NodeRole::Moderator).await;
        node.person("bo").await;
        let (mut ada, mut mo, mut bo) = (browser(&node, "ada").await, browser(&node, "mo").await, browser(&node, "bo").await);
        for path in PAGES {
            assert_eq!(ada.open(path).await.status(), StatusCode::OK, "{path}: {}", ada.page);
            assert_eq!(ada.page.matches("<h1").count(), 1, "{path}");
            assert!(!ada.page.contains("administering-"), "{path} has words that nobody wrote: {}", ada.page);
            for other in [&mut mo, &mut bo] {
                other.open("/there/is/nothing").await;
                let nothing = other.page.clone();
                assert_eq!(other.open(path).await.status(), StatusCode::NOT_FOUND, "{path}");
                assert_eq!(other.page, nothing, "{path}");
            }
            let answer = Browser::new(&node).open(path).await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
            assert!(answer.headers()["location"].to_str().unwrap().starts_with("/login?next="), "{path}");
        }
        let id = node.person("cy").await.account.id;
        for path in [format!("/admin/people/{id}"), format!("/admin/people/{id}/off-board")] {
            assert_eq!(ada.open(&path).await.status(), StatusCode::OK, "{path}");
            assert_eq!(mo.open(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_pages_speak_german_too() {
    let node = node(&Place::sqlite()).await;
    somebody(&node, "ada", NodeRole::Owner).await;
    let tx = node.app.begin().await.unwrap();
    crate::sql!("UPDATE users SET locale = 'de'").run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut ada = browser(&node, "ada").await;
    for path in PAGES {
        ada.open(path).await;
        assert!(ada.page.contains("lang=\"de\"") && !ada.page.contains("administering-"), "{path}: {}", ada.page);
    }
}

#[tokio::test]
async fn s090_a_form_without_its_token_or_by_who_runs_nothing_changes_nothing() {
    let node = node(&Place::sqlite()).await;
    somebody(&node, "ada", NodeRole::Admin).await;
    let (cy, mo) = (node.person("cy").await.account.id, somebody(&node, "mo", NodeRole::Moderator).await);
    let (mut ada, mut other) = (browser(&node, "ada").await, browser(&node, &mo.account.username).await);
    let before = newest(&node).await;
    for path in [
        format!("/admin/people/{cy}/disable"),
        format!("/admin/people/{cy}/link"),
        format!("/admin/people/{cy}/off-board"),
        "/admin/people/new".into(),
        "/admin/invites".into(),
        "/admin/peers".into(),
        "/admin/policies".into(),
        "/admin/announcements".into(),
        "/admin/emojis/remove".into(),
        "/admin/audit/verify".into(),
        "/admin/jobs/retry".into(),
        "/admin/start/skip".into(),
        "/admin/partners/new".into(),
    ] {
        let fields = [("token", "guess"), ("host", "bolt.example"), ("username", "eve"), ("email", "eve@acme.example")];
        assert_eq!(ada.send_raw(&path, &fields).await.status(), StatusCode::FORBIDDEN, "{path}");
        other.open("/settings").await;
        assert_eq!(other.submit(&path, &fields[1..]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(newest(&node).await, before);
}
