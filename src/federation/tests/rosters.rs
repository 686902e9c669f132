//! Rosters over the wire, in one process: pulled, told, served; and what is refused of them (S117, S123, S139).

use super::{
    peer::Somebody,
    world::{World, activity},
};
use crate::{
    base::{proof::add_proof, words::AccountKind},
    features::{affiliations, rosters},
    federation::{
        fetch,
        rosters::{Roster, pull, pull_shared},
        router,
    },
    net::{
        Budget, Method,
        header::HeaderMap,
        signature::{Outgoing, Scheme, Signer},
    },
    sql,
    store::{Insert, tables::Account},
};
use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use serde_json::{Value, json};
use tower::ServiceExt;

const US: &str = "acme.localhost:1";

/// A partner with an agreement in force.
async fn partner(world: &World) -> (Somebody, Account, String) {
    let org = world.peer.actor("Organization", "p", "org", 0);
    let account = fetch::account(&world.federation, &org.uri, &Budget::default()).await.unwrap();
    assert_eq!(account.kind, AccountKind::Organisation);
    let host = format!("p.localhost:{}", world.peer.port);
    let tx = world.federation.app.store.begin().await.unwrap();
    let row = Insert::into("agreements").set("id", tx.id()).set("uri", "/agreements/1").set("host", host.as_str());
    let row = row.set("partner_id", account.id).set("state", 2_i16).set("created_at", tx.now).set("updated_at", tx.now);
    row.run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    (org, account, host)
}

/// A roster of `org` as it stands at its address, proven by `by`.
fn roster((org, by): (&Somebody, &Somebody), people: &[&str], change: impl FnOnce(&mut Value)) -> Value {
    let mut roster = json!({
        "type": "Roster", "id": format!("{}/roster?for={US}", org.uri), "attributedTo": org.uri, "for": US, "sequence": 7,
        "items": people, "issuedAt": "2026-01-01T00:00:00Z", "validUntil": "2099-01-01T00:00:00Z",
    });
    change(&mut roster);
    add_proof(&mut roster, &by.ed25519, &format!("{}#ed25519-key", by.uri), "2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
    roster
}

#[tokio::test]
async fn s117_a_roster_is_pulled_before_somebody_is_let_in_and_told_when_they_leave() {
    let world = World::new().await;
    let (org, _, host) = partner(&world).await;
    let (bo, store) = (world.peer.at("p", "/u/bo"), &world.federation.app.store);
    world.peer.serves(&roster((&org, &org), &[&bo], |_| ()));
    assert!(pull(&world.federation, &host).await.unwrap());
    assert!(rosters::vouches(store, &host, &bo).await.unwrap());
    let lease = rosters::of(store, &host).await.unwrap().unwrap();
    assert!(lease.valid_until <= store.now().plus(rosters::LEASE_MAX), "s139: 2099 is not believed");
    let told = roster((&org, &org), &[], |roster| roster["sequence"] = json!(8));
    world.tell(&org, &activity("Update", &world.peer.at("p", "/a/1"), &org.uri, told)).await;
    assert!(!rosters::vouches(store, &host, &bo).await.unwrap());
    // what was pulled before comes again, late
    assert!(!pull(&world.federation, &host).await.unwrap());
    assert!(!rosters::vouches(store, &host, &bo).await.unwrap());
}

#[tokio::test]
async fn many_who_ask_at_once_share_the_pulls_of_a_roster() {
    let world = World::new().await;
    let (org, _, host) = partner(&world).await;
    let bo = world.peer.at("p", "/u/bo");
    world.peer.serves(&roster((&org, &org), &[&bo], |_| ()));
    let before = world.peer.asked_for("roster");
    let pulls = futures::future::join_all((0..20).map(|_| pull_shared(&world.federation, &host))).await;
    assert!(pulls.iter().all(Result::is_ok));
    assert!(rosters::vouches(&world.federation.app.store, &host, &bo).await.unwrap());
    assert_eq!(world.peer.asked_for("roster"), before + 2, "the first, and one for all who came meanwhile");
    // somebody who asks later may not have been on it
    pull_shared(&world.federation, &host).await.unwrap();
    assert_eq!(world.peer.asked_for("roster"), before + 3);
}

#[tokio::test]
async fn s139_only_the_organisation_of_the_agreement_vouches_and_only_for_its_own() {
    let world = World::new().await;
    let (org, account, host) = partner(&world).await;
    let (bo, eve) = (world.peer.at("p", "/u/bo"), world.peer.actor("Organization", "p", "eve", 1));
    fetch::account(&world.federation, &eve.uri, &Budget::default()).await.unwrap();
    let elsewhere = world.peer.at("e", "/u/bo");
    let bad = [
        roster((&org, &eve), &[&bo], |_| ()),
        roster((&eve, &eve), &[&bo], |_| ()),
        roster((&org, &org), &[&elsewhere], |_| ()),
        roster((&org, &org), &["http://acme.localhost:1/u/ada"], |_| ()),
        roster((&org, &org), &[&bo], |roster| roster["for"] = json!("other.test")),
        roster((&org, &org), &[&bo], |roster| roster["sequence"] = json!("7")),
        roster((&org, &org), &[&bo], |roster| roster["validUntil"] = json!("2025-01-01T00:00:00Z")),
        roster((&org, &org), &[&bo], |roster| roster["items"] = json!(bo)),
    ];
    for (n, told) in bad.into_iter().enumerate() {
        let id = world.peer.at("p", &format!("/a/{n}"));
        world.tell(&org, &activity("Update", &id, &org.uri, told)).await;
        assert!(!world.verdict(&id).await.is_empty(), "{n}");
    }
    // told by somebody else of the same host
    let id = world.peer.at("p", "/a/eve");
    world.tell(&eve, &activity("Update", &id, &eve.uri, roster((&eve, &eve), &[&bo], |_| ()))).await;
    assert!(!world.verdict(&id).await.is_empty());
    let store = &world.federation.app.store;
    assert!(rosters::of(store, &host).await.unwrap().is_none() && !rosters::vouches(store, &host, &bo).await.unwrap());
    // a further host counts once it is proven
    let tx = store.begin().await.unwrap();
    affiliations::note_proof(&tx, (&account.uri, &format!("e.localhost:{}", world.peer.port)), true).await.unwrap();
    tx.commit().await.unwrap();
    world.tell(&org, &activity("Update", &world.peer.at("p", "/a/ok"), &org.uri, roster((&org, &org), &[&elsewhere], |_| ()))).await;
    assert!(rosters::vouches(store, &host, &elsewhere).await.unwrap());
}

#[tokio::test]
async fn s112_a_roster_counts_by_the_key_that_was_pinned_alone() {
    let world = World::new().await;
    let (org, _, host) = partner(&world).await;
    let (bo, store) = (world.peer.at("p", "/u/bo"), &world.federation.app.store);
    let tx = store.begin().await.unwrap();
    sql!("UPDATE agreements SET partner_key = 'z6MkOther' WHERE host = {}", host.as_str()).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    world.tell(&org, &activity("Update", &world.peer.at("p", "/a/1"), &org.uri, roster((&org, &org), &[&bo], |_| ()))).await;
    assert!(!rosters::vouches(store, &host, &bo).await.unwrap());
}

#[tokio::test]
async fn a_dead_node_writes_nothing_but_that_it_was_asked() {
    let world = World::new().await;
    let (_, _, host) = partner(&world).await;
    assert!(pull(&world.federation, &host).await.is_err(), "its address answers 404");
    let lease = rosters::of(&world.federation.app.store, &host).await.unwrap().unwrap();
    assert_eq!((lease.sequence, lease.fetched_at.0), (0, 0));
    assert!(pull(&world.federation, "nobody.test").await.is_err());
}

#[test]
fn a_roster_of_too_many_is_refused() {
    let people: Vec<String> = (0..=rosters::PEOPLE_MAX).map(|n| format!("https://p.test/u/{n}")).collect();
    let document = |people: &[String]| {
        json!({"type": "Roster", "id": "https://p.test/org/roster?for=a.test", "attributedTo": "https://p.test/org", "for": "a.test",
            "sequence": 1, "items": people, "issuedAt": "2026-01-01T00:00:00Z", "validUntil": "2026-01-02T00:00:00Z"})
    };
    assert!(Roster::read(&document(&people), "https://p.test/org", &[]).is_err());
    assert!(Roster::read(&document(&people[1..]), "https://p.test/org", &[]).is_ok());
}

/// `GET` of our roster, signed by `by` if given; the status and the answer.
async fn asks(world: &World, by: Option<&Somebody>, host: &str) -> (u16, Value) {
    let path = format!("/org/roster?for={host}");
    let mut headers = HeaderMap::new();
    if let Some(by) = by {
        let signer = Signer { key_id: by.key_id.clone(), key: by.rsa.clone(), scheme: Scheme::Cavage };
        let url = format!("http://{US}{path}").parse().unwrap();
        let request = Outgoing { method: &Method::GET, url: &url, body_sha256: None };
        signer.sign(&request, &mut headers, world.federation.app.store.now().utc()).unwrap();
    }
    headers.insert("host", US.parse().unwrap());
    headers.insert("accept", "application/activity+json".parse().unwrap());
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    *request.headers_mut() = headers;
    let answer = router(&world.federation).oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn s123_our_roster_is_shown_to_that_partners_organisation_and_node_alone() {
    let world = World::new().await;
    let (org, _, host) = partner(&world).await;
    let (node, pat) = (world.peer.actor("Application", "p", "node", 0), world.peer.person("p", "pat", 0));
    let other = world.peer.actor("Application", "e", "node", 1);
    for by in [&org, &node] {
        let (status, answer) = asks(&world, Some(by), &host).await;
        assert_eq!((status, answer["for"].as_str(), answer["type"].as_str()), (200, Some(host.as_str()), Some("Roster")));
        assert!(Roster::read(&answer, "http://acme.localhost:1/org", &[]).is_ok() && answer["proof"].is_object());
    }
    let (_, nothing) = asks(&world, None, &host).await;
    for (by, host) in [(&pat, host.clone()), (&other, host.clone()), (&other, format!("e.localhost:{}", world.peer.port))] {
        assert_eq!(asks(&world, Some(by), &host).await, (404, nothing.clone()));
    }
}
