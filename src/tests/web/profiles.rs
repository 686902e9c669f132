//! Profiles: what each reader may see of somebody, and what members can do about them.

use super::public::{draft, founds, into, keeps, page, writes};
use crate::{
    base::words::{AccountKind, Audience, KeyKind},
    features::{
        accounts::{self, Changes, Remote},
        posts::publish::Draft,
        relationships,
    },
    store::tables::Account,
    tests::support::{Browser, PASSWORD, Place, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

pub(super) async fn browser<'a>(node: &'a TestNode, name: &str) -> Browser<'a> {
    let mut browser = Browser::new(node);
    browser.log_in(name, PASSWORD).await;
    browser
}

/// Presses a button of the last page.
async fn presses(browser: &mut Browser<'_>, path: &str) {
    let answer = browser.submit(path, &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}: {}", browser.page);
    let to = answer.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(browser.open(&to).await.status(), StatusCode::OK);
}

pub(super) async fn elsewhere(node: &TestNode, name: &str, kind: AccountKind) -> Account {
    let remote = Remote {
        uri: format!("https://bolt.test/u/{name}"),
        kind: Some(kind),
        username: name.into(),
        host: "bolt.test".into(),
        url: format!("https://bolt.test/@{name}"),
        inbox: format!("https://bolt.test/u/{name}/inbox"),
        keys: vec![(format!("https://bolt.test/u/{name}#main-key"), KeyKind::Rsa, "pem".into())],
        ..Remote::default()
    };
    let tx = node.app.begin().await.unwrap();
    let account = accounts::keep_remote(&tx, &remote).await.unwrap();
    tx.commit().await.unwrap();
    account
}

#[tokio::test]
async fn s048_a_member_sees_on_a_profile_what_they_may_and_no_more() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob, eve) = (node.person("ada").await, node.person("bob").await, node.person("eve").await);
        let inner = founds(&ada, "inner", "Among us", "local").await;
        bob.post(&format!("/api/intermoot/v1/communities/{}/join", inner["id"].as_str().unwrap()), json!({})).await;
        eve.post(&format!("/api/v1/accounts/{}/follow", ada.account.id), json!({})).await;
        into(&ada, &inner, "Said among members").await;
        writes(&ada, json!({ "status": "Said to followers", "visibility": "private" })).await;
        writes(&ada, json!({ "status": "Said to @bob alone", "visibility": "direct" })).await;
        writes(&ada, json!({ "status": "Said aloud" })).await;
        let shown = async |name: &str| {
            let mut browser = browser(&node, name).await;
            browser.open("/u/ada").await;
            ["Said among members", "Said to followers", "alone", "Said aloud"].map(|words| browser.page.contains(words))
        };
        assert_eq!(shown("bob").await, [true, false, false, true]);
        assert_eq!(shown("eve").await, [false, true, false, true]);
        assert_eq!(shown("ada").await, [true, true, false, true]);
        let (_, stranger) = page(&node, "/u/ada").await;
        assert!(stranger.contains("Said aloud") && !stranger.contains("Said among") && !stranger.contains("Said to"));
    })
    .await;
}

#[tokio::test]
async fn a_member_follows_mutes_and_blocks_from_a_page_and_takes_it_back() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let mut browser = browser(&node, "bob").await;
        browser.open("/u/ada").await;
        let stance = async || {
            let relations = relationships::queries::relations(&node.app.store, bob.account.id, &[ada.account.id]).await.unwrap();
            let (_, relation) = relations.into_iter().next().unwrap();
            (relation.following, relation.muting, relation.blocking)
        };
        for (act, wanted, says) in [
            ("follow", (true, false, false), "Unfollow ada"),
            ("follow", (true, false, false), "Unfollow ada"),
            ("mute", (true, true, false), "No longer mute ada"),
            ("unmute", (true, false, false), "Mute ada"),
            ("unfollow", (false, false, false), "Follow ada"),
            ("block", (false, false, true), "No longer block ada"),
            ("unblock", (false, false, false), "Follow ada"),
        ] {
            presses(&mut browser, &format!("/u/ada/{act}")).await;
            assert_eq!(stance().await, wanted, "{act}");
            assert!(browser.page.contains(says), "{act}: {}", browser.page);
        }
        // A community's page, and nobody, are no such places; without the token nothing happens.
        founds(&ada, "valves", "Valve quality", "public").await;
        for path in ["/u/valves/follow", "/u/nobody/follow", "/u/acme/block"] {
            assert_eq!(browser.submit(path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
        let answer = browser.send_raw("/u/ada/follow", &[("token", "other")]).await;
        assert_eq!((answer.status(), stance().await.0), (StatusCode::FORBIDDEN, false));
        let mut stranger = Browser::new(&node);
        let answer = stranger.send_raw("/u/ada/follow", &[]).await;
        assert_eq!((answer.status(), answer.headers()["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/login?next=%2Fu%2Fada"));
    })
    .await;
}

#[tokio::test]
async fn who_approves_followers_is_asked_and_a_block_is_said() {
    let node = Place::sqlite().node("acme").await;
    let (ada, bob) = (node.person("ada").await, node.person("bob").await);
    ada.ask(Method::PATCH, "/api/v1/accounts/update_credentials").json(&json!({ "locked": true })).send().await.unwrap();
    let mut browser = browser(&node, "bob").await;
    browser.open("/u/ada").await;
    assert!(browser.page.contains("Ask to follow ada") && browser.page.contains("Approves followers"));
    presses(&mut browser, "/u/ada/follow").await;
    assert!(browser.page.contains("this waits for an answer") && browser.page.contains("Withdraw the request"));
    presses(&mut browser, "/u/ada/unfollow").await;
    assert!(browser.page.contains("Ask to follow ada"));
    ada.post(&format!("/api/v1/accounts/{}/block", bob.account.id), json!({})).await;
    browser.open("/u/ada").await;
    assert!(browser.page.contains("has blocked you") && !browser.page.contains("action=\"/u/ada/follow\""));
    assert_eq!(browser.submit("/u/ada/follow", &[]).await.status(), StatusCode::FORBIDDEN);
    assert!(browser.page.contains("One of you blocks the other."));
}

#[tokio::test]
async fn s054_somebody_elsewhere_has_a_page_for_members_alone() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        node.person("bob").await;
        elsewhere(&node, "bo", AccountKind::Person).await;
        elsewhere(&node, "lab", AccountKind::Community).await;
        for name in ["bo@bolt.test", "nobody@bolt.test", "x@nowhere.test"] {
            let answer = node.get(&format!("/u/{name}")).send().await.unwrap();
            let to = answer.headers()["location"].to_str().unwrap().to_owned();
            assert_eq!((answer.status(), to), (StatusCode::SEE_OTHER, format!("/login?next=%2Fu%2F{}", name.replace('@', "%40"))));
        }
        let mut browser = browser(&node, "bob").await;
        assert_eq!(browser.open("/u/bo@bolt.test").await.status(), StatusCode::OK);
        assert!(
            browser.page.contains("@bo@bolt.test") && browser.page.contains("https://bolt.test/@bo") && browser.page.contains("noindex")
        );
        presses(&mut browser, "/u/bo@bolt.test/follow").await;
        assert!(browser.page.contains("this waits for an answer"), "{}", browser.page);
        let own = format!("/u/bob@{}", node.app.origin.authority());
        for (path, status) in [("/u/nobody@bolt.test", 404), ("/u/lab@bolt.test", 404), ("/u/bo%40BOLT.test", 303), (own.as_str(), 303)] {
            assert_eq!(browser.open(path).await.status(), status, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn s091_pictures_of_a_profile_come_from_this_node_and_affiliation_is_said_in_words() {
    let node = Place::sqlite().node("acme").await;
    node.person("bob").await;
    let bo = elsewhere(&node, "bo", AccountKind::Person).await;
    let tx = node.app.begin().await.unwrap();
    let claim = r#"{"organisation":"https://other.test/org","name":"Other","title":"Boss","is_confirmed":false}"#;
    crate::sql!("UPDATE accounts SET avatar_url = 'https://bolt.test/a.png', affiliation = {} WHERE id = {}", claim, bo.id)
        .run(&tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut browser = browser(&node, "bob").await;
    browser.open("/u/bo@bolt.test").await;
    assert!(browser.page.contains("<img class=\"face\" src=\"/proxy/"), "{}", browser.page);
    assert!(!browser.page.contains("src=\"http"));
    assert!(browser.page.contains("Says to belong to other.test, not confirmed") && !browser.page.contains("Boss"));
}

#[tokio::test]
async fn a_profile_has_parts_that_are_paged_by_themselves() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, bob) = (node.person("ada").await, node.person("bob").await);
        let theirs = keeps(&node, &bob.account, draft("<p>By bob.</p>")).await;
        for nth in 0..22 {
            let answer = Draft { in_reply_to: Some(theirs.id), ..draft(&format!("<p>Answer {nth}.</p>")) };
            keeps(&node, &ada.account, answer).await;
        }
        let mut browser = Browser::new(&node);
        browser.open("/u/ada").await;
        assert!(!browser.page.contains("Answer ") && browser.page.contains("Nothing here for everybody to read."));
        browser.open("/u/ada?show=answers").await;
        assert!(browser.page.contains("Answer 21.") && browser.page.contains("noindex"));
        let older = browser.value_after("rel=\"next\" href=\"");
        assert!(older.starts_with("/u/ada?show=answers&before="), "{older}");
        browser.open(&older).await;
        assert!(browser.page.contains("Answer 1.") && !browser.page.contains("Answer 2."), "{}", browser.page);
        browser.open("/u/ada?show=media").await;
        assert!(!browser.page.contains("Answer "));
    })
    .await;
}

#[tokio::test]
async fn s084_what_a_page_says_of_itself_is_complete_and_stays_words() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let tx = node.app.begin().await.unwrap();
    let changes = Changes {
        display_name: Some("Ada \"<L>\"".into()),
        note: Some(("Valves & more".into(), "<p>Valves &amp; more</p>".into())),
        ..Changes::default()
    };
    accounts::change_profile(&tx, &ada.account, changes).await.unwrap();
    crate::sql!("UPDATE accounts SET avatar_url = 'https://pictures.test/a.png' WHERE id = {}", ada.account.id).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let (_, profile) = page(&node, "/u/ada").await;
    let title = format!("property=\"og:title\" content=\"Ada &#34;&#60;L&#62;&#34; (@ada@{})\"", node.app.origin.authority());
    assert!(profile.contains(&title), "{profile}");
    assert!(profile.contains("property=\"og:description\" content=\"Valves &#38; more\""), "{profile}");
    assert!(profile.contains(&format!("property=\"og:image\" content=\"{}/proxy/", node.app.origin.base())), "{profile}");
    let post = keeps(&node, &ada.account, draft("<p>Seen.</p>")).await;
    let (_, thread) = page(&node, &post.uri).await;
    let embed = format!("type=\"application/json+oembed\" href=\"{}/api/oembed?url=http%3A%2F%2Facme.localhost%3A", node.app.origin.base());
    assert!(thread.contains(&embed) && thread.contains("name=\"twitter:card\" content=\"summary\""), "{thread}");
    let at = thread.split("application/json+oembed\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(node.get(node.app.origin.stored(at)).send().await.unwrap().status(), StatusCode::OK);
    let hidden = keeps(&node, &ada.account, Draft { audience: Audience::Unlisted, ..draft("<p>Not told.</p>") }).await;
    let (_, unlisted) = page(&node, &hidden.uri).await;
    assert!(!unlisted.contains("og:") && unlisted.contains("noindex"), "{unlisted}");
}
