//! What a delivery to somebody's followers says of them (FEP-8fcf).

use super::{
    peers::{Host, Seen},
    stage::{Stage, until},
};
use crate::{
    base::{secret, words::Audience},
    features::{memberships, posts, recovery, relationships::FollowOptions},
    net::signature::{self, Here, Received},
    server::worker,
    store::tables::Account,
};
use serde_json::Value;

async fn follows(stage: &Stage, follower: &Account) {
    let tx = stage.app().store.begin().await.unwrap();
    let uri = format!("{}/follows", follower.uri);
    memberships::follow_or_join(&tx, follower, &stage.ada, FollowOptions::default(), Some(&uri)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn publish(stage: &Stage, audience: Audience, mentions: &[&Account]) {
    let mentions = mentions.iter().map(|account| account.id).collect();
    let draft = posts::publish::Draft { audience, mentions, ..posts::tests::world::draft("hello") };
    let tx = stage.app().store.begin().await.unwrap();
    posts::publish::publish(&tx, &stage.ada, draft).await.unwrap();
    tx.commit().await.unwrap();
    worker::round(&stage.federation, true).await.unwrap();
}

/// The type of what came, and the header.
fn header(seen: &Seen) -> (String, Option<String>) {
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    let value = seen.headers.get("collection-synchronization").map(|value| value.to_str().unwrap().to_owned());
    (body["type"].as_str().unwrap().to_owned(), value)
}

fn expected(digest: &str) -> Option<String> {
    let actor = "http://acme.test/u/ada";
    Some(format!(r#"collectionId="{actor}/followers", url="{actor}/followers_synchronization", digest="{digest}""#))
}

#[tokio::test]
async fn fep_8fcf_what_goes_to_followers_carries_a_signed_digest_of_those_on_that_server() {
    let stage = Stage::new(60_000).await;
    let (host, other) = (Host::new("b.test", |_| 202).await, Host::new("c.test", |_| 202).await);
    let (pat, kim) = (stage.remote(&host, "pat", "/inbox").await, stage.remote(&host, "kim", "/inbox").await);
    let moe = stage.remote(&other, "moe", "/inbox").await;
    follows(&stage, &pat).await;
    follows(&stage, &kim).await;
    publish(&stage, Audience::Public, &[&moe]).await;
    publish(&stage, Audience::Direct, &[&pat]).await;
    let _engine = stage.start();
    until(|| host.count() == 4 && other.count() == 1).await;
    let mut digest = secret::sha256(pat.uri.as_bytes());
    digest.iter_mut().zip(secret::sha256(kim.uri.as_bytes())).for_each(|(byte, other)| *byte ^= other);
    let mut headers: Vec<_> = host.seen().iter().map(header).collect();
    headers.sort();
    let (accept, create) = (("Accept".to_owned(), None), "Create".to_owned());
    assert_eq!(headers, [accept.clone(), accept, (create.clone(), None), (create.clone(), expected(&secret::hex(&digest)))]);
    assert_eq!(header(&other.seen()[0]), (create, expected(&"0".repeat(64))), "nobody there follows");

    let seen = host.seen().into_iter().find(|seen| header(seen).1.is_some()).unwrap();
    let changed = |change: bool| {
        let mut headers = seen.headers.clone();
        if change {
            headers.insert("collection-synchronization", expected("00").unwrap().parse().unwrap());
        }
        let received = Received { method: &axum::http::Method::POST, target: "/inbox", headers: &headers, body: &seen.body };
        let claim = signature::read(&received, &Here::of(&host.url("/inbox")), stage.app().store.clock.now().utc()).unwrap();
        claim.verify(&stage.key.public().unwrap()).is_ok()
    };
    assert_eq!((changed(false), changed(true)), (true, false), "it is covered by the signature");
}

#[tokio::test]
async fn fep_8fcf_a_node_that_is_recovering_compares_nothing() {
    let stage = Stage::new(60_000).await;
    let host = Host::new("b.test", |_| 202).await;
    let pat = stage.remote(&host, "pat", "/inbox").await;
    follows(&stage, &pat).await;
    let tx = stage.app().store.begin().await.unwrap();
    recovery::enter(&tx, "test").await.unwrap();
    tx.commit().await.unwrap();
    publish(&stage, Audience::Public, &[]).await;
    let _engine = stage.start();
    until(|| host.seen().iter().any(|seen| header(seen).0 == "Create")).await;
    assert!(host.seen().iter().all(|seen| header(seen).1.is_none()));
}
