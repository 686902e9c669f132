//! What ActivityPub asks of a server, line by line, as far as no other test shows it; and what we ask of others, politely.

use super::{
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    base::words::NodeRole,
    features::{accounts, relationships},
    federation::{Federation, discovery, fetch},
    net::{Budget, header::HeaderMap},
    server::worker,
    sql,
    store::tables::Account,
};
use serde_json::{Value, json};

async fn world() -> (World, Somebody, Account) {
    let world = World::new().await;
    let (pat, ada) = (world.peer.person("p", "pat", 0), world.person("ada").await);
    let tx = world.federation.app.begin().await.unwrap();
    let user = accounts::NewUser { email: "ada@acme.test".into(), password_hash: String::new(), role: NodeRole::Member, approved: true };
    accounts::enrol(&tx, ada.id, user).await.unwrap();
    tx.commit().await.unwrap();
    (world, pat, ada)
}

/// What was put into the log since it began.
pub(super) async fn told(world: &World) -> Vec<Value> {
    worker::round(&world.federation, true).await.unwrap();
    let bodies: Vec<String> = sql!("SELECT body FROM log ORDER BY position").column(&world.federation.app.store).await.unwrap();
    bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn ap007_ap081_documents_are_asked_for_by_name_signed_by_the_node() {
    let (world, pat, _) = world().await;
    fetch::document(&world.federation, &pat.uri.parse().unwrap(), &Budget::default()).await.unwrap();
    let heads = world.peer.heads();
    let accept = text(&heads[0], "accept");
    assert!(accept.contains("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""), "{accept}");
    assert!(accept.contains("application/activity+json"), "{accept}");
    let signature = text(&heads[0], "signature");
    assert!(signature.contains(&format!("keyId=\"{HERE}/actor#main-key\"")), "{signature}");
}

#[tokio::test]
async fn every_request_of_ours_says_who_asks() {
    let (world, pat, _) = world().await;
    let host = pat.uri.split('/').nth(2).unwrap();
    let federation = &world.federation;
    fetch::document(federation, &pat.uri.parse().unwrap(), &Budget::default()).await.unwrap();
    assert!(discovery::learn_software(federation, host, &Budget::default()).await.is_err());
    assert!(discovery::find_actor(federation, "pat", host, &Budget::default()).await.is_err());
    federation.client.post(&format!("{}/inbox", pat.uri).parse().unwrap(), HeaderMap::new(), "{}".into()).await.unwrap();
    let expected = format!("Intermoot/{} (+{HERE})", env!("CARGO_PKG_VERSION"));
    let heads = world.peer.heads();
    assert!(heads.len() >= 4 && heads.iter().all(|head| text(head, "user-agent") == expected), "{heads:?}");
}

#[tokio::test]
async fn what_a_host_runs_is_not_asked_again_when_it_sends_more_not_even_after_a_restart() {
    let (world, pat, _) = world().await;
    let host = pat.uri.split('/').nth(2).unwrap().to_owned();
    let asked = || world.peer.heads().iter().filter(|head| !head.contains_key("signature")).count();
    let create = |n: u8| {
        activity("Create", &world.peer.at("p", &format!("/a/{n}")), &pat.uri, note(&world.peer.at("p", &format!("/n/{n}")), &pat.uri, "hi"))
    };
    world.tell(&pat, &create(1)).await;
    let known = async || {
        let peer = crate::features::peers::find(&world.federation.app.store, &host).await.unwrap();
        peer.and_then(|peer| peer.nodeinfo_at)
    };
    for _ in 0..200 {
        if known().await.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let (at, once) = (known().await.expect("what it runs was asked"), asked());
    world.tell(&pat, &create(2)).await;
    // another process over the same data
    let restarted = Federation::start(world.federation.app.clone()).unwrap();
    discovery::software::ask_in_background(&restarted, &pat.uri);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!((known().await, asked()), (Some(at), once));
}

#[tokio::test]
async fn ap028_what_is_delivered_twice_is_one_post_and_one_notification() {
    let (world, pat, ada) = world().await;
    let id = world.peer.at("p", "/n/1");
    let mut words = note(&id, &pat.uri, "<p>hello ada</p>");
    words["tag"] = json!([{"type": "Mention", "href": format!("{HERE}/u/ada"), "name": "@ada"}]);
    words["cc"] = json!([format!("{HERE}/u/ada")]);
    let create = activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, words);
    world.tell(&pat, &create).await;
    world.tell(&pat, &create).await;
    let body = serde_json::to_vec(&create).unwrap();
    let headers = world.signed(&pat, &format!("{HERE}/u/ada/inbox"), &body);
    assert_eq!(world.send("/u/ada/inbox", headers, body).await, 202);
    crate::federation::process::drain(&world.federation).await.unwrap();
    worker::round(&world.federation, true).await.unwrap();
    let store = &world.federation.app.store;
    let posts: Option<i64> = sql!("SELECT COUNT(*) FROM posts WHERE uri = {}", id).value(store).await.unwrap();
    let told: Option<i64> = sql!("SELECT COUNT(*) FROM notifications WHERE account_id = {}", ada.id).value(store).await.unwrap();
    assert_eq!((posts, told), (Some(1), Some(1)));
}

#[tokio::test]
async fn ap031_both_names_of_the_content_are_taken_alike() {
    let (world, pat, _) = world().await;
    let kinds = [
        "application/activity+json",
        "application/activity+json; charset=utf-8",
        "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
    ];
    for (n, kind) in kinds.into_iter().enumerate() {
        let id = world.peer.at("p", &format!("/n/{n}"));
        let create = activity("Create", &world.peer.at("p", &format!("/a/{n}")), &pat.uri, note(&id, &pat.uri, "hi"));
        let body = serde_json::to_vec(&create).unwrap();
        let mut headers = world.signed(&pat, &format!("{HERE}/inbox"), &body);
        headers.insert("content-type", kind.parse().unwrap());
        assert_eq!(world.send("/inbox", headers, body).await, 202, "{kind}");
        crate::federation::process::drain(&world.federation).await.unwrap();
        assert!(world.post(&id).await.is_some(), "{kind}");
    }
}

#[tokio::test]
async fn ap053_ap055_a_follow_is_answered_and_who_is_refused_follows_nobody() {
    let (world, pat, ada) = world().await;
    let store = &world.federation.app.store;
    let follow = |n: u8| activity("Follow", &world.peer.at("p", &format!("/f/{n}")), &pat.uri, json!(format!("{HERE}/u/ada")));
    world.tell(&pat, &follow(1)).await;
    let accept = told(&world).await.pop().unwrap();
    assert_eq!(
        (&accept["type"], &accept["object"]["id"], &accept["object"]["type"]),
        (&json!("Accept"), &follow(1)["id"], &json!("Follow"))
    );
    let follower = world.account(&pat.uri).await.unwrap();
    let tx = world.federation.app.begin().await.unwrap();
    relationships::unfollow(&tx, follower.id, ada.id, None).await.unwrap();
    sql!("UPDATE accounts SET locked = TRUE WHERE id = {}", ada.id).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    world.tell(&pat, &follow(2)).await;
    assert_eq!(relationships::queries::followers_elsewhere(store, ada.id, 10).await.unwrap(), Vec::<String>::new());
    let tx = world.federation.app.begin().await.unwrap();
    relationships::reject(&tx, follower.id, ada.id).await.unwrap();
    tx.commit().await.unwrap();
    let reject = told(&world).await.pop().unwrap();
    assert_eq!(
        (&reject["type"], &reject["object"]["id"], &reject["object"]["type"]),
        (&json!("Reject"), &follow(2)["id"], &json!("Follow"))
    );
    assert!(relationships::queries::find(store, follower.id, ada.id).await.unwrap().is_none());
}

#[tokio::test]
async fn ap058_who_is_rejected_follows_nobody() {
    let (world, pat, ada) = world().await;
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/0"), &pat.uri, note(&world.peer.at("p", "/n/0"), &pat.uri, "hi"))).await;
    let (store, target) = (&world.federation.app.store, world.account(&pat.uri).await.unwrap());
    let tx = world.federation.app.begin().await.unwrap();
    let ask = relationships::follow(&tx, &ada, &target, relationships::FollowOptions::default(), None).await.unwrap();
    tx.commit().await.unwrap();
    let follow = json!({"type": "Follow", "id": format!("{HERE}{}", ask.uri), "actor": format!("{HERE}/u/ada"), "object": pat.uri});
    world.tell(&pat, &activity("Reject", &world.peer.at("p", "/a/1"), &pat.uri, follow)).await;
    assert!(relationships::queries::find(store, ada.id, target.id).await.unwrap().is_none());
    let target = world.account(&pat.uri).await.unwrap();
    assert_eq!(target.followers_count, 0);
}

#[tokio::test]
async fn ap061_ap063_a_boost_is_counted_until_it_is_taken_back() {
    let (world, pat, _) = world().await;
    let eve = world.peer.person("e", "eve", 1);
    let id = world.peer.at("p", "/n/1");
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, note(&id, &pat.uri, "<p>one</p>"))).await;
    let announce = activity("Announce", &world.peer.at("e", "/b/1"), &eve.uri, json!(id));
    world.tell(&eve, &announce).await;
    assert_eq!(world.post(&id).await.unwrap().boosts_count, 1);
    world.tell(&eve, &activity("Undo", &world.peer.at("e", "/b/2"), &eve.uri, announce)).await;
    assert_eq!(world.post(&id).await.unwrap().boosts_count, 0);
}

#[tokio::test]
async fn ap062_nobody_takes_back_what_another_did() {
    let (world, pat, _) = world().await;
    let eve = world.peer.person("e", "eve", 1);
    let id = world.peer.at("p", "/n/1");
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, note(&id, &pat.uri, "<p>one</p>"))).await;
    let like = activity("Like", &world.peer.at("p", "/l/1"), &pat.uri, json!(id));
    world.tell(&pat, &like).await;
    world.tell(&eve, &activity("Undo", &world.peer.at("e", "/u/1"), &eve.uri, json!(like["id"]))).await;
    world.deliver(&eve, &activity("Undo", &world.peer.at("e", "/u/2"), &eve.uri, like)).await;
    crate::federation::process::drain(&world.federation).await.unwrap();
    assert_eq!(world.post(&id).await.unwrap().favourites_count, 1);
}

#[tokio::test]
async fn ap082_a_key_in_a_document_of_its_own_counts_where_key_and_owner_name_each_other() {
    let (world, mut pat, _) = world().await;
    let key_id = world.peer.at("p", "/keys/pat");
    let key = json!({"id": key_id, "type": "Key", "owner": pat.uri, "publicKeyPem": pat.rsa.public().unwrap().to_pem().unwrap()});
    world.peer.serves(&key);
    world.peer.serves(
        &json!({"type": "Person", "id": pat.uri, "preferredUsername": "pat", "inbox": format!("{}/inbox", pat.uri), "publicKey": key}),
    );
    pat.key_id = key_id;
    let id = world.peer.at("p", "/n/1");
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, note(&id, &pat.uri, "hi"))).await;
    assert!(world.post(&id).await.is_some());
}
