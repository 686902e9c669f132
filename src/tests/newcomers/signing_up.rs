//! Signing up by page and by app, and confirming the address.

use super::{account, is_in, link, mailed_link, mails, node, node_with, signs_up, tries};
use crate::{
    base::config::RegistrationMode::{Closed, Open},
    features::{accounts, sessions},
    tests::support::{Browser, PASSWORD, Place, TestNode, on_both_databases, people::done},
};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

async fn app_token(node: &TestNode) -> String {
    let tx = node.app.begin().await.unwrap();
    let new = sessions::NewApp { name: "test".into(), website: String::new(), redirect_uris: vec![], scopes: "read write".into() };
    let (app, _) = sessions::register_app(&tx, new).await.unwrap();
    let (_, token) = sessions::issue_token(&tx, app.id, None, "read write").await.unwrap();
    tx.commit().await.unwrap();
    token
}

fn by_app(node: &TestNode, token: &str, name: &str, email: &str) -> RequestBuilder {
    let body = json!({ "username": name, "email": email, "password": "correct horse", "agreement": true, "locale": "en" });
    node.post("/api/v1/accounts").bearer_auth(token).json(&body)
}

#[tokio::test]
async fn a_person_signs_up_confirms_the_address_and_is_in() {
    on_both_databases(async |place| {
        let node = node(&place, Open).await;
        let mut browser = Browser::new(&node);
        browser.open("/").await;
        assert!(browser.page.contains("href=\"/auth/sign_up\""), "{}", browser.page);
        assert_eq!(signs_up(&mut browser, "/auth/sign_up", "ada").await, StatusCode::OK, "{}", browser.page);
        assert!(browser.page.contains("A mail is on its way to ada@mail.example"), "{}", browser.page);
        assert!(!is_in(&mut browser, "ada").await);
        assert_eq!(tries(&mut browser, "ada", "correct horse").await, StatusCode::FORBIDDEN);
        assert_eq!(tries(&mut browser, "ada", "another horse").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(tries(&mut browser, "ada@mail.example", "correct horse").await, StatusCode::UNPROCESSABLE_ENTITY, "not theirs yet");
        let sent = mails(&node, "ada@mail.example").await;
        assert_eq!(sent.len(), 1, "the link of the first was replaced before it was sent");
        let confirm = link(&sent[0], "/auth/confirmation/");
        for _ in 0..2 {
            assert_eq!(browser.open(&confirm).await.status(), StatusCode::OK, "looking at it uses nothing up");
        }
        assert!(browser.page.contains("ada@mail.example") && browser.page.contains("@ada"));
        assert_eq!(browser.submit(&confirm, &[]).await.status(), StatusCode::OK);
        assert_eq!(browser.open(&confirm).await.status(), StatusCode::FORBIDDEN, "once");
        browser.log_in("ada@mail.example", "correct horse").await;
        assert!(is_in(&mut browser, "ada").await);
    })
    .await;
}

#[tokio::test]
async fn an_app_may_do_nothing_until_the_address_is_confirmed_and_has_the_mail_sent_again() {
    on_both_databases(async |place| {
        let node = node(&place, Open).await;
        let app = app_token(&node).await;
        let issued = done(by_app(&node, &app, "ada", "ada@mail.example")).await;
        let token = issued["access_token"].as_str().unwrap();
        let me = node.get("/api/v1/accounts/verify_credentials").bearer_auth(token).send().await.unwrap();
        assert_eq!(me.status(), StatusCode::FORBIDDEN);
        assert_eq!(me.json::<Value>().await.unwrap()["error"], "Your login is missing a confirmed e-mail address");
        let asks = || node.get("/api/v1/emails/check_confirmation").bearer_auth(token);
        assert_eq!(done(asks()).await, json!(false));
        let first = mailed_link(&node, "ada@mail.example", "/auth/confirmation/").await;
        let again = || node.post("/api/v1/emails/confirmations").bearer_auth(token);
        done(again().json(&json!({ "email": "ada@other.example" }))).await;
        let mut browser = Browser::new(&node);
        assert_eq!(browser.open(&first).await.status(), StatusCode::FORBIDDEN, "only the newest link works");
        let second = mailed_link(&node, "ada@other.example", "/auth/confirmation/").await;
        browser.open(&second).await;
        browser.submit(&second, &[]).await;
        assert_eq!(done(asks()).await, json!(true));
        assert_eq!(done(node.get("/api/v1/accounts/verify_credentials").bearer_auth(token)).await["username"], "ada");
        assert_eq!(account(&node, "ada").await.unwrap().1.email, "ada@other.example");
        assert_eq!(again().send().await.unwrap().status(), StatusCode::FORBIDDEN, "nothing is to be confirmed");
        assert_eq!(node.get("/api/v1/emails/check_confirmation").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
        let own = node.get("/api/v1/emails/check_confirmation").bearer_auth(&app).send().await.unwrap();
        assert_eq!(own.status(), StatusCode::UNPROCESSABLE_ENTITY, "an app is nobody");
    })
    .await;
}

#[tokio::test]
async fn all_that_is_wrong_is_said_at_once_field_by_field() {
    let place = Place::sqlite();
    let node = node(&place, Open).await;
    let app = app_token(&node).await;
    node.person("taken").await;
    let body = json!({ "username": "", "email": "x", "password": "short", "agreement": false });
    let refused = node.post("/api/v1/accounts").bearer_auth(&app).json(&body).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let details = refused.json::<Value>().await.unwrap()["details"].clone();
    for (field, code) in [("username", "ERR_BLANK"), ("email", "ERR_INVALID"), ("password", "ERR_TOO_SHORT"), ("agreement", "ERR_ACCEPTED")]
    {
        assert_eq!(details[field][0]["error"], code, "{details}");
        assert!(details[field][0]["description"].is_string());
    }
    for (name, code) in [("admin", "ERR_RESERVED"), ("taken", "ERR_TAKEN"), ("a b", "ERR_INVALID")] {
        let refused = by_app(&node, &app, name, "new@mail.example").send().await.unwrap();
        assert_eq!(refused.json::<Value>().await.unwrap()["details"]["username"][0]["error"], code, "{name}");
    }
    let mut browser = Browser::new(&node);
    browser.open("/auth/sign_up").await;
    let fields = [("username", "a b"), ("email", "<script>"), ("password", "short")];
    assert_eq!(browser.submit("/auth/sign_up", &fields).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.page.matches("aria-invalid").count(), 3, "{}", browser.page);
    assert!(!browser.page.contains("<script>") && !browser.page.contains("short"));
}

/// What differs between two answers is only what was typed.
fn same(one: &str, other: &str) {
    let bare = |text: &str| {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("name=\"token\" value=\"") {
            out += before;
            rest = after.split_once('"').unwrap().1;
        }
        (out + rest).replace("known", "X").replace("fresh", "X")
    };
    assert_eq!(bare(one), bare(other));
}

#[tokio::test]
async fn s054_signing_up_tells_nobody_whether_an_address_has_an_account() {
    on_both_databases(async |place| {
        let node = node(&place, Open).await;
        let ada = node.person("ada").await;
        let known = account(&node, "ada").await.unwrap().1.email;
        let app = app_token(&node).await;
        let (mut pages, mut bodies) = (Vec::new(), Vec::new());
        for (name, email) in [("known", known.clone()), ("fresh", "fresh@mail.example".to_owned())] {
            let mut browser = Browser::new(&node);
            browser.open("/auth/sign_up").await;
            let fields = [("username", name), ("email", email.as_str()), ("password", "correct horse")];
            assert_eq!(browser.submit("/auth/sign_up", &fields).await.status(), StatusCode::OK);
            pages.push(browser.page.replace(&email, "ADDRESS"));
            let mut body = done(by_app(&node, &app, &format!("{name}2"), &email)).await;
            assert_ne!(body["access_token"].take(), Value::Null);
            body["created_at"].take();
            bodies.push(body.to_string());
        }
        same(&pages[0], &pages[1]);
        assert_eq!(bodies[0], bodies[1]);
        let told = mails(&node, &known).await;
        assert_eq!(told.len(), 2);
        assert!(told[0].contains("belongs to @ada already") && !told[0].contains("/auth/confirmation/"), "{}", told[0]);
        // who has the address keeps it
        assert_eq!(accounts::queries::user_by_login(&node.app.store, &known).await.unwrap().unwrap().account_id, ada.account.id);
        let mut browser = Browser::new(&node);
        browser.log_in(&known, PASSWORD).await;
        assert!(is_in(&mut browser, "ada").await);
    })
    .await;
}

#[tokio::test]
async fn where_no_mail_is_sent_nothing_is_confirmed_and_still_nothing_told() {
    on_both_databases(async |place| {
        let node = place.node_with("acme", |config| config.registration.mode = Open).await;
        let mut browser = Browser::new(&node);
        assert_eq!(signs_up(&mut browser, "/auth/sign_up", "ada").await, StatusCode::SEE_OTHER);
        assert!(is_in(&mut browser, "ada").await, "logged in at once");
        let mut second = Browser::new(&node);
        second.open("/auth/sign_up").await;
        let fields = [("username", "bo"), ("email", "ADA@mail.example"), ("password", "correct horse")];
        assert_eq!(second.submit("/auth/sign_up", &fields).await.status(), StatusCode::SEE_OTHER, "s054");
        let holder = accounts::queries::user_by_login(&node.app.store, "ada@mail.example").await.unwrap().unwrap();
        assert_eq!(holder.account_id, account(&node, "ada").await.unwrap().0.id);
        let mut third = Browser::new(&node);
        third.log_in("bo", "correct horse").await;
        assert_eq!(third.open("/auth/password/new").await.status(), StatusCode::SERVICE_UNAVAILABLE);
        third.open("/login").await;
        assert!(!third.page.contains("/auth/password/new"));
    })
    .await;
}

#[tokio::test]
async fn whoever_confirms_first_has_the_address() {
    let place = Place::sqlite();
    let node = node(&place, Open).await;
    let app = app_token(&node).await;
    for name in ["ada", "bo"] {
        done(by_app(&node, &app, name, "shared@mail.example")).await;
    }
    let links: Vec<String> = mails(&node, "shared@mail.example").await.iter().map(|mail| link(mail, "/auth/confirmation/")).collect();
    let mut browser = Browser::new(&node);
    for (link, status) in links.iter().zip([StatusCode::OK, StatusCode::CONFLICT]) {
        browser.open(link).await;
        assert_eq!(browser.submit(link, &[]).await.status(), status);
    }
    assert!(!account(&node, "ada").await.unwrap().1.unconfirmed && account(&node, "bo").await.unwrap().1.unconfirmed);
}

#[tokio::test]
async fn what_nobody_confirms_for_a_week_is_forgotten_and_its_name_free() {
    on_both_databases(async |place| {
        let node = node(&place, Open).await;
        let app = app_token(&node).await;
        let token = done(by_app(&node, &app, "ada", "ada@mail.example")).await["access_token"].as_str().unwrap().to_owned();
        let late = mailed_link(&node, "ada@mail.example", "/auth/confirmation/").await;
        node.app.store.clock.advance(Duration::from_secs(3 * 86_400).as_millis().try_into().unwrap());
        let mut browser = Browser::new(&node);
        assert_eq!(browser.open(&late).await.status(), StatusCode::FORBIDDEN, "a link works for two days");
        let forget = async || {
            let tx = node.app.begin().await.unwrap();
            let gone = accounts::forget_unconfirmed(&tx, 10).await.unwrap();
            tx.commit().await.unwrap();
            gone
        };
        assert_eq!(forget().await, 0);
        node.app.store.clock.advance(Duration::from_secs(5 * 86_400).as_millis().try_into().unwrap());
        assert_eq!(forget().await, 1);
        node.app.bearers.forget_all();
        assert!(account(&node, "ada").await.is_none());
        let me = node.get("/api/v1/emails/check_confirmation").bearer_auth(&token).send().await.unwrap();
        assert_eq!(me.status(), StatusCode::UNAUTHORIZED);
        done(by_app(&node, &app, "ada", "ada@mail.example")).await;
    })
    .await;
}

#[tokio::test]
async fn s093_nothing_but_one_address_gets_a_mail_and_no_address_gets_many() {
    on_both_databases(async |place| {
        let node = node(&place, Open).await;
        let app = app_token(&node).await;
        for (nth, evil) in [
            "a@b.example\r\nBcc: eve@evil.test",
            "a@b.example, eve@evil.test",
            "Ada <a@b.example>",
            "a@b.example;eve@evil.test",
            "a@@b.example",
            "\"a\nb\"@b.example",
        ]
        .iter()
        .enumerate()
        {
            let refused = by_app(&node, &app, &format!("evil{nth}"), evil).send().await.unwrap();
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{evil}");
        }
        for nth in 0..12 {
            done(by_app(&node, &app, &format!("many{nth}"), "victim@mail.example")).await;
        }
        let sent = mails(&node, "victim@mail.example").await;
        assert_eq!(sent.len(), 10);
        assert!(sent.iter().all(|mail| !mail.contains("Bcc:") && mail.matches("To: ").count() == 1));
    })
    .await;
}

#[tokio::test]
async fn s087_pages_and_apps_share_the_bound_of_newcomers_from_one_address() {
    let place = Place::sqlite();
    let node = node_with(&place, Open, |config| config.limits.sign_ups = "2/1h".parse().unwrap()).await;
    let mut browser = Browser::new(&node);
    for name in ["ada", "bo"] {
        assert_eq!(signs_up(&mut browser, "/auth/sign_up", name).await, StatusCode::OK);
    }
    assert_eq!(signs_up(&mut browser, "/auth/sign_up", "cy").await, StatusCode::TOO_MANY_REQUESTS);
    let app = app_token(&node).await;
    assert_eq!(by_app(&node, &app, "dan", "d@mail.example").send().await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
    let closed = super::node(&Place::sqlite(), Closed).await;
    assert_eq!(Browser::new(&closed).open("/auth/sign_up").await.status(), StatusCode::FORBIDDEN);
}
