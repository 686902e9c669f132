//! A random walk: whatever comes in whatever order, nobody who left, was removed or is banned ends
//! with a usable seat.

use super::seats::World;
use crate::{
    base::words::{AccountKind, JoinRule},
    features::memberships::{Bar, ban, decide, leave, remove, unban, unfollowed},
    store::tables::Account,
    tests::support::on_both_databases,
};

/// What can happen to one remote person and one community.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A Follow with a fresh id.
    Follow,
    /// The Follow of that number again (late or doubled).
    LateFollow(usize),
    /// An Undo of the latest Follow.
    Undo,
    /// An Undo of the Follow of that number (late, doubled, or before its Follow).
    LateUndo(usize),
    Leave,
    Remove,
    Ban,
    Unban,
    Admit,
    Refuse,
}

const STEPS: usize = 40;

fn any_step(random: &mut fastrand::Rng) -> Step {
    match random.usize(..12) {
        0..=2 => Step::Follow,
        3 => Step::LateFollow(random.usize(..STEPS)),
        4 => Step::Undo,
        5 => Step::LateUndo(random.usize(..STEPS)),
        6 => Step::Leave,
        7 => Step::Remove,
        8 => Step::Ban,
        9 => Step::Unban,
        10 => Step::Admit,
        _ => Step::Refuse,
    }
}

/// What the person and the moderators have made clear so far.
#[derive(Default)]
struct Will {
    /// How many Follows had a fresh id.
    sent: usize,
    /// Which asks are over: undone, or repeated under another number. They do nothing any more.
    over: Vec<usize>,
    /// The Follow that counts as the ask: set by a Follow that was taken, unset by any ending.
    wants: Option<usize>,
    /// Whether the present ask may be sat upon: an open door, or admitted by hand.
    admitted: bool,
    banned: bool,
}

impl Will {
    fn ends(&mut self) {
        (self.wants, self.admitted) = (None, false);
    }
}

fn uri(who: &Account, number: usize) -> String {
    format!("https://bolt.test/{}/follows/{number}", who.username)
}

#[tokio::test]
async fn no_walk_ends_with_a_usable_seat_for_one_who_left_was_removed_or_is_banned() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let seed = fastrand::u64(..);
        let mut random = fastrand::Rng::with_seed(seed);
        let ada = world.person("ada").await;
        for round in 0..30 {
            let rule = if round % 2 == 0 { JoinRule::Open } else { JoinRule::Ask };
            let community = world.founds(&ada, &format!("walk{round}"), rule).await;
            let bo = world.elsewhere(AccountKind::Person, &format!("bo{round}")).await;
            let (mut will, mut taken) = (Will::default(), Vec::new());
            for _ in 0..STEPS {
                let step = any_step(&mut random);
                taken.push(step);
                take(&world, (&ada, &bo, &community), step, &mut will).await;
                let is_in = world.role(&community, &bo).await.is_some();
                let may_be_in = will.wants.is_some() && !will.banned && (rule == JoinRule::Open || will.admitted);
                assert_eq!(is_in, may_be_in, "seed {seed}, {rule}, after {taken:?}");
            }
        }
    })
    .await;
}

async fn take(world: &World, (ada, bo, community): (&Account, &Account, &Account), step: Step, will: &mut Will) {
    match step {
        Step::Follow => {
            will.sent += 1;
            follow(world, bo, community, will.sent, will).await;
        }
        Step::LateFollow(number) => follow(world, bo, community, number, will).await,
        Step::Undo => undo(world, bo, community, will.sent, will).await,
        Step::LateUndo(number) => undo(world, bo, community, number, will).await,
        Step::Leave => {
            world.act(async |tx| leave(tx, bo, community, None).await).await.unwrap();
            will.ends();
        }
        Step::Remove => {
            if world.act(async |tx| remove(tx, ada, bo, community, "").await).await.is_ok() {
                will.ends();
            }
        }
        Step::Ban => {
            world.act(async |tx| ban(tx, ada, bo, community, Bar::default()).await).await.unwrap();
            will.ends();
            will.banned = true;
        }
        Step::Unban => {
            world.act(async |tx| unban(tx, ada, bo, community, ("", None)).await).await.unwrap();
            will.banned = false;
        }
        Step::Admit => {
            let done = world.act(async |tx| decide(tx, ada, bo, community, true).await).await;
            assert!(done.is_err() || will.wants.is_some(), "nobody is admitted who did not ask");
            will.admitted |= done.is_ok();
        }
        Step::Refuse => {
            if world.act(async |tx| decide(tx, ada, bo, community, false).await).await.is_ok() {
                will.ends();
            }
        }
    }
}

async fn follow(world: &World, bo: &Account, community: &Account, number: usize, will: &mut Will) {
    let done = world.follows(bo, community, &uri(bo, number)).await;
    assert_eq!(done.is_ok(), !will.banned && !will.over.contains(&number), "Follow {number}");
    if done.is_ok() {
        will.over.extend(will.wants.replace(number).filter(|before| *before != number));
    }
}

async fn undo(world: &World, bo: &Account, community: &Account, number: usize, will: &mut Will) {
    world.act(async |tx| unfollowed(tx, bo, community, Some(&uri(bo, number))).await).await.unwrap();
    if will.over.contains(&number) {
        return;
    }
    // One that never arrived ends the one that did.
    will.over.push(number);
    will.over.extend(will.wants);
    will.ends();
}
