//! Rosters and leases on both databases: S117, S123, S139.

use super::{
    leaving::{employee, seat_elsewhere, set},
    seats::World,
};
use crate::{
    base::{
        clock::Stamp,
        words::{AccountKind, JoinRule, SeatStatus},
    },
    features::{
        communities::seats,
        off_boarding,
        rosters::{self, LEASE_MAX, Listed},
    },
    store::{Insert, tables::Account},
    tests::support::on_both_databases,
};
use std::time::Duration;

const HOST: &str = "bolt.test";

/// An agreement in force with [`HOST`].
async fn agrees(world: &World, partner: &Account) {
    world
        .act(async |tx| {
            Insert::into("agreements")
                .set("id", tx.id())
                .set("uri", "/agreements/1")
                .set("host", HOST)
                .set("partner_id", partner.id)
                .set("state", 2_i16)
                .set("created_at", tx.now)
                .set("updated_at", tx.now)
                .run(tx)
                .await
        })
        .await
        .unwrap();
}

fn listed(sequence: i64, people: &[&Account], paused: &[&Account]) -> Listed {
    let uris = |some: &[&Account]| some.iter().map(|one| one.uri.clone()).collect();
    Listed { sequence, people: uris(people), paused: uris(paused), issued_at: Stamp(1), valid_until: Stamp(i64::MAX) }
}

/// A community of ours with a member of [`HOST`] whose seat is held under the agreement.
async fn partner_member(world: &World) -> (Account, Account, Account) {
    let (ada, org) = (world.person("ada").await, world.elsewhere(AccountKind::Organisation, "org").await);
    agrees(world, &org).await;
    let work = world.founds(&ada, "work", JoinRule::Open).await;
    let bo = world.elsewhere(AccountKind::Person, "bo").await;
    world.follows(&bo, &work, "https://bolt.test/f/1").await.unwrap();
    let through = format!("organisation = '{}', agreement_host = '{HOST}'", org.uri);
    world.act(async |tx| set(tx, (&work, &bo), &through).await).await.unwrap();
    (work, bo, org)
}

async fn comes(world: &World, org: &Account, listed: &Listed) -> bool {
    world.act(async |tx| off_boarding::apply(tx, org, (HOST, listed)).await).await.unwrap()
}

async fn is_usable(world: &World, work: &Account, bo: &Account) -> bool {
    seats::role(&world.store, work.id, bo.id).await.unwrap().is_some()
}

#[tokio::test]
async fn s139_a_lease_never_lasts_longer_than_72_hours_from_its_receipt() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (work, bo, org) = partner_member(&world).await;
        assert!(!is_usable(&world, &work, &bo).await, "nobody vouches yet");
        assert!(comes(&world, &org, &listed(1, &[&bo], &[])).await);
        assert!(is_usable(&world, &work, &bo).await && rosters::vouches(&world.store, HOST, &bo.uri).await.unwrap());
        world.store.clock.advance(i64::try_from(LEASE_MAX.as_millis()).unwrap() + 1);
        assert!(!is_usable(&world, &work, &bo).await, "valid until 2099, says the partner");
        assert_eq!(world.status(&work, &bo).await, Some(SeatStatus::Active), "a lapsed lease only pauses");
        assert!(comes(&world, &org, &listed(2, &[&bo], &[])).await);
        assert!(is_usable(&world, &work, &bo).await, "and heals by itself");
    })
    .await;
}

#[tokio::test]
async fn s117_removal_from_the_roster_ends_the_seat_and_only_a_higher_number_counts() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (work, bo, org) = partner_member(&world).await;
        assert!(comes(&world, &org, &listed(5, &[], &[])).await);
        assert_eq!(world.status(&work, &bo).await, Some(SeatStatus::Active), "who was never vouched for is not removed");
        assert!(comes(&world, &org, &listed(6, &[&bo], &[])).await);
        for old in [6, 5, -1] {
            assert!(!comes(&world, &org, &listed(old, &[], &[])).await);
        }
        assert!(is_usable(&world, &work, &bo).await);
        assert!(comes(&world, &org, &listed(7, &[], &[])).await);
        assert_eq!(world.status(&work, &bo).await, Some(SeatStatus::Ended));
        assert_eq!(world.follow_state(&bo, &work).await, None);
        assert!(comes(&world, &org, &listed(8, &[&bo], &[])).await);
        assert_eq!(world.status(&work, &bo).await, Some(SeatStatus::Ended), "nothing comes back by itself");
    })
    .await;
}

#[tokio::test]
async fn s117_a_personal_seat_and_another_partners_survive_a_roster() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (work, bo, org) = partner_member(&world).await;
        assert!(comes(&world, &org, &listed(1, &[&bo], &[])).await);
        for through in ["organisation = '', agreement_host = ''", "agreement_host = 'cobalt.test'"] {
            world.act(async |tx| set(tx, (&work, &bo), through).await).await.unwrap();
            comes(&world, &org, &listed(2, &[], &[])).await;
            assert_eq!(world.status(&work, &bo).await, Some(SeatStatus::Active), "{through}");
        }
    })
    .await;
}

#[tokio::test]
async fn s142_who_is_paused_is_not_usable_and_does_not_end_until_removed() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (work, bo, org) = partner_member(&world).await;
        assert!(comes(&world, &org, &listed(1, &[&bo], &[])).await);
        assert!(comes(&world, &org, &listed(2, &[&bo], &[&bo])).await, "paused wins over vouched for");
        assert!(!is_usable(&world, &work, &bo).await);
        assert_eq!(world.status(&work, &bo).await, Some(SeatStatus::Active));
        assert!(comes(&world, &org, &listed(3, &[&bo], &[])).await);
        assert!(is_usable(&world, &work, &bo).await, "taken back there, it heals here");
        assert!(comes(&world, &org, &listed(4, &[], &[&bo])).await);
        assert!(comes(&world, &org, &listed(5, &[], &[])).await);
        assert_eq!(world.status(&work, &bo).await, Some(SeatStatus::Ended));
    })
    .await;
}

#[tokio::test]
async fn thirty_days_of_silence_end_all_and_one_answer_begins_them_anew() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (work, bo, org) = partner_member(&world).await;
        assert!(comes(&world, &org, &listed(1, &[&bo], &[])).await);
        let silence = async |days: u64| {
            world.act(async |tx| rosters::note_silence(tx, HOST).await).await.unwrap();
            world.store.clock.advance(i64::try_from(Duration::from_secs(days * 86_400).as_millis()).unwrap());
            world.act(async |tx| rosters::note_silence(tx, HOST).await).await.unwrap();
            world.act(async |tx| off_boarding::end_silent(tx).await).await.unwrap();
        };
        silence(29).await;
        assert_eq!(world.status(&work, &bo).await, Some(SeatStatus::Active), "a dead node pauses, and nothing is written");
        assert!(comes(&world, &org, &listed(2, &[&bo], &[])).await);
        assert!(is_usable(&world, &work, &bo).await);
        silence(29).await;
        assert_eq!(world.status(&work, &bo).await, Some(SeatStatus::Active));
        silence(2).await;
        assert_eq!(world.status(&work, &bo).await, Some(SeatStatus::Ended));
    })
    .await;
}

#[tokio::test]
async fn a_partner_is_pulled_every_six_hours_and_sooner_while_it_is_silent() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (_, bo, org) = partner_member(&world).await;
        let due = async || !rosters::due(&world.store, 10).await.unwrap().is_empty();
        assert!(due().await, "never had");
        comes(&world, &org, &listed(1, &[&bo], &[])).await;
        assert!(!due().await);
        world.store.clock.advance(6 * 3_600_000 + 1);
        assert!(due().await);
        world.act(async |tx| rosters::note_silence(tx, HOST).await).await.unwrap();
        assert!(!due().await);
        world.store.clock.advance(601_000);
        assert!(due().await);
        world.act(async |tx| crate::sql!("UPDATE agreements SET suspended_there = TRUE").run(tx).await).await.unwrap();
        assert!(!due().await, "not while it is suspended");
    })
    .await;
}

#[tokio::test]
async fn s123_a_partner_learns_only_of_people_with_a_seat_on_its_own_node_and_numbers_rise() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (eve, fay, gus) = (employee(&world, "eve").await, employee(&world, "fay").await, world.person("gus").await);
        let there = world.elsewhere(AccountKind::Community, "there").await;
        for who in [&eve, &gus] {
            seat_elsewhere(&world, who, &there).await;
        }
        let issued = async |host: &'static str| world.act(async |tx| rosters::issue(tx, host).await).await.unwrap();
        let (first, second) = (issued(HOST).await, issued("cobalt.test").await);
        assert_eq!(first.people, std::slice::from_ref(&eve.uri), "neither fay, who has no seat there, nor gus, who does not work here");
        assert!(second.people.is_empty() && second.sequence > first.sequence && first.valid_until == first.issued_at.plus(LEASE_MAX));
        world.store.clock.advance(-3_600_000);
        assert!(issued(HOST).await.sequence > second.sequence, "also when the clock steps back");
        assert!(fay.is_local());
    })
    .await;
}

#[tokio::test]
async fn a_roster_of_thousands_is_replaced_by_what_changed() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let uris = |from: usize| -> Vec<String> { (from..from + 1500).map(|n| format!("https://{HOST}/u/p{n}")).collect() };
        let roster = |sequence, people| Listed { people, ..listed(sequence, &[], &[]) };
        let kept = async |listed: Listed| world.act(async |tx| rosters::keep(tx, HOST, &listed).await).await.unwrap();
        assert_eq!(kept(roster(1, uris(0))).await, rosters::Kept::Replaced(Vec::new()));
        let rosters::Kept::Replaced(removed) = kept(roster(2, uris(300))).await else { panic!("a higher number counts") };
        assert_eq!(removed.len(), 300);
        assert!(rosters::vouches(&world.store, HOST, &format!("https://{HOST}/u/p1799")).await.unwrap());
    })
    .await;
}
