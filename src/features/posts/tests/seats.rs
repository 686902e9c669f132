//! The SQL that says whether a seat is usable agrees with `policy::membership::is_usable` and `policy::agreement`.

use super::world::{self, World};
use crate::{
    base::{
        clock::Stamp,
        id::AccountId,
        words::{AccountKind, AgreementState, JoinRule, Role, SeatStatus, Stage},
    },
    features::communities::{
        seats::{self, Access},
        usable::may_become_usable,
    },
    policy::{
        agreement::{Standing, capped, is_in_force},
        membership::{Held, Through, is_usable},
    },
    sql,
    store::{Insert, Tx, tables::Account},
};

/// Every rarer fact of the world is so once in four.
fn rarely(dice: &mut fastrand::Rng) -> bool {
    dice.u8(..4) == 0
}

/// An instant before or after now, or none.
fn about(dice: &mut fastrand::Rng, now: Stamp) -> Option<Stamp> {
    [None, None, Some(Stamp(now.0 - 1)), Some(now), Some(Stamp(now.0 + 1))][dice.usize(..5)]
}

/// A seat as it was written, and what of its world counts.
struct Case {
    account: Account,
    role: Role,
    most: Option<Role>,
    held: Held,
    /// Nothing is in its way that lasts.
    may_heal: bool,
}

/// The agreement with `host`: how it stands, and its highest role.
async fn agreement(tx: &Tx, dice: &mut fastrand::Rng, host: &str) -> (Standing, Role) {
    let most = [Role::Member, Role::Observer, Role::Moderator][dice.usize(..3)];
    let state = if rarely(dice) { AgreementState::ALL[dice.usize(..AgreementState::ALL.len())] } else { AgreementState::InForce };
    let [here, there, held] = [rarely(dice), rarely(dice), rarely(dice)];
    let ends_at = about(dice, tx.now);
    Insert::into("agreements")
        .set("id", tx.id())
        .set("uri", format!("https://{host}/agreements/{}", tx.id()))
        .set("host", host)
        .set("partner_id", tx.id())
        .set("state", state)
        .set("most_role", most)
        .set("suspended_here", here)
        .set("suspended_there", there)
        .set("held", held)
        .set("ends_at", ends_at)
        .set("created_at", tx.now)
        .set("updated_at", tx.now)
        .run(tx)
        .await
        .unwrap();
    (Standing { state, is_paused: here || there || held, ends_at }, most)
}

/// Somebody of `host` ('' for here) with a seat, bans and the rest by chance.
async fn case(tx: &Tx, dice: &mut fastrand::Rng, nth: usize, (group, recovering): (&Account, bool)) -> Case {
    let host = ["", "a.example", "b.example"][dice.usize(..3)];
    let through = ["", "a.example", "b.example"][dice.usize(..3)];
    let mut account = world::account(tx, &format!("p{nth}"), host, AccountKind::Person).await;
    let (suspended, gone, off) = (rarely(dice), rarely(dice), host.is_empty() && rarely(dice));
    sql!(
        "UPDATE accounts SET suspended_at = {}, gone_at = {} WHERE id = {}",
        suspended.then_some(tx.now),
        gone.then_some(tx.now),
        account.id
    )
    .run(tx)
    .await
    .unwrap();
    if host.is_empty() {
        Insert::into("users")
            .set("account_id", account.id)
            .set("email", format!("{}@x.example", account.id.0))
            .set("email_key", format!("{}@x.example", account.id.0))
            .set("password_hash", "x")
            .set("off_boarded_at", off.then_some(tx.now))
            .set("created_at", tx.now)
            .run(tx)
            .await
            .unwrap();
    }
    let role = Role::ALL[dice.usize(..Role::ALL.len())];
    world::seat(tx, group, &account, role).await;
    let status = if rarely(dice) { SeatStatus::ALL[dice.usize(..SeatStatus::ALL.len())] } else { SeatStatus::Active };
    let (expires_at, paused) = (about(dice, tx.now), rarely(dice));
    let organisation = if dice.bool() { "/org" } else { "" };
    sql!(
        "UPDATE seats SET host = {}, agreement_host = {}, organisation = {}, status = {}, expires_at = {}, paused_at = {} WHERE account_id = {}",
        host,
        through,
        organisation,
        status,
        expires_at,
        paused.then_some(tx.now),
        account.id
    )
    .run(tx)
    .await
    .unwrap();
    account.host = host.to_owned();
    let is_off = off && !organisation.is_empty();
    let is_over = expires_at.is_some_and(|end| end <= tx.now);
    let held = Held {
        status,
        is_over_or_paused: is_over || paused,
        is_person_in: !suspended && !gone && !is_off,
        is_banned: false,
        is_recovering: recovering,
        through: (!through.is_empty()).then_some(Through { is_agreed: false, is_vouched: false }),
    };
    let may_heal = status == SeatStatus::Active && !is_over && held.is_person_in;
    Case { account, role, most: None, held, may_heal }
}

/// A whole world: a community, two partners, people with seats.
async fn populate(tx: &Tx, dice: &mut fastrand::Rng) -> (Account, Vec<Case>) {
    let group = world::community(tx, "g", "", Stage::Partners, JoinRule::Agreement).await;
    let recovering = dice.u8(..12) == 0;
    if recovering {
        Insert::into("facts").set("name", "recovering").set("value", "1").run(tx).await.unwrap();
    }
    let mut partners = Vec::new();
    for host in ["a.example", "b.example"] {
        let agreed = if rarely(dice) { None } else { Some(agreement(tx, dice, host).await) };
        let valid_until = Stamp(tx.now.0 + if rarely(dice) { 0 } else { 1 });
        let roster =
            Insert::into("rosters").set("host", host).set("sequence", 1i64).set("issued_at", tx.now).set("valid_until", valid_until);
        roster.set("fetched_at", tx.now).set("tried_at", tx.now).run(tx).await.unwrap();
        let blocked = dice.u8(..8) == 0;
        let peer = Insert::into("peers").set("host", host).set("blocked_at", blocked.then_some(tx.now));
        peer.set("level", 2i16).set("created_at", tx.now).run(tx).await.unwrap();
        let banned_until = (dice.u8(..6) == 0).then(|| about(dice, tx.now));
        if let Some(until) = banned_until {
            let lifted = rarely(dice).then_some(tx.now);
            let ban = Insert::into("host_bans").set("community_id", group.id).set("host", host).set("expires_at", until);
            ban.set("lifted_at", lifted).set("created_at", tx.now).run(tx).await.unwrap();
            let counts = lifted.is_none() && until.is_none_or(|until| until > tx.now);
            partners.push((host, agreed, valid_until > tx.now, blocked, counts));
        } else {
            partners.push((host, agreed, valid_until > tx.now, blocked, false));
        }
    }
    let mut cases = Vec::new();
    for nth in 0..12 {
        let mut case = case(tx, dice, nth, (&group, recovering)).await;
        let through: String =
            sql!("SELECT agreement_host FROM seats WHERE account_id = {}", case.account.id).value(tx).await.unwrap().unwrap();
        if dice.u8(..5) == 0 {
            let until = about(dice, tx.now);
            let ban = Insert::into("bans").set("community_id", group.id).set("account_id", case.account.id);
            ban.set("expires_at", until).set("created_at", tx.now).run(tx).await.unwrap();
            case.held.is_banned = until.is_none_or(|until| until > tx.now);
        }
        let own = partners.iter().find(|(host, ..)| *host == case.account.host);
        case.held.is_banned |= own.is_some_and(|(.., banned)| *banned);
        case.held.is_person_in &= !own.is_some_and(|(_, _, _, blocked, _)| *blocked);
        if let Some((host, agreed, lease, ..)) = partners.iter().find(|(host, ..)| *host == through) {
            let listed = dice.bool();
            if listed {
                Insert::into("vouched").set("host", *host).set("uri", case.account.uri.clone()).run(tx).await.unwrap();
            }
            let in_force = agreed.as_ref().filter(|(standing, _)| standing.state == AgreementState::InForce);
            let is_agreed = agreed.as_ref().is_some_and(|(standing, _)| is_in_force(*standing, tx.now));
            let is_vouched = case.account.host.is_empty() || (listed && *lease);
            case.most = in_force.map(|(_, most)| *most);
            case.held.through = Some(Through { is_agreed, is_vouched });
            case.may_heal &= in_force.is_some_and(|(standing, _)| standing.ends_at.is_none_or(|end| end > tx.now));
        }
        case.may_heal &= !case.held.is_banned && case.held.is_person_in;
        cases.push(case);
    }
    (group, cases)
}

async fn heals(tx: &Tx, account: AccountId) -> bool {
    let found: Option<i64> =
        may_become_usable(sql!("SELECT s.rev FROM seats s WHERE s.account_id = {} AND ", account), "s", tx.now).value(tx).await.unwrap();
    found.is_some()
}

async fn agrees(world: World, rounds: u64) {
    let (mut usable, mut paused) = (0, 0);
    for seed in 0..rounds {
        let tx = world.store.begin().await.unwrap();
        let (group, cases) = populate(&tx, &mut fastrand::Rng::with_seed(seed)).await;
        for case in &cases {
            let found = seats::role(&tx, group.id, case.account.id).await.unwrap();
            let wanted = is_usable(case.held).then(|| capped(case.role, case.most));
            assert_eq!(found, wanted, "seed {seed}, {:?}", case.held);
            let healing = heals(&tx, case.account.id).await;
            assert_eq!(healing, case.may_heal, "seed {seed}, {:?}", case.held);
            assert!(found.is_none() || healing, "what is usable may stay so");
            usable += usize::from(found.is_some());
            paused += usize::from(found.is_none() && healing);
        }
        for host in ["a.example", "b.example", "c.example"] {
            let of_host = || cases.iter().filter(|case| case.account.host == host);
            let wanted = match (of_host().any(|case| is_usable(case.held)), of_host().any(|case| case.may_heal)) {
                (true, _) => Access::Usable,
                (false, true) => Access::Paused,
                (false, false) => Access::Over,
            };
            assert_eq!(seats::access(&tx, group.id, host, group.id).await.unwrap(), wanted, "seed {seed}, {host}");
            assert_eq!(seats::host_has_seat(&tx, group.id, host).await.unwrap(), wanted == Access::Usable);
        }
        // Nothing is kept: the next world begins empty.
        drop(tx);
    }
    assert!(usable > 20 && paused > 20, "both kinds were met: {usable}, {paused}");
}

#[tokio::test]
async fn the_sql_takes_exactly_those_seats_for_usable_that_the_rule_does() {
    for world in world::worlds().await {
        agrees(world, 60).await;
    }
}
