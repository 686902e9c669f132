//! The ladder on both databases: asks from elsewhere, agreements and their numbers, announced organisations, invitations.

use super::seats::{World, code};
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        words::{AccountKind, History, JoinRule, Level, Role, SeatStatus, Stage, Stakeholder},
    },
    features::{
        affiliations::Affiliation,
        communities,
        memberships::{
            self, Answer, Ask, admit_announced, appoint, asked, ban_host, decide, expire, invite, left, organisations, queries, refuse,
            unban_host,
        },
        peers,
    },
    sql,
    store::{
        Insert,
        tables::{Account, Seat},
    },
    tests::support::on_both_databases,
};

impl World {
    /// Somebody of the company at `host`, as their own node says.
    pub async fn employee(&self, host: &str, name: &str) -> Account {
        let who = self.at(AccountKind::Person, (host, name)).await;
        let affiliation =
            Affiliation { organisation: format!("https://{host}/org"), name: host.into(), is_confirmed: true, ..Affiliation::default() };
        let text = serde_json::to_string(&affiliation).unwrap();
        self.act(async |tx| {
            sql!("UPDATE accounts SET affiliation = {} WHERE id = {}", text.as_str(), who.id).run(tx).await?;
            let software = peers::Software { name: "intermoot".into(), version: "1".into(), level: Level::Intermoot };
            peers::note_software(tx, host, Some(software)).await
        })
        .await
        .unwrap();
        Account { affiliation: text, ..who }
    }

    /// An agreement in force with `host` about one community: member at most, so many seats, so many a day.
    pub async fn agrees(&self, host: &str, community: &Account, (seats, day): (Option<i64>, Option<i64>)) {
        self.act(async |tx| {
            let id = tx.id();
            Insert::into("agreements")
                .set("id", id)
                .set("uri", format!("/agreements/{id}"))
                .set("host", host)
                .set("partner_id", 1_i64)
                .set("state", 2_i16)
                .set("most_role", Role::Contributor)
                .set("stakeholder", Stakeholder::Supplier)
                .set("seats_max", seats)
                .set("seats_per_day", day)
                .set("history", History::Join)
                .set("created_at", tx.now)
                .set("updated_at", tx.now)
                .run(tx)
                .await?;
            Insert::into("agreement_communities").set("agreement_id", id).set("community", community.uri.as_str()).run(tx).await?;
            Insert::into("rosters")
                .set("host", host)
                .set("sequence", 1_i64)
                .set("issued_at", tx.now)
                .set("valid_until", Stamp(i64::MAX))
                .set("fetched_at", tx.now)
                .set("tried_at", tx.now)
                .run(tx)
                .await?;
            Ok(())
        })
        .await
        .unwrap();
    }

    /// Their company vouches for them.
    pub async fn vouches(&self, who: &Account) {
        self.act(async |tx| Insert::into("vouched").set("host", who.host.as_str()).set("uri", who.uri.as_str()).run(tx).await)
            .await
            .unwrap();
    }

    pub async fn asks(&self, who: &Account, community: &Account, at: i64) -> Result<Answer> {
        self.act(async |tx| asked(tx, who, community, Ask { asked_at: Stamp(at), ..Ask::default() }).await).await
    }

    pub async fn seat(&self, community: &Account, who: &Account) -> Option<Seat> {
        queries::seat(&self.store, community.id, who.id).await.unwrap()
    }
}

fn refused(answer: Result<Answer>) -> &'static str {
    match answer.unwrap() {
        Answer::Refused(refusal) => {
            assert!(refusal.to_string().len() > 20, "it says why: {refusal}");
            refusal.code
        }
        Answer::Seat(seat) => panic!("should be refused, but: {seat:?}"),
    }
}

fn given(answer: Result<Answer>) -> Seat {
    match answer.unwrap() {
        Answer::Seat(seat) => *seat,
        Answer::Refused(refusal) => panic!("{refusal}"),
    }
}

#[tokio::test]
async fn a_partners_people_walk_in_within_the_agreed_numbers() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let inner = world.try_found(&ada, "inner", Stage::Partners, JoinRule::Agreement).await.unwrap();
        let bob = world.employee("bolt.test", "bob").await;
        assert_eq!(code(world.asks(&bob, &inner, 1).await), "not_found", "s054: nothing says that it is there");
        assert_eq!(code(world.act(async |tx| left(tx, &bob, &inner, Stamp(1)).await).await), "not_found");
        assert!(world.seat(&inner, &bob).await.is_none(), "a refusal leaves no seat");
        world.agrees("bolt.test", &inner, (Some(3), Some(2))).await;
        let seat = given(world.asks(&bob, &inner, 2).await);
        assert_eq!((seat.status, seat.role, seat.stakeholder), (SeatStatus::Active, Role::Member, Stakeholder::Supplier));
        assert_eq!((seat.organisation.as_str(), seat.agreement_host.as_str()), ("https://bolt.test/org", "bolt.test"));
        assert!(seat.history_from > Stamp(0));
        assert_eq!(world.role(&inner, &bob).await, None, "not before their company vouches for them");
        world.vouches(&bob).await;
        assert_eq!(world.role(&inner, &bob).await, Some(Role::Member));
        let [two, three, four] = [
            world.employee("bolt.test", "two").await,
            world.employee("bolt.test", "three").await,
            world.employee("bolt.test", "four").await,
        ];
        given(world.asks(&two, &inner, 1).await);
        assert_eq!(refused(world.asks(&three, &inner, 1).await), "agreement_day_full");
        world.store.clock.advance(25 * 3_600_000);
        given(world.asks(&three, &inner, 2).await);
        assert_eq!(refused(world.asks(&four, &inner, 1).await), "agreement_full");
        let eve = world.employee("cobalt.test", "eve").await;
        assert_eq!(code(world.asks(&eve, &inner, 1).await), "not_found");
        let raised = world.act(async |tx| appoint(tx, &ada, &bob, &inner, Role::Moderator).await).await;
        assert_eq!(code(raised), "agreement_role");
        let audited: Vec<String> =
            sql!("SELECT agreement FROM audit WHERE act = 'seat.admit' ORDER BY id").column(&world.store).await.unwrap();
        assert_eq!(audited.iter().filter(|uri| uri.starts_with("/agreements/")).count(), 3);
    })
    .await;
}

#[tokio::test]
async fn every_ask_is_answered_and_an_older_one_changes_nothing() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let asks = world.founds(&ada, "asks", JoinRule::Ask).await;
        let bob = world.employee("bolt.test", "bob").await;
        let first = given(world.asks(&bob, &asks, 5).await);
        assert_eq!(first.status, SeatStatus::Requested);
        assert_eq!(given(world.asks(&bob, &asks, 5).await).rev, first.rev, "doubled");
        assert_eq!(given(world.asks(&bob, &asks, 3).await).rev, first.rev, "late");
        let why = "Not now: ask in spring.";
        let seat = world.act(async |tx| refuse(tx, &ada, &bob, &asks, why).await).await.unwrap();
        assert_eq!((seat.status, seat.reason.as_str()), (SeatStatus::Ended, why));
        let seat = world.act(async |tx| decide(tx, &ada, &bob, &asks, true).await).await.unwrap();
        assert_eq!(seat.status, SeatStatus::Active, "refusal is reversible");
        world.act(async |tx| left(tx, &bob, &asks, Stamp(4)).await).await.unwrap();
        assert_eq!(world.role(&asks, &bob).await, Some(Role::Member), "older than the ask");
        world.act(async |tx| left(tx, &bob, &asks, Stamp(6)).await).await.unwrap();
        assert_eq!(code(world.act(async |tx| decide(tx, &ada, &bob, &asks, true).await).await), "no_request");
        let seats = memberships::seats_since(&world.store, asks.id, "bolt.test", seat.rev).await.unwrap();
        assert_eq!((seats.len(), seats[0].0.status), (1, SeatStatus::Ended));
        assert_eq!(memberships::records::highest(&world.store, asks.id, "bolt.test").await.unwrap(), Some(seats[0].0.rev));
        let answers: Option<i64> = sql!("SELECT COUNT(*) FROM events WHERE body LIKE '%seat_answered%'").value(&world.store).await.unwrap();
        assert_eq!(answers, Some(3), "doubled, late, and the late Leave");
    })
    .await;
}

#[tokio::test]
async fn r15_a_leave_that_overtakes_its_ask_makes_no_member() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let open = world.founds(&ada, "open", JoinRule::Open).await;
        let bob = world.employee("bolt.test", "bob").await;
        world.act(async |tx| left(tx, &bob, &open, Stamp(7)).await).await.unwrap();
        assert_eq!(given(world.asks(&bob, &open, 6).await).status, SeatStatus::Ended);
        assert_eq!(given(world.asks(&bob, &open, 8).await).status, SeatStatus::Active);
    })
    .await;
}

#[tokio::test]
async fn a_new_organisation_is_announced_before_its_first_seat() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let inner = world.try_found(&ada, "inner", Stage::Federated, JoinRule::Open).await.unwrap();
        let (bob, eve) = (world.employee("bolt.test", "bob").await, world.employee("cobalt.test", "eve").await);
        assert_eq!(given(world.asks(&bob, &inner, 1).await).status, SeatStatus::Active, "nobody to be told");
        let waits = given(world.asks(&eve, &inner, 1).await);
        assert_eq!(waits.status, SeatStatus::Requested);
        assert!(waits.reason.contains("new in this community"));
        let told: Option<i64> =
            sql!("SELECT COUNT(*) FROM events WHERE body LIKE '%organisation_announced%'").value(&world.store).await.unwrap();
        assert_eq!(told, Some(1));
        world.act(async |tx| admit_announced(tx, 10).await).await.unwrap();
        assert_eq!(world.status(&inner, &eve).await, Some(SeatStatus::Requested));
        let present = organisations(&world.store, inner.id).await.unwrap();
        assert_eq!(present.iter().map(|one| one.host.as_str()).collect::<Vec<_>>(), ["", "bolt.test", "cobalt.test"]);
        world.store.clock.advance(24 * 3_600_000 + 1);
        world.act(async |tx| admit_announced(tx, 10).await).await.unwrap();
        assert_eq!(world.status(&inner, &eve).await, Some(SeatStatus::Active));
        // The setting may say at once.
        world.act(async |tx| memberships::set_announce_hours(tx, 0).await).await.unwrap();
        let flo = world.employee("flow.test", "flo").await;
        assert_eq!(given(world.asks(&flo, &inner, 1).await).status, SeatStatus::Active);
    })
    .await;
}

#[tokio::test]
async fn a_whole_node_is_banned_heals_when_lifted_and_then_comes_in_by_asking() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let open = world.founds(&ada, "open", JoinRule::Open).await;
        let (bob, new) = (world.employee("bolt.test", "bob").await, world.employee("bolt.test", "new").await);
        given(world.asks(&bob, &open, 1).await);
        world.act(async |tx| ban_host(tx, &ada, &open, "bolt.test", ("leaks", None)).await).await.unwrap();
        assert_eq!(world.role(&open, &bob).await, None);
        assert_eq!(refused(world.asks(&new, &open, 1).await), "banned");
        world.act(async |tx| unban_host(tx, &ada, &open, "bolt.test").await).await.unwrap();
        assert_eq!(world.role(&open, &bob).await, Some(Role::Member));
        assert_eq!(given(world.asks(&new, &open, 2).await).status, SeatStatus::Requested);
        world.store.clock.advance(31 * 86_400_000);
        let later = world.employee("bolt.test", "later").await;
        assert_eq!(given(world.asks(&later, &open, 1).await).status, SeatStatus::Active);
    })
    .await;
}

#[tokio::test]
async fn s129_an_invitation_past_its_end_admits_nobody_even_before_it_is_swept() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let inner = world.try_found(&ada, "inner", Stage::Federated, JoinRule::Invite).await.unwrap();
        let (bob, eve) = (world.employee("bolt.test", "bob").await, world.employee("bolt.test", "eve").await);
        assert_eq!(refused(world.asks(&bob, &inner, 1).await), "by_invitation");
        for who in [&bob, &eve] {
            let until = world.store.clock.now().plus(std::time::Duration::from_secs(60));
            let seat = world.act(async |tx| invite(tx, &ada, who, &inner, (Role::Curator, Some(until))).await).await.unwrap();
            assert_eq!((seat.status, seat.asked_at), (SeatStatus::Invited, Stamp(0)));
        }
        let seat = given(world.asks(&bob, &inner, 2).await);
        assert_eq!((seat.status, seat.role, seat.expires_at), (SeatStatus::Active, Role::Curator, None));
        world.store.clock.advance(61_000);
        assert_ne!(given(world.asks(&eve, &inner, 2).await).status, SeatStatus::Active);
        world.act(async |tx| expire(tx, 10).await).await.unwrap();
        assert_eq!(world.status(&inner, &eve).await, Some(SeatStatus::Ended));
        assert_eq!(world.role(&inner, &bob).await, Some(Role::Curator));
    })
    .await;
}

#[tokio::test]
async fn a_community_says_which_servers_it_admits() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let inner = world.try_found(&ada, "inner", Stage::Federated, JoinRule::Open).await.unwrap();
        let changes = communities::Changes { least_level: Some(Level::Intermoot), ..communities::Changes::default() };
        world.act(async |tx| communities::change(tx, &ada, inner.id, changes).await).await.unwrap();
        let plain = world.elsewhere(AccountKind::Person, "plain").await;
        assert_eq!(refused(world.asks(&plain, &inner, 1).await), "least_level");
        assert_eq!(code(world.follows(&plain, &inner, "https://bolt.test/f/1").await), "least_level");
    })
    .await;
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "the time is what it is run for")]
async fn a_thousand_people_of_one_partner_are_admitted() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let ada = world.person("ada").await;
        let inner = world.try_found(&ada, "inner", Stage::Partners, JoinRule::Agreement).await.unwrap();
        world.agrees("bolt.test", &inner, (Some(1000), Some(1000))).await;
        let mut people = Vec::new();
        for number in 0..1000 {
            people.push(world.employee("bolt.test", &format!("p{number}")).await);
        }
        let start = std::time::Instant::now();
        for who in &people {
            world.asks(who, &inner, 1).await.unwrap();
        }
        println!("1000 people of one partner admitted in {:?}", start.elapsed());
        assert_eq!(world.members_count(&inner).await, 1001);
    })
    .await;
}
