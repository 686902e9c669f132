//! Joining and leaving on both databases, and what is not the sender's to say.

use super::seats::{World, code};
use crate::{
    base::{
        page::Page,
        words::{AccountKind, FollowState, JoinRule, Role, SeatStatus, Stage},
    },
    features::{
        communities,
        memberships::{admitted, decide, ended, leave, queries, remove, unfollowed},
    },
    tests::support::on_both_databases,
};

#[tokio::test]
async fn the_founder_owns_the_first_seat_and_follows() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        assert_eq!(world.role(&valves, &ada).await, Some(Role::Owner));
        assert_eq!(world.follow_state(&ada, &valves).await, Some(FollowState::Accepted));
        assert_eq!(world.members_count(&valves).await, 1);
        assert!(!valves.locked && valves.note.contains("Everything about valves."));
        let inner = world.try_found(&ada, "inner", Stage::Local, JoinRule::Open).await.unwrap();
        assert!(inner.locked);
        assert_eq!(world.follow_state(&ada, &inner).await, Some(FollowState::Accepted));
        for (name, stage) in [("partners", Stage::Partners), ("federated", Stage::Federated)] {
            assert!(world.try_found(&ada, name, stage, JoinRule::Open).await.unwrap().locked, "{stage}");
        }
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        assert_eq!(code(world.try_found(&bo, "theirs", Stage::Public, JoinRule::Open).await), "not_a_person_here");
    })
    .await;
}

#[tokio::test]
async fn an_open_door_admits_at_once_and_leaving_ends_seat_and_follow() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        let first = world.joins(&eve, &valves).await.unwrap();
        let again = world.joins(&eve, &valves).await.unwrap();
        assert_eq!((first.status, first.role, first.rev), (SeatStatus::Active, Role::Member, again.rev));
        assert_eq!(world.members_count(&valves).await, 2);
        world.act(async |tx| leave(tx, &eve, &valves, None).await).await.unwrap();
        assert_eq!((world.role(&valves, &eve).await, world.follow_state(&eve, &valves).await), (None, None));
        assert_eq!(world.members_count(&valves).await, 1);
        let back = world.joins(&eve, &valves).await.unwrap();
        assert!(back.rev > first.rev && back.asked_at > first.asked_at);
    })
    .await;
}

#[tokio::test]
async fn a_role_never_comes_back_by_itself() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.has_role(&valves, &eve, Role::Moderator).await;
        world.act(async |tx| leave(tx, &eve, &valves, None).await).await.unwrap();
        assert_eq!(world.joins(&eve, &valves).await.unwrap().role, Role::Member);
    })
    .await;
}

#[tokio::test]
async fn a_plain_follow_reads_along_where_the_rule_gives_no_seat() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        for (name, rule) in [("asks", JoinRule::Ask), ("invites", JoinRule::Invite), ("agrees", JoinRule::Agreement)] {
            let community = world.founds(&ada, name, rule).await;
            let follow = world.follows(&bo, &community, &format!("https://bolt.test/f/{name}")).await.unwrap();
            assert_eq!(follow.state, FollowState::Accepted);
            assert_eq!(world.role(&community, &bo).await, None);
            assert_eq!(world.status(&community, &bo).await, (rule == JoinRule::Ask).then_some(SeatStatus::Requested));
            if rule != JoinRule::Ask {
                world.joins(&eve, &community).await.unwrap_err();
                assert_eq!(world.follow_state(&eve, &community).await, None);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_community_of_one_node_is_not_found_from_elsewhere() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        let inner = world.try_found(&ada, "inner", Stage::Local, JoinRule::Ask).await.unwrap();
        assert_eq!(code(world.follows(&bo, &inner, "https://bolt.test/f/1").await), "not_found");
        world.joins(&eve, &inner).await.unwrap();
        assert_eq!(world.follow_state(&eve, &inner).await, Some(FollowState::Requested));
        world.act(async |tx| decide(tx, &ada, &eve, &inner, true).await).await.unwrap();
        assert_eq!(world.follow_state(&eve, &inner).await, Some(FollowState::Accepted));
        assert_eq!(world.role(&inner, &eve).await, Some(Role::Member));
    })
    .await;
}

#[tokio::test]
async fn a_closed_community_admits_nobody_and_keeps_its_members() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        assert_eq!(code(world.act(async |tx| communities::close(tx, &eve, valves.id).await).await), "not_an_owner");
        world.act(async |tx| communities::close(tx, &ada, valves.id).await).await.unwrap();
        assert_eq!(code(world.joins(&eve, &valves).await), "community_closed");
        assert_eq!(world.joins(&ada, &valves).await.unwrap().role, Role::Owner);
    })
    .await;
}

#[tokio::test]
async fn a_late_undo_ends_no_newer_follow_and_a_late_follow_brings_nothing_back() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.follows(&bo, &valves, "https://bolt.test/f/1").await.unwrap();
        world.follows(&bo, &valves, "https://bolt.test/f/2").await.unwrap();
        world.act(async |tx| unfollowed(tx, &bo, &valves, Some("https://bolt.test/f/1")).await).await.unwrap();
        assert_eq!(world.role(&valves, &bo).await, Some(Role::Member));
        world.act(async |tx| unfollowed(tx, &bo, &valves, Some("https://bolt.test/f/2")).await).await.unwrap();
        assert_eq!(code(world.follows(&bo, &valves, "https://bolt.test/f/1").await), "undone");
        assert_eq!((world.role(&valves, &bo).await, world.follow_state(&bo, &valves).await), (None, None));
    })
    .await;
}

#[tokio::test]
async fn an_undo_of_an_ask_that_never_arrived_ends_the_one_that_did() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        world.follows(&bo, &valves, "https://bolt.test/f/1").await.unwrap();
        // Lemmy's Undo holds a Follow with an id of its own.
        world.act(async |tx| unfollowed(tx, &bo, &valves, Some("https://bolt.test/f/9")).await).await.unwrap();
        assert_eq!((world.role(&valves, &bo).await, world.follow_state(&bo, &valves).await), (None, None));
        for late in ["https://bolt.test/f/1", "https://bolt.test/f/9"] {
            assert_eq!(code(world.follows(&bo, &valves, late).await), "undone");
        }
        world.follows(&bo, &valves, "https://bolt.test/f/2").await.unwrap();
        assert_eq!(world.role(&valves, &bo).await, Some(Role::Member));
    })
    .await;
}

#[tokio::test]
async fn unfollowing_leaves_up_to_contributor_and_only_mutes_from_curator_up() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        for &role in Role::ALL {
            let who = world.person(role.word()).await;
            world.has_role(&valves, &who, role).await;
            world.act(async |tx| unfollowed(tx, &who, &valves, None).await).await.unwrap();
            assert_eq!(world.follow_state(&who, &valves).await, None);
            assert_eq!(world.role(&valves, &who).await, (role >= Role::Curator).then_some(role), "{role}");
        }
    })
    .await;
}

#[tokio::test]
async fn joining_elsewhere_waits_for_the_other_node() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let eve = world.person("eve").await;
        for (name, rule, after) in [("open", JoinRule::Open, SeatStatus::Active), ("ask", JoinRule::Ask, SeatStatus::Requested)] {
            let community = world.community_elsewhere(name, rule).await;
            assert_eq!(world.joins(&eve, &community).await.unwrap().status, SeatStatus::Requested);
            assert_eq!(world.follow_state(&eve, &community).await, Some(FollowState::Requested));
            world.act(async |tx| admitted(tx, eve.id, community.id).await).await.unwrap();
            assert_eq!(world.status(&community, &eve).await, Some(after));
            assert_eq!(world.follow_state(&eve, &community).await, Some(FollowState::Accepted));
            assert_eq!(world.members_count(&community).await, 7, "counts of others are theirs to tell");
            assert_eq!(code(world.act(async |tx| remove(tx, &eve, &eve, &community, "").await).await), "elsewhere");
            world.act(async |tx| ended(tx, &eve, &community).await).await.unwrap();
            assert_eq!((world.status(&community, &eve).await, world.follow_state(&eve, &community).await), (Some(SeatStatus::Ended), None));
            world.act(async |tx| admitted(tx, eve.id, community.id).await).await.unwrap();
            assert_eq!(world.role(&community, &eve).await, None, "an old Accept brings nothing back");
        }
    })
    .await;
}

#[tokio::test]
async fn s045_an_accept_for_a_follow_that_was_never_sent_has_no_effect() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let theirs = world.community_elsewhere("theirs", JoinRule::Open).await;
        let ours = world.try_found(&ada, "ours", Stage::Local, JoinRule::Ask).await.unwrap();
        world.act(async |tx| admitted(tx, eve.id, theirs.id).await).await.unwrap();
        assert_eq!((world.status(&theirs, &eve).await, world.follow_state(&eve, &theirs).await), (None, None));
        // Nor does an Accept open a community of ours, even for one who asked.
        world.joins(&eve, &ours).await.unwrap();
        world.act(async |tx| admitted(tx, eve.id, ours.id).await).await.unwrap();
        assert_eq!(world.status(&ours, &eve).await, Some(SeatStatus::Requested));
        assert_eq!(world.follow_state(&eve, &ours).await, Some(FollowState::Requested));
        world.act(async |tx| ended(tx, &eve, &ours).await).await.unwrap();
        assert_eq!(world.status(&ours, &eve).await, Some(SeatStatus::Requested));
    })
    .await;
}

#[tokio::test]
async fn s046_an_accept_of_anothers_follow_has_no_effect_on_mine() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let theirs = world.community_elsewhere("theirs", JoinRule::Open).await;
        let others = world.community_elsewhere("others", JoinRule::Open).await;
        world.joins(&eve, &theirs).await.unwrap();
        world.act(async |tx| admitted(tx, ada.id, theirs.id).await).await.unwrap();
        world.act(async |tx| admitted(tx, eve.id, others.id).await).await.unwrap();
        assert_eq!(world.status(&theirs, &eve).await, Some(SeatStatus::Requested));
        assert_eq!(world.follow_state(&eve, &theirs).await, Some(FollowState::Requested));
        assert_eq!((world.status(&theirs, &ada).await, world.status(&others, &eve).await), (None, None));
    })
    .await;
}

#[tokio::test]
async fn lists_of_members_page_by_seat() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let valves = world.founds(&ada, "valves", JoinRule::Open).await;
        for name in ["eve", "flo", "gus"] {
            let who = world.person(name).await;
            world.joins(&who, &valves).await.unwrap();
        }
        let mut page = Page::first(2);
        let first = queries::members(&world.store, valves.id, page).await.unwrap();
        page.max_id = first.last().map(|(seat, _)| seat.id.0);
        let second = queries::members(&world.store, valves.id, page).await.unwrap();
        let names: Vec<&str> = first.iter().chain(&second).map(|(_, account)| account.username.as_str()).collect();
        assert_eq!(names, ["gus", "flo", "eve", "ada"]);
        assert_eq!(queries::moderators(&world.store, valves.id).await.unwrap().len(), 1);
        assert!(queries::host_has_seat(&world.store, valves.id, "").await.unwrap());
        assert!(!queries::host_has_seat(&world.store, valves.id, "bolt.test").await.unwrap());
        let mine = communities::queries::of_member(&world.store, ada.id, Page::first(9)).await.unwrap();
        assert_eq!(mine.len(), 1);
    })
    .await;
}
