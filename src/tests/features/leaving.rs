//! Affiliation and off-boarding on both databases: S041, S117, S138, S142.

use super::seats::{World, code};
use crate::{
    base::{
        error::Result,
        words::{AccountKind, JoinRule, NodeRole, Role, Sanction, SeatStatus, Stage},
    },
    features::{
        accounts,
        affiliations::{self, Claim},
        communities::seats,
        off_boarding::{self, Leaving},
        rosters, sessions,
    },
    sql,
    store::{
        Store, Tx,
        tables::{Account, Field, OffBoarding, Seat},
    },
    tests::support::on_both_databases,
};

/// Makes a seat what a test needs it to be.
pub(super) async fn set(tx: &Tx, (community, who): (&Account, &Account), change: &str) -> Result<u64> {
    sql!(format!("UPDATE seats SET {change} WHERE community_id = {{}} AND account_id = {{}}"), community.id, who.id).run(tx).await
}

/// A seat of one of ours in a community elsewhere, held through the organisation.
pub(super) async fn seat_elsewhere(world: &World, who: &Account, community: &Account) {
    world
        .act(async |tx| {
            let seat = Seat { organisation: "/org".into(), ..seats::fresh(tx, community.id, who.id, SeatStatus::Active) };
            seats::keep(tx, seat, false).await
        })
        .await
        .unwrap();
}

/// Somebody of ours who works for us.
pub(super) async fn employee(world: &World, name: &str) -> Account {
    let account = world.person(name).await;
    world.act(async |tx| affiliations::grant(tx, &account, ("Engineer", "Valves"), "ada").await).await.unwrap();
    fresh(&world.store, &account).await
}

async fn fresh(store: &Store, account: &Account) -> Account {
    accounts::queries::by_id(store, account.id).await.unwrap().unwrap()
}

async fn leaves(world: &World, who: &Account, by: Option<&Account>) -> OffBoarding {
    if let Some(by) = by {
        let text = "UPDATE users SET role = {} WHERE account_id = {} AND role < {}";
        world.act(async |tx| sql!(text, NodeRole::Admin, by.id, NodeRole::Admin).run(tx).await).await.unwrap();
    }
    world.act(async |tx| off_boarding::off_board(tx, who, Leaving { by, reason: "left" }).await).await.unwrap()
}

async fn is_usable(world: &World, community: &Account, who: &Account) -> bool {
    seats::role(&world.store, community.id, who.id).await.unwrap().is_some()
}

async fn sentence(world: &World, act: &OffBoarding) -> String {
    let act = off_boarding::by_id(&world.store, act.id).await.unwrap().unwrap();
    off_boarding::receipt(&world.store, act).await.unwrap().sentence()
}

#[tokio::test]
async fn s117_who_leaves_is_out_at_once_and_what_is_their_own_stays() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (employee(&world, "ada").await, employee(&world, "eve").await);
        let (work, own) = (world.founds(&ada, "work", JoinRule::Open).await, world.founds(&ada, "own", JoinRule::Open).await);
        for community in [&work, &own] {
            world.joins(&eve, community).await.unwrap();
        }
        world.act(async |tx| set(tx, (&work, &eve), "organisation = '/org'").await).await.unwrap();
        world.act(async |tx| set(tx, (&own, &eve), "organisation = ''").await).await.unwrap();
        let there = world.elsewhere(AccountKind::Community, "there").await;
        seat_elsewhere(&world, &eve, &there).await;
        let (session, _) = world.act(async |tx| sessions::begin_session(tx, eve.id).await).await.unwrap();

        let act = leaves(&world, &eve, Some(&ada)).await;
        assert_eq!(sessions::session_account(&world.store, &session).await.unwrap(), None);
        assert_eq!(code(world.act(async |tx| sessions::begin_session(tx, eve.id).await).await), "off_boarded");
        assert_eq!(code(world.act(async |tx| sessions::make_login_link(tx, eve.id).await).await), "off_boarded");
        assert!(accounts::queries::user_by_login(&world.store, "eve").await.unwrap().is_none());
        assert_eq!(world.status(&work, &eve).await, Some(SeatStatus::Ended));
        assert!(is_usable(&world, &own, &eve).await, "a personal seat survives");
        assert!(!is_usable(&world, &there, &eve).await, "our copy of the seat elsewhere is not used either");
        assert!(affiliations::of(&fresh(&world.store, &eve).await).is_none());
        assert_eq!(sentence(&world, &act).await, "0 of 1 confirmed");
        assert_eq!(leaves(&world, &eve, None).await.id, act.id, "twice is once");

        // the community's node says that it ended
        world
            .act(async |tx| set(tx, (&there, &eve), "status = 3, record = 'signed', updated_at = updated_at + 3600000").await)
            .await
            .unwrap();
        world.act(async |tx| off_boarding::settle(tx).await).await.unwrap();
        assert_eq!(sentence(&world, &act).await, "1 of 1 confirmed");
    })
    .await;
}

#[tokio::test]
async fn s117_only_the_record_of_the_very_seat_confirms() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (eve, fay) = (employee(&world, "eve").await, employee(&world, "fay").await);
        let (one, two) = (world.elsewhere(AccountKind::Community, "one").await, world.elsewhere(AccountKind::Community, "two").await);
        for community in [&one, &two] {
            seat_elsewhere(&world, &eve, community).await;
        }
        let act = leaves(&world, &eve, None).await;
        world.act(async |tx| off_boarding::confirm(tx, one.id, fay.id).await).await.unwrap();
        assert_eq!(sentence(&world, &act).await, "0 of 2 confirmed");
        world.act(async |tx| off_boarding::confirm(tx, one.id, eve.id).await).await.unwrap();
        assert_eq!(sentence(&world, &act).await, "1 of 2 confirmed");
        // what is not confirmed is told again, once for its host, and later and later
        world.store.clock.advance(61_000);
        let told = async |world: &World| {
            let tx = world.store.begin().await.unwrap();
            off_boarding::tell_again(&tx, std::time::Duration::from_secs(60), 100).await.unwrap();
            let told = tx.recorded();
            tx.commit().await.unwrap();
            told
        };
        assert_eq!((told(&world).await, told(&world).await), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn s117_hired_again_is_a_new_grant() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (employee(&world, "ada").await, employee(&world, "eve").await);
        let work = world.founds(&ada, "work", JoinRule::Open).await;
        world.joins(&eve, &work).await.unwrap();
        world.act(async |tx| set(tx, (&work, &eve), "organisation = '/org'").await).await.unwrap();
        let there = world.elsewhere(AccountKind::Community, "there").await;
        seat_elsewhere(&world, &eve, &there).await;
        leaves(&world, &eve, None).await;
        world.act(async |tx| off_boarding::restore(tx, &eve, None).await).await.unwrap();
        world.act(async |tx| sessions::begin_session(tx, eve.id).await).await.unwrap();
        assert!(!is_usable(&world, &work, &eve).await && affiliations::of(&fresh(&world.store, &eve).await).is_none());
        world.act(async |tx| affiliations::grant(tx, &eve, ("", ""), "ada").await).await.unwrap();
        let listed = world.act(async |tx| rosters::issue(tx, "bolt.test").await).await.unwrap();
        assert!(listed.people.is_empty(), "the old seat is not vouched for again before it ended: {:?}", listed.people);
    })
    .await;
}

#[tokio::test]
async fn s138_the_last_owner_leaves_too_and_footholds_are_paused() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve, fay, gil) =
            (employee(&world, "ada").await, employee(&world, "eve").await, world.person("fay").await, world.person("gil").await);
        let work = world.founds(&eve, "work", JoinRule::Open).await;
        world.act(async |tx| set(tx, (&work, &eve), "organisation = '/org'").await).await.unwrap();
        for who in [&fay, &gil, &ada] {
            world.joins(who, &work).await.unwrap();
        }
        for who in [&fay, &gil] {
            world.act(async |tx| set(tx, (&work, who), &format!("admitted_by = {}", eve.id)).await).await.unwrap();
        }
        let hal = world.person("hal").await;
        world
            .act(async |tx| {
                let seat = Seat { admitted_by: Some(eve.id), ..seats::fresh(tx, work.id, hal.id, SeatStatus::Invited) };
                seats::keep(tx, seat, true).await
            })
            .await
            .unwrap();
        leaves(&world, &eve, Some(&ada)).await;
        assert_eq!(world.status(&work, &eve).await, Some(SeatStatus::Ended), "off-boarding wins over the last owner");
        assert_eq!(world.status(&work, &hal).await, Some(SeatStatus::Ended), "a pending invitation by the leaver");
        assert!(!is_usable(&world, &work, &fay).await && !is_usable(&world, &work, &gil).await && is_usable(&world, &work, &ada).await);
        let found = off_boarding::admitted(&world.store, eve.id, 10).await.unwrap();
        let id = |who: &Account| found.iter().find(|one| one.seat.account_id == who.id).unwrap().seat.id;
        assert_eq!(found.len(), 2);
        world.act(async |tx| off_boarding::keep_admitted(tx, id(&fay), &ada).await).await.unwrap();
        world.act(async |tx| off_boarding::end_admitted(tx, id(&gil), &ada).await).await.unwrap();
        assert!(is_usable(&world, &work, &fay).await);
        assert_eq!(world.status(&work, &gil).await, Some(SeatStatus::Ended));
        assert_eq!(code(world.act(async |tx| off_boarding::keep_admitted(tx, id(&gil), &ada).await).await), "not_found");
    })
    .await;
}

#[tokio::test]
async fn s142_too_many_at_once_are_paused_until_a_second_administrator_says_so() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, bea) = (employee(&world, "ada").await, employee(&world, "bea").await);
        for admin in [&ada, &bea] {
            world.act(async |tx| accounts::set_role(tx, admin.id, NodeRole::Admin).await).await.unwrap();
        }
        // who says of an administrator that they left
        world.act(async |tx| accounts::set_role(tx, ada.id, NodeRole::Owner).await).await.unwrap();
        let work = world.try_found(&ada, "work", Stage::Public, JoinRule::Open).await.unwrap();
        let there = world.elsewhere(AccountKind::Community, "there").await;
        let mut people = Vec::new();
        for n in 0..6 {
            let who = employee(&world, &format!("p{n}x")).await;
            world.joins(&who, &work).await.unwrap();
            world.act(async |tx| set(tx, (&work, &who), "organisation = '/org'").await).await.unwrap();
            seat_elsewhere(&world, &who, &there).await;
            people.push(who);
        }
        let mut acts = Vec::new();
        for who in &people {
            acts.push(leaves(&world, who, Some(&ada)).await);
        }
        assert!(acts[..4].iter().all(|act| act.held_at.is_none()) && acts[4..].iter().all(|act| act.held_at.is_some()));
        let (fifth, sixth) = (&people[4], &people[5]);
        let roster = async || world.act(async |tx| rosters::issue(tx, "bolt.test").await).await.unwrap();
        let listed = roster().await;
        assert_eq!((listed.people.len(), listed.paused.as_slice()), (0, &[fifth.uri.clone(), sixth.uri.clone()][..]));
        assert!(!is_usable(&world, &work, fifth).await, "not usable");
        assert_eq!(world.status(&work, fifth).await, Some(SeatStatus::Active), "and not ended");
        // a record that came now would be no receipt: nothing was to end yet
        world.act(async |tx| off_boarding::confirm(tx, there.id, fifth.id).await).await.unwrap();
        assert!(sentence(&world, &acts[4]).await.starts_with("held"));

        assert_eq!(code(world.act(async |tx| off_boarding::confirm_held(tx, &acts[4], &ada, true).await).await), "second_administrator");
        world.act(async |tx| off_boarding::confirm_held(tx, &acts[4], &bea, false).await).await.unwrap();
        assert_eq!(world.status(&work, fifth).await, Some(SeatStatus::Ended));
        world.act(async |tx| off_boarding::undo(tx, &acts[5], Some(&bea)).await).await.unwrap();
        assert!(is_usable(&world, &work, sixth).await, "taken back, it is as before");
        let listed = roster().await;
        assert_eq!((listed.people.as_slice(), listed.paused.len()), (&[sixth.uri.clone()][..], 0));

        // where there is one administrator only, the same by password again
        let last = leaves(&world, &bea, Some(&ada)).await;
        assert!(last.held_at.is_some());
        assert_eq!(code(world.act(async |tx| off_boarding::confirm_held(tx, &last, &ada, false).await).await), "password");
        world.act(async |tx| off_boarding::confirm_held(tx, &last, &ada, true).await).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn s041_a_badge_counts_where_organisation_and_person_share_an_origin() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let bo = world.elsewhere(AccountKind::Person, "bo").await;
        let claim = |organisation: &str| Claim {
            organisation: organisation.into(),
            name: "Bolt ✔ Co".into(),
            title: "Fitter".into(),
            unit: String::new(),
        };
        let worn = async |said: Option<Claim>| {
            let account = fresh(&world.store, &bo).await;
            world.act(async |tx| affiliations::keep_claim(tx, account.clone(), said.as_ref()).await).await.unwrap();
            affiliations::of(&fresh(&world.store, &bo).await)
        };
        let own = worn(Some(claim("https://bolt.test/org"))).await.unwrap();
        assert_eq!((own.is_confirmed, own.name.contains('✔')), (true, false));
        assert_eq!(affiliations::line(&own, "acme.test"), "Bolt Co · bolt.test", "the host is always shown");
        // somebody else's, ours among them
        for organisation in ["https://acme.test/org", "http://bolt.test/org", "https://bolt.test:8443/org", "/org"] {
            let other = worn(Some(claim(organisation))).await.unwrap();
            assert!(!other.is_confirmed, "{organisation}");
            assert!(affiliations::line(&other, "acme.test").contains("unconfirmed"));
        }
        // the organisation proves the host, and proves it no more
        worn(Some(claim("https://bigbolt.test/org"))).await;
        for is_proven in [true, false] {
            world.act(async |tx| affiliations::note_proof(tx, ("https://bigbolt.test/org", "bolt.test"), is_proven).await).await.unwrap();
            assert_eq!(affiliations::of(&fresh(&world.store, &bo).await).unwrap().is_confirmed, is_proven);
        }
        assert!(worn(None).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn s041_guests_and_leavers_wear_no_badge_and_own_words_do_not_look_like_one() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (gus, eve) = (world.person("gus").await, employee(&world, "eve").await);
        assert!(affiliations::of(&gus).is_none(), "nobody is affiliated by signing up");
        world.act(async |tx| sql!("UPDATE users SET is_guest = TRUE WHERE account_id = {}", gus.id).run(tx).await).await.unwrap();
        leaves(&world, &eve, None).await;
        for (who, why) in [(&gus, "guest"), (&eve, "off_boarded")] {
            assert_eq!(code(world.act(async |tx| affiliations::grant(tx, who, ("", ""), "ada").await).await), why);
        }
        let field = |name: &str, value: &str| Field { name: name.into(), value: value.into(), verified_at: None };
        let told = affiliations::told(vec![field("Organisation", "Acme ✔"), field("0rganization ", "Acme"), field("Pronouns", "she")]);
        assert_eq!(told[0], field("Organisation (own words)", "Acme "));
        assert!(told[1].name.ends_with("(own words)") && told[2].name == "Pronouns");
    })
    .await;
}

#[tokio::test]
async fn every_act_leaves_one_entry_in_the_audit_log() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let eve = employee(&world, "eve").await;
        leaves(&world, &eve, None).await;
        world.act(async |tx| off_boarding::restore(tx, &eve, None).await).await.unwrap();
        let acts: Vec<String> = sql!("SELECT act FROM audit ORDER BY id").column(&world.store).await.unwrap();
        assert_eq!(acts, ["account.create", "affiliation.grant", "account.off_board", "account.restore"]);
        assert_eq!(world.role(&eve, &eve).await, None::<Role>);
    })
    .await;
}

#[tokio::test]
async fn s138_whom_a_leaver_let_in_and_who_still_waits_needs_another_word() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let (ada, eve) = (employee(&world, "ada").await, employee(&world, "eve").await);
        let inner = world.founds(&ada, "inner", JoinRule::Ask).await;
        let friend = world.elsewhere(AccountKind::Person, "friend").await;
        world
            .act(async |tx| {
                let waiting = seats::fresh(tx, inner.id, friend.id, SeatStatus::Requested);
                let next_attempt_at = Some(tx.now.plus(std::time::Duration::from_secs(86_400)));
                seats::keep(tx, Seat { admitted_by: Some(eve.id), next_attempt_at, ..waiting }, true).await
            })
            .await
            .unwrap();
        leaves(&world, &eve, Some(&ada)).await;
        world.store.clock.advance(2 * 86_400_000);
        world.act(async |tx| crate::features::memberships::admit_announced(tx, 10).await).await.unwrap();
        assert_eq!(world.status(&inner, &friend).await, Some(SeatStatus::Requested));
        assert_eq!(world.seat(&inner, &friend).await.unwrap().admitted_by, None);
    })
    .await;
}

#[tokio::test]
async fn s105_nobody_says_of_their_equal_that_they_left_but_owners_and_one_owner_stays() {
    on_both_databases(async |place| {
        let world = World::new(&place).await;
        let mut people = Vec::new();
        for (name, role) in [
            ("olga", NodeRole::Owner),
            ("otto", NodeRole::Owner),
            ("ada", NodeRole::Admin),
            ("alan", NodeRole::Admin),
            ("mo", NodeRole::Moderator),
            ("bo", NodeRole::Member),
        ] {
            let who = employee(&world, name).await;
            world.act(async |tx| accounts::set_role(tx, who.id, role).await).await.unwrap();
            people.push(who);
        }
        let [olga, otto, ada, alan, mo, bo] = <[Account; 6]>::try_from(people).unwrap();
        let tries = async |by: Option<&Account>, who: &Account| {
            world.act(async |tx| off_boarding::off_board(tx, who, Leaving { by, reason: "" }).await).await
        };
        for (by, who) in [(&ada, &olga), (&ada, &alan), (&ada, &ada), (&mo, &bo), (&bo, &mo)] {
            assert_eq!(code(tries(Some(by), who).await), "rank", "{} of {}", by.username, who.username);
        }
        assert_eq!(code(world.act(async |tx| affiliations::withdraw(tx, &olga, Some(&ada)).await).await), "rank", "which ends as much");
        tries(Some(&olga), &otto).await.unwrap();
        assert_eq!(code(world.act(async |tx| off_boarding::restore(tx, &otto, Some(&ada)).await).await), "rank", "nor is it taken back");
        // otto has left, so olga is the last; neither she nor the machine's own word ends that
        for by in [Some(&olga), None] {
            assert_eq!(code(tries(by, &olga).await), "last_owner");
        }
        assert_eq!(code(world.act(async |tx| accounts::suspend(tx, olga.id).await).await), "last_owner");
        assert_eq!(code(world.act(async |tx| accounts::set_role(tx, olga.id, NodeRole::Member).await).await), "last_owner");
        assert_eq!(code(world.act(async |tx| accounts::limits::set(tx, &olga, Sanction::Disable).await).await), "last_owner");
        assert_eq!(code(world.act(async |tx| accounts::delete(tx, &olga).await).await), "last_owner");
        assert_eq!(accounts::queries::owner(&world.store).await.unwrap().map(|owner| owner.id), Some(olga.id));
        world.act(async |tx| off_boarding::restore(tx, &otto, Some(&olga)).await).await.unwrap();
        tries(None, &olga).await.unwrap();
    })
    .await;
}
