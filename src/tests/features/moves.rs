//! Communities that go on elsewhere, and moderators that other servers name: on both databases.

use super::seats::{World, code};
use crate::{
    base::words::{AccountKind, FollowState, JoinRule, ModAct, Role, SeatStatus, Stage},
    features::{
        communities::{self, moves, seats},
        memberships::{community_moved, made_moderator, moderator_copied, move_community, queries},
        moderation::log,
    },
    sql,
    store::tables::{Account, Seat},
    tests::support::on_both_databases,
};

async fn is_active(world: &World, who: &Account, community: &Account) {
    let tx = world.store.begin().await.unwrap();
    let seat = seats::seat(&tx, community.id, who.id).await.unwrap().unwrap();
    seats::keep(&tx, Seat { status: SeatStatus::Active, ..seat }, false).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn members_and_followers_here_ask_at_the_new_community_and_leave_the_former() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, bea) = (world.person("ada").await, world.person("bea").await);
        let (old, new) = (world.community_elsewhere("old", JoinRule::Open).await, world.community_elsewhere("new", JoinRule::Open).await);
        let there = world.elsewhere(AccountKind::Person, "kim").await;
        for who in [&ada, &bea] {
            world.joins(who, &old).await.unwrap();
        }
        is_active(&world, &ada, &old).await;
        for _ in 0..2 {
            world.act(async |tx| community_moved(tx, &old, &new).await).await.unwrap();
        }
        for who in [&ada, &bea] {
            assert_eq!(world.status(&old, who).await, Some(SeatStatus::Ended));
            assert_eq!(world.status(&new, who).await, Some(SeatStatus::Requested));
            assert_eq!((world.follow_state(who, &old).await, world.follow_state(who, &new).await), (None, Some(FollowState::Requested)));
        }
        assert_eq!(world.status(&new, &there).await, None, "who lives elsewhere is their own node's to move");
        assert_eq!(communities::queries::by_id(&world.store, old.id).await.unwrap().unwrap().moved_to, new.uri);
    })
    .await;
}

#[tokio::test]
async fn where_one_must_ask_nobody_goes_along_by_itself() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let (old, new) = (world.community_elsewhere("old", JoinRule::Open).await, world.community_elsewhere("new", JoinRule::Ask).await);
        world.joins(&ada, &old).await.unwrap();
        world.act(async |tx| community_moved(tx, &old, &new).await).await.unwrap();
        assert_eq!((world.status(&old, &ada).await, world.status(&new, &ada).await), (Some(SeatStatus::Requested), None));
    })
    .await;
}

#[tokio::test]
async fn an_owner_moves_a_public_community_and_says_what_it_was_before() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, bea) = (world.person("ada").await, world.person("bea").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        let inner = world.try_found(&ada, "inner", Stage::Federated, JoinRule::Open).await.unwrap();
        let new = world.community_elsewhere("new", JoinRule::Open).await;
        world.joins(&bea, &valves).await.unwrap();
        assert_eq!(code(world.act(async |tx| move_community(tx, &bea, valves.id, &new).await).await), "not_an_owner");
        assert_eq!(code(world.act(async |tx| move_community(tx, &ada, inner.id, &new).await).await), "not_public");
        assert_eq!(code(world.act(async |tx| move_community(tx, &ada, valves.id, &inner).await).await), "invalid");
        world.act(async |tx| move_community(tx, &ada, valves.id, &new).await).await.unwrap();
        assert_eq!(
            (world.status(&valves, &bea).await, world.status(&new, &bea).await),
            (Some(SeatStatus::Ended), Some(SeatStatus::Requested))
        );
        assert_eq!(world.role(&valves, &ada).await, Some(Role::Owner), "its last owner stays");
        let names = ["https://old.test/c/a".to_owned(), "https://old.test/c/b".to_owned()];
        world.act(async |tx| moves::set_aliases(tx, &ada, valves.id, &names).await).await.unwrap();
        let facts = communities::queries::by_id(&world.store, valves.id).await.unwrap().unwrap();
        assert_eq!((moves::aliases(&facts), facts.moved_to), (names.to_vec(), new.uri.clone()));
        assert_eq!(code(world.act(async |tx| moves::set_aliases(tx, &ada, valves.id, &["no address".into()]).await).await), "invalid");
        let audited: i64 = sql!("SELECT COUNT(*) FROM audit WHERE act IN ('community.move', 'community.aliases')")
            .value(&world.store)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(audited, 2);
    })
    .await;
}

#[tokio::test]
async fn ap059_a_moderator_elsewhere_appoints_by_the_same_rule_as_one_here() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let (mo, kim) = (world.elsewhere(AccountKind::Person, "mo").await, world.elsewhere(AccountKind::Person, "kim").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.has_role(&valves, &mo, Role::Moderator).await;
        world.joins(&kim, &valves).await.unwrap();
        let says = async |by: &Account, about: &Account, is_one: bool| {
            world.act(async |tx| made_moderator(tx, by, about, &valves, (is_one, "https://bolt.test/act/1")).await).await
        };
        assert_eq!(code(says(&mo, &kim, true).await), "rank", "nobody appoints to their own rank but owners");
        assert_eq!(code(says(&mo, &ada, false).await), "rank");
        assert_eq!(code(says(&kim, &kim, true).await), "rank");
        world.has_role(&valves, &mo, Role::Owner).await;
        says(&mo, &kim, true).await.unwrap();
        assert_eq!(world.role(&valves, &kim).await, Some(Role::Moderator));
        let seat = queries::seat(&world.store, valves.id, kim.id).await.unwrap().unwrap();
        let entry = log::of_seat(&world.store, (valves.id, kim.id), seat.updated_at).await.unwrap().unwrap();
        assert_eq!((entry.moderator_id, entry.act, entry.uri.as_str()), (mo.id, ModAct::Appoint, "https://bolt.test/act/1"));
        says(&mo, &kim, false).await.unwrap();
        assert_eq!(world.role(&valves, &kim).await, Some(Role::Member));
    })
    .await;
}

#[tokio::test]
async fn ap059_the_copy_of_a_community_elsewhere_follows_and_makes_nobody_of_ours_a_member() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, bea) = (world.person("ada").await, world.person("bea").await);
        let kim = world.elsewhere(AccountKind::Person, "kim").await;
        let group = world.community_elsewhere("group", JoinRule::Open).await;
        world.joins(&ada, &group).await.unwrap();
        is_active(&world, &ada, &group).await;
        let says = async |about: &Account, is_one: bool| world.act(async |tx| moderator_copied(tx, &group, about, is_one).await).await;
        assert_eq!(code(says(&bea, true).await), "not_a_member");
        for who in [&ada, &kim] {
            says(who, true).await.unwrap();
        }
        let moderators = async || {
            let mut found: Vec<_> =
                queries::moderators(&world.store, group.id).await.unwrap().into_iter().map(|one| one.username).collect();
            found.sort();
            found
        };
        assert_eq!(moderators().await, ["ada", "kim"]);
        for who in [&ada, &kim] {
            says(who, false).await.unwrap();
        }
        assert!(moderators().await.is_empty());
        assert_eq!(world.status(&group, &ada).await, Some(SeatStatus::Active));
        let tx = world.store.begin().await.unwrap();
        let seat = seats::seat(&tx, group.id, ada.id).await.unwrap().unwrap();
        seats::keep(&tx, Seat { record: "{}".into(), ..seat }, false).await.unwrap();
        tx.commit().await.unwrap();
        says(&ada, true).await.unwrap();
        assert!(moderators().await.is_empty(), "where there is a signed record it alone counts");
    })
    .await;
}
