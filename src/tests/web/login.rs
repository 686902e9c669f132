//! Logging in and out.

use crate::{
    features::sessions,
    tests::support::{Browser, PASSWORD, Place},
};
use reqwest::StatusCode;

#[tokio::test]
async fn a_person_logs_in_by_name_or_address_and_out_again() {
    let node = Place::sqlite().node("acme").await;
    node.person("ada").await;
    let mut browser = Browser::new(&node);
    browser.log_in("Ada", PASSWORD).await;
    browser.open("/").await;
    assert!(browser.page.contains("Log out ada"), "{}", browser.page);
    browser.submit("/logout", &[]).await;
    browser.open("/").await;
    assert!(!browser.page.contains("Log out"));
}

#[tokio::test]
async fn s104_a_session_cannot_be_planted_and_ends_at_log_out() {
    let node = Place::sqlite().node("acme").await;
    node.person("ada").await;
    let mut browser = Browser::new(&node);
    let name = format!("intermoot_session_{}", node.address.port());
    browser.cookies.insert(name.clone(), "planted".into());
    browser.open("/login").await;
    let form = browser.cookies[&format!("intermoot_form_{}", node.address.port())].clone();
    let answer = browser.submit("/login", &[("login", "ada"), ("password", PASSWORD)]).await;
    for cookie in answer.headers().get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    }
    let session = browser.cookies[&name].clone();
    assert_ne!(session, "planted");
    assert_ne!(browser.cookies[&format!("intermoot_form_{}", node.address.port())], form);
    browser.open("/").await;
    browser.submit("/logout", &[]).await;
    browser.cookies.insert(name, session);
    browser.open("/").await;
    assert!(!browser.page.contains("Log out"), "the session went on after logging out");
}

#[tokio::test]
async fn s104_behind_https_cookies_are_secure_and_bound_to_the_host() {
    let node = Place::sqlite().node_with("acme", |config| config.server.url = "https://acme.example".parse().unwrap()).await;
    let answer = node.client.get(format!("http://{}/login", node.address)).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-intermoot_form=") && cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn s090_a_form_without_its_token_changes_nothing() {
    let node = Place::sqlite().node("acme").await;
    node.person("ada").await;
    let mut browser = Browser::new(&node);
    let blind = browser.send_raw("/login", &[("login", "ada"), ("password", PASSWORD), ("token", "guess")]).await;
    assert_eq!(blind.status(), StatusCode::FORBIDDEN);
    browser.open("/login").await;
    let wrong = browser.send_raw("/login", &[("login", "ada"), ("password", PASSWORD), ("token", "")]).await;
    assert_eq!(wrong.status(), StatusCode::FORBIDDEN);
    browser.log_in("ada", PASSWORD).await;
    assert_eq!(browser.send_raw("/logout", &[]).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn s090_pages_are_not_framed_and_run_no_scripts() {
    let node = Place::sqlite().node("acme").await;
    for path in ["/", "/login", "/oauth/authorize?client_id=x", "/login/link/none", "/robots.txt"] {
        let answer = node.get(path).send().await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        // Popups of web clients would never end with either (client-api.md 7).
        assert!(!policy.contains("form-action") && !answer.headers().contains_key("cross-origin-opener-policy"), "{path}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn s054_who_is_unknown_and_what_is_wrong_look_the_same() {
    let node = Place::sqlite().node("acme").await;
    node.person("ada").await;
    let mut pages = Vec::new();
    for name in ["ada", "bob"] {
        let mut browser = Browser::new(&node);
        browser.open("/login").await;
        let answer = browser.submit("/login", &[("login", name), ("password", "not the password")]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        pages.push(browser.page.replace(&browser.hidden("token"), "").replace(name, ""));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn s102_after_too_many_attempts_even_the_right_password_must_wait() {
    let node = Place::sqlite().node_with("acme", |config| config.limits.log_in_attempts = "3/1h".parse().unwrap()).await;
    node.person("ada").await;
    node.person("bea").await;
    let mut browser = Browser::new(&node);
    browser.open("/login").await;
    for _ in 0..3 {
        browser.submit("/login", &[("login", "ada"), ("password", "not the password")]).await;
    }
    let token = browser.hidden("token");
    let fields = [("login", "ada"), ("password", PASSWORD), ("token", token.as_str())];
    let answer = browser.send_raw("/login", &fields).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers().contains_key("retry-after"));
    let fields = [("login", "@@ADA"), ("password", PASSWORD), ("token", token.as_str())];
    assert_eq!(browser.send_raw("/login", &fields).await.status(), StatusCode::TOO_MANY_REQUESTS, "another spelling of the same");
    Browser::new(&node).log_in("bea", PASSWORD).await;
}

#[tokio::test]
async fn a_log_in_link_survives_being_looked_at_and_works_once() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let tx = node.app.begin().await.unwrap();
    let link = format!("/login/link/{}", sessions::make_login_link(&tx, ada.account.id).await.unwrap());
    tx.commit().await.unwrap();
    for _ in 0..2 {
        assert_eq!(node.get(&link).send().await.unwrap().status(), StatusCode::OK);
    }
    let mut browser = Browser::new(&node);
    browser.open(&link).await;
    assert_eq!(browser.submit(&link, &[]).await.status(), StatusCode::SEE_OTHER);
    browser.open("/").await;
    assert!(browser.page.contains("Log out ada"));
    let mut second = Browser::new(&node);
    assert_eq!(second.open(&link).await.status(), StatusCode::FORBIDDEN);
    second.open("/login").await;
    assert_eq!(second.submit(&link, &[]).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn s089_logging_in_leads_nowhere_else() {
    let node = Place::sqlite().node("acme").await;
    node.person("ada").await;
    for next in ["//evil.test/", "https://evil.test", "/\\evil.test"] {
        let mut browser = Browser::new(&node);
        browser.open("/login").await;
        let answer = browser.submit("/login", &[("login", "ada"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!(answer.headers()["location"], "/home", "{next}");
    }
}
