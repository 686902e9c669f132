//! After a restore: nothing private until an administrator confirms, and what ended stays ended.

use super::seats::World;
use crate::{
    base::{
        clock::Stamp,
        id::SeatId,
        words::{AccountKind, AgreementState, JoinRule, NodeRole, Role, Sanction, SeatStatus},
    },
    features::{
        accounts,
        communities::seats,
        deliveries,
        memberships::{self, Bar, queries},
        peers,
        recovery::{self, Ending, Shown},
        sessions,
    },
    sql,
    store::{
        Insert,
        tables::{Account, Seat},
    },
    tests::support::on_both_databases,
};

async fn agreement(world: &World, host: &str) {
    world
        .act(async |tx| {
            Insert::into("agreements")
                .set("id", tx.id())
                .set("uri", format!("/agreements/{host}"))
                .set("host", host)
                .set("partner_id", 0_i64)
                .set("state", AgreementState::InForce)
                .set("created_at", tx.now)
                .set("updated_at", tx.now)
                .run(tx)
                .await
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn s137_a_recovering_node_reads_nothing_private_and_voids_every_session() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let community = world.founds(&ada, "valves", JoinRule::Open).await;
        world.joins(&eve, &community).await.unwrap();
        agreement(&world, "bolt.test").await;
        let (session, _) = world.act(async |tx| sessions::begin_session(tx, eve.id).await).await.unwrap();
        assert_eq!(world.role(&community, &eve).await, Some(Role::Member));

        assert!(world.act(async |tx| recovery::enter(tx, "an old copy").await).await.unwrap());
        assert!(!world.act(async |tx| recovery::enter(tx, "again").await).await.unwrap());
        assert_eq!(recovery::reason(&world.store).await.unwrap().as_deref(), Some("an old copy"));
        assert_eq!(world.role(&community, &eve).await, None);
        assert!(!queries::host_has_seat(&world.store, community.id, "").await.unwrap());
        assert_eq!(sessions::session_account(&world.store, &session).await.unwrap(), None);
        assert_eq!(recovery::held(&world.store).await.unwrap().len(), 1);
        assert!(world.act(async |tx| sessions::begin_session(tx, eve.id).await).await.is_err(), "only administrators log in");
        world.act(async |tx| accounts::set_role(tx, ada.id, NodeRole::Admin).await).await.unwrap();
        world.act(async |tx| sessions::begin_session(tx, ada.id).await).await.unwrap();

        world.act(async |tx| recovery::confirm(tx).await).await.unwrap();
        assert_eq!(world.role(&community, &eve).await, Some(Role::Member));
        assert!(world.act(async |tx| recovery::confirm(tx).await).await.is_err());
        // an agreement waits for a word of its own: the partner could hide that it ended
        assert_eq!(recovery::held(&world.store).await.unwrap().len(), 1);
        assert!(world.act(async |tx| recovery::release(tx, "other.test").await).await.is_err());
        world.act(async |tx| recovery::release(tx, "bolt.test").await).await.unwrap();
        assert!(recovery::held(&world.store).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn s137_what_ended_is_told_outside_and_ends_again_in_an_older_copy() {
    on_both_databases(async |place| {
        // now: a seat and an agreement ended, somebody was suspended, and the log-in of another was taken away
        let now = World::new(&place).await;
        let (ada, eve) = (now.person("ada").await, now.person("eve").await);
        let community = now.founds(&ada, "valves", JoinRule::Open).await;
        let seat = now.joins(&eve, &community).await.unwrap();
        agreement(&now, "bolt.test").await;
        now.act(async |tx| seats::keep(tx, Seat { status: SeatStatus::Ended, ..seat }, true).await).await.unwrap();
        now.act(async |tx| accounts::suspend(tx, eve.id).await).await.unwrap();
        assert!(now.act(async |tx| accounts::limits::set(tx, &ada, Sanction::Disable).await).await.unwrap());
        now.act(async |tx| sql!("UPDATE agreements SET state = 3, ended_at = {}", tx.now).run(tx).await).await.unwrap();
        let told = recovery::since(&now.store, Stamp(0)).await.unwrap();
        assert_eq!(told.len(), 4, "{told:?}");
        let lines: Vec<String> = told.iter().map(|ending| serde_json::to_string(ending).unwrap()).collect();

        // yesterday's copy: nothing of it happened; its ids are others
        let old = World::new(&place).await;
        old.person("zoe").await;
        let (ada, eve) = (old.person("ada").await, old.person("eve").await);
        let community = old.founds(&ada, "valves", JoinRule::Open).await;
        old.joins(&eve, &community).await.unwrap();
        old.act(async |tx| sql!("UPDATE seats SET rev = 1").run(tx).await).await.unwrap();
        agreement(&old, "bolt.test").await;
        for line in &lines {
            let ending: Ending = serde_json::from_str(line).unwrap();
            assert!(old.act(async |tx| recovery::apply(tx, &ending).await).await.unwrap(), "{line}");
            assert!(!old.act(async |tx| recovery::apply(tx, &ending).await).await.unwrap(), "twice: {line}");
        }
        assert_eq!(old.status(&community, &eve).await, Some(SeatStatus::Ended));
        assert_eq!(old.members_count(&community).await, 1);
        let state: Option<AgreementState> = sql!("SELECT state FROM agreements").value(&old.store).await.unwrap();
        assert_eq!(state, Some(AgreementState::Ended));
    })
    .await;
}

#[tokio::test]
async fn r23_a_record_handed_back_counts_only_while_recovering_and_only_if_it_is_newer() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let bob = world.elsewhere(AccountKind::Person, "bob").await;
        let community = world.founds(&ada, "valves", JoinRule::Open).await;
        let there = world.community_elsewhere("pumps", JoinRule::Open).await;
        let tx = world.store.begin().await.unwrap();
        let fresh = seats::fresh(&tx, community.id, bob.id, SeatStatus::Active);
        drop(tx);
        let newer = Seat { rev: 50, host: "bolt.test".into(), ..fresh.clone() };
        let take = async |seat: &Seat| world.act(async |tx| recovery::take_back(tx, seat.clone()).await).await.unwrap();
        assert!(!take(&newer).await, "the node is not recovering");
        let shown = Shown { community: &community.uri, account: &bob.uri, seat: fresh.id, status: SeatStatus::Active, rev: 50 };
        assert!(recovery::is_unknown(&world.store, shown).await.unwrap());
        world.act(async |tx| recovery::enter(tx, "an old copy").await).await.unwrap();
        assert!(take(&newer).await);
        let held = queries::seat(&world.store, community.id, bob.id).await.unwrap().unwrap();
        assert_eq!((held.rev, held.status), (50, SeatStatus::Active));
        assert_eq!(world.members_count(&community).await, 2);
        assert!(!take(&Seat { rev: 50, role: Role::Owner, ..newer.clone() }).await, "the same revision");
        assert!(!take(&Seat { rev: 49, ..newer.clone() }).await, "an older one");
        assert!(!take(&Seat { rev: 99, community_id: there.id, ..newer.clone() }).await, "of a community elsewhere");
        assert!(!recovery::is_unknown(&world.store, shown).await.unwrap());
        assert!(take(&Seat { rev: 51, status: SeatStatus::Ended, ..newer }).await);
        assert_eq!(world.members_count(&community).await, 1);
    })
    .await;
}

#[tokio::test]
async fn s137_a_refusal_that_left_no_seat_makes_no_node_doubt_its_data() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let community = world.founds(&ada, "valves", JoinRule::Open).await;
        let bob = world.elsewhere(AccountKind::Person, "bob").await;
        let unknown = async |who: &Account, seat, status, rev| {
            let shown = Shown { community: &community.uri, account: &who.uri, seat, status, rev };
            recovery::is_unknown(&world.store, shown).await.unwrap()
        };
        // every ask is answered with a signed record, also one that gave nothing: anybody can have one
        assert!(!unknown(&bob, SeatId(7), SeatStatus::Ended, i64::MAX).await);
        assert!(unknown(&bob, SeatId(7), SeatStatus::Active, 50).await);
        let seat = world.joins(&eve, &community).await.unwrap();
        assert!(unknown(&eve, seat.id, SeatStatus::Ended, seat.rev + 1).await, "an ending of a seat that we hold");
        assert!(!unknown(&eve, SeatId(7), SeatStatus::Ended, seat.rev + 1).await, "a refusal while she came in");
        assert!(!unknown(&eve, seat.id, SeatStatus::Active, seat.rev).await);
    })
    .await;
}

#[tokio::test]
async fn s112_an_agreement_held_for_another_key_is_not_released_unseen() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        agreement(&world, "bolt.test").await;
        world.act(async |tx| sql!("UPDATE agreements SET held = TRUE, shown_key = 'z6Mk'").run(tx).await).await.unwrap();
        let refused = world.act(async |tx| recovery::release(tx, "bolt.test").await).await.unwrap_err();
        assert_eq!(refused.refusal().map(|refusal| refusal.code), Some("key_unconfirmed"));
        assert_eq!(recovery::held(&world.store).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn s137_bans_of_people_and_of_nodes_stand_again_in_an_older_copy_unless_they_were_lifted() {
    on_both_databases(async |place| {
        let now = World::new(&place).await;
        let ada = now.person("ada").await;
        let (eve, zed) = (now.elsewhere(AccountKind::Person, "eve").await, now.elsewhere(AccountKind::Person, "zed").await);
        let community = now.founds(&ada, "valves", JoinRule::Open).await;
        for who in [&eve, &zed] {
            now.joins(who, &community).await.unwrap();
            now.act(async |tx| memberships::ban(tx, &ada, who, &community, Bar::default()).await).await.unwrap();
        }
        now.store.clock.advance(10);
        now.act(async |tx| memberships::unban(tx, &ada, &zed, &community, ("", None)).await).await.unwrap();
        now.act(async |tx| memberships::ban_host(tx, &ada, &community, "cobalt.test", ("", None)).await).await.unwrap();
        let told = recovery::since(&now.store, Stamp(0)).await.unwrap();
        let lines: Vec<String> = told.iter().map(|ending| serde_json::to_string(ending).unwrap()).collect();
        let read = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let standing: Vec<Ending> = recovery::standing(read).into_iter().filter(|ending| !matches!(ending, Ending::Seat { .. })).collect();
        assert_eq!(standing.len(), 2, "{lines:?}");

        let old = World::new(&place).await;
        let ada = old.person("ada").await;
        let (eve, zed) = (old.elsewhere(AccountKind::Person, "eve").await, old.elsewhere(AccountKind::Person, "zed").await);
        let cy = old.at(AccountKind::Person, ("cobalt.test", "cy")).await;
        let community = old.founds(&ada, "valves", JoinRule::Open).await;
        for ending in &standing {
            assert!(old.act(async |tx| recovery::apply(tx, ending).await).await.unwrap(), "{ending:?}");
            assert!(!old.act(async |tx| recovery::apply(tx, ending).await).await.unwrap(), "twice: {ending:?}");
        }
        assert!(old.joins(&eve, &community).await.is_err());
        assert!(old.joins(&cy, &community).await.is_err());
        assert!(old.joins(&zed, &community).await.is_ok(), "that ban was lifted");
    })
    .await;
}

#[tokio::test]
async fn r23_what_a_host_asked_to_have_sent_again_is_not_lost_by_a_restart() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let peer = world.act(async |tx| peers::known(tx, "bolt.test").await).await.unwrap();
        world.act(async |tx| sql!("UPDATE peers SET cursor = 1000").run(tx).await).await.unwrap();
        for position in [500, 900] {
            world.act(async |tx| deliveries::ask_rewind(tx, peer, position).await).await.unwrap();
        }
        // another process over the same data finds it
        let asked = deliveries::asked_rewinds(&world.store).await.unwrap();
        assert_eq!(asked, [(peer, 500)], "the one that goes further back");
        let rewound = world.act(async |tx| deliveries::rewind(tx, peer, 500).await).await.unwrap();
        assert_eq!(rewound.and_then(|peer| peer.cursor), Some(500));
        assert!(deliveries::asked_rewinds(&world.store).await.unwrap().is_empty(), "done once");
    })
    .await;
}
