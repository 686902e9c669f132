//! Followers compared with what the one followed says (FEP-8fcf), through the inbox.

use super::{
    checklist::told,
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    features::relationships::{self, FollowOptions},
    net::header::HeaderMap,
    store::tables::Account,
};
use serde_json::{Value, json};
use std::time::Duration;

/// The digest of nobody.
fn nobody() -> String {
    "0".repeat(64)
}

/// Delivers a post of `sender` under a fresh id, with the header for these.
async fn posts(world: &World, sender: &Somebody, n: u8, told: (&str, &str, &str)) {
    let (collection, url, digest) = told;
    let create = activity(
        "Create",
        &world.peer.at("p", &format!("/a/{n}")),
        &sender.uri,
        note(&world.peer.at("p", &format!("/n/{n}")), &sender.uri, "hi"),
    );
    let body = serde_json::to_vec(&create).unwrap();
    let value = format!(r#"collectionId="{collection}", url="{url}", digest="{digest}""#);
    let headers = HeaderMap::from_iter([("collection-synchronization".parse().unwrap(), value.parse().unwrap())]);
    let headers = world.signed_with(headers, sender, &format!("{HERE}/inbox"), &body);
    assert_eq!(world.send("/inbox", headers, body).await, 202);
    crate::federation::process::drain(&world.federation).await.unwrap();
}

async fn follows(world: &World, follower: &Account, target: &Account, accepted: bool) {
    let tx = world.federation.app.begin().await.unwrap();
    relationships::follow(&tx, follower, target, FollowOptions::default(), None).await.unwrap();
    if accepted {
        relationships::accept(&tx, follower.id, target.id).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn state(world: &World, follower: &Account, target: &Account) -> &'static str {
    let found = relationships::queries::find(&world.federation.app.store, follower.id, target.id).await.unwrap();
    found.map_or("none", |follow| follow.state.word())
}

#[tokio::test]
async fn fep_8fcf_what_differs_is_put_right_by_the_list_of_the_one_followed() {
    let world = World::new().await;
    let pat = world.peer.person("p", "pat", 0);
    let (followers, list) = (format!("{}/followers", pat.uri), format!("{}/fs", pat.uri));
    posts(&world, &pat, 1, (&followers, &list, &nobody())).await;
    let target = world.account(&pat.uri).await.unwrap();
    let [ada, bob, cal, dan] = [world.person("ada").await, world.person("bob").await, world.person("cal").await, world.person("dan").await];
    follows(&world, &ada, &target, true).await;
    follows(&world, &bob, &target, false).await;
    follows(&world, &dan, &target, true).await;
    told(&world).await;
    assert_eq!(world.peer.asked_for("/fs"), 0, "nobody here followed, and so it said");

    let ids: Vec<String> = ["ada", "bob", "cal"].iter().map(|name| format!("{HERE}/u/{name}")).collect();
    world.peer.serves(
        &json!({"type": "OrderedCollection", "id": list, "orderedItems": [ids[0], ids[1], ids[2], "http://elsewhere.test/u/x", 7]}),
    );
    posts(&world, &pat, 2, (&followers, &list, &"ab".repeat(32))).await;
    for _ in 0..300 {
        if state(&world, &dan, &target).await == "none" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut states = vec![];
    for person in [&ada, &bob, &cal, &dan] {
        states.push(state(&world, person, &target).await);
    }
    assert_eq!(states, ["accepted", "accepted", "none", "none"]);
    let sent = told(&world).await;
    let undone: Vec<&Value> =
        sent.iter().filter(|activity| activity["type"] == "Undo").map(|activity| &activity["object"]["actor"]).collect();
    assert_eq!(undone, [&json!(ids[2])], "what nobody here knows of is taken back, and what ended there is not told");
}

#[tokio::test]
async fn fep_8fcf_a_header_about_anybody_else_or_unsigned_or_a_list_in_pages_changes_nothing() {
    let world = World::new().await;
    let (pat, eve) = (world.peer.person("p", "pat", 0), world.peer.person("e", "eve", 1));
    let (followers, list) = (format!("{}/followers", pat.uri), format!("{}/fs", pat.uri));
    posts(&world, &pat, 1, (&followers, &list, &nobody())).await;
    let (target, ada) = (world.account(&pat.uri).await.unwrap(), world.person("ada").await);
    follows(&world, &ada, &target, true).await;
    let elsewhere = format!("{}/fs", eve.uri);
    for (at, next) in [(&elsewhere, Value::Null), (&list, json!(format!("{list}?page=2")))] {
        world.peer.serves(&json!({"type": "OrderedCollection", "id": at, "orderedItems": [], "next": next}));
    }
    let wrong = "ab".repeat(32);
    posts(&world, &pat, 2, (&format!("{}/followers", eve.uri), &list, &wrong)).await;
    posts(&world, &pat, 3, (&followers, &elsewhere, &wrong)).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.peer.asked_for("/fs"), 0);
    // not covered by the signature
    let create = activity("Create", &world.peer.at("p", "/a/4"), &pat.uri, note(&world.peer.at("p", "/n/4"), &pat.uri, "hi"));
    let body = serde_json::to_vec(&create).unwrap();
    let mut headers = world.signed(&pat, &format!("{HERE}/inbox"), &body);
    let value = format!(r#"collectionId="{followers}", url="{list}", digest="{wrong}""#);
    headers.insert("collection-synchronization", value.parse().unwrap());
    assert_eq!(world.send("/inbox", headers, body).await, 202);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.peer.asked_for("/fs"), 0);
    posts(&world, &pat, 5, (&followers, &list, &wrong)).await;
    for _ in 0..300 {
        if world.peer.asked_for("/fs") == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!((world.peer.asked_for("/fs"), state(&world, &ada, &target).await), (1, "accepted"), "a list that is not whole ends nothing");
}
