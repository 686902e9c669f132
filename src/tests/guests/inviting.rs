//! Who invites whom, as what, how often; and the mail.

use super::{World, code};
use crate::{
    features::invitations::mails,
    sql,
    tests::support::{Browser, Place, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn the_mail_says_who_invites_to_what_and_its_link_opens_the_page() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let link = world.invites("gia@boltco.example", json!({})).await;
        let mail = world.mails().pop().unwrap().replace("=\r\n", "");
        for part in [
            "Subject: ada invites you to Valve quality",
            "Better valves for everyone",
            "text/plain",
            "text/html",
            "From: no-reply@acme.localhost",
        ] {
            assert!(mail.contains(part), "{part}: {mail}");
        }
        let mut browser = Browser::new(&world.node);
        browser.open(&link).await;
        for part in ["Valve quality", "Better valves for everyone", "My organisation has a node", "Guest here", "as member"] {
            assert!(browser.page.contains(part), "{part}: {}", browser.page);
        }
        let listed = world.ada.get(&world.path("/invitations/mailed")).await;
        assert_eq!((&listed[0]["email"], &listed[0]["role"]), (&json!("gia@boltco.example"), &json!("member")));
        assert!(listed[0]["mailed_at"].is_string() && !listed.to_string().contains(&link["/invitation/".len()..]));
        // The token is kept as a hash alone once the mail is out.
        let sealed: Option<i64> =
            sql!("SELECT COUNT(*) FROM invitations WHERE token_sealed IS NOT NULL").value(&world.node.app.store).await.unwrap();
        assert_eq!(sealed, Some(0));
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_fails_waits_and_is_sent_later() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let folder = world.node.app.config.mail.sink.clone().unwrap();
        std::fs::write(&folder, "a file where the folder should be").unwrap();
        world.ada.post(&world.path("/invitations"), json!({ "email": "gia@boltco.example" })).await;
        crate::outreach::round(&world.node.app).await.unwrap();
        let listed = world.ada.get(&world.path("/invitations/mailed")).await;
        assert!(listed[0]["mailed_at"].is_null() && listed[0]["mail_error"].as_str().unwrap().starts_with("mail.sink"), "{listed}");
        assert!(mails::due(&world.node.app.store, 9).await.unwrap().is_empty(), "it is tried again at once");
        std::fs::remove_file(&folder).unwrap();
        world.node.app.store.clock.advance(3 * 60_000);
        world.delivered("gia@boltco.example").await;
    })
    .await;
}

#[tokio::test]
async fn a_node_that_sends_no_mail_says_what_to_set() {
    let node = Place::sqlite().node("acme").await;
    let ada = node.person("ada").await;
    let made = ada.post("/api/intermoot/v1/communities", json!({ "name": "valves", "purpose": "Valves" })).await;
    let path = format!("/api/intermoot/v1/communities/{}/invitations", made["id"].as_str().unwrap());
    let refused = ada.ask(Method::POST, &path).json(&json!({ "email": "gia@boltco.example" })).send().await.unwrap();
    let text = refused.text().await.unwrap();
    assert!(text.contains("no_mail") && text.contains("mail.url"), "{text}");
}

#[tokio::test]
async fn s105_a_role_of_ones_own_rank_or_above_is_not_given() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let eve = world.node.person("eve").await;
        assert_eq!(code(world.tries(&world.ada, json!({ "email": "a@b.example", "role": "owner" })).await).await, "rank");
        assert_eq!(code(world.tries(&eve, json!({ "email": "a@b.example" })).await).await, "not_a_member");
        eve.post(&world.path("/join"), json!({})).await;
        assert_eq!(code(world.tries(&eve, json!({ "email": "a@b.example" })).await).await, "rank");
        let seat = world.path(&format!("/members/{}", eve.account.id));
        let appoint = async |role: &str| world.ada.ask(Method::PATCH, &seat).json(&json!({ "role": role })).send().await.unwrap();
        assert_eq!(appoint("curator").await.status(), StatusCode::OK);
        for role in ["curator", "moderator", "owner"] {
            assert_eq!(code(world.tries(&eve, json!({ "email": "a@b.example", "role": role })).await).await, "rank", "{role}");
        }
        assert_eq!(world.tries(&eve, json!({ "email": "a@b.example", "role": "contributor" })).await.status(), StatusCode::OK);
        // Whoever loses the rank has given nothing with links that are still open.
        let link = world.delivered("a@b.example").await;
        assert_eq!(appoint("member").await.status(), StatusCode::OK);
        let (browser, answer) = world.comes(&link, "gia").await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{}", browser.page);
        assert_eq!(eve.ask(Method::GET, &world.path("/invitations/mailed")).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn one_person_invites_so_many_a_day_and_an_address_once() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        assert_eq!(world.tries(&world.ada, json!({ "email": "gia@b.example" })).await.status(), StatusCode::OK);
        assert_eq!(code(world.tries(&world.ada, json!({ "email": "GIA@b.example" })).await).await, "invited");
        for wrong in ["", "gia", "gia@", "a@b@c", "a b@c.example", "a@b.example>\r\nBcc: c@d.example"] {
            assert_eq!(code(world.tries(&world.ada, json!({ "email": wrong })).await).await, "invalid", "{wrong:?}");
        }
        let tx = world.node.app.begin().await.unwrap();
        sql!("UPDATE invitations SET sends = 50").run(&tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.tries(&world.ada, json!({ "email": "more@b.example" })).await.status(), StatusCode::TOO_MANY_REQUESTS);
        world.node.app.store.clock.advance(86_400_001);
        assert_eq!(world.tries(&world.ada, json!({ "email": "more@b.example" })).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_link_that_was_sent_again_or_taken_back_works_no_longer() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let first = world.invites("gia@b.example", json!({})).await;
        let listed = world.ada.get(&world.path("/invitations/mailed")).await;
        let one = world.path(&format!("/invitations/mailed/{}", listed[0]["id"].as_str().unwrap()));
        world.ada.post(&format!("{one}/resend"), json!({})).await;
        let second = world.delivered("gia@b.example").await;
        assert_ne!(first, second);
        let mut browser = Browser::new(&world.node);
        assert_eq!(browser.open(&first).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(browser.open(&second).await.status(), StatusCode::OK);
        assert_eq!(world.ada.ask(Method::DELETE, &one).send().await.unwrap().status(), StatusCode::OK);
        assert_eq!(browser.open(&second).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(world.ada.ask(Method::DELETE, &one).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        assert_eq!(world.ada.get(&world.path("/invitations/mailed")).await, json!([]));
    })
    .await;
}
