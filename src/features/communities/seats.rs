//! Rows of `seats` and `bans`: the part of them that founding needs too.
//!
//! Who may have which seat is decided in `memberships`; here a seat is only read and kept, so that
//! its `rev` always grows and the community's count of members stays in step (`membership.md` 3).

use crate::{
    base::{
        error::Result,
        id::{AccountId, SeatId},
        words::{Role, SeatStatus},
    },
    sql,
    store::{Insert, Source, Tx, event::Event, tables::Seat},
};

/// One seat, if any.
pub async fn seat(from: &impl Source, community: AccountId, account: AccountId) -> Result<Option<Seat>> {
    sql!("SELECT * FROM seats WHERE community_id = {} AND account_id = {}", community, account).one(from).await
}

/// The role of an account whose seat is usable now: active, not banned, neither the account nor
/// its host shut out.
pub async fn role(from: &impl Source, community: AccountId, account: AccountId) -> Result<Option<Role>> {
    sql!(
        "SELECT s.role FROM seats s JOIN accounts a ON a.id = s.account_id \
         WHERE s.community_id = {} AND s.account_id = {} AND s.status = {} AND a.suspended_at IS NULL AND a.gone_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM peers p WHERE p.host = a.host AND p.blocked_at IS NOT NULL) \
         AND NOT EXISTS (SELECT 1 FROM bans b WHERE b.community_id = s.community_id AND b.account_id = s.account_id \
             AND (b.expires_at IS NULL OR b.expires_at > {}))",
        community,
        account,
        SeatStatus::Active,
        from.now()
    )
    .value(from)
    .await
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
    }
}

/// Keeps a seat as it is to be from now on, and returns it with its new `rev`. Where the community
/// is ours (`decides`) its members are counted, and `SeatChanged` is recorded when status or role
/// changed; a copy of a seat elsewhere changes silently.
pub async fn keep(tx: &Tx, seat: Seat, decides: bool) -> Result<Seat> {
    let before = self::seat(tx, seat.community_id, seat.account_id).await?;
    let rev = before.as_ref().map_or(tx.now.0, |seat| tx.now.0.max(seat.rev.saturating_add(1)));
    let seat = Seat { rev, updated_at: tx.now, ..seat };
    write(tx, &seat).await?;
    let (was, is) = (before.as_ref().is_some_and(is_active), is_active(&seat));
    if decides && was != is {
        let by = i64::from(is) - i64::from(was);
        sql!("UPDATE communities SET members_count = members_count + {} WHERE account_id = {}", by, seat.community_id).run(tx).await?;
    }
    if decides && before.is_none_or(|before| (before.status, before.role) != (seat.status, seat.role)) {
        tx.record(Event::SeatChanged { community: seat.community_id, account: seat.account_id });
    }
    Ok(seat)
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
        .on_conflict(
            "ON CONFLICT (community_id, account_id) DO UPDATE SET status = excluded.status, role = excluded.role, rev = excluded.rev, \
             asked_at = excluded.asked_at, admitted_by = excluded.admitted_by, reason = excluded.reason, updated_at = excluded.updated_at",
        )
        .run(tx)
        .await?;
    Ok(())
}
