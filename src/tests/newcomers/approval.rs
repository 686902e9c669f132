//! Who waits for an administrator's yes, and what becomes of them.

use super::{account, is_in, link, mails, node, signs_up, tries};
use crate::{
    base::config::RegistrationMode::Approval,
    features::audit,
    federation::{Federation, bootstrap},
    server::control::{Act, Answer, NewcomerAct, perform},
    tests::support::{Browser, PASSWORD, TestNode, on_both_databases},
};
use axum::{body::Body, http::Request};
use reqwest::StatusCode;
use serde_json::json;
use tower::ServiceExt;

async fn act(node: &TestNode, step: NewcomerAct) -> anyhow::Result<Answer> {
    perform(&node.app, Act::Newcomer { step }).await
}

async fn confirms(node: &TestNode, browser: &mut Browser<'_>, name: &str) {
    let email = format!("{name}@mail.example");
    let confirm = link(&mails(node, &email).await[0], "/auth/confirmation/");
    browser.open(&confirm).await;
    assert_eq!(browser.submit(&confirm, &[]).await.status(), StatusCode::OK);
    assert!(browser.page.contains("an administrator decides"), "{}", browser.page);
}

#[tokio::test]
async fn an_administrator_reads_why_and_approves_and_a_mail_tells() {
    on_both_databases(async |place| {
        let node = node(&place, Approval).await;
        let mut browser = Browser::new(&node);
        assert_eq!(signs_up(&mut browser, "/auth/sign_up", "ada").await, StatusCode::OK);
        confirms(&node, &mut browser, "ada").await;
        assert_eq!(tries(&mut browser, "ada", "correct horse").await, StatusCode::FORBIDDEN);
        assert!(browser.page.contains("has not decided"), "{}", browser.page);
        let waiting = act(&node, NewcomerAct::Pending).await.unwrap();
        assert_eq!(waiting.json[0]["reason"], json!("I grow valves"));
        assert_eq!((waiting.json.as_array().unwrap().len(), &waiting.json[0]["confirmed"]), (1, &json!(true)));
        act(&node, NewcomerAct::Approve { name: "ada".into() }).await.unwrap();
        assert!(mails(&node, "ada@mail.example").await.last().unwrap().contains("has approved your account"));
        browser.log_in("ada", "correct horse").await;
        assert!(is_in(&mut browser, "ada").await);
        assert!(act(&node, NewcomerAct::Approve { name: "ada".into() }).await.is_err(), "nobody waits any more");
        assert!(act(&node, NewcomerAct::Reject { name: "ada".into() }).await.is_err(), "and nobody is thrown out so");
        assert!(account(&node, "ada").await.is_some());
        let acts = audit::after(&node.app.store, 0).await.unwrap();
        assert!(acts.iter().any(|row| row.act == "account.approve" && row.actor == "command line" && row.object == "ada"));
    })
    .await;
}

#[tokio::test]
async fn who_is_refused_is_gone_with_name_and_tokens_and_a_mail_tells() {
    on_both_databases(async |place| {
        let node = node(&place, Approval).await;
        let mut browser = Browser::new(&node);
        signs_up(&mut browser, "/auth/sign_up", "ada").await;
        confirms(&node, &mut browser, "ada").await;
        act(&node, NewcomerAct::Reject { name: "ada".into() }).await.unwrap();
        assert!(account(&node, "ada").await.is_none());
        assert!(mails(&node, "ada@mail.example").await.last().unwrap().contains("decided not to approve"));
        assert_eq!(tries(&mut browser, "ada", "correct horse").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(signs_up(&mut browser, "/auth/sign_up", "ada").await, StatusCode::OK, "the name is free again");
        // an address that nobody confirmed gets no mail but the one that asks (S93)
        act(&node, NewcomerAct::Reject { name: "ada".into() }).await.unwrap();
        let sent = mails(&node, "ada@mail.example").await;
        assert_eq!(sent.iter().filter(|mail| mail.contains("decided not to approve")).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_waits_is_nowhere_to_be_found() {
    on_both_databases(async |place| {
        let node = node(&place, Approval).await;
        let bo = node.person("bo").await;
        let mut browser = Browser::new(&node);
        signs_up(&mut browser, "/auth/sign_up", "ada").await;
        assert_eq!(node.get("/u/ada").send().await.unwrap().status(), StatusCode::NOT_FOUND);
        let looked = bo.ask(reqwest::Method::GET, "/api/v1/accounts/lookup?acct=ada").send().await.unwrap();
        assert_eq!(looked.status(), StatusCode::NOT_FOUND);
        assert_eq!(bo.get("/api/v1/accounts/search?q=ada").await, json!([]));
        // nor by the address of the page or the actor, nor by the number
        let id = account(&node, "ada").await.unwrap().0.id;
        for address in [format!("{}/@ada", node.url), format!("{}/u/ada", node.url)] {
            assert_eq!(bo.get(&format!("/api/v2/search?resolve=true&q={address}")).await["accounts"], json!([]), "{address}");
            let asked = async |address: &str| {
                let found = bo.ask(reqwest::Method::GET, &format!("/api/v1/accounts/search?resolve=true&q={address}"));
                let found = found.send().await.unwrap();
                (found.status(), found.text().await.unwrap())
            };
            assert_eq!(asked(&address).await, asked(&address.replace("ada", "nobody")).await, "{address}: as for nobody");
        }
        assert_eq!(bo.get(&format!("/api/v1/accounts?id[]={id}")).await, json!([]));
        for path in ["", "/statuses", "/followers"] {
            let path = format!("/api/v1/accounts/{id}{path}");
            assert_eq!(bo.ask(reqwest::Method::GET, &path).send().await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
        }
        for act in ["follow", "mute", "block", "note", "pin", "remove_from_followers"] {
            let path = format!("/api/v1/accounts/{id}/{act}");
            assert_eq!(
                bo.ask(reqwest::Method::POST, &path).json(&json!({})).send().await.unwrap().status(),
                StatusCode::NOT_FOUND,
                "{act}"
            );
        }
        let report = bo.ask(reqwest::Method::POST, "/api/v1/reports").json(&json!({ "account_id": id })).send().await.unwrap();
        assert_eq!(report.status(), StatusCode::NOT_FOUND);
        assert_eq!(bo.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await, json!([]));
        // nor by their handle: they are mentioned by nobody, and meant by nothing
        let said = bo.post("/api/v1/statuses", json!({ "status": "Is @ada here?" })).await;
        assert_eq!((&said["mentions"], said["content"].as_str().unwrap().contains("href")), (&json!([]), false));
        let mut pages = Browser::new(&node);
        pages.log_in("bo", PASSWORD).await;
        let mut answers = Vec::new();
        for name in ["ada", "nil"] {
            pages.open(&format!("/communities?q=@{name}")).await;
            answers.push(pages.page.replace(name, ""));
        }
        assert_eq!(answers[0], answers[1]);
        // nor by other servers
        bootstrap(&node.app).await.unwrap();
        let router = crate::server::routes::all(&Federation::start(node.app.clone()).unwrap());
        let asks = async |path: &str| {
            let request = Request::get(path).header("accept", "application/activity+json").body(Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap().status()
        };
        let finger = |name: &str| format!("/.well-known/webfinger?resource=acct:{name}@{}", node.app.origin.authority());
        for (name, status) in [("ada", StatusCode::NOT_FOUND), ("bo", StatusCode::OK)] {
            assert_eq!((asks(&format!("/u/{name}")).await, asks(&finger(name)).await), (status, status), "{name}");
        }
        let (ada, user) = account(&node, "ada").await.unwrap();
        assert!(user.unconfirmed && !user.approved);
        act(&node, NewcomerAct::Confirm { name: "ada".into() }).await.unwrap();
        act(&node, NewcomerAct::Approve { name: "ada".into() }).await.unwrap();
        assert_eq!(bo.get("/api/v1/accounts/search?q=ada").await[0]["id"], json!(ada.id.to_string()));
        assert!(mails(&node, "ada@mail.example").await.iter().all(|mail| !mail.contains("/auth/confirmation/")), "confirmed already");
    })
    .await;
}
