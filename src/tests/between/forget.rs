//! An agreement ends between two real nodes: what was copied is forgotten, and the other side says so (S118). And whoever is in a
//! private community learns of a company that is new there.

use super::{ground::Ground, world::World};
use crate::{
    app::partners::{self, Act},
    base::{host, id::AccountId, page::Page, words::NotificationKind},
    features::notifications,
    federation::fetch::{self, Failure},
    net::Budget,
    sql,
    tests::support::{Place, on_both_databases},
};
use serde_json::{Value, json};

const ADA: usize = 0;
const BO: usize = 2;
const CY: usize = 4;
const BENCH: usize = 2;
const WORKS: usize = 4;

async fn copies(world: &World, node: usize) -> Vec<String> {
    let select = "SELECT p.uri FROM posts p WHERE p.boost_of_id IS NULL AND p.deleted_at IS NULL AND p.community_id = {} ORDER BY p.id";
    let group: AccountId = world.id(node, &world.spots[WORKS].uri).await.unwrap();
    sql!(select, group).column(world.nodes[node].store()).await.unwrap()
}

async fn audited(world: &World, node: usize, act: &'static str) -> Vec<Value> {
    let rows: Vec<String> =
        sql!("SELECT detail FROM audit WHERE act = {} ORDER BY id", act).column(world.nodes[node].store()).await.unwrap();
    rows.iter().map(|detail| serde_json::from_str(detail).unwrap()).collect()
}

async fn shared(world: &mut World) {
    Box::pin(world.join(BO, WORKS)).await;
    Box::pin(world.calm()).await;
    assert!(world.role(1, BO, WORKS).await.is_some(), "{}", world.log.join("\n"));
    for who in [ADA, BO, ADA] {
        Box::pin(world.writes(who, WORKS, None)).await;
        Box::pin(world.calm()).await;
    }
    assert_eq!((copies(world, 0).await.len(), copies(world, 1).await.len()), (3, 3), "{}", world.log.join("\n"));
}

/// What boltco is answered for a post of acme.
async fn fetched(world: &World, uri: &str) -> Result<Value, Failure> {
    fetch::document(&world.nodes[1].federation, &host::parse(uri).unwrap(), &Budget::default()).await
}

#[tokio::test]
async fn s118_at_the_end_of_an_agreement_both_directions_stop_and_copies_are_forgotten() {
    on_both_databases(async |place| Box::pin(ended(&place)).await).await;
}

async fn ended(place: &Place) {
    let (_ground, first) = Box::pin(Ground::new(place)).await;
    let (people, spots) = (first.people.clone(), first.spots.clone());
    let mut world = first.again(7).with(&people, &spots).await;
    world.wire.calms();
    Box::pin(shared(&mut world)).await;
    let said: Vec<String> = world.model.posts.iter().map(|post| post.uri.clone()).collect();
    assert!(fetched(&world, &said[0]).await.is_ok());
    let agreement = partners::find(&world.nodes[0].federation.app, &world.nodes[1].host).await.unwrap();
    let end = Act::End { reason: "over".into() };
    Box::pin(partners::perform(&world.nodes[0].federation.app, "ada", agreement.id, end)).await.unwrap();
    assert!(matches!(fetched(&world, &said[0]).await, Err(Failure::Gone(..))), "read by the old id");
    Box::pin(world.calm()).await;
    let log = world.log.join("\n");
    assert!(log.contains("Update Retraction from acme to boltco") && log.contains("Accept Retraction from boltco to acme"), "{log}");
    let own = copies(&world, 1).await;
    assert!(own.len() == 1 && own[0].starts_with('/'), "what bo wrote stays bo's: {own:?}");
    assert_eq!(copies(&world, 0).await.len(), 3, "acme keeps its community");
    let told = audited(&world, 0, "agreement.retract").await;
    assert_eq!((told.len(), &told[0]["posts"]), (1, &json!(2)), "{told:?}");
    assert_eq!(told[0]["communities"][0]["community"], json!("/c/works"));
    assert_eq!(audited(&world, 0, "agreement.retracted").await[0]["forgotten"], json!(2));
    assert_eq!(audited(&world, 1, "community.forget").await[0]["forgotten"], json!(2));
    let shown = partners::whole(&world.nodes[0].federation.app, &agreement).await.unwrap();
    assert!(shown["retracted"][0]["confirmed_at"].is_string(), "{shown}");
    Box::pin(world.writes(ADA, WORKS, None)).await;
    Box::pin(world.writes(BO, WORKS, None)).await;
    Box::pin(world.calm()).await;
    assert_eq!((copies(&world, 0).await.len(), copies(&world, 1).await.len()), (4, 1), "nothing travels any more");
    world.close().await;
}

async fn told(world: &World, who: usize) -> Vec<(String, i64)> {
    let home = world.people[who].home;
    let me = world.id(home, &world.people[who].uri).await.unwrap();
    let kinds = [NotificationKind::OrganisationAnnounced];
    let found = notifications::page(world.nodes[home].store(), me, &kinds, Page::first(9)).await.unwrap();
    let mut all = Vec::new();
    for one in found {
        let host: Option<String> =
            sql!("SELECT host FROM peers WHERE id = {}", one.post_id).value(world.nodes[home].store()).await.unwrap();
        all.push((host.unwrap(), one.from_id.0));
    }
    all
}

#[tokio::test]
async fn whoever_is_in_a_private_community_learns_which_company_is_new_there_and_nobody_else_does() {
    on_both_databases(async |place| Box::pin(announced(&place)).await).await;
}

async fn announced(place: &Place) {
    let (_ground, first) = Box::pin(Ground::new(place)).await;
    let (people, spots) = (first.people.clone(), first.spots.clone());
    let mut world = first.again(8).with(&people, &spots).await;
    world.wire.calms();
    for who in [BO, CY] {
        Box::pin(world.join(who, BENCH)).await;
        Box::pin(world.calm()).await;
        Box::pin(world.decides(ADA, who, BENCH, crate::features::memberships::Decision::Admit)).await;
        Box::pin(world.calm()).await;
    }
    let log = world.log.join("\n");
    assert!(log.contains("Update Newcomer from acme to boltco"), "{log}");
    assert!(!log.contains("Update Newcomer from acme to cobalt"), "{log}");
    let cobalt = world.nodes[2].host.clone();
    for (who, home) in [(ADA, 0), (BO, 1)] {
        let group = world.id(home, &world.spots[BENCH].uri).await.unwrap();
        assert_eq!(told(&world, who).await, [(cobalt.clone(), group.0)], "{}: {log}", world.people[who].name);
    }
    for who in [ADA + 1, BO + 1, CY, CY + 1] {
        assert!(told(&world, who).await.is_empty(), "{} is not in it, or is the newcomer", world.people[who].name);
    }
    world.close().await;
}
