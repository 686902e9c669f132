//! Invitations to have an account here.

use super::{account, node, node_with, signs_up};
use crate::{
    base::{
        config::RegistrationMode::{Approval, Invite, Open},
        words::NodeRole,
    },
    features::accounts::{self, invites},
    sql,
    tests::support::{Browser, PASSWORD, TestNode, on_both_databases},
};
use reqwest::StatusCode;
use std::time::Duration;

/// `name` makes an invitation on the page; the path of its link.
async fn invites(node: &TestNode, name: &str, uses: &str) -> String {
    let mut browser = Browser::new(node);
    browser.log_in(name, PASSWORD).await;
    browser.open("/settings").await;
    assert!(browser.page.contains("href=\"/settings/invites\""), "{}", browser.page);
    browser.open("/settings/invites").await;
    let made = browser.submit("/settings/invites", &[("uses", uses), ("days", "7"), ("note", "for Bo")]).await;
    assert_eq!(made.status(), StatusCode::OK, "{}", browser.page);
    assert!(browser.page.contains(&format!("{}/invite/", node.url)), "{}", browser.page);
    super::link(&browser.page, "/invite/")
}

async fn opens(node: &TestNode, path: &str) -> StatusCode {
    Browser::new(node).open(path).await.status()
}

#[tokio::test]
async fn a_member_invites_and_as_many_as_were_said_come() {
    on_both_databases(async |place| {
        let node = node(&place, Invite).await;
        let ada = node.person("ada").await;
        assert_eq!(opens(&node, "/auth/sign_up").await, StatusCode::FORBIDDEN, "only with an invitation");
        let path = invites(&node, "ada", "2").await;
        let mut browser = Browser::new(&node);
        browser.open(&path).await;
        assert!(browser.page.contains("invites you to have an account here"), "{}", browser.page);
        for name in ["bo", "cy"] {
            assert_eq!(signs_up(&mut browser, &path, name).await, StatusCode::OK, "{}", browser.page);
            let user = account(&node, name).await.unwrap().1;
            assert_eq!((user.invited_by, user.role, user.approved), (Some(ada.account.id), NodeRole::Member, true));
        }
        assert_eq!(opens(&node, &path).await, StatusCode::NOT_FOUND, "two have come");
        // what is kept opens nothing
        let code = path.trim_start_matches("/invite/");
        let kept: Vec<String> = sql!("SELECT code_hash FROM invites").column(&node.app.store).await.unwrap();
        assert!(kept.iter().all(|hash| hash != code));
        assert_eq!(opens(&node, &format!("/invite/{}", kept[0])).await, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s098_an_invitation_ends_with_its_time_its_maker_and_their_right() {
    on_both_databases(async |place| {
        let node = node(&place, Invite).await;
        let ada = node.person("ada").await;
        let path = invites(&node, "ada", "5").await;
        assert_eq!(opens(&node, &path).await, StatusCode::OK);
        let id = ada.account.id;
        for (ends, lifts) in [
            ("UPDATE accounts SET suspended_at = 1 WHERE id = {}", "UPDATE accounts SET suspended_at = NULL WHERE id = {}"),
            ("UPDATE users SET off_boarded_at = 1 WHERE account_id = {}", "UPDATE users SET off_boarded_at = NULL WHERE account_id = {}"),
            ("UPDATE users SET is_guest = TRUE WHERE account_id = {}", "UPDATE users SET is_guest = FALSE WHERE account_id = {}"),
        ] {
            for (text, status) in [(ends, StatusCode::NOT_FOUND), (lifts, StatusCode::OK)] {
                let tx = node.app.begin().await.unwrap();
                sql!(text, id).run(&tx).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(opens(&node, &path).await, status, "{text}");
            }
        }
        let second = invites(&node, "ada", "1").await;
        let mut browser = Browser::new(&node);
        browser.log_in("ada", PASSWORD).await;
        browser.open("/settings/invites").await;
        // the newest stands first
        let newest = browser.hidden("id");
        browser.submit("/settings/invites/revoke", &[("id", &newest)]).await;
        assert_eq!((opens(&node, &second).await, opens(&node, &path).await), (StatusCode::NOT_FOUND, StatusCode::OK));
        node.app.store.clock.advance(Duration::from_secs(8 * 86_400).as_millis().try_into().unwrap());
        assert_eq!(opens(&node, &path).await, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s105_only_who_may_invites_and_nobody_takes_back_what_is_anothers() {
    on_both_databases(async |place| {
        let node = node_with(&place, Approval, |config| {
            config.limits.enabled = false;
            config.registration.inviters = NodeRole::Moderator;
        })
        .await;
        let (ada, bo) = (node.person("ada").await, node.person("bo").await);
        let mut browser = Browser::new(&node);
        browser.log_in("bo", PASSWORD).await;
        browser.open("/settings").await;
        assert!(!browser.page.contains("/settings/invites"));
        assert_eq!(browser.open("/settings/invites").await.status(), StatusCode::FORBIDDEN);
        browser.open("/settings").await;
        let made = browser.submit("/settings/invites", &[("uses", "1"), ("days", "7")]).await;
        assert_eq!(made.status(), StatusCode::FORBIDDEN);
        let tx = node.app.begin().await.unwrap();
        accounts::set_role(&tx, ada.account.id, NodeRole::Moderator).await.unwrap();
        tx.commit().await.unwrap();
        let path = invites(&node, "ada", "1").await;
        let open = invites::open_of(&node.app.store, ada.account.id).await.unwrap();
        let tx = node.app.begin().await.unwrap();
        assert!(invites::revoke(&tx, &bo.account, open[0].id).await.is_err());
        drop(tx);
        // an invitation stands for the administrator's yes
        let mut guest = Browser::new(&node);
        assert_eq!(signs_up(&mut guest, &path, "cy").await, StatusCode::OK);
        assert!(account(&node, "cy").await.unwrap().1.approved);
        // who is no moderator any more has invited nobody
        let path = invites(&node, "ada", "1").await;
        let tx = node.app.begin().await.unwrap();
        accounts::set_role(&tx, ada.account.id, NodeRole::Member).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(opens(&node, &path).await, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn s102_invitations_are_not_guessed_and_wrong_ones_are_one_answer() {
    on_both_databases(async |place| {
        let node = node_with(&place, Invite, |config| config.limits.log_in_attempts = "3/1h".parse().unwrap()).await;
        let mut answers = Vec::new();
        for _ in 0..5 {
            answers.push(opens(&node, "/invite/guess").await);
        }
        assert_eq!(answers[..3], [StatusCode::NOT_FOUND; 3]);
        assert_eq!(answers[3..], [StatusCode::TOO_MANY_REQUESTS; 2]);
    })
    .await;
}

#[tokio::test]
async fn where_everybody_comes_in_anyway_nobody_invites() {
    let place = crate::tests::support::Place::sqlite();
    let node = node(&place, Open).await;
    node.person("ada").await;
    let mut browser = Browser::new(&node);
    browser.log_in("ada", PASSWORD).await;
    assert_eq!(browser.open("/settings/invites").await.status(), StatusCode::FORBIDDEN);
    assert_eq!(opens(&node, "/invite/x").await, StatusCode::NOT_FOUND);
}
