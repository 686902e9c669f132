//! What waits for this node's moderators, on their pages.

use super::{
    communities::{does, enters, id, is_refused, reads},
    public::{founds, writes},
};
use crate::{
    base::{config::RegistrationMode, words::NodeRole},
    features::accounts,
    tests::support::{Browser, Person, TestNode, on_both_databases},
};
use reqwest::StatusCode;
use serde_json::json;

async fn appoints(node: &TestNode, who: &Person, role: NodeRole) {
    let tx = node.app.begin().await.unwrap();
    accounts::set_role(&tx, who.account.id, role).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn s048_reports_of_the_node_are_for_its_moderators_who_close_them_and_act_below_their_rank() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob, cleo, dan) =
            (node.person("ada").await, node.person("bob").await, node.person("cleo").await, node.person("dan").await);
        appoints(&node, &ada, NodeRole::Moderator).await;
        appoints(&node, &dan, NodeRole::Admin).await;
        let post = writes(&bob, json!({ "status": "Unkind words" })).await;
        let about = |who: &Person| json!({ "account_id": who.account.id, "comment": "Please <look>", "category": "spam" });
        let mut one = about(&bob);
        one["status_ids"] = json!([post]);
        let first = cleo.post("/api/v1/reports", one).await["id"].as_str().unwrap().to_owned();
        let second = cleo.post("/api/v1/reports", about(&dan)).await["id"].as_str().unwrap().to_owned();
        // A report in a community is for that one's moderators.
        let valves = founds(&dan, "valves", "Valve quality", "public").await;
        bob.post(&format!("/api/intermoot/v1/communities/{}/join", valves["id"].as_str().unwrap()), json!({})).await;
        let inside = writes(&bob, json!({ "status": "In there", "intermoot": { "community_id": valves["id"] } })).await;
        let third = json!({ "account_id": bob.account.id, "status_ids": [inside], "comment": "Of the valves" });
        let third = cleo.post("/api/v1/reports", third).await["id"].as_str().unwrap().to_owned();
        let mut member = enters(&node, "cleo").await;
        for path in ["/moderation", "/moderation/people"] {
            assert_eq!(member.open(path).await.status(), StatusCode::NOT_FOUND, "{path}");
            let found = member.page.clone();
            member.open("/nothing/here").await;
            assert_eq!(found, member.page, "the same answer as where nothing is");
            assert_eq!(Browser::new(&node).open(path).await.status(), StatusCode::SEE_OTHER);
        }
        let mut moderator = enters(&node, "ada").await;
        let page = reads(&mut moderator, "/moderation").await;
        assert!(page.contains("Please &#60;look&#62;") && page.contains("Unkind words") && !page.contains("Of the valves"), "{page}");
        assert!(does(&mut moderator, "/moderation", &[("act", "assign"), ("report", &first)]).await.contains("ada works on it"));
        is_refused(&mut moderator, "/moderation", &[("act", "resolve"), ("report", &third)]).await;
        let up = [("act", "sanction"), ("report", second.as_str()), ("account", &id(&dan)), ("sanction", "suspend")];
        assert!(is_refused(&mut moderator, "/moderation", &up).await.contains("role=\"alert\""), "an administrator stands above");
        let sent =
            [("act", "sanction"), ("report", first.as_str()), ("account", &id(&bob)), ("sanction", "silence"), ("reason", "Be kind")];
        assert!(!does(&mut moderator, "/moderation", &sent).await.contains("Unkind words"), "it is closed");
        let bobs = accounts::queries::by_id(&node.app.store, bob.account.id).await.unwrap().unwrap();
        let dans = accounts::queries::by_id(&node.app.store, dan.account.id).await.unwrap().unwrap();
        assert!(bobs.silenced_at.is_some() && dans.suspended_at.is_none());
        assert!(reads(&mut moderator, "/moderation?which=closed").await.contains("Please &#60;look&#62;"));
    })
    .await;
}

#[tokio::test]
async fn people_who_wait_for_an_account_are_let_in_or_refused() {
    on_both_databases(async |place| {
        let node = place.node_with("acme", |config| config.registration.mode = RegistrationMode::Approval).await;
        let ada = node.person("ada").await;
        appoints(&node, &ada, NodeRole::Moderator).await;
        for name in ["eve", "finn"] {
            let mut browser = Browser::new(&node);
            browser.open("/auth/sign_up").await;
            let email = format!("{name}@mail.example");
            let fields = [("username", name), ("email", email.as_str()), ("password", "correct horse"), ("reason", "I grow <valves>")];
            assert_eq!(browser.submit("/auth/sign_up", &fields).await.status(), StatusCode::OK, "{}", browser.page);
        }
        let mut moderator = enters(&node, "ada").await;
        assert!(reads(&mut moderator, "/moderation").await.contains("<span class=\"count\">2"));
        let page = reads(&mut moderator, "/moderation/people").await;
        assert!(page.contains("eve@mail.example") && page.contains("I grow &#60;valves&#62;"), "{page}");
        let person = async |name: &str| accounts::queries::by_handle(&node.app.store, name, "").await.unwrap();
        for (name, act) in [("eve", "approve"), ("finn", "reject")] {
            let who = person(name).await.unwrap().id.to_string();
            does(&mut moderator, "/moderation/people", &[("act", act), ("account", &who)]).await;
            is_refused(&mut moderator, "/moderation/people", &[("act", act), ("account", &who)]).await;
        }
        let eve = person("eve").await.unwrap();
        assert!(accounts::queries::user(&node.app.store, eve.id).await.unwrap().unwrap().approved);
        assert!(person("finn").await.is_none_or(|finn| finn.gone_at.is_some()));
        assert!(reads(&mut moderator, "/moderation/people").await.contains("Nobody waits for an account"));
    })
    .await;
}
