//! R15: what one person asks and what moderators decide about them, in all orders of arrival.
//!
//! The rule is written down once more here, apart from the code: asks count by `askedAt`, decisions by what they looked at and
//! by their own order, and nobody sits who left, was removed or is banned.

use super::seats::World;
use crate::{
    base::{
        clock::Stamp,
        error::{Error, Result},
        words::{AccountKind, JoinRule, Role, SeatStatus},
    },
    features::{
        communities::seats,
        memberships::{Ask, Decision, Offered, asked, follow_or_join, left, offered, queries, unfollowed},
        relationships::FollowOptions,
    },
    sql,
    store::{Tx, tables::Account},
    tests::support::on_both_databases,
};

/// Orders in one transaction: each is an act of its own on a savepoint, and a commit costs more than all of them.
const AT_ONCE: usize = 90;

/// A message. The number of an ask is its `askedAt`, that of a decision its place among the moderator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Message {
    Join(i64),
    Leave(i64),
    Admit(i64),
    Refuse(i64),
    Remove(i64),
    Ban(i64),
    /// A Follow with this number in its id, and its Undo.
    Follow(i64),
    Undo(i64),
}

/// Which revision the moderator looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looked {
    /// The one there is when the decision arrives.
    Now,
    /// An earlier one.
    Before,
}

/// What must be so, by the rule: in a community where one asks.
#[derive(Debug, Default)]
struct Rule {
    asked_at: i64,
    decided_at: i64,
    status: Option<SeatStatus>,
    /// Refused, and not taken back by the person since: may still be admitted.
    is_refused: bool,
    is_banned: bool,
    /// The Follow that counts, and those that are over.
    follow: Option<i64>,
    over: Vec<i64>,
}

impl Rule {
    fn take(&mut self, message: Message, looked: Looked) {
        match message {
            Message::Join(at) => self.asks(at),
            Message::Leave(at) => {
                if at > self.asked_at {
                    self.asked_at = at;
                    self.ends(false);
                }
            }
            Message::Follow(id) => self.follows(id),
            Message::Undo(id) => {
                if !self.over.contains(&id) {
                    self.over.push(id);
                    self.over.extend(self.follow.take());
                    self.ends(false);
                }
            }
            Message::Admit(at) | Message::Refuse(at) | Message::Remove(at) | Message::Ban(at) => {
                if looked == Looked::Now && at > self.decided_at {
                    self.decided_at = at;
                    self.decided(message);
                }
            }
        }
    }

    fn asks(&mut self, at: i64) {
        if at <= self.asked_at {
            return;
        }
        if !self.is_banned && self.status != Some(SeatStatus::Active) {
            (self.status, self.is_refused) = (Some(SeatStatus::Requested), false);
        }
        if self.status.is_some() {
            self.asked_at = at;
        }
    }

    fn follows(&mut self, id: i64) {
        if self.is_banned || self.over.contains(&id) {
            return;
        }
        self.over.extend(self.follow.replace(id).filter(|before| *before != id));
        if self.status != Some(SeatStatus::Active) {
            (self.status, self.is_refused) = (Some(SeatStatus::Requested), false);
        }
    }

    fn decided(&mut self, message: Message) {
        let is_there = matches!(self.status, Some(SeatStatus::Requested | SeatStatus::Active));
        match message {
            Message::Admit(_) if self.is_banned => {}
            Message::Admit(_) if is_there || self.is_refused => (self.status, self.is_refused) = (Some(SeatStatus::Active), false),
            // One who asked by a Follow was told Reject and follows anew.
            Message::Refuse(_) if self.status == Some(SeatStatus::Requested) => {
                let is_by_join = self.follow.is_none();
                self.over.extend(self.follow.take());
                self.ends(is_by_join);
            }
            Message::Remove(_) if is_there || self.follow.is_some() => {
                self.over.extend(self.follow.take());
                self.ends(false);
            }
            Message::Ban(_) => {
                self.is_banned = true;
                self.over.extend(self.follow.take());
                self.ends(false);
            }
            _ => {}
        }
    }

    fn ends(&mut self, is_refused: bool) {
        // One who left before they asked is remembered too.
        self.status = Some(SeatStatus::Ended);
        self.is_refused = is_refused;
    }
}

/// Every order of `rest` behind `begun`.
fn orders(begun: &mut Vec<Message>, rest: &[Message], found: &mut Vec<Vec<Message>>) {
    if rest.is_empty() {
        found.push(begun.clone());
    }
    for n in 0..rest.len() {
        let others: Vec<Message> = rest[..n].iter().chain(&rest[n + 1..]).copied().collect();
        begun.push(rest[n]);
        orders(begun, &others, found);
        begun.pop();
    }
}

/// Who is concerned: the community, the moderator, the person.
type Those<'a> = (&'a Account, &'a Account, &'a Account);

async fn take(tx: &Tx, (community, mo, bo): Those<'_>, message: Message, (looked, base): (Looked, i64)) -> Result<()> {
    let uri = |id: i64| format!("https://bolt.test/{}/follows/{id}", bo.username);
    let (decision, at) = match message {
        Message::Join(at) => return asked(tx, bo, community, Ask { asked_at: Stamp(at), ..Ask::default() }).await.map(drop),
        Message::Leave(at) => return left(tx, bo, community, Stamp(at)).await,
        Message::Follow(id) => return follow_or_join(tx, bo, community, FollowOptions::default(), Some(&uri(id))).await.map(drop),
        Message::Undo(id) => return unfollowed(tx, bo, community, Some(&uri(id))).await,
        Message::Admit(at) => (Decision::Admit, at),
        Message::Refuse(at) => (Decision::Refuse { reason: String::new() }, at),
        Message::Remove(at) => (Decision::Remove { reason: String::new() }, at),
        Message::Ban(at) => (Decision::Ban { reason: String::new(), until: None }, at),
    };
    let rev = seats::seat(tx, community.id, bo.id).await?.map_or(0, |seat| seat.rev);
    let based_on = if looked == Looked::Now { rev } else { rev - 1 };
    offered(tx, mo, bo, community, Offered { decision, based_on, asked_at: Stamp(base + at) }).await
}

/// Plays all orders of `messages` by `looked`, and compares each end with the rule; then asks `also` of it.
async fn play(world: &World, messages: [Message; 6], looked: Looked, also: impl Fn(&[Message], Option<Role>)) {
    let ada = world.person(&format!("ada{}", fastrand::u32(..))).await;
    let community = world.founds(&ada, &format!("valves{}", fastrand::u32(..)), JoinRule::Ask).await;
    let mo = world.elsewhere(AccountKind::Person, &format!("mo{}", fastrand::u32(..))).await;
    world.follows(&mo, &community, "https://bolt.test/mo/1").await.unwrap();
    let tx = world.store.begin().await.unwrap();
    let moderator = "UPDATE seats SET status = {}, role = {} WHERE community_id = {} AND account_id = {}";
    sql!(moderator, SeatStatus::Active, Role::Moderator, community.id, mo.id).run(&tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut all = Vec::new();
    orders(&mut Vec::new(), &messages, &mut all);
    assert_eq!(all.len(), 720);
    for (chunk, orders) in all.chunks(AT_ONCE).enumerate() {
        let mut people = Vec::new();
        for n in 0..orders.len() {
            people.push(world.elsewhere(AccountKind::Person, &format!("{}bo{chunk}x{n}", mo.username)).await);
        }
        let tx = world.store.begin().await.unwrap();
        for (n, (order, bo)) in orders.iter().zip(&people).enumerate() {
            let base = i64::try_from((chunk * AT_ONCE + n) * 10).unwrap();
            end_is_as_the_rule_says(&tx, (&community, &mo, bo), (order, looked, base), &also).await;
        }
        tx.commit().await.unwrap();
    }
}

async fn end_is_as_the_rule_says(
    tx: &Tx,
    those: Those<'_>,
    (order, looked, base): (&[Message], Looked, i64),
    also: &impl Fn(&[Message], Option<Role>),
) {
    let mut rule = Rule::default();
    for message in order {
        let act = tx.nest().await.unwrap();
        match take(&act, those, *message, (looked, base)).await {
            Ok(()) => act.commit_into(tx).await.unwrap(),
            Err(Error::Refused(_)) => drop(act),
            Err(fault) => panic!("{order:?}: {fault}"),
        }
        rule.take(*message, looked);
        let is_in = queries::role(tx, those.0.id, those.2.id).await.unwrap().is_some();
        assert_eq!(is_in, rule.status == Some(SeatStatus::Active), "{message:?} of {order:?}, {looked:?}: {rule:?}");
    }
    let status = queries::seat(tx, those.0.id, those.2.id).await.unwrap().map(|seat| seat.status);
    let ended = |status: Option<SeatStatus>| status.filter(|status| *status != SeatStatus::Ended);
    assert_eq!(ended(status), ended(rule.status), "{order:?}, {looked:?}: {rule:?}");
    also(order, queries::role(tx, those.0.id, those.2.id).await.unwrap());
}

fn place(order: &[Message], message: Message) -> usize {
    order.iter().position(|other| *other == message).unwrap()
}

#[tokio::test]
async fn r15_one_who_left_after_asking_is_no_member_in_any_order() {
    use Message::{Admit, Ban, Join, Leave, Refuse, Remove};
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        for looked in [Looked::Now, Looked::Before] {
            play(&world, [Join(1), Leave(2), Admit(1), Refuse(2), Remove(3), Ban(4)], looked, |order, role| {
                assert_eq!(role, None, "{order:?}: Leave is the last thing that the person said");
            })
            .await;
        }
    })
    .await;
}

#[tokio::test]
async fn r15_one_who_asked_again_is_a_member_only_by_a_decision_that_nothing_followed() {
    use Message::{Admit, Join, Leave, Refuse, Remove};
    on_both_databases(async |on| {
        let world = World::new(&on).await;
        play(&world, [Join(1), Leave(2), Join(3), Admit(1), Refuse(2), Remove(3)], Looked::Now, |order, role| {
            let was_removed_last = place(order, Remove(3)) == 5;
            assert!(!(was_removed_last && role.is_some()), "{order:?}");
            let asked = place(order, Join(1)).min(place(order, Join(3)));
            assert!(role.is_none() || place(order, Admit(1)) > asked, "{order:?}: nobody is admitted who did not ask");
        })
        .await;
        play(&world, [Join(1), Leave(2), Join(3), Admit(1), Refuse(2), Remove(3)], Looked::Before, |order, role| {
            assert_eq!(role, None, "{order:?}: a decision on what is no more has no effect");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn r15_follows_and_their_undoing_end_the_same_in_any_order() {
    use Message::{Admit, Ban, Follow, Refuse, Remove, Undo};
    on_both_databases(async |on| {
        let world = World::new(&on).await;
        play(&world, [Follow(1), Undo(1), Admit(1), Refuse(2), Remove(3), Ban(4)], Looked::Now, |order, role| {
            assert_eq!(role, None, "{order:?}: what was followed is undone");
        })
        .await;
        play(&world, [Follow(1), Undo(1), Follow(2), Admit(1), Refuse(2), Ban(3)], Looked::Now, |order, role| {
            assert!(role.is_none() || place(order, Ban(3)) < place(order, Admit(1)), "{order:?}");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn r15_decisions_over_two_people_may_overtake_each_other() {
    on_both_databases(async |on| {
        let world = World::new(&on).await;
        let ada = world.person("ada").await;
        let community = world.founds(&ada, "valves", JoinRule::Ask).await;
        let [mo, bo, bea] = [
            world.elsewhere(AccountKind::Person, "mo").await,
            world.elsewhere(AccountKind::Person, "bo").await,
            world.elsewhere(AccountKind::Person, "bea").await,
        ];
        world.follows(&mo, &community, "https://bolt.test/mo/1").await.unwrap();
        let tx = world.store.begin().await.unwrap();
        let moderator = "UPDATE seats SET status = {}, role = {} WHERE community_id = {} AND account_id = {}";
        sql!(moderator, SeatStatus::Active, Role::Moderator, community.id, mo.id).run(&tx).await.unwrap();
        for person in [&bo, &bea] {
            take(&tx, (&community, &mo, person), Message::Join(1), (Looked::Now, 0)).await.unwrap();
        }
        take(&tx, (&community, &mo, &bea), Message::Admit(2), (Looked::Now, 0)).await.unwrap();
        take(&tx, (&community, &mo, &bo), Message::Admit(1), (Looked::Now, 0)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.role(&community, &bea).await, Some(Role::Member));
        assert_eq!(world.role(&community, &bo).await, Some(Role::Member));
    })
    .await;
}
