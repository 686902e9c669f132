//! Public pages show what a stranger may see, to whoever looks, and nothing else.

use crate::{
    features::{
        accounts, posts,
        posts::{publish, tests::world},
    },
    store::tables::{Account, Post},
    tests::support::{Browser, Person, Place, TestNode},
};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// Stands in everything that strangers may not see.
const CANARY: &str = "canary";

pub(super) async fn founds(who: &Person, name: &str, title: &str, stage: &str) -> Value {
    let body = json!({ "name": name, "title": title, "purpose": format!("The purpose of {name}."), "stage": stage });
    who.post("/api/intermoot/v1/communities", body).await
}

pub(super) async fn writes(who: &Person, body: Value) -> String {
    who.post("/api/v1/statuses", body).await["id"].as_str().unwrap().to_owned()
}

pub(super) async fn into(who: &Person, community: &Value, text: &str) -> String {
    writes(who, json!({ "status": text, "intermoot": { "community_id": community["id"] } })).await
}

/// Keeps a post as it is given.
pub(super) async fn keeps(node: &TestNode, author: &Account, draft: publish::Draft) -> Post {
    let tx = node.app.begin().await.unwrap();
    let post = publish::publish(&tx, author, draft).await.unwrap();
    tx.commit().await.unwrap();
    post
}

/// A public post of these words, as safe HTML.
pub(super) fn draft(content: &str) -> publish::Draft {
    publish::Draft { source: String::new(), content: content.into(), ..world::draft("") }
}

/// The status and the page at `path`.
pub(super) async fn page(node: &TestNode, path: &str) -> (StatusCode, String) {
    let mut browser = Browser::new(node);
    let status = browser.open(path).await.status();
    (status, browser.page)
}

#[tokio::test]
async fn robots_are_told_what_is_not_for_them_and_may_read_the_rest() {
    let node = Place::sqlite().node("acme").await;
    let answer = node.get("/robots.txt").send().await.unwrap();
    let head = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((answer.status(), head("content-type").as_str()), (StatusCode::OK, "text/plain; charset=utf-8"));
    assert!(head("cache-control").starts_with("public, max-age=") && !head("etag").is_empty());
    let text = answer.text().await.unwrap();
    let closed: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("Disallow: ")).collect();
    assert!(text.contains("User-agent: *\n") && closed.contains(&"/api/") && closed.contains(&"/login"), "{text}");
    for open in [
        "/",
        "/about",
        "/u/ada",
        "/u/ada.atom",
        "/c/valves",
        "/p/1",
        "/tags/x",
        "/sitemap.xml",
        "/sitemap/people-0.xml",
        "/.well-known/webfinger",
        "/assets/style-0.css",
    ] {
        assert!(!closed.iter().any(|path| open.starts_with(path)), "{open}");
    }
}

#[tokio::test]
async fn s048_s054_s056_pages_show_what_strangers_may_see_and_nothing_else() {
    let node = Place::sqlite().node("acme").await;
    let (ada, bob) = (node.person("ada").await, node.person("bob").await);
    let open = founds(&ada, "valves", "Valve quality", "public").await;
    let inner = founds(&ada, "canaryplace", "The canary place", "local").await;
    let top = into(&ada, &open, "Seen by everybody #seen").await;
    let hidden = [
        into(&ada, &inner, "A canary of members #seen").await,
        writes(&ada, json!({ "status": "A canary for followers #seen", "visibility": "private" })).await,
        writes(&ada, json!({ "status": "A canary for @bob alone #seen", "visibility": "direct" })).await,
        writes(&bob, json!({ "status": "A canary in answer", "visibility": "private", "in_reply_to_id": writes(&bob, json!({ "status": "Mine" })).await })).await,
    ];
    let own = writes(&ada, json!({ "status": "Said aloud" })).await;
    let private_answer = writes(&bob, json!({ "status": "@ada a canary between us", "visibility": "direct", "in_reply_to_id": own })).await;

    let mut member = Browser::new(&node);
    member.log_in("ada", crate::tests::support::PASSWORD).await;
    for path in [
        "/".to_owned(),
        "/u/ada".into(),
        "/u/bob".into(),
        "/c/valves".into(),
        "/tags/seen".into(),
        format!("/p/{top}"),
        format!("/p/{own}"),
    ] {
        let (status, stranger) = page(&node, &path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(!stranger.to_lowercase().contains(CANARY), "{path}: {stranger}");
        // Who is logged in sees the same public page, but for profiles and threads, where they see what they may.
        if path != "/u/ada" && !path.starts_with("/p/") {
            member.open(&path).await;
            assert!(!member.page.to_lowercase().contains(CANARY), "{path}");
        }
    }
    assert!(page(&node, "/").await.1.contains("The purpose of valves."));
    for path in ["/u/ada", "/c/valves", "/tags/seen", &format!("/p/{top}")] {
        assert!(page(&node, path).await.1.contains("Seen by everybody"), "{path}");
    }
    let missing = page(&node, "/p/12345").await;
    assert_eq!(missing.0, StatusCode::NOT_FOUND);
    for id in hidden.iter().chain([&private_answer]) {
        assert_eq!(page(&node, &format!("/p/{id}")).await, missing);
    }
    for path in ["/c/canaryplace", "/u/canaryplace", "/@canaryplace", "/c/canaryplace?before=9", "/u/nobody", "/nowhere/at/all"] {
        assert_eq!(page(&node, path).await, missing, "{path}");
    }
}

#[tokio::test]
async fn s056_a_community_that_became_local_is_not_named_on_its_old_posts() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let place = founds(&ada, "canaryplace", "The canary place", "public").await;
    let id = into(&ada, &place, "Public at the time").await;
    assert!(page(&node, &format!("/p/{id}")).await.1.contains("The canary place"));
    let tx = node.app.begin().await.unwrap();
    let community: i64 = place["id"].as_str().unwrap().parse().unwrap();
    crate::sql!("UPDATE communities SET stage = 0 WHERE account_id = {}", community).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    for path in ["/".to_owned(), "/u/ada".into(), format!("/p/{id}"), "/c/canaryplace".into()] {
        assert!(!page(&node, &path).await.1.contains(CANARY), "{path}");
    }
}

#[tokio::test]
async fn what_was_deleted_is_gone_and_what_was_removed_or_suspended_is_not_there() {
    let node = Place::sqlite().node("acme").await;
    let (ada, bob, eve) = (node.person("ada").await, node.person("bob").await, node.person("eve").await);
    let place = founds(&ada, "valves", "Valve quality", "public").await;
    bob.post(&format!("/api/intermoot/v1/communities/{}/join", place["id"].as_str().unwrap()), json!({})).await;
    let removed = into(&bob, &place, "Off topic").await;
    let (deleted, secret) =
        (writes(&ada, json!({ "status": "Oops" })).await, writes(&ada, json!({ "status": "Oh", "visibility": "private" })).await);
    let by_eve = writes(&eve, json!({ "status": "Spam" })).await;
    for id in [&deleted, &secret] {
        ada.ask(reqwest::Method::DELETE, &format!("/api/v1/statuses/{id}")).send().await.unwrap();
    }
    let tx = node.app.begin().await.unwrap();
    let post = posts::queries::by_id(&tx, crate::base::id::PostId(removed.parse().unwrap())).await.unwrap().unwrap();
    posts::remove(&tx, &ada.account, &post, "off topic").await.unwrap();
    accounts::suspend(&tx, eve.account.id).await.unwrap();
    accounts::delete(&tx, &bob.account).await.unwrap();
    tx.commit().await.unwrap();
    for (path, status) in [
        (format!("/p/{deleted}"), StatusCode::GONE),
        (format!("/p/{secret}"), StatusCode::NOT_FOUND),
        (format!("/p/{removed}"), StatusCode::NOT_FOUND),
        (format!("/p/{by_eve}"), StatusCode::NOT_FOUND),
        ("/u/eve".into(), StatusCode::NOT_FOUND),
        ("/u/bob".into(), StatusCode::GONE),
        ("/@bob".into(), StatusCode::GONE),
    ] {
        let (found, text) = page(&node, &path).await;
        assert_eq!(found, status, "{path}");
        assert!(text.starts_with("<!doctype html>") && text.contains("To the front page"), "{path}");
    }
}

#[tokio::test]
async fn lists_go_on_to_older_posts_and_a_wrong_place_in_them_is_refused() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    for nth in 0..25 {
        keeps(&node, &ada.account, draft(&format!("<p>Number {nth}.</p>"))).await;
    }
    let mut browser = Browser::new(&node);
    browser.open("/u/ada").await;
    assert!(browser.page.contains("Number 24.") && browser.page.contains("Number 5.") && !browser.page.contains("Number 4."));
    let older = browser.value_after("rel=\"next\" href=\"");
    browser.open(&older).await;
    assert!(browser.page.contains("Number 4.") && browser.page.contains("Number 0.") && !browser.page.contains("Number 5."));
    assert!(browser.page.contains("Newest posts") && !browser.page.contains("rel=\"next\""));
    for wrong in ["/u/ada?before=x", "/u/ada?before=-1", "/?before=1e9", "/tags/a?before=1&before="] {
        let (status, text) = page(&node, wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(text.starts_with("<!doctype html>"), "{wrong}");
    }
}
