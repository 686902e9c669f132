//! Agreements over the wire: what an organisation elsewhere says, and who may send what in mode `partners`.

use super::{
    peer::Somebody,
    world::{HERE, World, activity, note},
};
use crate::{
    app::partners::{self, Act, Chosen},
    base::{config::FederationMode, words::AgreementState},
    features::agreements::{self, document, rows},
    federation::{activities::agreed::our_key, process},
    store::tables::Agreement,
};
use serde_json::{Value, json};

pub async fn world(mode: FederationMode) -> (World, Somebody) {
    let world = World::with(|config| config.federation.mode = mode).await;
    let bolt = world.peer.actor("Organization", "bolt", "org", 0);
    (world, bolt)
}

/// A version drawn up by the peer, with its signature by `by`.
pub async fn drawn(world: &World, bolt: &Somebody, by: &Somebody) -> (Value, String) {
    let store = &world.federation.app.store;
    let ours = our_key(&world.federation, store).await.unwrap().1.public().unwrap().to_multibase();
    let us = format!("{HERE}/org");
    let document = json!({
        "type": "Agreement", "id": world.peer.at("bolt", "/agreements/1"), "version": 1, "previous": null,
        "parties": [{"organisation": bolt.uri, "key": bolt.ed25519.public().unwrap().to_multibase()}, {"organisation": us, "key": ours}],
        "terms": {
            "communities": [], "byInvitation": true, "mostRole": "member", "stakeholder": {us: "customer", bolt.uri.clone(): "supplier"},
            "mostSeats": null, "seatsPerDay": null, "history": "join", "historyFrom": null, "media": true, "retentionDays": null,
            "contacts": [], "ends": null
        }
    });
    let signature = document::sign(&document::canonical(&document).unwrap(), &by.ed25519).unwrap();
    (document, signature)
}

pub fn offer(world: &World, bolt: &Somebody, number: u32, (document, signature): &(Value, String)) -> Value {
    let mut offer = activity("Offer", &world.peer.at("bolt", &format!("/a/{number}")), &bolt.uri, document.clone());
    offer["signature"] = json!(signature);
    offer
}

pub async fn all(world: &World, bolt: &Somebody) -> Vec<Agreement> {
    let host = bolt.uri.split('/').nth(2).unwrap();
    rows::with_host(&world.federation.app.store, host).await.unwrap()
}

#[tokio::test]
async fn an_offer_waits_for_an_administrator_and_a_forged_one_leaves_no_trace() {
    let (world, bolt) = world(FederationMode::Open).await;
    let other = world.peer.actor("Organization", "evil", "org", 1);
    let forged = drawn(&world, &bolt, &other).await;
    world.tell(&bolt, &offer(&world, &bolt, 1, &forged)).await;
    assert!(world.verdict(&world.peer.at("bolt", "/a/1")).await.contains("not signed"));
    assert!(all(&world, &bolt).await.is_empty());
    let genuine = drawn(&world, &bolt, &bolt).await;
    world.tell(&bolt, &offer(&world, &bolt, 2, &genuine)).await;
    let agreement = all(&world, &bolt).await.remove(0);
    assert_eq!(agreement.state, AgreementState::Offered);
    let agreement = partners::perform(&world.federation.app, "ada", agreement.id, Act::Approve).await.unwrap();
    assert_eq!(agreement.state, AgreementState::InForce);
    let whole = partners::whole(&world.federation.app, &agreement).await.unwrap();
    assert_eq!(whole["current"]["digest"], json!(agreement.digest));
    assert!(whole["pending"].is_null() && whole["shared"]["ours"].as_array().unwrap().is_empty());
    let narrowed = Chosen { most_seats: Some(3), ..Chosen::default() };
    let renewed = partners::perform(&world.federation.app, "ada", agreement.id, Act::Renew { terms: Box::new(narrowed) }).await.unwrap();
    assert_eq!((renewed.version, renewed.seats_max), (2, Some(3)));
}

#[tokio::test]
async fn a_person_elsewhere_says_nothing_about_agreements() {
    let (world, bolt) = world(FederationMode::Open).await;
    let pat = world.peer.person("bolt", "pat", 0);
    let (document, signature) = drawn(&world, &bolt, &bolt).await;
    let mut offer = activity("Offer", &world.peer.at("bolt", "/a/1"), &pat.uri, document);
    offer["signature"] = json!(signature);
    world.tell(&pat, &offer).await;
    assert!(world.verdict(&world.peer.at("bolt", "/a/1")).await.contains("only an organisation"));
}

#[tokio::test]
async fn in_mode_partners_a_stranger_may_only_offer_and_a_partner_ends_to_be_one_at_once() {
    let (world, bolt) = world(FederationMode::Partners).await;
    let pat = world.peer.person("bolt", "pat", 0);
    let says = |number: u32| {
        let id = world.peer.at("bolt", &format!("/n/{number}"));
        activity("Create", &world.peer.at("bolt", &format!("/c/{number}")), &pat.uri, note(&id, &pat.uri, "hi"))
    };
    assert_eq!(world.deliver(&pat, &says(1)).await, 403);
    assert_eq!(world.peer.asked_for(""), 0, "a stranger costs no request");
    let offered = drawn(&world, &bolt, &bolt).await;
    world.tell(&bolt, &offer(&world, &bolt, 1, &offered)).await;
    assert_eq!(world.deliver(&pat, &says(2)).await, 403, "s106: an offer is no agreement");
    let agreement = all(&world, &bolt).await.remove(0);
    let app = &world.federation.app;
    partners::perform(app, "ada", agreement.id, Act::Approve).await.unwrap();
    assert_eq!(world.deliver(&pat, &says(3)).await, 202);
    partners::perform(app, "ada", agreement.id, Act::Suspend { reason: String::new() }).await.unwrap();
    assert_eq!(world.deliver(&pat, &says(4)).await, 403);
    partners::perform(app, "ada", agreement.id, Act::Resume).await.unwrap();
    assert_eq!(world.deliver(&pat, &says(5)).await, 202);
    partners::perform(app, "ada", agreement.id, Act::End { reason: String::new() }).await.unwrap();
    assert_eq!(world.deliver(&pat, &says(6)).await, 403, "s118");
    process::drain(&world.federation).await.unwrap();
}

#[tokio::test]
async fn s112_a_key_that_was_replaced_at_the_origin_holds_the_agreement() {
    let (world, bolt) = world(FederationMode::Open).await;
    let offered = drawn(&world, &bolt, &bolt).await;
    world.tell(&bolt, &offer(&world, &bolt, 1, &offered)).await;
    let agreement = all(&world, &bolt).await.remove(0);
    partners::perform(&world.federation.app, "ada", agreement.id, Act::Approve).await.unwrap();
    world.peer.actor("Organization", "bolt", "org", 1);
    // its copy is not there (404): what counts here is the key that it shows
    crate::federation::agreements::pull(&world.federation, &agreement).await.unwrap();
    let held = all(&world, &bolt).await.remove(0);
    assert!(held.held && !held.shown_key.is_empty());
    assert!(agreements::in_force(&world.federation.app.store, &held.host).await.unwrap().is_none());
}

#[tokio::test]
async fn s123_nobody_else_learns_who_our_partners_are() {
    let (world, bolt) = world(FederationMode::Open).await;
    let offered = drawn(&world, &bolt, &bolt).await;
    world.tell(&bolt, &offer(&world, &bolt, 1, &offered)).await;
    let agreement = all(&world, &bolt).await.remove(0);
    partners::perform(&world.federation.app, "ada", agreement.id, Act::Approve).await.unwrap();
    let cobalt = world.peer.person("cobalt", "cy", 1);
    let copy = crate::federation::objects::agreement::copy_path(&agreement.uri);
    for path in [copy.as_str(), "/nodeinfo/2.0", "/nodeinfo/2.1", "/actor", "/org", "/org/followers", "/org/following", "/org/outbox"] {
        let (_, answer) = world.look(&cobalt, path).await;
        assert!(!answer.contains("bolt"), "{path}: {answer}");
    }
    assert_eq!(world.look(&cobalt, &copy).await.0, 404);
    let (status, shown) = world.look(&bolt, &copy).await;
    assert_eq!(status, 200, "{shown}");
    assert!(shown.contains(&agreement.uri));
}
