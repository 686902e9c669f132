//! Stages: widened after confirmation, narrowed by a successor, administered when no owner is left.

use super::seats::{World, code};
use crate::{
    base::{
        clock::Stamp,
        words::{Audience, JoinRule, NodeRole, Role, SeatStatus, Stage},
    },
    features::{
        accounts::{self, NewKeys},
        communities::{self, narrow, queries::by_id, what_widening_exposes, widen},
        memberships::appoint,
    },
    sql,
    store::Insert,
    tests::support::on_both_databases,
};

#[tokio::test]
async fn s128_widening_exposes_only_what_follows_and_what_is_chosen() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let inner = world.try_found(&ada, "inner", Stage::Local, JoinRule::Open).await.unwrap();
        world.joins(&eve, &inner).await.unwrap();
        let bob = world.employee("bolt.test", "bob").await;
        let mut posts = Vec::new();
        for author in [&ada, &eve, &bob] {
            let id = world
                .act(async |tx| {
                    let id = tx.id();
                    let uri = format!("{}/{id}", author.uri);
                    Insert::into("posts")
                        .set("id", id)
                        .set("uri", uri.as_str())
                        .set("url", uri.as_str())
                        .set("author_id", author.id)
                        .set("community_id", inner.id)
                        .set("audience", Audience::Members)
                        .set("created_at", tx.now)
                        .run(tx)
                        .await?;
                    Ok(crate::base::id::PostId(id))
                })
                .await
                .unwrap();
            posts.push(id);
        }
        let found = what_widening_exposes(&world.store, inner.id).await.unwrap();
        assert_eq!((found.members, found.organisations, found.posts, found.choosable), (2, 0, 3, 2));
        assert_eq!(code(world.act(async |tx| widen(tx, &eve, inner.id, Stage::Public, &[]).await).await), "not_an_owner");
        world.store.clock.advance(1000);
        let chosen = [posts[0], posts[2]];
        let shown = world.act(async |tx| widen(tx, &ada, inner.id, Stage::Public, &chosen).await).await.unwrap();
        assert_eq!(shown, 1, "only what was written here can be chosen");
        let audiences: Vec<Audience> = sql!("SELECT audience FROM posts ORDER BY id").column(&world.store).await.unwrap();
        assert_eq!(audiences, [Audience::Public, Audience::Members, Audience::Members]);
        let facts = by_id(&world.store, inner.id).await.unwrap().unwrap();
        assert!(facts.partners_at.is_some_and(|at| at > facts.created_at) && facts.public_at == facts.partners_at);
        assert!(!accounts::queries::by_id(&world.store, inner.id).await.unwrap().unwrap().locked);
        for stage in [Stage::Public, Stage::Local] {
            let again = code(world.act(async |tx| widen(tx, &ada, inner.id, stage, &[]).await).await);
            assert_eq!(again, if stage == Stage::Public { "same_stage" } else { "only_wider" });
        }
        let entries: Option<i64> = sql!("SELECT COUNT(*) FROM audit WHERE act = 'community.widen'").value(&world.store).await.unwrap();
        assert_eq!(entries, Some(1));
    })
    .await;
}

#[tokio::test]
async fn narrowing_founds_a_successor_with_the_seats_that_are_possible() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let wide = world.founds(&ada, "wide", JoinRule::Open).await;
        world.has_role(&wide, &eve, Role::Curator).await;
        let bob = world.employee("bolt.test", "bob").await;
        world.asks(&bob, &wide, 9).await.unwrap();
        let keys = || NewKeys { rsa_public: "r".into(), rsa_sealed: vec![1], ed25519_public: "e".into(), ed25519_sealed: vec![2] };
        for (to, name, bobs) in [(Stage::Federated, "mid", Some(SeatStatus::Invited)), (Stage::Local, "small", None)] {
            let from = if to == Stage::Federated { &wide } else { &world.founds(&ada, "other", JoinRule::Open).await };
            if from.id != wide.id {
                world.has_role(from, &eve, Role::Curator).await;
                world.asks(&bob, from, 9).await.unwrap();
            }
            let new = world.act(async |tx| narrow(tx, &ada, from.id, to, (name.into(), keys())).await).await.unwrap();
            assert_eq!(world.role(&new, &ada).await, Some(Role::Owner));
            assert_eq!(world.role(&new, &eve).await, Some(Role::Curator));
            assert_eq!(world.status(&new, &bob).await, bobs, "{to}");
            assert!(world.seat(&new, &eve).await.unwrap().history_from > Stamp(0));
            let old = by_id(&world.store, from.id).await.unwrap().unwrap();
            assert!(old.closed_at.is_some() && old.succeeded_by == Some(new.id));
        }
    })
    .await;
}

#[tokio::test]
async fn where_no_usable_owner_is_left_the_nodes_administrators_may_make_one() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve, root) = (world.person("ada").await, world.person("eve").await, world.person("root").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.joins(&eve, &valves).await.unwrap();
        world.act(async |tx| accounts::set_role(tx, root.id, NodeRole::Admin).await).await.unwrap();
        let raises = async || world.act(async |tx| appoint(tx, &root, &eve, &valves, Role::Owner).await).await;
        assert_eq!(code(raises().await), "rank", "an owner is there");
        world.act(async |tx| accounts::suspend(tx, ada.id).await).await.unwrap();
        raises().await.unwrap();
        assert_eq!(world.role(&valves, &eve).await, Some(Role::Owner));
        assert_eq!(code(world.act(async |tx| communities::close(tx, &root, valves.id).await).await), "not_an_owner");
    })
    .await;
}
