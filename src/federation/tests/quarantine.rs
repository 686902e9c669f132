//! A partner in quarantine over the real inbox: within a second nothing comes in, and what had come keeps its bytes (S113).

use super::{
    agreed::{all, drawn, offer, world},
    peer::Somebody,
    world::{World, activity, note},
};
use crate::{
    app::partners::{self, Act},
    base::config::FederationMode,
    features::agreements::watch as counts,
    federation::{process, watch},
    sql,
    store::tables::Agreement,
};
use serde_json::Value;
use std::time::{Duration, Instant};

async fn agreed(set: impl FnOnce(&mut crate::base::config::Config)) -> (World, Somebody, Agreement) {
    let world = World::with(set).await;
    let bolt = world.peer.actor("Organization", "bolt", "org", 0);
    let offered = drawn(&world, &bolt, &bolt).await;
    world.tell(&bolt, &offer(&world, &bolt, 1, &offered)).await;
    let agreement = all(&world, &bolt).await.remove(0);
    let agreement = partners::perform(&world.federation.app, "ada", agreement.id, Act::Approve).await.unwrap();
    (world, bolt, agreement)
}

fn says(world: &World, pat: &Somebody, number: u32) -> Value {
    let id = world.peer.at("bolt", &format!("/n/{number}"));
    activity("Create", &world.peer.at("bolt", &format!("/c/{number}")), &pat.uri, note(&id, &pat.uri, "hi"))
}

#[tokio::test]
async fn s113_quarantine_stops_what_comes_within_a_second_keeps_what_came_and_is_lifted() {
    let (world, _, agreement) = agreed(|_| {}).await;
    let pat = world.peer.person("bolt", "pat", 0);
    world.tell(&pat, &says(&world, &pat, 1)).await;
    assert!(world.post(&world.peer.at("bolt", "/n/1")).await.is_some());
    // kept, and not applied yet
    assert_eq!(world.deliver(&pat, &says(&world, &pat, 2)).await, 202);
    let app = &world.federation.app;
    let done = partners::perform(app, "ada", agreement.id, Act::Quarantine { reason: "a break-in".into() }).await.unwrap();
    assert!(done.suspended_here);
    let began = Instant::now();
    let mut number = 3;
    while world.deliver(&pat, &says(&world, &pat, number)).await != 403 {
        number += 1;
        assert!(began.elapsed() < Duration::from_millis(1100), "still taken after {:?}", began.elapsed());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    process::drain(&world.federation).await.unwrap();
    assert!(world.post(&world.peer.at("bolt", "/n/2")).await.is_none(), "what waits is not applied");
    let kept = "SELECT COUNT(*) FROM inbox WHERE host LIKE 'bolt.%' AND done_at IS NULL AND body IS NOT NULL";
    let kept: Option<i64> = sql!(kept).value(&app.store).await.unwrap();
    assert!(kept >= Some(1), "evidence");
    assert!(world.post(&world.peer.at("bolt", "/n/1")).await.is_some(), "nothing is deleted");
    let shown = partners::summaries(app, std::slice::from_ref(&done)).await.unwrap();
    assert_eq!(shown[0]["quarantine"]["reason"], "a break-in");
    partners::perform(app, "ada", agreement.id, Act::Release).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(world.deliver(&pat, &says(&world, &pat, 99)).await, 202);
    app.store.clock.advance(10);
    process::drain(&world.federation).await.unwrap();
    assert!(world.post(&world.peer.at("bolt", "/n/2")).await.is_some(), "what waited is applied after all");
}

#[tokio::test]
async fn s113_what_a_partner_sends_is_counted_and_an_unusual_rate_is_told() {
    let (world, _, agreement) = agreed(|config| config.federation.alarm_least = 3).await;
    let (pat, eve) = (world.peer.person("bolt", "pat", 0), world.peer.person("evil", "eve", 1));
    watch::look(&world.federation).await.unwrap();
    for number in 1..=4 {
        world.tell(&pat, &says(&world, &pat, number)).await;
        let id = world.peer.at("evil", &format!("/n/{number}"));
        world.tell(&eve, &activity("Create", &world.peer.at("evil", &format!("/c/{number}")), &eve.uri, note(&id, &eve.uri, "hi"))).await;
    }
    world.look(&pat, "/org/roster?for=bolt").await;
    watch::look(&world.federation).await.unwrap();
    let store = &world.federation.app.store;
    let alarms = counts::alarms(store, &agreement.host).await.unwrap();
    assert_eq!(alarms.len(), 1, "{alarms:?}");
    assert!(alarms[0].acts >= 4 && alarms[0].most == 3);
    let hosts: Vec<String> = sql!("SELECT DISTINCT host FROM partner_hours").column(store).await.unwrap();
    assert_eq!(hosts, std::slice::from_ref(&agreement.host), "others are not watched");
    let shown = partners::whole(&world.federation.app, &agreement).await.unwrap();
    assert_eq!((shown["alarms"].as_array().map(Vec::len), shown["alarm"]["usual_at_most"].as_i64()), (Some(1), Some(3)));
    let recorded: Option<i64> = sql!("SELECT COUNT(*) FROM audit WHERE act = 'partner.alarm'").value(store).await.unwrap();
    assert_eq!(recorded, Some(1));
}

#[tokio::test]
async fn after_the_end_only_what_concerns_it_is_taken_in_mode_partners() {
    let (world, bolt) = world(FederationMode::Partners).await;
    let list =
        serde_json::json!({"type": "Retraction", "id": format!("{}/retractions/1", bolt.uri), "attributedTo": bolt.uri, "items": []});
    let told = activity("Update", &world.peer.at("bolt", "/a/1"), &bolt.uri, list);
    assert_eq!(world.deliver(&bolt, &told).await, 202);
    let other = activity("Update", &world.peer.at("bolt", "/a/2"), &bolt.uri, note(&world.peer.at("bolt", "/n/1"), &bolt.uri, "hi"));
    assert_eq!(world.deliver(&bolt, &other).await, 403);
}
