//! Rows of `seats` and `bans`: the part of them that founding needs too.
//!
//! Who may have which seat is decided in `memberships`; here a seat is only read and kept, so that
//! its `rev` always grows and the community's count of members stays in step (`membership.md` 3).

use super::usable::{may_become_usable, usable};
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, InboxId, SeatId},
        words::{NodeRole, Role, SeatStatus, Stakeholder},
    },
    features::accounts,
    policy::agreement::capped,
    sql,
    store::{Insert, Source, Sql, Tx, event::Event, tables::Seat},
};
use sea_orm::FromQueryResult;

/// One seat, if any.
pub async fn seat(from: &impl Source, community: AccountId, account: AccountId) -> Result<Option<Seat>> {
    sql!("SELECT * FROM seats WHERE community_id = {} AND account_id = {}", community, account).one(from).await
}

/// What a seat gives at one use of it.
#[derive(FromQueryResult)]
struct Use {
    role: Role,
    most: Option<Role>,
}

/// The role of an account whose seat is usable now ([`usable`]); never more than the agreement under which it is held allows.
pub async fn role(from: &impl Source, community: AccountId, account: AccountId) -> Result<Option<Role>> {
    let select = sql!(
        "SELECT s.role, (SELECT g.most_role FROM agreements g WHERE g.host = s.agreement_host AND g.state = 2) AS most \
         FROM seats s WHERE s.community_id = {} AND s.account_id = {} AND ",
        community,
        account
    );
    let found: Option<Use> = usable(select, "s", from.now()).one(from).await?;
    Ok(found.map(|found| capped(found.role, found.most)))
}

/// Whether somebody holds a usable seat as owner.
pub async fn has_owner(from: &impl Source, community: AccountId) -> Result<bool> {
    let select = sql!("SELECT s.rev FROM seats s WHERE s.community_id = {} AND s.role = {} AND ", community, Role::Owner);
    let found: Option<i64> = usable(select, "s", from.now()).then(" LIMIT 1").value(from).await?;
    Ok(found.is_some())
}

/// As what somebody acts in a community of ours: their role, or owner for this node's administrators where no usable owner is
/// left (`membership.md` 3: off-boarding always wins, and a community never stands without anybody who may decide). In a
/// community elsewhere nothing but their seat counts.
pub async fn rank(from: &impl Source, community: AccountId, account: AccountId) -> Result<Option<Role>> {
    let role = role(from, community, account).await?;
    if role == Some(Role::Owner) || !may_administer(from, community, account).await? || has_owner(from, community).await? {
        return Ok(role);
    }
    Ok(Some(Role::Owner))
}

/// Whether this account administers the node now, and the community is of this node.
async fn may_administer(from: &impl Source, community: AccountId, account: AccountId) -> Result<bool> {
    let found: Option<i64> = sql!(
        "SELECT u.created_at FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.account_id = {} AND u.role >= {} \
         AND u.off_boarded_at IS NULL AND a.suspended_at IS NULL AND a.gone_at IS NULL \
         AND EXISTS (SELECT 1 FROM accounts c WHERE c.id = {} AND c.host = '')",
        account,
        NodeRole::Admin,
        community
    )
    .value(from)
    .await?;
    Ok(found.is_some())
}

/// Whether anybody of `host` holds a seat that is usable now.
pub async fn host_has_seat(from: &impl Source, community: AccountId, host: &str) -> Result<bool> {
    let select = sql!("SELECT s.rev FROM seats s WHERE s.community_id = {} AND s.host = {} AND ", community, host);
    let found: Option<i64> = usable(select, "s", from.now()).then(" LIMIT 1").value(from).await?;
    Ok(found.is_some())
}

/// Whether somebody of this node holds a seat in a community, be it usable now or only paused: then what happens there is
/// kept, and shown to whom it may be shown.
pub async fn is_held_here(from: &impl Source, community: AccountId) -> Result<bool> {
    let found: Option<i64> =
        sql!("SELECT rev FROM seats WHERE community_id = {} AND host = '' AND status = {} LIMIT 1", community, SeatStatus::Active)
            .value(from)
            .await?;
    Ok(found.is_some())
}

/// The hosts of a community's seats, ours left out, as `h(host)`: one step of the index each, however many seats they have.
/// Wants the community twice.
const HOSTS: &str = "WITH RECURSIVE h(host) AS (SELECT MIN(n.host) FROM seats n WHERE n.community_id = {} AND n.host > '' \
    UNION ALL SELECT (SELECT MIN(n.host) FROM seats n WHERE n.community_id = {} AND n.host > h.host) FROM h WHERE h.host IS NOT NULL) ";

/// One inbox for each host, ours left out, of which somebody holds a seat that is usable or only paused, on that same
/// host: where content of a community that is not public is addressed. Whether it may go is asked again at sending.
pub async fn inboxes(from: &impl Source, community: AccountId) -> Result<Vec<InboxId>> {
    let select = sql!(HOSTS, community, community).then(
        "SELECT (SELECT i.id FROM seats s JOIN accounts a ON a.id = s.account_id JOIN inboxes i ON i.id = a.delivery_inbox \
         JOIN peers p ON p.id = i.peer_id AND p.host = s.host WHERE s.community_id = {} AND s.host = h.host AND s.status = 2 \
         AND i.ended_at IS NULL AND ",
    );
    let found: Vec<Option<InboxId>> =
        may_become_usable(select.bind(community), "s", from.now()).then(" LIMIT 1) FROM h WHERE h.host IS NOT NULL").column(from).await?;
    Ok(found.into_iter().flatten().collect())
}

/// How a host stands to a community of ours that is not public, or an account of ours to one elsewhere, when something is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A seat is usable.
    Usable,
    /// A seat is paused and may become usable by itself: an agreement is suspended, a lease lapsed.
    Paused,
    /// There is none, and none comes back.
    Over,
}

/// The people of a host in a community of ours; one of ours in a community of that host. Each wants the host first.
const WHOSE: [(&str, &str); 2] = [
    (
        "s.community_id = c.id AND s.host = {}",
        "c.host = '' AND EXISTS (SELECT 1 FROM communities lc JOIN peers lp ON lp.host = {} WHERE lc.account_id = c.id AND lp.level >= lc.least_level)",
    ),
    ("s.community_id = c.id AND s.account_id = {}", "c.host <> '' AND c.host = {}"),
];

/// How the people of `host` stand to a community of ours now; how `actor` of ours stands to one elsewhere. Looks no further than
/// the first seat that answers.
pub async fn access(from: &impl Source, community: AccountId, host: &str, actor: AccountId) -> Result<Access> {
    let now = from.now();
    let [(theirs, in_ours), (mine, in_theirs)] = WHOSE;
    let held = |sql: Sql, whose: &str| sql.then("EXISTS (SELECT 1 FROM seats s WHERE ").then(whose).then(" AND ");
    let then =
        |sql: Sql, of: &str| sql.then(") THEN 1 ELSE 0 END FROM accounts c WHERE c.id = {} AND ").bind(community).then(of).bind(host);
    let select = usable(held(sql!("SELECT CASE WHEN "), theirs).bind(host), "s", now).then(") THEN 2 WHEN ");
    let select = then(may_become_usable(held(select, theirs).bind(host), "s", now), in_ours).then(" UNION ALL SELECT CASE WHEN ");
    let select = usable(held(select, mine).bind(actor), "s", now).then(") THEN 2 WHEN ");
    let found: Option<i32> = then(may_become_usable(held(select, mine).bind(actor), "s", now), in_theirs).value(from).await?;
    Ok(match found {
        Some(2) => Access::Usable,
        Some(1) => Access::Paused,
        _ => Access::Over,
    })
}

/// Whether an account is banned from a community now.
pub async fn is_banned(from: &impl Source, community: AccountId, account: AccountId) -> Result<bool> {
    let found: Option<i64> = sql!(
        "SELECT created_at FROM bans WHERE community_id = {} AND account_id = {} AND (expires_at IS NULL OR expires_at > {})",
        community,
        account,
        from.now()
    )
    .value(from)
    .await?;
    Ok(found.is_some())
}

/// A seat that nobody held before, in the state of an ask just made.
pub fn fresh(tx: &Tx, community: AccountId, account: AccountId, status: SeatStatus) -> Seat {
    Seat {
        id: SeatId(tx.id()),
        community_id: community,
        account_id: account,
        status,
        role: Role::Member,
        rev: 0,
        asked_at: tx.now,
        admitted_by: None,
        reason: String::new(),
        created_at: tx.now,
        updated_at: tx.now,
        host: String::new(),
        stakeholder: Stakeholder::Public,
        organisation: String::new(),
        agreement_host: String::new(),
        history_from: Stamp(0),
        expires_at: None,
        paused_at: None,
        sponsor_id: None,
        answer: String::new(),
        record: String::new(),
        attempts: 0,
        next_attempt_at: None,
        admitted_at: None,
        refused_at: None,
    }
}

/// Keeps a seat as it is to be from now on, and returns it with its new `rev`. Where the community
/// is ours (`decides`) its members are counted, and `SeatChanged` is recorded when status or role
/// changed; a copy of a seat elsewhere changes silently and keeps the `rev` that its community gave it.
pub async fn keep(tx: &Tx, seat: Seat, decides: bool) -> Result<Seat> {
    let before = self::seat(tx, seat.community_id, seat.account_id).await?;
    keep_over(tx, before.as_ref(), seat, decides).await
}

/// The same, where the caller has just read what is there `before` and holds the community.
pub async fn keep_over(tx: &Tx, before: Option<&Seat>, seat: Seat, decides: bool) -> Result<Seat> {
    let next = before.map_or(tx.now.0, |seat| tx.now.0.max(seat.rev.saturating_add(1)));
    let rev = if decides { next } else { seat.rev };
    let host = match before {
        Some(before) => before.host.clone(),
        None if !seat.host.is_empty() => seat.host.clone(),
        None => accounts::queries::by_id(tx, seat.account_id).await?.map(|account| account.host).unwrap_or_default(),
    };
    let (was, is) = (before.is_some_and(is_active), is_active(&seat));
    let admitted_at = if is && !was { Some(tx.now) } else { seat.admitted_at };
    let seat = Seat { rev, updated_at: tx.now, host, admitted_at, ..seat };
    write(tx, &seat).await?;
    if decides && was != is {
        let by = i64::from(is) - i64::from(was);
        sql!("UPDATE communities SET members_count = members_count + {} WHERE account_id = {}", by, seat.community_id).run(tx).await?;
    }
    if decides && before.is_none_or(|before| (before.status, before.role) != (seat.status, seat.role)) {
        tx.record(Event::SeatChanged { community: seat.community_id, account: seat.account_id });
    }
    Ok(seat)
}

/// Writes a seat of a community of ours as it was signed, its revision too, in place of `before`: only after a restore.
pub async fn take_back(tx: &Tx, before: Option<&Seat>, seat: &Seat) -> Result<()> {
    write(tx, seat).await?;
    let by = i64::from(is_active(seat)) - i64::from(before.is_some_and(is_active));
    sql!("UPDATE communities SET members_count = members_count + {} WHERE account_id = {}", by, seat.community_id).run(tx).await?;
    Ok(())
}

fn is_active(seat: &Seat) -> bool {
    seat.status == SeatStatus::Active
}

async fn write(tx: &Tx, seat: &Seat) -> Result<()> {
    Insert::into("seats")
        .set("id", seat.id)
        .set("community_id", seat.community_id)
        .set("account_id", seat.account_id)
        .set("status", seat.status)
        .set("role", seat.role)
        .set("rev", seat.rev)
        .set("asked_at", seat.asked_at)
        .set("admitted_by", seat.admitted_by)
        .set("reason", seat.reason.as_str())
        .set("created_at", seat.created_at)
        .set("updated_at", seat.updated_at)
        .set("host", seat.host.as_str())
        .set("stakeholder", seat.stakeholder)
        .set("organisation", seat.organisation.as_str())
        .set("agreement_host", seat.agreement_host.as_str())
        .set("history_from", seat.history_from)
        .set("expires_at", seat.expires_at)
        .set("paused_at", seat.paused_at)
        .set("sponsor_id", seat.sponsor_id)
        .set("answer", seat.answer.as_str())
        .set("record", seat.record.as_str())
        .set("attempts", seat.attempts)
        .set("next_attempt_at", seat.next_attempt_at)
        .set("admitted_at", seat.admitted_at)
        .set("refused_at", seat.refused_at)
        .on_conflict(
            "ON CONFLICT (community_id, account_id) DO UPDATE SET status = excluded.status, role = excluded.role, rev = excluded.rev, \
             asked_at = excluded.asked_at, admitted_by = excluded.admitted_by, reason = excluded.reason, updated_at = excluded.updated_at, \
             stakeholder = excluded.stakeholder, organisation = excluded.organisation, agreement_host = excluded.agreement_host, \
             history_from = excluded.history_from, expires_at = excluded.expires_at, paused_at = excluded.paused_at, \
             sponsor_id = excluded.sponsor_id, answer = excluded.answer, record = excluded.record, attempts = excluded.attempts, \
             next_attempt_at = excluded.next_attempt_at, admitted_at = excluded.admitted_at, refused_at = excluded.refused_at",
        )
        .run(tx)
        .await?;
    Ok(())
}
