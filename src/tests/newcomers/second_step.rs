//! The second step of logging in.

use super::{is_in, mails, node, node_with, tries};
use crate::{
    base::{config::RegistrationMode::Closed, totp},
    features::{
        audit,
        sessions::{self, second_factor},
    },
    server::control::{Act, NewcomerAct, perform},
    sql,
    tests::support::{Browser, PASSWORD, Person, TestNode, on_both_databases},
};
use reqwest::StatusCode;

const PAGE: &str = "/settings/second_factor";

/// The key of a person's phone, and what it shows.
struct Phone<'a> {
    node: &'a TestNode,
    key: Vec<u8>,
}

impl Phone<'_> {
    /// What it shows, `steps` from now.
    fn shows(&self, steps: i64) -> String {
        totp::code(&self.key, totp::step(self.node.app.store.clock.now()) + steps)
    }

    /// Half a minute passes.
    fn waits(&self) {
        self.node.app.store.clock.advance(30_000);
    }
}

/// Ada switches the second step on, on the page; her phone, and the codes that she writes down.
async fn switched_on<'a>(node: &'a TestNode, ada: &Person) -> (Phone<'a>, Vec<String>) {
    let mut browser = Browser::new(node);
    browser.log_in("ada", PASSWORD).await;
    browser.open(PAGE).await;
    let begin = format!("{PAGE}/begin");
    assert_eq!(browser.submit(&begin, &[("password", "not hers")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.submit(&begin, &[("password", PASSWORD)]).await.status(), StatusCode::SEE_OTHER);
    browser.open(PAGE).await;
    let key = second_factor::prepared(&node.app.store, ada.account.id, &node.app.secret).await.unwrap().unwrap();
    let shown = browser.value_after("href=\"otpauth");
    assert_eq!(format!("otpauth{shown}"), totp::address(node.app.origin.authority(), "ada", &key));
    let phone = Phone { node, key };
    let on = format!("{PAGE}/on");
    assert_eq!(browser.submit(&on, &[("code", "000000")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let code = phone.shows(0);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    assert_eq!(browser.submit(&on, &[("code", &spaced)]).await.status(), StatusCode::OK, "{}", browser.page);
    let codes: Vec<String> = browser.page.split("<li><code translate=\"no\">").skip(1).map(|rest| rest[..19].to_owned()).collect();
    assert_eq!(codes.len(), 10, "{}", browser.page);
    phone.waits();
    (phone, codes)
}

/// Gives the password; then the code is owed.
async fn half_in<'a>(node: &'a TestNode) -> Browser<'a> {
    let mut browser = Browser::new(node);
    assert_eq!(tries(&mut browser, "ada", PASSWORD).await, StatusCode::OK);
    assert!(browser.page.contains("One more step"), "{}", browser.page);
    browser
}

async fn gives(browser: &mut Browser<'_>, code: &str) -> StatusCode {
    let ticket = browser.hidden("ticket");
    browser.submit("/login/code", &[("ticket", &ticket), ("code", code)]).await.status()
}

#[tokio::test]
async fn logging_in_asks_for_the_code_and_the_password_alone_is_not_enough() {
    on_both_databases(async |place| {
        let node = node(&place, Closed).await;
        let ada = node.person("ada").await;
        let (phone, _) = switched_on(&node, &ada).await;
        let mut browser = half_in(&node).await;
        let page = browser.page.clone();
        assert!(!is_in(&mut browser, "ada").await, "the password alone");
        browser.page = page;
        assert_eq!(gives(&mut browser, "123").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(gives(&mut browser, &phone.shows(0)).await, StatusCode::SEE_OTHER, "{}", browser.page);
        assert!(is_in(&mut browser, "ada").await);
        // a one-time link is one thing too
        let tx = node.app.begin().await.unwrap();
        let link = format!("/login/link/{}", sessions::make_login_link(&tx, ada.account.id).await.unwrap());
        tx.commit().await.unwrap();
        let mut by_link = Browser::new(&node);
        by_link.open(&link).await;
        assert_eq!(by_link.submit(&link, &[]).await.status(), StatusCode::OK);
        assert!(by_link.page.contains("One more step") && !is_in(&mut by_link, "ada").await);
        // kept sealed: the database alone shows no code
        let kept: Vec<Vec<u8>> = sql!("SELECT key_sealed FROM second_factors").column(&node.app.store).await.unwrap();
        assert!(kept.iter().all(|sealed| !sealed.windows(phone.key.len()).any(|part| part == phone.key)));
        let log = audit::after(&node.app.store, 0).await.unwrap();
        assert!(log.iter().any(|row| row.act == "account.second_factor_on" && row.actor == "ada"));
    })
    .await;
}

#[tokio::test]
async fn s104_a_code_is_taken_once_and_none_before_it_after_it() {
    on_both_databases(async |place| {
        let node = node(&place, Closed).await;
        let ada = node.person("ada").await;
        let (phone, codes) = switched_on(&node, &ada).await;
        let (before, now, next) = (phone.shows(-1), phone.shows(0), phone.shows(1));
        let mut browser = half_in(&node).await;
        assert_eq!(gives(&mut browser, &before).await, StatusCode::UNPROCESSABLE_ENTITY, "it switched the step on");
        assert_eq!(gives(&mut browser, &now).await, StatusCode::SEE_OTHER);
        let mut second = half_in(&node).await;
        assert_eq!(gives(&mut second, &now).await, StatusCode::UNPROCESSABLE_ENTITY, "replayed");
        assert_eq!(gives(&mut second, &next).await, StatusCode::SEE_OTHER, "the phone's clock may be ahead a step");
        let mut third = half_in(&node).await;
        assert_eq!(gives(&mut third, &now).await, StatusCode::UNPROCESSABLE_ENTITY, "of a step before");
        // one that was written down, once
        assert_eq!(gives(&mut third, &codes[0].to_uppercase()).await, StatusCode::SEE_OTHER);
        let mut fourth = half_in(&node).await;
        assert_eq!(gives(&mut fourth, &codes[0]).await, StatusCode::UNPROCESSABLE_ENTITY, "once");
        assert_eq!(gives(&mut fourth, &codes[1].replace('-', "")).await, StatusCode::SEE_OTHER);
        fourth.open(PAGE).await;
        assert!(fourth.page.contains("8 are left"), "{}", fourth.page);
        let kept: Vec<String> = sql!("SELECT code_hash FROM recovery_codes").column(&node.app.store).await.unwrap();
        assert!(codes.iter().all(|code| !kept.contains(code) && !kept.contains(&code.replace('-', ""))));
    })
    .await;
}

#[tokio::test]
async fn s102_a_ticket_bears_five_wrong_codes_and_ten_minutes() {
    on_both_databases(async |place| {
        let node = node(&place, Closed).await;
        let ada = node.person("ada").await;
        let (phone, _) = switched_on(&node, &ada).await;
        let mut browser = half_in(&node).await;
        let ticket = browser.hidden("ticket");
        for nth in 0..5 {
            let status = browser.submit("/login/code", &[("ticket", &ticket), ("code", "000000")]).await.status();
            assert_eq!(status, if nth < 4 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::FORBIDDEN });
        }
        browser.open("/login").await;
        let right = browser.submit("/login/code", &[("ticket", &ticket), ("code", &phone.shows(0))]).await;
        assert_eq!(right.status(), StatusCode::FORBIDDEN, "even the right one");
        let mut late = half_in(&node).await;
        node.app.store.clock.advance(601_000);
        assert_eq!(gives(&mut late, &phone.shows(0)).await, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn s102_codes_are_not_guessed_with_ever_new_tickets() {
    on_both_databases(async |place| {
        let node = node_with(&place, Closed, |config| config.limits.log_in_attempts = "6/1h".parse().unwrap()).await;
        let ada = node.person("ada").await;
        let tx = node.app.begin().await.unwrap();
        let key = second_factor::prepare(&tx, ada.account.id, &node.app.secret).await.unwrap();
        let code = totp::code(&key, totp::step(tx.now));
        second_factor::switch_on(&tx, ada.account.id, &code, &node.app.secret).await.unwrap();
        tx.commit().await.unwrap();
        let mut answers = Vec::new();
        for _ in 0..3 {
            let mut browser = half_in(&node).await;
            for _ in 0..3 {
                let page = browser.page.clone();
                answers.push(gives(&mut browser, "000000").await);
                browser.page = page;
            }
        }
        assert_eq!(answers[..6], [StatusCode::UNPROCESSABLE_ENTITY; 6]);
        assert_eq!(answers[6..], [StatusCode::TOO_MANY_REQUESTS; 3]);
    })
    .await;
}

#[tokio::test]
async fn it_is_switched_off_with_the_password_or_by_an_administrator_for_a_lost_phone() {
    on_both_databases(async |place| {
        let node = node(&place, Closed).await;
        let ada = node.person("ada").await;
        let (phone, _) = switched_on(&node, &ada).await;
        let mut browser = half_in(&node).await;
        gives(&mut browser, &phone.shows(0)).await;
        browser.open(PAGE).await;
        let off = format!("{PAGE}/off");
        assert_eq!(browser.submit(&off, &[("password", "not hers")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(second_factor::is_on(&node.app.store, ada.account.id).await.unwrap());
        assert_eq!(browser.submit(&off, &[("password", PASSWORD)]).await.status(), StatusCode::SEE_OTHER);
        let mut alone = Browser::new(&node);
        alone.log_in("ada", PASSWORD).await;
        let email = super::account(&node, "ada").await.unwrap().1.email;
        let told = mails(&node, &email).await;
        assert!(told[0].contains("was switched on") && told[1].contains("was switched off"), "{told:?}");
        switched_on(&node, &ada).await;
        let act = Act::Newcomer { step: NewcomerAct::SecondFactorOff { name: "ada".into() } };
        perform(&node.app, act.clone()).await.unwrap();
        assert!(!is_in(&mut alone, "ada").await, "every session ends with it");
        alone.log_in("ada", PASSWORD).await;
        assert!(perform(&node.app, act).await.unwrap().text.contains("already"));
    })
    .await;
}
