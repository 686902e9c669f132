//! Who follows whom, as pages tell it, and what somebody puts at the head of theirs.

use super::{
    profiles::{browser, elsewhere},
    public::{draft, founds, keeps, page, writes},
};
use crate::{
    base::words::AccountKind,
    features::{
        accounts,
        relationships::{self, FollowOptions},
    },
    sql,
    store::tables::Account,
    tests::support::{Browser, Place, TestNode, done, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

async fn follows(node: &TestNode, follower: &Account, whom: &Account) {
    let tx = node.app.begin().await.unwrap();
    let uri = (!follower.is_local()).then(|| format!("{}/follows/{}", follower.uri, whom.username));
    relationships::follow(&tx, follower, whom, FollowOptions::default(), uri.as_deref()).await.unwrap();
    tx.commit().await.unwrap();
}

/// What a page lists: whoever looks has a way to their own page beside it.
fn listed(page: &str) -> &str {
    page.split("<ul class=\"sheet held\">").nth(1).and_then(|rest| rest.split("</ul>").next()).unwrap_or_default()
}

#[tokio::test]
async fn who_follows_somebody_is_told_without_whoever_waits_or_is_suspended() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob, eve, mal) = (node.person("ada").await, node.person("bob").await, node.person("eve").await, node.person("mal").await);
        let bo = elsewhere(&node, "bo", AccountKind::Person).await;
        for one in [&bob.account, &eve.account, &mal.account, &bo] {
            follows(&node, one, &ada.account).await;
        }
        let (status, before) = page(&node, "/u/ada/followers").await;
        for href in ["/u/bob", "/u/eve", "/u/mal", "https://bolt.test/@bo"] {
            assert!(listed(&before).contains(&format!("href=\"{href}\"")), "{href}: {before}");
        }
        assert!(status == StatusCode::OK && before.contains("noindex"));
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE users SET approved = FALSE WHERE account_id = {}", eve.account.id).run(&tx).await.unwrap();
        accounts::suspend(&tx, mal.account.id).await.unwrap();
        tx.commit().await.unwrap();
        let mut member = browser(&node, "bob").await;
        member.open("/u/ada/followers").await;
        let (_, stranger) = page(&node, "/u/ada/followers").await;
        for (who, text) in [("a member", &member.page), ("a stranger", &stranger)] {
            assert!(listed(text).contains("href=\"/u/bob\"") && !text.contains("/u/eve") && !text.contains("/u/mal"), "{who}: {text}");
        }
        assert!(member.page.contains("href=\"/u/bo@bolt.test\""), "members have a page here of somebody elsewhere: {}", member.page);
        let told = ada.get(&format!("/api/v1/accounts/{}/followers", ada.account.id)).await;
        let names: Vec<&str> = told.as_array().unwrap().iter().map(|one| one["acct"].as_str().unwrap()).collect();
        assert_eq!(names, ["bo@bolt.test", "bob"], "apps are told the same");
        for (path, status) in
            [("/u/eve/followers", 404), ("/u/mal/following", 404), ("/u/nobody/followers", 404), ("/u/bo@bolt.test/followers", 303)]
        {
            assert_eq!(page(&node, path).await.0, status, "{path}");
        }
        for (path, to) in [("/@ada/following", "/u/ada/following"), ("/u/ADA/followers", "/u/ada/followers")] {
            let answer = node.get(path).send().await.unwrap();
            assert_eq!((answer.status(), answer.headers()["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, to));
        }
    })
    .await;
}

#[tokio::test]
async fn s059_in_which_inner_communities_somebody_sits_is_told_to_their_members_alone() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob, eve) = (node.person("ada").await, node.person("bob").await, node.person("eve").await);
        let inner = founds(&ada, "inner", "Among us", "local").await;
        bob.post(&format!("/api/intermoot/v1/communities/{}/join", inner["id"].as_str().unwrap()), json!({})).await;
        follows(&node, &bob.account, &eve.account).await;
        for (name, sees) in [("ada", true), ("bob", true), ("eve", false)] {
            let mut browser = browser(&node, name).await;
            browser.open("/u/bob/following").await;
            let shown = listed(&browser.page);
            assert_eq!((shown.contains("/c/inner"), shown.contains("href=\"/u/eve\"")), (sees, true), "{name}: {}", browser.page);
        }
        let (_, stranger) = page(&node, "/u/bob/following").await;
        assert!(!stranger.contains("inner") && stranger.contains("href=\"/u/eve\""), "{stranger}");
        // a community lists its people on a page of its own, to members
        let answer = node.get("/u/inner/followers").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn whoever_keeps_their_circles_to_themselves_reads_them_alone() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob, eve) = (node.person("ada").await, node.person("bob").await, node.person("eve").await);
        follows(&node, &bob.account, &ada.account).await;
        follows(&node, &eve.account, &bob.account).await;
        follows(&node, &eve.account, &ada.account).await;
        let familiar = format!("/api/v1/accounts/familiar_followers?id[]={}", ada.account.id);
        assert_eq!(eve.get(&familiar).await[0]["accounts"][0]["acct"], json!("bob"));
        let mut own = browser(&node, "ada").await;
        own.open("/settings/profile").await;
        own.upload("/settings/profile", &[("display_name", None, b"Ada".to_vec()), ("hides_circles", None, b"yes".to_vec())]).await;
        own.open("/settings/profile").await;
        assert!(own.page.contains("name=\"hides_circles\" value=\"yes\" checked"), "{}", own.page);
        own.open("/u/ada/followers").await;
        assert!(listed(&own.page).contains("href=\"/u/bob\""), "{}", own.page);
        let mut other = browser(&node, "eve").await;
        for path in ["/u/ada/followers", "/u/ada/following"] {
            other.open(path).await;
            let (status, stranger) = page(&node, path).await;
            for text in [&other.page, &stranger] {
                assert!(
                    status == StatusCode::OK && text.contains("keeps this to themselves") && !text.contains("href=\"/u/bob\""),
                    "{text}"
                );
            }
        }
        let (_, profile) = page(&node, "/u/ada").await;
        assert!(profile.contains("2 followers") && !profile.contains("/u/ada/followers"), "the number is told: {profile}");
        let path = format!("/api/v1/accounts/{}/followers", ada.account.id);
        assert_eq!((eve.get(&path).await, ada.get(&path).await.as_array().unwrap().len()), (json!([]), 2));
        assert_eq!(eve.get(&familiar).await[0]["accounts"], json!([]));
        let shown = eve.get(&format!("/api/v1/accounts/{}", ada.account.id)).await;
        assert_eq!(shown["hide_collections"], json!(true));
        let after = done(ada.ask(Method::PATCH, "/api/v1/profile").json(&json!({ "hide_collections": false }))).await;
        assert_eq!((&after["hide_collections"], eve.get(&path).await.as_array().unwrap().len()), (&json!(false), 2));
    })
    .await;
}

#[tokio::test]
async fn a_long_circle_is_read_in_pages_and_of_somebody_elsewhere_members_see_what_reached_this_node() {
    let node = Place::sqlite().node("acme").await;
    let (ada, bob) = (node.person("ada").await, node.person("bob").await);
    let mut last = None;
    for nth in 0..41 {
        let one = elsewhere(&node, &format!("p{nth}"), AccountKind::Person).await;
        follows(&node, &one, &ada.account).await;
        last = Some(one);
    }
    let mut stranger = Browser::new(&node);
    stranger.open("/u/ada/followers").await;
    assert!(stranger.page.contains("/@p40\"") && stranger.page.contains("/@p1\"") && !stranger.page.contains("/@p0\""));
    let older = stranger.value_after("rel=\"next\" href=\"");
    stranger.open(&older).await;
    assert!(stranger.page.contains("/@p0\"") && !stranger.page.contains("/@p1\""), "{}", stranger.page);
    assert_eq!(stranger.open("/u/ada/followers?before=x").await.status(), StatusCode::BAD_REQUEST);
    follows(&node, &bob.account, last.as_ref().unwrap()).await;
    let mut member = browser(&node, "bob").await;
    assert_eq!(member.open("/u/p40@bolt.test/following").await.status(), StatusCode::OK);
    assert!(listed(&member.page).contains("href=\"/u/ada\"") && member.page.contains("https://bolt.test/@p40"), "{}", member.page);
}

#[tokio::test]
async fn what_somebody_pinned_stands_first_and_once_for_whoever_may_see_it() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let first = writes(&ada, json!({ "status": "How we work" })).await;
        for nth in 0..21 {
            keeps(&node, &ada.account, draft(&format!("<p>Later {nth}.</p>"))).await;
        }
        let gone = writes(&ada, json!({ "status": "Not any more" })).await;
        for id in [&first, &gone] {
            ada.post(&format!("/api/v1/statuses/{id}/pin"), json!({})).await;
        }
        assert!(ada.ask(Method::DELETE, &format!("/api/v1/statuses/{gone}")).send().await.unwrap().status().is_success());
        let (_, profile) = page(&node, "/u/ada").await;
        let at = |words: &str| profile.find(words).unwrap_or_else(|| panic!("{words}: {profile}"));
        assert!(at("Pinned") < at("How we work") && at("How we work") < at("Later 20."), "{profile}");
        assert!(profile.matches("How we work</p>").count() == 1 && !profile.contains("Not any more"), "{profile}");
        let (_, answers) = page(&node, "/u/ada?show=answers").await;
        assert!(!answers.contains("id=\"pinned\""), "{answers}");
        let mut browser = Browser::new(&node);
        browser.open("/u/ada").await;
        let older = browser.value_after("rel=\"next\" href=\"");
        browser.open(&older).await;
        assert!(
            !browser.page.contains("id=\"pinned\"") && browser.page.contains("How we work"),
            "there it has its own place: {}",
            browser.page
        );
        ada.post(&format!("/api/v1/accounts/{}/block", bob.account.id), json!({})).await;
        let mut blocked = super::profiles::browser(&node, "bob").await;
        blocked.open("/u/ada").await;
        assert!(!blocked.page.contains("How we work"), "{}", blocked.page);
    })
    .await;
}
