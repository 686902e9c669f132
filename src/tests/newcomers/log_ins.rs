//! Where somebody is logged in, and what ends it; a changed password, a changed address; forms that were not sent from here.

use super::{account, is_in, link, mails, node, tries};
use crate::{
    base::config::RegistrationMode::{Invite, Open},
    features::audit,
    tests::support::{Browser, PASSWORD, Person, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const PAGE: &str = "/settings/sessions";

async fn works(person: &Person) -> bool {
    person.ask(Method::GET, "/api/v1/accounts/verify_credentials").send().await.unwrap().status() == StatusCode::OK
}

#[tokio::test]
async fn a_person_sees_browsers_and_apps_and_logs_one_or_all_others_out() {
    on_both_databases(async |place| {
        let node = node(&place, Open).await;
        let (ada, bo) = (node.person("ada").await, node.person("bo").await);
        let app = Person::known(&node, "ada").await;
        let (mut here, mut there, mut bos) = (Browser::new(&node), Browser::new(&node), Browser::new(&node));
        here.log_in("ada", PASSWORD).await;
        there.log_in("ada", PASSWORD).await;
        bos.log_in("bo", PASSWORD).await;
        assert!(works(&ada).await && works(&app).await);
        node.app.note_seen().await.unwrap();
        here.open(PAGE).await;
        assert_eq!(here.page.matches("name=\"browser\"").count(), 1, "the one that looks has no button");
        assert_eq!(here.page.matches("name=\"app\"").count(), 2);
        assert_eq!((here.page.matches("this one").count(), here.page.matches("last used").count()), (1, 4), "{}", here.page);
        // somebody else's are not there to be ended
        let theirs = here.value_after("name=\"app\" value=\"");
        bos.open(PAGE).await;
        bos.submit(&format!("{PAGE}/end"), &[("app", &theirs)]).await;
        let browser = here.value_after("name=\"browser\" value=\"");
        bos.open(PAGE).await;
        bos.submit(&format!("{PAGE}/end"), &[("browser", &browser)]).await;
        assert!(works(&ada).await && works(&app).await && is_in(&mut there, "ada").await);
        assert_eq!(here.submit(&format!("{PAGE}/end"), &[("browser", &browser)]).await.status(), StatusCode::SEE_OTHER);
        assert!(!is_in(&mut there, "ada").await && is_in(&mut here, "ada").await);
        here.open(PAGE).await;
        here.submit(&format!("{PAGE}/end"), &[("app", &theirs)]).await;
        assert!(works(&ada).await && !works(&app).await, "the newest token stands first");
        here.open(PAGE).await;
        here.submit(&format!("{PAGE}/end_others"), &[]).await;
        assert!(!works(&ada).await && is_in(&mut here, "ada").await && works(&bo).await && is_in(&mut bos, "bo").await);
        let log = audit::after(&node.app.store, 0).await.unwrap();
        let acts: Vec<&str> = log.iter().filter(|row| row.actor == "ada").map(|row| row.act.as_str()).collect();
        assert_eq!(acts, ["session.end", "token.revoke", "session.end_others"]);
    })
    .await;
}

#[tokio::test]
async fn an_app_lists_and_ends_log_ins_of_its_person_and_of_nobody_else() {
    on_both_databases(async |place| {
        let node = node(&place, Open).await;
        let (ada, bo) = (node.person("ada").await, node.person("bo").await);
        let app = Person::known(&node, "ada").await;
        let mut browser = Browser::new(&node);
        browser.log_in("ada", PASSWORD).await;
        let all = ada.get("/api/intermoot/v1/sessions").await;
        let all = all.as_array().unwrap();
        let kinds: Vec<(&Value, &Value)> = all.iter().map(|one| (&one["kind"], &one["current"])).collect();
        let (app_kind, browser_kind) = (json!("app"), json!("browser"));
        let (yes, no) = (json!(true), json!(false));
        assert_eq!(kinds, [(&app_kind, &no), (&app_kind, &yes), (&browser_kind, &no)], "{all:?}");
        assert_eq!(all[0]["scopes"], json!(["read", "write", "follow", "push"]));
        let path = |at: usize| format!("/api/intermoot/v1/sessions/{}", all[at]["id"].as_str().unwrap());
        for at in 0..3 {
            let answer = bo.ask(Method::DELETE, &path(at)).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        }
        assert!(works(&app).await && is_in(&mut browser, "ada").await);
        for at in [0, 2] {
            assert_eq!(ada.ask(Method::DELETE, &path(at)).send().await.unwrap().status(), StatusCode::OK);
        }
        assert!(!works(&app).await && !is_in(&mut browser, "ada").await && works(&ada).await);
        let app = Person::known(&node, "ada").await;
        assert_eq!(app.ask(Method::DELETE, "/api/intermoot/v1/sessions").send().await.unwrap().status(), StatusCode::OK);
        assert!(works(&app).await && !works(&ada).await && works(&bo).await);
    })
    .await;
}

#[tokio::test]
async fn s104_a_changed_password_ends_everything_else_and_this_browser_goes_on() {
    on_both_databases(async |place| {
        let node = node(&place, Open).await;
        let ada = node.person("ada").await;
        let (mut here, mut there) = (Browser::new(&node), Browser::new(&node));
        here.log_in("ada", PASSWORD).await;
        there.log_in("ada", PASSWORD).await;
        here.open("/settings").await;
        for (old, new, status) in [
            ("not hers", "a new long horse", StatusCode::UNPROCESSABLE_ENTITY),
            (PASSWORD, "short", StatusCode::UNPROCESSABLE_ENTITY),
            (PASSWORD, "a new long horse", StatusCode::SEE_OTHER),
        ] {
            assert!(works(&ada).await, "nothing ends while nothing changes");
            let answer = here.submit("/settings/password", &[("password", old), ("new_password", new)]).await;
            assert_eq!(answer.status(), status, "{}", here.page);
        }
        assert!(is_in(&mut here, "ada").await && !is_in(&mut there, "ada").await && !works(&ada).await);
        assert_eq!(tries(&mut there, "ada", PASSWORD).await, StatusCode::UNPROCESSABLE_ENTITY);
        there.log_in("ada", "a new long horse").await;
        let email = account(&node, "ada").await.unwrap().1.email;
        assert!(mails(&node, &email).await[0].contains("was changed"));
    })
    .await;
}

#[tokio::test]
async fn an_address_changes_once_the_link_that_went_there_was_opened_and_the_old_one_is_told() {
    on_both_databases(async |place| {
        let node = node(&place, Open).await;
        node.person("ada").await;
        node.person("bo").await;
        let old = account(&node, "ada").await.unwrap().1.email;
        let taken = account(&node, "bo").await.unwrap().1.email;
        let mut browser = Browser::new(&node);
        browser.log_in("ada", PASSWORD).await;
        browser.open("/settings").await;
        let mut asks = async |email: &str, password: &str| {
            let status = browser.submit("/settings/address", &[("email", email), ("password", password)]).await.status();
            (status, browser.page.replace(&browser.hidden("token"), ""))
        };
        assert_eq!(asks("ada@new.example", "not hers").await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let (free, used) = (asks("ada@new.example", PASSWORD).await, asks(&taken, PASSWORD).await);
        assert_eq!(free.0, StatusCode::OK);
        assert_eq!(free, used, "s054: whether the address has an account is not told");
        assert!(mails(&node, &taken).await[0].contains("belongs to @bo already"));
        asks("ada@new.example", PASSWORD).await;
        let change = link(mails(&node, "ada@new.example").await.last().unwrap(), "/auth/confirmation/");
        assert_eq!(account(&node, "ada").await.unwrap().1.email, old);
        let mut anywhere = Browser::new(&node);
        anywhere.open(&change).await;
        assert_eq!(anywhere.submit(&change, &[]).await.status(), StatusCode::OK);
        assert_eq!(account(&node, "ada").await.unwrap().1.email, "ada@new.example");
        assert!(mails(&node, &old).await.last().unwrap().contains("has another address"));
        anywhere.log_in("ada@new.example", PASSWORD).await;
        assert_eq!(tries(&mut Browser::new(&node), &old, PASSWORD).await, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn s090_no_form_of_a_persons_pages_is_taken_without_its_token() {
    on_both_databases(async |place| {
        let node = node(&place, Invite).await;
        node.person("ada").await;
        let mut browser = Browser::new(&node);
        browser.log_in("ada", PASSWORD).await;
        let paths = [
            "/auth/sign_up",
            "/invite/code",
            "/auth/confirmation/secret",
            "/auth/password/new",
            "/auth/password/secret",
            "/login/code",
            "/settings/profile",
            "/settings/preferences",
            "/settings/password",
            "/settings/address",
            "/settings/sessions/end",
            "/settings/sessions/end_others",
            "/settings/second_factor/begin",
            "/settings/second_factor/on",
            "/settings/second_factor/off",
            "/settings/invites",
            "/settings/invites/revoke",
        ];
        for path in paths {
            for token in ["", "guess"] {
                let answer =
                    browser.send_raw(path, &[("token", token), ("password", PASSWORD), ("new_password", "a new long horse")]).await;
                assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
                assert!(browser.page.contains("not sent from here"), "{path}: {}", browser.page);
            }
        }
        assert!(is_in(&mut browser, "ada").await);
        Browser::new(&node).log_in("ada", PASSWORD).await;
        for path in [
            "/settings",
            PAGE,
            "/settings/second_factor",
            "/settings/invites",
            "/settings/profile",
            "/settings/preferences",
            "/settings/apps",
        ] {
            let answer = Browser::new(&node).open(path).await;
            let next = path.replace('/', "%2F");
            assert_eq!(answer.headers()["location"], format!("/login?next={next}").as_str(), "strangers log in first");
        }
    })
    .await;
}
