//! Who may put something into the inbox: security.md S1 to S19, over the real route.

use super::world::{HERE, World, activity, note};
use serde_json::json;

/// A Create by pat at p, with the world it is sent in.
async fn world() -> (World, super::peer::Somebody, serde_json::Value) {
    let world = World::new().await;
    let pat = world.peer.person("p", "pat", 0);
    let create = activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, note(&world.peer.at("p", "/n/1"), &pat.uri, "hi"));
    (world, pat, create)
}

#[tokio::test]
async fn a_signed_activity_of_a_stranger_is_kept_after_one_look_at_its_key() {
    let (world, pat, create) = world().await;
    assert_eq!(world.deliver(&pat, &create).await, 202);
    assert_eq!((world.kept().await, world.peer.asked_for("/u/pat")), (1, 1));
    let second = activity("Create", &world.peer.at("p", "/a/2"), &pat.uri, note(&world.peer.at("p", "/n/2"), &pat.uri, "hi"));
    assert_eq!(world.deliver(&pat, &second).await, 202);
    assert_eq!((world.kept().await, world.peer.asked_for("/u/pat")), (2, 1));
}

#[tokio::test]
async fn s001_s002_ap074_ap075_a_changed_body_or_a_missing_digest_is_refused() {
    let (world, pat, create) = world().await;
    let body = serde_json::to_vec(&create).unwrap();
    let headers = world.signed(&pat, &format!("{HERE}/inbox"), &body);
    let mut changed = body.clone();
    let at = changed.iter().position(|byte| *byte == b'h').unwrap();
    changed[at] = b'H';
    assert_eq!(world.send("/inbox", headers.clone(), changed).await, 401);
    let mut bare = headers.clone();
    bare.remove("digest");
    assert_eq!(world.send("/inbox", bare, body.clone()).await, 401);
    assert_eq!((world.kept().await, world.peer.asked_for("")), (0, 0), "no key was fetched for it");
    assert_eq!(world.send("/inbox", headers, body).await, 202);
}

#[tokio::test]
async fn s003_repeated_headers_are_refused() {
    let (world, pat, create) = world().await;
    let body = serde_json::to_vec(&create).unwrap();
    for name in ["digest", "signature", "host", "date"] {
        let mut headers = world.signed(&pat, &format!("{HERE}/inbox"), &body);
        let again = headers.get(name).unwrap().clone();
        headers.append(name, again);
        assert_eq!(world.send("/inbox", headers, body.clone()).await, 400, "{name}");
    }
    assert_eq!(world.kept().await, 0);
}

#[tokio::test]
async fn s004_s005_s006_a_request_for_another_host_or_path_is_refused_and_a_repeat_has_no_effect() {
    let (world, pat, create) = world().await;
    let body = serde_json::to_vec(&create).unwrap();
    let foreign = world.signed(&pat, "http://n.localhost:1/inbox", &body);
    assert_eq!(world.send("/inbox", foreign.clone(), body.clone()).await, 401);
    let mut relabelled = foreign;
    relabelled.insert("host", "acme.localhost:1".parse().unwrap());
    assert_eq!(world.send("/inbox", relabelled, body.clone()).await, 401);
    let headers = world.signed(&pat, &format!("{HERE}/inbox"), &body);
    assert_eq!(world.send("/actor/inbox", headers.clone(), body.clone()).await, 401);
    for _ in 0..2 {
        assert_eq!(world.send("/inbox", headers.clone(), body.clone()).await, 202);
    }
    assert_eq!(world.kept().await, 1);
}

#[tokio::test]
async fn s007_ap076_an_old_request_is_refused() {
    let (world, pat, create) = world().await;
    let body = serde_json::to_vec(&create).unwrap();
    let headers = world.signed(&pat, &format!("{HERE}/inbox"), &body);
    world.federation.app.store.clock.advance(61 * 60 * 1000);
    assert_eq!(world.send("/inbox", headers, body).await, 401);
}

#[tokio::test]
async fn s008_s009_ap073_what_another_signed_is_not_applied() {
    let (world, _pat, create) = world().await;
    for eve in [world.peer.person("e", "eve", 1), world.peer.person("p", "pia", 1)] {
        assert_eq!(world.deliver(&eve, &create).await, 202, "forwarded: decisions.md 4");
    }
    assert_eq!(world.kept().await, 0);
}

#[tokio::test]
async fn s010_a_key_that_claims_an_owner_elsewhere_is_refused() {
    let (world, pat, create) = world().await;
    let mut eve = world.peer.person("e", "eve", 1);
    eve.key_id = world.peer.at("e", "/key");
    world.peer.serves(&json!({"id": eve.key_id, "type": "CryptographicKey", "owner": pat.uri, "publicKeyPem": eve.rsa.public().unwrap().to_pem().unwrap()}));
    assert_eq!(world.deliver(&eve, &create).await, 401);
    // the same on the owner's own host, which does not know the key
    eve.key_id = world.peer.at("p", "/key");
    world.peer.serves(&json!({"id": eve.key_id, "type": "CryptographicKey", "owner": pat.uri, "publicKeyPem": eve.rsa.public().unwrap().to_pem().unwrap()}));
    assert_eq!(world.deliver(&eve, &create).await, 401);
    assert_eq!(world.kept().await, 0);
}

#[tokio::test]
async fn s011_s012_tricky_key_ids_cause_no_fetch_and_wasteful_hosts_are_left_alone() {
    let (world, mut pat, create) = world().await;
    for key_id in ["http://p.localhost@e.localhost/u/pat#main-key", "http://p.localhost//u/pat#main-key", "http://p.localhost/a/../u/pat"] {
        pat.key_id = key_id.into();
        assert_eq!(world.deliver(&pat, &create).await, 401, "{key_id}");
    }
    assert_eq!(world.peer.asked_for(""), 0);
    for n in 0..20 {
        pat.key_id = world.peer.at("e", &format!("/nobody/{n}#main-key"));
        assert!([401, 503].contains(&world.deliver(&pat, &create).await));
    }
    assert!(world.peer.asked_for("/nobody/") <= 4);
}

#[tokio::test]
async fn s014_s033_malformed_activities_are_refused() {
    let (world, pat, create) = world().await;
    let text = create.to_string();
    let twice = text.replacen("\"type\":\"Create\"", &format!("\"type\":\"Create\",\"actor\":\"{}\"", pat.uri), 1);
    let elsewhere =
        activity("Create", &world.peer.at("e", "/a/1"), &pat.uri, note(&world.peer.at("p", "/n/1"), &pat.uri, "hi")).to_string();
    for body in [twice, elsewhere, "[]".into(), "{".into(), format!("{}1{}", "[".repeat(5000), "]".repeat(5000))] {
        let headers = world.signed(&pat, &format!("{HERE}/inbox"), body.as_bytes());
        assert_eq!(world.send("/inbox", headers, body.into_bytes()).await, 400);
    }
    assert_eq!(world.kept().await, 0);
}

#[tokio::test]
async fn s018_another_algorithm_than_the_keys_is_refused() {
    let (world, pat, create) = world().await;
    let body = serde_json::to_vec(&create).unwrap();
    for algorithm in ["hmac-sha256", "ed25519", "none"] {
        let mut headers = world.signed(&pat, &format!("{HERE}/inbox"), &body);
        let signature = headers.get("signature").unwrap().to_str().unwrap().to_owned();
        let start = signature.find("algorithm=\"").unwrap() + 11;
        let end = start + signature[start..].find('"').unwrap();
        headers.insert("signature", format!("{}{algorithm}{}", &signature[..start], &signature[end..]).parse().unwrap());
        assert_eq!(world.send("/inbox", headers, body.clone()).await, 401, "{algorithm}");
    }
}

#[tokio::test]
async fn s019_ap072_unsigned_activities_are_refused_at_every_inbox() {
    let (world, _pat, create) = world().await;
    world.person("ada").await;
    let body = serde_json::to_vec(&create).unwrap();
    let headers: crate::net::header::HeaderMap = [("host", "acme.localhost:1"), ("content-type", "application/activity+json")]
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .into_iter()
        .collect();
    for path in ["/inbox", "/u/ada/inbox", "/actor/inbox", "/org/inbox"] {
        assert_eq!(world.send(path, headers.clone(), body.clone()).await, 401, "{path}");
    }
    assert_eq!((world.kept().await, world.peer.asked_for("")), (0, 0));
}

#[tokio::test]
async fn s070_other_content_types_encodings_and_sizes_are_refused() {
    let (world, pat, create) = world().await;
    let body = serde_json::to_vec(&create).unwrap();
    for (name, value) in [("content-type", "application/json"), ("content-type", "text/plain"), ("content-encoding", "gzip")] {
        let mut headers = world.signed(&pat, &format!("{HERE}/inbox"), &body);
        headers.insert(name, value.parse().unwrap());
        assert_eq!(world.send("/inbox", headers, body.clone()).await, 415, "{value}");
    }
    let large = vec![b' '; 1024 * 1024 + 1];
    let headers = world.signed(&pat, &format!("{HERE}/inbox"), &large);
    assert_eq!(world.send("/inbox", headers, large).await, 413);
}

#[tokio::test]
async fn a_key_that_may_come_later_is_answered_503_and_one_that_is_not_there_401() {
    let (world, mut pat, create) = world().await;
    world.peer.says(&pat.uri, 500, "text/plain", &json!("broken"));
    assert_eq!(world.deliver(&pat, &create).await, 503);
    pat.key_id = world.peer.at("e", "/u/nobody#main-key");
    assert_eq!(world.deliver(&pat, &create).await, 401);
}

#[tokio::test]
async fn s016_ap080_a_key_that_changed_is_fetched_again_and_the_old_one_no_longer_counts() {
    let (world, pat, create) = world().await;
    assert_eq!(world.deliver(&pat, &create).await, 202);
    let renewed = world.peer.person("p", "pat", 1);
    let second = activity("Create", &world.peer.at("p", "/a/2"), &pat.uri, note(&world.peer.at("p", "/n/2"), &pat.uri, "hi"));
    assert_eq!(world.deliver(&renewed, &second).await, 202);
    let third = activity("Create", &world.peer.at("p", "/a/3"), &pat.uri, note(&world.peer.at("p", "/n/3"), &pat.uri, "hi"));
    assert_eq!(world.deliver(&pat, &third).await, 401);
    assert_eq!(world.kept().await, 2);
}

#[tokio::test]
async fn ap080_the_end_of_somebody_unknown_asks_nobody_and_changes_nothing() {
    let world = World::new().await;
    let gone = world.peer.person("p", "gone", 0);
    let delete = activity("Delete", &world.peer.at("p", "/a/9"), &gone.uri, json!(gone.uri));
    assert_eq!(world.deliver(&gone, &delete).await, 202);
    assert_eq!((world.kept().await, world.peer.asked_for("")), (0, 0));
}
