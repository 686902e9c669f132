//! Coming in, and one's own account: what was typed stays, what is wrong stands beside it, and all of it in the reader's language.

use crate::{
    base::config::RegistrationMode,
    features::accounts::queries,
    tests::support::{Browser, PASSWORD, Place, TestNode, on_both_databases, pictures::png},
};
use reqwest::StatusCode;
use std::path::Path;

const PROFILE: &str = "/settings/profile";
const PREFERENCES: &str = "/settings/preferences";

/// Fields that a browser sends of the profile's form.
fn words<'a>(name: &'a str, note: &'a str) -> Vec<(&'a str, Option<&'a str>, Vec<u8>)> {
    let field = |field, value: &str| (field, None, value.as_bytes().to_vec());
    vec![
        field("display_name", name),
        field("note", note),
        field("field_name", "Colours"),
        field("field_value", "red"),
        field("field_name", ""),
        field("field_value", ""),
        field("locked", "yes"),
    ]
}

async fn logged_in(node: &TestNode) -> Browser<'_> {
    node.person("ada").await;
    let mut browser = Browser::new(node);
    browser.log_in("ada", PASSWORD).await;
    browser
}

/// How many files are being received or kept.
fn files(node: &TestNode) -> usize {
    fn count(folder: &Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
        entries.flatten().map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    count(&node.app.config.media_dir())
}

#[tokio::test]
async fn a_profile_is_changed_in_the_browser_with_pictures_and_without() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let mut browser = logged_in(&node).await;
        browser.open(PROFILE).await;
        let mut parts = words("Ada <L.>", "Valves\r\n& pipes");
        parts.push(("avatar", Some("me.exe"), png(40, 40)));
        parts.push(("header", Some(""), Vec::new()));
        let answer = browser.upload(PROFILE, &parts).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", browser.page);
        assert_eq!(answer.headers()["location"], "/settings/profile?done=yes");
        let ada = queries::by_handle(&node.app.store, "ada", "").await.unwrap().unwrap();
        assert_eq!((ada.display_name.as_str(), ada.note_source.as_str()), ("Ada <L.>", "Valves\n& pipes"));
        assert!(ada.locked && !ada.bot && ada.avatar_url.starts_with("/media/") && ada.header_url.is_empty());
        browser.open("/settings/profile?done=yes").await;
        assert!(browser.page.contains("Ada &#60;L.&#62;") && browser.page.contains("class=\"portrait\""), "{}", browser.page);
        let shown = browser.value_after("class=\"portrait\" src=\"").replace(&node.url, "");
        assert_eq!(node.get(&shown).send().await.unwrap().status(), StatusCode::OK);

        let mut parts = words("Ada", "");
        parts.push(("no_avatar", None, b"yes".to_vec()));
        assert_eq!(browser.upload(PROFILE, &parts).await.status(), StatusCode::SEE_OTHER);
        let ada = queries::by_handle(&node.app.store, "ada", "").await.unwrap().unwrap();
        assert_eq!((ada.display_name.as_str(), ada.note.as_str(), ada.avatar_url.as_str()), ("Ada", "", ""));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_profile_stands_beside_it_and_nothing_is_kept() {
    on_both_databases(async |place| {
        let node = place.node_with("acme", |config| config.media.image_bytes = 100_000).await;
        let mut browser = logged_in(&node).await;
        let (long, name) = ("x".repeat(501), "n".repeat(101));
        let wrong = [
            ("note", words("Kept as typed", &long), None),
            ("display_name", words(&name, "Kept as typed"), None),
            ("avatar", words("Kept as typed", ""), Some(("avatar", b"no picture at all".to_vec()))),
            ("header", words("Kept as typed", ""), Some(("header", vec![0; 150_000]))),
        ];
        for (field, mut parts, picture) in wrong {
            browser.open(PROFILE).await;
            parts.extend(picture.map(|(field, bytes)| (field, Some("a.png"), bytes)));
            assert_eq!(browser.upload(PROFILE, &parts).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{field}");
            assert!(browser.page.contains(&format!("id=\"{field}-wrong\"")), "{field}: {}", browser.page);
            assert!(browser.page.contains("Kept as typed") && browser.page.contains("value=\"Colours\""), "{field}");
            let ada = queries::by_handle(&node.app.store, "ada", "").await.unwrap().unwrap();
            assert!(ada.display_name != "Kept as typed" && ada.note.is_empty() && !ada.locked, "{field}");
        }
        assert_eq!(files(&node), 0, "no file stays of what was refused");
    })
    .await;
}

#[tokio::test]
async fn s090_pictures_of_a_form_without_its_token_are_not_even_received() {
    let node = Place::sqlite().node("acme").await;
    let mut browser = logged_in(&node).await;
    browser.open(PROFILE).await;
    let picture = ("avatar", Some("me.png"), png(40, 40));
    for token in ["", "guess"] {
        let parts = [("token", None, token.as_bytes().to_vec()), picture.clone()];
        assert_eq!(browser.upload_raw(PROFILE, &parts).await.status(), StatusCode::FORBIDDEN);
    }
    let token = browser.hidden("token").into_bytes();
    let late = [picture.clone(), ("token", None, token)];
    assert_eq!(browser.upload_raw(PROFILE, &late).await.status(), StatusCode::FORBIDDEN, "the token comes first");
    assert_eq!(files(&node), 0);
    let stranger = Browser::new(&node).upload_raw(PROFILE, &[picture]).await;
    assert_eq!(stranger.status(), StatusCode::SEE_OTHER, "strangers log in first");
    assert_eq!(files(&node), 0);
}

#[tokio::test]
async fn pages_are_in_the_language_that_somebody_chose_wherever_they_log_in() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let mut browser = logged_in(&node).await;
        browser.open(PREFERENCES).await;
        assert!(browser.page.contains("<html lang=\"en\""));
        let wrong = [("locale", "xx"), ("audience", "everyone"), ("language", "<b>"), ("sensitive", "yes")];
        assert_eq!(browser.submit(PREFERENCES, &wrong).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["locale", "audience", "language"] {
            assert!(browser.page.contains(&format!("id=\"{field}-wrong\"")), "{field}: {}", browser.page);
        }
        assert!(browser.page.contains("value=\"&#60;b&#62;\"") && browser.page.contains("value=\"yes\" checked"), "what was typed stays");
        let right = [("locale", "de"), ("audience", "unlisted"), ("language", "pt_BR"), ("sensitive", "yes")];
        assert_eq!(browser.submit(PREFERENCES, &right).await.status(), StatusCode::SEE_OTHER);
        let mut elsewhere = Browser::new(&node);
        elsewhere.log_in("ada", PASSWORD).await;
        for (path, words) in [(PREFERENCES, "Vorlieben"), ("/settings/sessions", "Wo du angemeldet bist"), ("/nowhere", "Hier ist nichts")]
        {
            elsewhere.open(path).await;
            assert!(elsewhere.page.contains("<html lang=\"de\"") && elsewhere.page.contains(words), "{path}: {}", elsewhere.page);
        }
        elsewhere.open(PREFERENCES).await;
        for chosen in ["value=\"unlisted\" selected", "name=\"language\" value=\"pt-BR\"", "value=\"de\" lang=\"de\" selected"] {
            assert!(elsewhere.page.contains(chosen), "{chosen}: {}", elsewhere.page);
        }
        let plain = [("locale", ""), ("audience", "public"), ("language", "")];
        assert_eq!(elsewhere.submit(PREFERENCES, &plain).await.status(), StatusCode::SEE_OTHER);
        let ada = queries::by_handle(&node.app.store, "ada", "").await.unwrap().unwrap();
        let user = queries::user(&node.app.store, ada.id).await.unwrap().unwrap();
        assert!(user.locale.is_empty() && user.posting_language.is_empty() && !user.posting_sensitive);
    })
    .await;
}

#[tokio::test]
async fn strangers_read_in_the_language_that_their_browser_asks_for() {
    let node = Place::sqlite().node_with("acme", |config| config.registration.mode = RegistrationMode::Open).await;
    for (path, words) in [("/login", "Passwort vergessen?"), ("/auth/sign_up", "Benutzername"), ("/nowhere", "Hier ist nichts")] {
        let page = node.get(path).header("accept-language", "de-AT").header("accept", "text/html").send().await.unwrap();
        let page = page.text().await.unwrap();
        // a forgotten password needs mail, which this node has not
        assert!(page.contains("<html lang=\"de\"") && (path == "/login" || page.contains(words)), "{path}: {page}");
    }
    let mut browser = Browser::new(&node);
    browser.open("/login").await;
    browser.submit("/login", &[("login", "nobody"), ("password", "x")]).await;
    assert!(browser.page.contains("do not go together") && browser.page.contains("value=\"nobody\""));
}

#[tokio::test]
async fn the_key_of_the_second_step_and_the_way_in_for_a_phone_are_there_to_be_scanned() {
    let node = Place::sqlite().node("acme").await;
    let mut browser = logged_in(&node).await;
    browser.open("/settings/second_factor").await;
    browser.submit("/settings/second_factor/begin", &[("password", "wrong")]).await;
    assert!(browser.page.contains("id=\"password-wrong\""), "{}", browser.page);
    browser.submit("/settings/second_factor/begin", &[("password", PASSWORD)]).await;
    browser.open("/settings/second_factor").await;
    assert!(browser.page.contains("<div class=\"qr\" role=\"img\"") && browser.page.contains("<svg viewBox"), "{}", browser.page);
    browser.submit("/settings/second_factor/on", &[("code", "000000")]).await;
    assert!(browser.page.contains("id=\"code-wrong\""), "{}", browser.page);
    browser.open("/settings/apps").await;
    for part in [node.app.origin.authority(), "/login</code>", "<svg viewBox", "@ada@"] {
        assert!(browser.page.contains(part), "{part}: {}", browser.page);
    }
}
