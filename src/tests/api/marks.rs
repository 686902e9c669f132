//! Notes, endorsements, hosts one wants nothing of, quiet threads, mutes that end, and follows with conditions.

use super::{
    shapes::{assert_are, assert_is},
    social::{id, refused},
};
use crate::{
    base::words::AccountKind,
    features::{
        accounts::{self, Remote},
        notifications,
        posts::{receive, tests::world},
        relationships, timelines,
    },
    store::tables::Account,
    tests::support::{Person, TestNode, done, on_both_databases},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn relation(who: &Person, other: &Account) -> Value {
    let found = who.get(&format!("/api/v1/accounts/relationships?id[]={}", other.id)).await[0].clone();
    assert_is("Relationship", &found);
    found
}

async fn says(node: &TestNode, who: &Person, body: Value) -> Value {
    let post = who.post("/api/v1/statuses", body).await;
    let tx = node.app.begin().await.unwrap();
    timelines::shelve(&tx, id(&post).parse().unwrap()).await.unwrap();
    notifications::tell_of_post(&tx, id(&post).parse().unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    post
}

async fn elsewhere(node: &TestNode, name: &str) -> Account {
    let uri = format!("https://bolt.test/u/{name}");
    let remote = Remote {
        url: uri.clone(),
        inbox: format!("{uri}/inbox"),
        kind: Some(AccountKind::Person),
        username: name.into(),
        host: "bolt.test".into(),
        uri,
        ..Remote::default()
    };
    let tx = node.app.begin().await.unwrap();
    let account = accounts::keep_remote(&tx, &remote).await.unwrap();
    tx.commit().await.unwrap();
    account
}

async fn count(who: &Person, path: &str) -> usize {
    who.get(path).await.as_array().unwrap().len()
}

#[tokio::test]
async fn words_about_others_are_kept_for_oneself_alone() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let path = format!("/api/v1/accounts/{}/note", eve.account.id);
        assert_eq!(ada.post(&path, json!({ "comment": "met in Oslo" })).await["note"], json!("met in Oslo"));
        assert_eq!(relation(&ada, &eve.account).await["note"], json!("met in Oslo"));
        assert_eq!(relation(&eve, &ada.account).await["note"], json!(""));
        assert_eq!(ada.post(&path, json!({ "comment": "" })).await["note"], json!(""));
        let long = refused(&ada, Method::POST, &path, json!({ "comment": "x".repeat(2001) })).await;
        assert_eq!(long.0, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn people_whom_one_follows_may_stand_on_ones_profile() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let path = |act: &str| format!("/api/v1/accounts/{}/{act}", eve.account.id);
        assert_eq!(refused(&ada, Method::POST, &path("endorse"), json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        ada.post(&path("follow"), json!({})).await;
        for (put, take) in [("endorse", "unendorse"), ("pin", "unpin")] {
            assert_eq!(ada.post(&path(put), json!({})).await["endorsed"], json!(true));
            assert_are("Account", &ada.get("/api/v1/endorsements").await);
            let public = node.get(&format!("/api/v1/accounts/{}/endorsements", ada.account.id)).send().await.unwrap();
            assert_eq!(public.json::<Value>().await.unwrap()[0]["acct"], json!("eve"));
            assert_eq!(ada.post(&path(take), json!({})).await["endorsed"], json!(false));
        }
        ada.post(&path("pin"), json!({})).await;
        ada.post(&path("unfollow"), json!({})).await;
        assert_eq!(count(&ada, "/api/v1/endorsements").await, 0, "with the follow goes the place on the profile");
    })
    .await;
}

#[tokio::test]
async fn a_quiet_thread_is_heard_no_more_until_it_is_again() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let root = says(&node, &ada, json!({ "status": "a long story" })).await;
        let first = says(&node, &eve, json!({ "status": "@ada one", "in_reply_to_id": root["id"] })).await;
        assert_eq!(count(&ada, "/api/v1/notifications").await, 1);
        let muted = ada.post(&format!("/api/v1/statuses/{}/mute", id(&first)), json!({})).await;
        assert_eq!(muted["muted"], json!(true));
        says(&node, &eve, json!({ "status": "@ada two", "in_reply_to_id": first["id"] })).await;
        let tx = node.app.begin().await.unwrap();
        let kind = crate::base::words::NotificationKind::Favourite;
        notifications::tell(&tx, ada.account.id, kind, eve.account.id, Some(id(&root).parse().unwrap())).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count(&ada, "/api/v1/notifications").await, 1, "nothing of the whole thread");
        assert_eq!(ada.get(&format!("/api/v1/statuses/{}", id(&root))).await["muted"], json!(true));
        assert_eq!(eve.get(&format!("/api/v1/statuses/{}", id(&root))).await["muted"], json!(false));
        says(&node, &eve, json!({ "status": "@ada elsewhere" })).await;
        assert_eq!(count(&ada, "/api/v1/notifications").await, 2, "other threads are heard");
        assert_eq!(ada.post(&format!("/api/v1/statuses/{}/unmute", id(&root)), json!({})).await["muted"], json!(false));
        says(&node, &eve, json!({ "status": "@ada three", "in_reply_to_id": first["id"] })).await;
        assert_eq!(count(&ada, "/api/v1/notifications").await, 3);
        let secret = says(&node, &eve, json!({ "status": "mine", "visibility": "direct" })).await;
        let hidden = refused(&ada, Method::POST, &format!("/api/v1/statuses/{}/mute", id(&secret)), json!({})).await;
        assert_eq!(hidden.0, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn of_a_blocked_host_one_gets_nothing_and_nobody_there_follows() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let ada = node.person("ada").await;
        let bo = elsewhere(&node, "bo").await;
        let follows = async |follower: &Account, target: &Account| {
            let tx = node.app.begin().await.unwrap();
            relationships::follow(&tx, follower, target, Default::default(), None).await.unwrap();
            relationships::accept(&tx, follower.id, target.id).await.unwrap();
            tx.commit().await.unwrap();
        };
        follows(&ada.account, &bo).await;
        follows(&bo, &ada.account).await;
        let tx = node.app.begin().await.unwrap();
        let incoming = world::incoming("https://bolt.test/p/1", "hello", tx.now);
        let post = receive::receive(&tx, &bo, incoming).await.unwrap().unwrap();
        timelines::shelve(&tx, post.id).await.unwrap();
        notifications::tell(&tx, ada.account.id, crate::base::words::NotificationKind::Follow, bo.id, None).await.unwrap();
        tx.commit().await.unwrap();
        let seen = async || {
            (
                count(&ada, "/api/v1/timelines/home").await,
                count(&ada, "/api/v1/timelines/public").await,
                count(&ada, "/api/v1/notifications").await,
            )
        };
        assert_eq!(seen().await, (1, 1, 1));
        let form = [("domain", "Bolt.Test")];
        assert_eq!(done(ada.ask(Method::POST, "/api/v1/domain_blocks").form(&form)).await, json!({}));
        assert_eq!(seen().await, (0, 0, 0));
        assert_eq!(ada.get("/api/v1/domain_blocks").await, json!(["bolt.test"]));
        let relation = relation(&ada, &bo).await;
        assert_eq!(
            (&relation["domain_blocking"], &relation["following"], &relation["followed_by"]),
            (&json!(true), &json!(false), &json!(false))
        );
        let tx = node.app.begin().await.unwrap();
        assert!(relationships::follow(&tx, &bo, &ada.account, Default::default(), None).await.is_err(), "nor follows anew");
        notifications::tell(&tx, ada.account.id, crate::base::words::NotificationKind::Mention, bo.id, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count(&ada, "/api/v1/notifications").await, 0);
        let stranger: Value = node.get("/api/v1/timelines/public").send().await.unwrap().json().await.unwrap();
        assert_eq!(stranger.as_array().unwrap().len(), 1, "one person's block is nobody else's");
        for wrong in ["", "a b", "https://x/", node.app.origin.authority()] {
            let said = ada.ask(Method::POST, "/api/v1/domain_blocks").json(&json!({ "domain": wrong })).send().await.unwrap();
            assert_eq!(said.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert!(said.json::<Value>().await.unwrap()["details"]["domain"].is_array());
        }
        assert_eq!(done(ada.ask(Method::DELETE, "/api/v1/domain_blocks").json(&json!({ "domain": "bolt.test" }))).await, json!({}));
        assert_eq!(count(&ada, "/api/v1/timelines/public").await, 1);
    })
    .await;
}

#[tokio::test]
async fn follows_keep_to_languages_and_mutes_say_when_they_end() {
    on_both_databases(async |place| {
        let node = place.node("acme").await;
        let (ada, eve) = (node.person("ada").await, node.person("eve").await);
        let follow = format!("/api/v1/accounts/{}/follow", eve.account.id);
        let followed = ada.post(&follow, json!({ "languages": ["en", "nb"] })).await;
        assert_eq!(followed["languages"], json!(["en", "nb"]));
        for (language, shown) in [("en", true), ("de", false), ("nb", true), ("e", false)] {
            let post = says(&node, &eve, json!({ "status": "words", "language": language })).await;
            let home = ada.get("/api/v1/timelines/home").await;
            assert_eq!(
                home.as_array().unwrap().iter().any(|one| one["id"] == post["id"]),
                shown || post["language"].is_null(),
                "{language}"
            );
        }
        assert_eq!(ada.post(&follow, json!({ "reblogs": true })).await["languages"], json!(["en", "nb"]), "what is not said stays");
        assert_eq!(ada.post(&follow, json!({ "languages": [""] })).await["languages"], json!(null));
        assert_eq!(refused(&ada, Method::POST, &follow, json!({ "languages": ["e n"] })).await.0, StatusCode::UNPROCESSABLE_ENTITY);

        let mute = format!("/api/v1/accounts/{}/mute", eve.account.id);
        let muted = ada.post(&mute, json!({ "duration": 600, "notifications": false })).await;
        assert!(muted["muting_expires_at"].is_string() && muted["muting_notifications"] == json!(false), "{muted}");
        let listed = ada.get("/api/v1/mutes").await;
        assert_are("MutedAccount", &listed);
        assert_eq!(listed[0]["mute_expires_at"], muted["muting_expires_at"]);
        ada.post(&mute, json!({ "duration": 0 })).await;
        assert_eq!(ada.get("/api/v1/mutes").await[0]["mute_expires_at"], json!(null));
    })
    .await;
}
