//! Much of everything: from one host, from hosts without number, and out of one activity (S75, S76, S81).
//!
//! Scaled for the suite: what a rate or a bound does at 30,000 it does at 40. 20,000 hosts are played where they cost no
//! signatures; 300 send real requests.

use super::{
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    federation::{backfill, process},
    net::{Budget, signature::KeyId},
    sql,
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn create(world: &World, by: &Somebody, nth: usize) -> Value {
    let host = by.uri.strip_prefix("http://").unwrap().split('.').next().unwrap();
    let name = by.uri.rsplit('/').next().unwrap();
    let id = |kind: &str| world.peer.at(host, &format!("/{kind}/{name}/{nth}"));
    activity("Create", &id("a"), &by.uri, note(&id("n"), &by.uri, "words"))
}

/// Status and how long to wait.
async fn sent(world: &World, by: &Somebody, activity: &Value) -> (u16, Option<u64>) {
    let body = serde_json::to_vec(activity).unwrap();
    let headers = world.signed(by, &format!("{HERE}/inbox"), &body);
    let (status, headers) = world.answer("/inbox", headers, body).await;
    (status, headers.get("retry-after").map(|value| value.to_str().unwrap().parse().unwrap()))
}

#[tokio::test]
async fn s075_a_host_that_floods_waits_with_all_its_people_and_another_does_not() {
    let world = World::with(|config| config.limits.inbox_activities = "40/1h".parse().unwrap()).await;
    let pat = world.peer.person("p", "pat", 0);
    let flooders: Vec<Somebody> = (0..4).map(|nth| world.peer.person("e", &format!("eve{nth}"), 1)).collect();
    let mut statuses = Vec::new();
    for nth in 0..15 {
        for eve in &flooders {
            let (status, wait) = sent(&world, eve, &create(&world, eve, nth)).await;
            assert!(status == 202 || (status == 429 && wait.is_some_and(|seconds| (1..=3600).contains(&seconds))), "{status} {wait:?}");
            statuses.push(status);
        }
    }
    assert_eq!(statuses.iter().filter(|status| **status == 202).count(), 40, "one quota for the host, however many people it invents");
    assert!(statuses[45..].iter().all(|status| *status == 429));
    let began = Instant::now();
    assert_eq!(sent(&world, &pat, &create(&world, &pat, 0)).await.0, 202);
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(world.kept().await, 41, "what was too much left nothing");
}

#[tokio::test]
async fn s075_nobody_uses_up_the_quota_of_a_host_in_its_name() {
    let world = World::with(|config| config.limits.inbox_activities = "5/1h".parse().unwrap()).await;
    let (pat, eve) = (world.peer.person("p", "pat", 0), world.peer.person("e", "eve", 1));
    let forger = Somebody { key_id: pat.key_id.clone(), ..eve };
    for nth in 0..20 {
        assert_eq!(sent(&world, &forger, &create(&world, &pat, nth)).await.0, 401);
    }
    // not one of them counted, and what the forger had us fetch did not make us deaf to the true one
    assert_eq!(sent(&world, &pat, &create(&world, &pat, 100)).await.0, 202);
    assert_eq!(world.kept().await, 1);
}

#[tokio::test]
async fn s076_hosts_that_cannot_sign_leave_no_row() {
    let world = World::new().await;
    let before = world.rows().await;
    for nth in 0..300 {
        // the document is in order and the signature is by another key
        let somebody = world.peer.person(&format!("h{nth}"), "pat", 0);
        let forger = Somebody { rsa: world.peer.person("e", "eve", 1).rsa, ..somebody.clone() };
        assert_eq!(sent(&world, &forger, &create(&world, &somebody, nth)).await.0, 401);
    }
    world.calm().await;
    assert!(world.peer.asked_for("/u/pat") >= 250, "their keys were asked for: {}", world.peer.asked_for("/u/pat"));
    assert_eq!(world.rows().await, before);
}

#[tokio::test]
async fn s076_what_is_remembered_of_twenty_thousand_hosts_is_bounded() {
    let world = World::new().await;
    let federation = &world.federation;
    for nth in 0..20_000 {
        let host = format!("h{nth}.example");
        let id = KeyId::parse(&format!("https://{host}/u/pat#main-key")).unwrap();
        federation.keyring.note_failure(id.as_str());
        federation.keyring.count_waste(&id);
        drop(federation.keyring.turn(id.as_str()));
        federation.voices.learn(&host, None);
        federation.asked.insert(host.clone(), ());
        federation.heard.note(&host);
        federation.watch.note(&host, "Like");
        assert!(federation.limits.count(&host).is_ok() && federation.offers.count(&host).is_ok());
    }
    federation.asked.run_pending_tasks();
    assert!(federation.asked.entry_count() <= 10_000);
    for (what, count) in [
        ("keys", federation.keyring.remembered()),
        ("voices", federation.voices.remembered()),
        ("rates", federation.limits.remembered()),
        ("offers", federation.offers.remembered()),
        ("heard", federation.heard.remembered()),
    ] {
        assert!(count <= 10_000, "{count} {what}");
    }
}

/// The sources themselves: a cache without a bound does not get in.
#[test]
fn s076_every_cache_says_how_much_it_holds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let (mut folders, mut seen) = (vec![std::path::PathBuf::from(folder)], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            for rest in text.split("Cache::builder()").skip(1).filter(|_| !path.ends_with("tests/floods.rs")) {
                let statement = rest.split(';').next().unwrap();
                assert!(statement.contains(".max_capacity("), "{}: a cache without an end: {statement:.100}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 20, "{seen}");
}

#[tokio::test]
async fn s081_one_activity_makes_us_ask_at_most_twenty_times_whatever_it_names() {
    let world = World::new().await;
    let pat = world.peer.person("p", "pat", 0);
    // a thread without end, on ever new hosts
    for nth in 0..200 {
        let author = world.peer.person(&format!("t{nth}"), "pat", 0);
        let mut post = note(&world.peer.at(&format!("t{nth}"), "/n"), &author.uri, "deeper");
        post["inReplyTo"] = json!(world.peer.at(&format!("t{}", nth + 1), "/n"));
        world.peer.serves(&post);
    }
    let ada = world.person("ada").await;
    let mut post = note(&world.peer.at("p", "/n/1"), &pat.uri, "<p>all of you</p>");
    let named = |nth: usize| json!({"type": "Mention", "href": world.peer.at(&format!("m{nth}"), "/u/pat"), "name": "@pat"});
    let ours = json!({"type": "Mention", "href": format!("{HERE}{}", ada.uri), "name": "@ada"});
    post["tag"] = std::iter::once(ours).chain((0..10_000).map(named)).collect();
    post["to"] = (0..5000)
        .map(|nth| json!(world.peer.at(&format!("r{nth}"), "/u/pat")))
        .chain([json!("https://www.w3.org/ns/activitystreams#Public")])
        .collect();
    post["inReplyTo"] = json!(world.peer.at("t0", "/n"));
    post["quote"] = json!(world.peer.at("t50", "/n"));
    post["context"] = json!(world.peer.at("p", "/context"));
    post["replies"] =
        json!({"type": "Collection", "items": (0..500).map(|nth| world.peer.at(&format!("r{nth}"), "/n")).collect::<Vec<_>>()});
    let status = world.deliver(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, post)).await;
    assert!([202, 400].contains(&status), "{status}");
    process::drain(&world.federation).await.unwrap();
    world.calm().await;
    let while_applied = world.peer.asked().len();
    assert!(while_applied <= 20, "{while_applied} requests: {:?}", world.peer.asked());
    // what is missing of the thread is fetched later, each piece with a budget of its own
    backfill::drain(&world.federation).await.unwrap();
    world.calm().await;
    assert!(world.peer.asked().len() <= while_applied + 2 * Budget::default().left() as usize, "{}", world.peer.asked().len());
    assert_eq!(sql!("SELECT COUNT(*) FROM log").value::<i64>(&world.federation.app.store).await.unwrap(), Some(0), "and nothing is sent");
}

#[tokio::test]
async fn s081_of_very_many_who_are_named_only_the_first_are_told() {
    let world = World::new().await;
    let pat = world.peer.person("p", "pat", 0);
    let (first, last) = (world.person("first").await, world.person("last").await);
    let href = |uri: &str| json!({"type": "Mention", "href": uri});
    let crowd = (0..9998).map(|nth| href(&world.peer.at("m", &format!("/u/{nth}"))));
    let mut post = note(&world.peer.at("p", "/n/1"), &pat.uri, "<p>all of you</p>");
    post["tag"] =
        std::iter::once(href(&format!("{HERE}{}", first.uri))).chain(crowd).chain([href(&format!("{HERE}{}", last.uri))]).collect();
    // 20,000 values are the bound of a document: this one is just within
    assert_eq!(world.deliver(&pat, &activity("Create", &world.peer.at("p", "/a/1"), &pat.uri, post.clone())).await, 400);
    post["tag"].as_array_mut().unwrap().drain(50..5050);
    world.tell(&pat, &activity("Create", &world.peer.at("p", "/a/2"), &pat.uri, post)).await;
    let store = &world.federation.app.store;
    let named: Vec<i64> = sql!("SELECT account_id FROM mentions").column(store).await.unwrap();
    assert_eq!(named, [first.id.0]);
    let told = world.post(&world.peer.at("p", "/n/1")).await.unwrap();
    assert!(told.mentions.len() < 10_000, "{} bytes of mentions", told.mentions.len());
}
