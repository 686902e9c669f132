//! Ours in communities elsewhere: what a record may do to them, and asks that are told until they are answered.

use super::seats::World;
use crate::{
    base::{
        clock::Stamp,
        words::{FollowState, JoinRule, Role, SeatStatus, Stage, Stakeholder},
    },
    features::memberships::{
        self, Decision, Offered, ask_again, leave, offered, queries,
        record::{Adopted, Record, adopt},
    },
    sql,
    store::tables::Account,
    tests::support::on_both_databases,
};
use std::time::Duration;

fn record(account: &Account, community: &Account, (status, rev, asked_at): (SeatStatus, i64, Stamp)) -> Record {
    Record {
        community: community.uri.clone(),
        account: account.uri.clone(),
        status,
        role: Role::Member,
        stakeholder: Stakeholder::Supplier,
        organisation: String::new(),
        agreement: String::new(),
        rev,
        asked_at,
        admitted_by: String::new(),
        expires_at: None,
        history_from: Stamp(0),
        reason: String::new(),
    }
}

impl World {
    async fn hears(&self, who: &Account, community: &Account, said: (SeatStatus, i64, Stamp), raw: &str) -> Adopted {
        let record = record(who, community, said);
        self.act(async |tx| adopt(tx, who, community, &record, raw).await).await.unwrap()
    }

    async fn happened(&self, event: &str) -> i64 {
        let like = format!("%{event}%");
        sql!("SELECT COUNT(*) FROM events WHERE body LIKE {}", like).value(&self.store).await.unwrap().unwrap_or_default()
    }

    /// A private community on one of our own kind of nodes.
    async fn private_elsewhere(&self, name: &str) -> Account {
        self.employee("bolt.test", "any").await;
        let community = self.community_elsewhere(name, JoinRule::Ask).await;
        self.act(async |tx| sql!("UPDATE communities SET stage = {} WHERE account_id = {}", Stage::Federated, community.id).run(tx).await)
            .await
            .unwrap();
        community
    }
}

#[tokio::test]
async fn a_record_applies_by_its_revision_alone() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let theirs = world.private_elsewhere("theirs").await;
        let asked = world.joins(&ada, &theirs).await.unwrap();
        assert_eq!((asked.status, world.happened("seat_asked").await), (SeatStatus::Requested, 1));
        assert_eq!(world.happened("follow_asked").await, 0, "a seat is asked for by Join alone");
        let at = asked.asked_at;
        assert!(matches!(world.hears(&ada, &theirs, (SeatStatus::Active, 10, at), "{10}").await, Adopted::Applied(_)));
        assert_eq!(world.role(&theirs, &ada).await, Some(Role::Member));
        assert_eq!(world.follow_state(&ada, &theirs).await, Some(FollowState::Accepted));
        assert_eq!(world.hears(&ada, &theirs, (SeatStatus::Active, 10, at), "{10}").await, Adopted::Known);
        assert_eq!(world.hears(&ada, &theirs, (SeatStatus::Ended, 10, at), "{other}").await, Adopted::Conflict);
        assert_eq!(world.hears(&ada, &theirs, (SeatStatus::Ended, 9, at), "{9}").await, Adopted::Old);
        assert_eq!(world.role(&theirs, &ada).await, Some(Role::Member));
        world.hears(&ada, &theirs, (SeatStatus::Ended, 11, at), "{11}").await;
        assert_eq!((world.role(&theirs, &ada).await, world.follow_state(&ada, &theirs).await), (None, None));
    })
    .await;
}

#[tokio::test]
async fn s114_a_record_makes_no_member_of_one_who_never_asked_or_left() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let theirs = world.private_elsewhere("theirs").await;
        world.hears(&ada, &theirs, (SeatStatus::Active, 10, Stamp(5)), "{10}").await;
        assert_eq!((world.role(&theirs, &ada).await, world.happened("seat_left").await), (None, 1));
        let asked = world.joins(&eve, &theirs).await.unwrap();
        world.act(async |tx| leave(tx, &eve, &theirs, None).await).await.unwrap();
        world.hears(&eve, &theirs, (SeatStatus::Active, 20, asked.asked_at), "{20}").await;
        assert_eq!((world.role(&theirs, &eve).await, world.follow_state(&eve, &theirs).await), (None, None));
        assert_eq!(world.happened("seat_left").await, 3);
        // A record of another person or another community is nobody's.
        let wrong = record(&ada, &theirs, (SeatStatus::Active, 30, Stamp(5)));
        assert!(world.act(async |tx| adopt(tx, &eve, &theirs, &wrong, "{}").await).await.is_err());
        // An invitation comes unasked, and is only that.
        let flo = world.person("flo").await;
        world.hears(&flo, &theirs, (SeatStatus::Invited, 5, Stamp(0)), "{5}").await;
        assert_eq!((world.status(&theirs, &flo).await, world.role(&theirs, &flo).await), (Some(SeatStatus::Invited), None));
        world.joins(&flo, &theirs).await.unwrap();
        assert_eq!(world.status(&theirs, &flo).await, Some(SeatStatus::Requested));
    })
    .await;
}

#[tokio::test]
async fn s140_a_lying_community_brings_nobody_back_who_left_or_was_only_invited() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, flo) = (world.person("ada").await, world.person("flo").await);
        let theirs = world.private_elsewhere("theirs").await;
        let asked = world.joins(&ada, &theirs).await.unwrap().asked_at;
        world.hears(&ada, &theirs, (SeatStatus::Active, 10, asked), "{10}").await;
        world.act(async |tx| leave(tx, &ada, &theirs, None).await).await.unwrap();
        let left = world.seat(&theirs, &ada).await.unwrap().asked_at;
        // it confirms in its own words, and then pretends that she asked again
        world.hears(&ada, &theirs, (SeatStatus::Ended, 20, left), "{20}").await;
        for (rev, asked_at) in [(30, left), (31, left.plus(Duration::from_secs(60)))] {
            world.hears(&ada, &theirs, (SeatStatus::Active, rev, asked_at), &rev.to_string()).await;
            assert_eq!((world.role(&theirs, &ada).await, world.follow_state(&ada, &theirs).await), (None, None), "{rev}");
        }
        world.hears(&flo, &theirs, (SeatStatus::Invited, 5, Stamp(5)), "{5}").await;
        world.hears(&flo, &theirs, (SeatStatus::Active, 6, Stamp(7)), "{6}").await;
        assert_eq!((world.role(&theirs, &flo).await, world.follow_state(&flo, &theirs).await), (None, None));
        // her own ask counts
        let again = world.joins(&ada, &theirs).await.unwrap().asked_at;
        world.hears(&ada, &theirs, (SeatStatus::Active, 40, again), "{40}").await;
        assert_eq!(world.role(&theirs, &ada).await, Some(Role::Member));
    })
    .await;
}

#[tokio::test]
async fn s115_an_invitation_into_a_community_of_ours_is_ignored() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (world.person("ada").await, world.person("eve").await);
        let ours = world.try_found(&ada, "ours", Stage::Local, JoinRule::Invite).await.unwrap();
        let invited = record(&eve, &ours, (SeatStatus::Invited, i64::MAX, Stamp(0)));
        assert!(world.act(async |tx| adopt(tx, &eve, &ours, &invited, "{}").await).await.is_err());
        assert_eq!(world.status(&ours, &eve).await, None);
    })
    .await;
}

#[tokio::test]
async fn an_ask_is_told_until_it_is_answered_and_ends_after_fourteen_days() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let theirs = world.private_elsewhere("theirs").await;
        world.joins(&ada, &theirs).await.unwrap();
        let minute = Duration::from_secs(60);
        let again = async || world.act(async |tx| ask_again(tx, minute, 10).await).await.unwrap();
        again().await;
        assert_eq!(world.happened("seat_asked").await, 1, "not within the first minute");
        let mut hours = 0;
        while world.status(&theirs, &ada).await == Some(SeatStatus::Requested) {
            world.store.clock.advance(6 * 3_600_000);
            again().await;
            hours += 6;
            assert!(hours < 24 * 20, "it ends");
        }
        assert!(hours >= 24 * 14, "after {hours} hours");
        assert!(world.seat(&theirs, &ada).await.unwrap().reason.contains("did not answer"));
    })
    .await;
}

#[tokio::test]
async fn a_decision_from_elsewhere_counts_only_on_what_it_looked_at() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let valves = world.founds(&ada, "valves", JoinRule::Ask).await;
        let (mo, bob) = (world.employee("bolt.test", "mo").await, world.employee("cobalt.test", "bob").await);
        world.has_role(&valves, &ada, Role::Owner).await;
        world.asks(&mo, &valves, 1).await.unwrap();
        world.asks(&bob, &valves, 1).await.unwrap();
        let rev = world.seat(&valves, &bob).await.unwrap().rev;
        let decides = async |based_on, at: i64, decision| {
            let offer = Offered { decision, based_on, asked_at: Stamp(at) };
            world.act(async |tx| offered(tx, &mo, &bob, &valves, offer).await).await
        };
        assert_eq!(super::seats::code(decides(rev, 1, Decision::Admit).await), "rank", "a request is no rank");
        world.act(async |tx| memberships::decide(tx, &ada, &mo, &valves, true).await).await.unwrap();
        world.act(async |tx| memberships::appoint(tx, &ada, &mo, &valves, Role::Moderator).await).await.unwrap();
        decides(rev - 1, 2, Decision::Admit).await.unwrap();
        assert_eq!((world.role(&valves, &bob).await, world.happened("offer_answered").await), (None, 1));
        decides(rev, 3, Decision::Admit).await.unwrap();
        assert_eq!(world.role(&valves, &bob).await, Some(Role::Member));
        let rev = world.seat(&valves, &bob).await.unwrap().rev;
        decides(rev, 3, Decision::Remove { reason: String::new() }).await.unwrap();
        assert_eq!(world.role(&valves, &bob).await, Some(Role::Member), "not later than the last one");
        decides(rev, 4, Decision::Ban { reason: "leaks".into(), until: None }).await.unwrap();
        assert!(queries::is_banned(&world.store, valves.id, bob.id).await.unwrap());
        let late = Decision::Appoint { role: Role::Owner };
        decides(rev, 5, late).await.unwrap();
        assert_eq!(world.role(&valves, &bob).await, None);
    })
    .await;
}
