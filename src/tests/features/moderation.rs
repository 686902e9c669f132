//! Ranks in a community: who acts over whom, and that an owner is always left.

use super::seats::{World, code};
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        words::{AccountKind, JoinRule, Role, SeatStatus},
    },
    features::memberships::{Bar, appoint, ban, decide, leave, remove, unban, unfollowed},
    sql,
    store::{
        Tx,
        tables::{Account, Seat},
    },
    tests::support::on_both_databases,
};

/// One act of `by` over `target`: 0 remove, 1 ban, 2 decide, 3 appoint moderator, 4 appoint owner, 5 unban.
async fn acts(tx: &Tx, act: usize, by: &Account, target: &Account, community: &Account) -> Result<()> {
    match act {
        0 => remove(tx, by, target, community, "rude").await,
        1 => ban(tx, by, target, community, Bar { reason: "rude", ..Bar::default() }).await.map(drop),
        2 => decide(tx, by, target, community, true).await.map(drop),
        3 => appoint(tx, by, target, community, Role::Moderator).await.map(drop),
        4 => appoint(tx, by, target, community, Role::Owner).await.map(drop),
        _ => unban(tx, by, target, community, ("", None)).await.map(drop),
    }
}

#[tokio::test]
async fn s035_only_the_communitys_own_ranks_change_its_seats() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, bea) = (world.person("ada").await, world.person("bea").await);
        let valves = world.founds(&ada, "valves", JoinRule::Ask).await;
        let pumps = world.founds(&bea, "pumps", JoinRule::Open).await;
        let (eve, asker) = (world.person("eve").await, world.person("asker").await);
        world.joins(&eve, &valves).await.unwrap();
        world.act(async |tx| decide(tx, &ada, &eve, &valves, true).await).await.unwrap();
        world.joins(&asker, &valves).await.unwrap();
        let stranger = world.elsewhere(AccountKind::Person, "stranger").await;
        let peer = world.person("peer").await;
        world.joins(&peer, &valves).await.unwrap();
        world.act(async |tx| decide(tx, &ada, &peer, &valves, true).await).await.unwrap();
        let mod_of_other = world.person("modofother").await;
        world.has_role(&pumps, &mod_of_other, Role::Moderator).await;
        let before = seats_of_all(&world, &valves).await;
        for by in [&stranger, &peer, &mod_of_other, &bea, &asker] {
            for act in 0..6 {
                let target = if act == 2 { &asker } else { &eve };
                assert_eq!(
                    code(world.act(async |tx| acts(tx, act, by, target, &valves).await).await),
                    "rank",
                    "{} does {act}",
                    by.username
                );
            }
        }
        assert_eq!(seats_of_all(&world, &valves).await, before);
    })
    .await;
}

async fn seats_of_all(world: &World, community: &Account) -> Vec<Seat> {
    sql!("SELECT * FROM seats WHERE community_id = {} ORDER BY id", community.id).all(&world.store).await.unwrap()
}

#[tokio::test]
async fn s105_no_rank_acts_above_itself_and_nobody_promotes_themselves() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        let mut ranks = Vec::new();
        for &role in Role::ALL {
            let (one, two) = (world.person(&format!("{role}_one")).await, world.person(&format!("{role}_two")).await);
            world.has_role(&valves, &one, role).await;
            world.has_role(&valves, &two, role).await;
            ranks.push((role, one, two));
        }
        for (mine, me, _) in &ranks {
            for (theirs, _, them) in &ranks {
                let tx = world.store.begin().await.unwrap();
                let removed = remove(&tx, me, them, &valves, "").await.is_ok();
                drop(tx);
                let tx = world.store.begin().await.unwrap();
                let raised = appoint(&tx, me, them, &valves, Role::Owner).await.is_ok();
                drop(tx);
                assert_eq!(removed, *mine >= Role::Moderator && mine > theirs, "{mine} removes {theirs}");
                assert_eq!(raised, *mine == Role::Owner, "{mine} makes {theirs} an owner");
            }
            for &role in Role::ALL.iter().filter(|role| *role > mine) {
                assert_eq!(code(world.act(async |tx| appoint(tx, me, me, &valves, role).await).await), "rank", "{mine} to {role}");
            }
            assert_eq!(code(world.act(async |tx| ban(tx, me, me, &valves, Bar::default()).await).await), "rank");
        }
    })
    .await;
}

#[tokio::test]
async fn s105_the_last_owner_stays() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.joins(&eve, &valves).await.unwrap();
        assert_eq!(code(world.act(async |tx| leave(tx, &ada, &valves, None).await).await), "last_owner");
        assert_eq!(code(world.act(async |tx| appoint(tx, &ada, &ada, &valves, Role::Member).await).await), "last_owner");
        world.act(async |tx| unfollowed(tx, &ada, &valves, None).await).await.unwrap();
        assert_eq!(world.role(&valves, &ada).await, Some(Role::Owner));
        world.act(async |tx| appoint(tx, &ada, &eve, &valves, Role::Owner).await).await.unwrap();
        world.act(async |tx| leave(tx, &ada, &valves, None).await).await.unwrap();
        assert_eq!(code(world.act(async |tx| leave(tx, &eve, &valves, None).await).await), "last_owner");
    })
    .await;
}

#[tokio::test]
async fn a_ban_bars_the_way_back_until_it_ends() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.joins(&eve, &valves).await.unwrap();
        let until = Stamp(world.store.clock.now().0 + 60_000);
        world.act(async |tx| ban(tx, &ada, &eve, &valves, Bar { until: Some(until), ..Bar::default() }).await).await.unwrap();
        assert_eq!((world.role(&valves, &eve).await, world.follow_state(&eve, &valves).await), (None, None));
        assert_eq!(code(world.joins(&eve, &valves).await), "banned");
        assert_eq!(code(world.follows(&eve, &valves, "/activities/1").await), "banned");
        world.store.clock.advance(61_000);
        assert_eq!(world.joins(&eve, &valves).await.unwrap().status, SeatStatus::Active);
        world.act(async |tx| ban(tx, &ada, &eve, &valves, Bar::default()).await).await.unwrap();
        world.act(async |tx| unban(tx, &ada, &eve, &valves, ("", None)).await).await.unwrap();
        assert_eq!(world.role(&valves, &eve).await, None, "lifting a ban seats nobody");
        world.joins(&eve, &valves).await.unwrap();
    })
    .await;
}

/// The names of the events recorded since the last call.
async fn events(world: &World) -> Vec<String> {
    let bodies: Vec<String> = sql!("SELECT body FROM events ORDER BY id").column(&world.store).await.unwrap();
    let tx = world.store.begin().await.unwrap();
    sql!("DELETE FROM events").run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    bodies.iter().map(|body| body.trim_start_matches("{\"").split('"').next().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn every_change_of_a_seat_is_recorded_once_and_no_change_is_silent() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        let valves = world.founds(&ada, "valves", JoinRule::Ask).await;
        assert!(events(&world).await.contains(&"community_founded".to_owned()));
        world.follows(&bo, &valves, "https://bolt.test/f/1").await.unwrap();
        assert_eq!(events(&world).await, ["seat_changed", "follow_accepted"]);
        world.act(async |tx| decide(tx, &ada, &bo, &valves, true).await).await.unwrap();
        assert_eq!(events(&world).await, ["seat_changed", "moderated"]);
        world.act(async |tx| decide(tx, &ada, &bo, &valves, true).await).await.unwrap();
        assert_eq!(events(&world).await, Vec::<String>::new());
        world.act(async |tx| appoint(tx, &ada, &bo, &valves, Role::Curator).await).await.unwrap();
        assert_eq!(events(&world).await, ["seat_changed", "moderated"]);
        world.follows(&bo, &valves, "https://bolt.test/f/2").await.unwrap();
        assert_eq!(events(&world).await, ["follow_accepted", "seat_answered"], "a repeated Follow is answered again, with the record");
        world.act(async |tx| remove(tx, &ada, &bo, &valves, "rude").await).await.unwrap();
        assert_eq!(events(&world).await, ["seat_changed", "follow_rejected", "member_removed", "moderated"]);
    })
    .await;
}

#[tokio::test]
async fn s105_two_owners_who_leave_at_once_do_not_both_leave() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        for round in 0..5 {
            let valves = world.founds(&ada, &format!("valves{round}"), JoinRule::Open).await;
            world.has_role(&valves, &eve, Role::Owner).await;
            let leaves = async |who: &Account| world.act(async |tx| leave(tx, who, &valves, None).await).await.is_ok();
            let (one, other) = tokio::join!(leaves(&ada), leaves(&eve));
            assert!(one != other, "exactly one may leave");
        }
    })
    .await;
}
