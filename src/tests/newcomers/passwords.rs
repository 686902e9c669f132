//! A new password by mail.

use super::{account, is_in, link, mailed_link, mails, node, node_with, tries};
use crate::{
    base::config::RegistrationMode::Closed,
    features::{audit, sessions},
    sql,
    tests::support::{Browser, PASSWORD, TestNode, on_both_databases},
};
use reqwest::{Method, StatusCode, header};
use std::time::Duration;

const NEW: &str = "another long horse";

async fn asks(node: &TestNode, email: &str) -> (StatusCode, String) {
    let mut browser = Browser::new(node);
    browser.open("/auth/password/new").await;
    let status = browser.submit("/auth/password/new", &[("email", email)]).await.status();
    (status, browser.page.replace(&browser.hidden("token"), ""))
}

async fn address(node: &TestNode, name: &str) -> String {
    account(node, name).await.unwrap().1.email
}

#[tokio::test]
async fn s104_a_new_password_by_mail_works_once_and_ends_every_session_and_token() {
    on_both_databases(async |place| {
        let node = node(&place, Closed).await;
        let ada = node.person("ada").await;
        let email = address(&node, "ada").await;
        let mut phone = Browser::new(&node);
        phone.log_in("ada", PASSWORD).await;
        assert_eq!(asks(&node, &email.to_uppercase()).await.0, StatusCode::OK);
        let reset = mailed_link(&node, &email, "/auth/password/").await;
        let kept: Vec<Option<String>> = sql!("SELECT link_hash FROM letters").column(&node.app.store).await.unwrap();
        assert!(kept.iter().flatten().all(|hash| !reset.contains(hash)));
        let sealed: Vec<Option<Vec<u8>>> = sql!("SELECT token_sealed FROM letters").column(&node.app.store).await.unwrap();
        assert!(sealed.iter().all(Option::is_none), "forgotten once it was sent");
        let mut browser = Browser::new(&node);
        for _ in 0..2 {
            assert_eq!(browser.open(&reset).await.status(), StatusCode::OK, "looking at it uses nothing up");
        }
        assert_eq!(browser.submit(&reset, &[("password", "short")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(browser.submit(&reset, &[("password", NEW)]).await.status(), StatusCode::OK, "{}", browser.page);
        assert!(!is_in(&mut phone, "ada").await, "the session has ended");
        let me = ada.ask(Method::GET, "/api/v1/accounts/verify_credentials").send().await.unwrap();
        assert_eq!(me.status(), StatusCode::UNAUTHORIZED, "and the token");
        browser.open("/login").await;
        assert_eq!(browser.submit(&reset, &[("password", "a third long horse")]).await.status(), StatusCode::FORBIDDEN, "once");
        assert_eq!(tries(&mut browser, "ada", PASSWORD).await, StatusCode::UNPROCESSABLE_ENTITY);
        browser.log_in("ada", NEW).await;
        let log = audit::after(&node.app.store, 0).await.unwrap();
        let row = log.iter().rfind(|row| row.act == "account.password").unwrap();
        assert_eq!((row.actor.as_str(), row.object.as_str()), ("ada", "ada"));
        assert!(row.via.starts_with("page ") && mails(&node, &email).await.last().unwrap().contains("was changed"));
    })
    .await;
}

#[tokio::test]
async fn s104_a_link_is_over_after_an_hour_after_a_newer_password_and_with_the_account() {
    on_both_databases(async |place| {
        let node = node(&place, Closed).await;
        let ada = node.person("ada").await;
        let email = address(&node, "ada").await;
        let asked = async || {
            asks(&node, &email).await;
            mailed_link(&node, &email, "/auth/password/").await
        };
        let opens = async |path: &str| Browser::new(&node).open(path).await.status();
        let first = asked().await;
        let second = asked().await;
        let mut browser = Browser::new(&node);
        browser.open(&second).await;
        browser.submit(&second, &[("password", NEW)]).await;
        assert_eq!(opens(&first).await, StatusCode::FORBIDDEN, "every link that was sent before is over");
        let third = asked().await;
        let tx = node.app.begin().await.unwrap();
        sessions::end_all(&tx, ada.account.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(opens(&third).await, StatusCode::FORBIDDEN, "s098: whatever ends all sessions ends links");
        let fourth = asked().await;
        for (text, status) in [
            ("UPDATE accounts SET suspended_at = 1 WHERE id = {}", StatusCode::FORBIDDEN),
            ("UPDATE accounts SET suspended_at = NULL WHERE id = {}", StatusCode::OK),
        ] {
            let tx = node.app.begin().await.unwrap();
            sql!(text, ada.account.id).run(&tx).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(opens(&fourth).await, status);
        }
        node.app.store.clock.advance(Duration::from_secs(3601).as_millis().try_into().unwrap());
        assert_eq!(opens(&fourth).await, StatusCode::FORBIDDEN, "an hour");
    })
    .await;
}

#[tokio::test]
async fn s054_asking_for_a_password_tells_nobody_whether_the_address_has_an_account() {
    on_both_databases(async |place| {
        let node = node(&place, Closed).await;
        node.person("ada").await;
        let known = address(&node, "ada").await;
        let (yes, no, none) = (asks(&node, &known).await, asks(&node, "nobody@mail.example").await, asks(&node, "nonsense").await);
        assert_eq!(yes, no);
        assert_eq!(yes, none);
        assert_eq!(yes.0, StatusCode::OK);
        assert_eq!((mails(&node, &known).await.len(), mails(&node, "nobody@mail.example").await.len()), (1, 0));
        let waiting: Option<i64> = sql!("SELECT COUNT(*) FROM letters WHERE next_at IS NOT NULL").value(&node.app.store).await.unwrap();
        assert_eq!(waiting, Some(0), "what is nobody's is not tried again");
    })
    .await;
}

#[tokio::test]
async fn s102_a_link_goes_to_the_address_that_is_kept_and_never_to_one_that_only_looks_like_it() {
    on_both_databases(async |place| {
        let node = node(&place, Closed).await;
        let kate = node.person("kate").await;
        let kept = "kate@mail.example";
        let tx = node.app.begin().await.unwrap();
        sql!("UPDATE users SET email = {}, email_key = {} WHERE account_id = {}", kept, kept, kate.account.id).run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        // the sign of the unit kelvin, whose small letter is a k: another mailbox
        let alike = "\u{212a}ate@mail.example";
        assert_eq!(asks(&node, alike).await.0, StatusCode::OK);
        assert_eq!(mails(&node, kept).await.len(), 1);
        let folder = node.app.config.mail.sink.clone().unwrap();
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
    })
    .await;
}

#[tokio::test]
async fn s092_links_in_mails_begin_with_the_servers_own_address_whatever_was_asked_under() {
    on_both_databases(async |place| {
        let node = node(&place, Closed).await;
        node.person("ada").await;
        let email = address(&node, "ada").await;
        let evil = |path: &str, method| {
            let asked = node.ask(method, path).header(header::HOST, "evil.test");
            asked.header("x-forwarded-host", "evil.test").header("x-forwarded-proto", "https").header("forwarded", "host=evil.test")
        };
        let mut browser = Browser::new(&node);
        browser.open("/auth/password/new").await;
        let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let form = format!("token={}&email={}", browser.hidden("token"), email.replace('@', "%40"));
        let asked = evil("/auth/password/new", Method::POST).header(header::COOKIE, cookies.join("; "));
        let answer = asked.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let sent = mails(&node, &email).await;
        assert_eq!(sent.len(), 1);
        assert!(!sent[0].contains("evil.test"), "{}", sent[0]);
        assert!(sent[0].contains(&format!("{}{}", node.url, link(&sent[0], "/auth/password/"))), "{}", sent[0]);
    })
    .await;
}

#[tokio::test]
async fn s102_asking_for_passwords_is_bounded_and_links_are_not_guessed() {
    on_both_databases(async |place| {
        let node = node_with(&place, Closed, |config| config.limits.log_in_attempts = "3/1h".parse().unwrap()).await;
        let mut asked = Vec::new();
        for _ in 0..4 {
            asked.push(asks(&node, "nobody@mail.example").await.0);
        }
        assert_eq!((asked[2], asked[3]), (StatusCode::OK, StatusCode::TOO_MANY_REQUESTS));
        let mut guessed = Vec::new();
        for _ in 0..4 {
            guessed.push(Browser::new(&node).open("/auth/password/guess").await.status());
        }
        assert_eq!((guessed[2], guessed[3]), (StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS));
    })
    .await;
}
