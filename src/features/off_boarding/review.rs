//! Footholds: what a leaver admitted in the last 30 days is paused until somebody has looked at it (S138).

use super::{end_seat, hold, hold_communities, review_since};
use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, SeatId},
        words::SeatStatus,
    },
    features::accounts,
    sql,
    store::{
        Source, Tx,
        audit::Entry,
        tables::{Account, Seat},
    },
};
use serde_json::json;

/// A seat that somebody admitted who has left since.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The seat; paused when it is here and nobody has looked yet.
    pub seat: Seat,
    /// Whose it is.
    pub account: Option<Account>,
    /// In which community; elsewhere its own moderators decide.
    pub community: Option<Account>,
}

/// Pauses, in our communities, the seats that `leaver` admitted in the last 30 days (not the leaver's own).
pub(super) async fn pause(tx: &Tx, leaver: AccountId) -> Result<()> {
    let since = review_since(tx.now);
    let where_admitted = "SELECT DISTINCT s.community_id FROM seats s JOIN accounts c ON c.id = s.community_id \
                          WHERE s.admitted_by = {} AND s.status = {} AND c.host = ''";
    let communities: Vec<AccountId> = sql!(where_admitted, leaver, SeatStatus::Active).column(tx).await?;
    hold_communities(tx, communities.into_iter().collect()).await?;
    sql!(
        "UPDATE seats SET paused_at = {} WHERE admitted_by = {} AND account_id <> {} AND status = {} AND paused_at IS NULL \
         AND (asked_at >= {} OR created_at >= {}) AND community_id IN (SELECT id FROM accounts WHERE host = '')",
        tx.now,
        leaver,
        leaver,
        SeatStatus::Active,
        since,
        since,
    )
    .run(tx)
    .await?;
    Ok(())
}

/// What `leaver` admitted and is to be looked at: paused here, and as far as we know elsewhere in the 30 days before now;
/// newest first, at most `limit`.
pub async fn admitted(from: &impl Source, leaver: AccountId, limit: u32) -> Result<Vec<Admitted>> {
    let since = review_since(from.now());
    let seats: Vec<Seat> = sql!(
        "SELECT s.* FROM seats s JOIN accounts c ON c.id = s.community_id WHERE s.admitted_by = {} AND s.account_id <> {} AND s.status = {} \
         AND (s.paused_at IS NOT NULL OR (c.host <> '' AND (s.asked_at >= {} OR s.created_at >= {}))) ORDER BY s.id DESC LIMIT {}",
        leaver,
        leaver,
        SeatStatus::Active,
        since,
        since,
        i64::from(limit),
    )
    .all(from)
    .await?;
    let ids: Vec<AccountId> = seats.iter().flat_map(|seat| [seat.account_id, seat.community_id]).collect();
    let known = accounts::queries::by_ids(from, &ids).await?;
    let find = |id: AccountId| known.iter().find(|account| account.id == id).cloned();
    Ok(seats.into_iter().map(|seat| Admitted { account: find(seat.account_id), community: find(seat.community_id), seat }).collect())
}

/// Somebody looked: the seat is usable again. One audit entry.
pub async fn keep(tx: &Tx, id: SeatId, by: &Account) -> Result<()> {
    let seat = paused(tx, id).await?;
    sql!("UPDATE seats SET paused_at = NULL WHERE id = {}", seat.id).run(tx).await?;
    note(tx, &seat, "seat.review_keep", by).await
}

/// Somebody looked: the seat ends. Records `SeatChanged`; one audit entry.
pub async fn remove(tx: &Tx, id: SeatId, by: &Account) -> Result<()> {
    let seat = paused(tx, id).await?;
    let Some(seat) = hold(tx, vec![seat]).await?.pop() else { return Ok(()) };
    end_seat(tx, seat.clone(), "admitted by somebody who has left").await?;
    note(tx, &seat, "seat.review_end", by).await
}

/// A seat in a community of ours that waits for a look.
async fn paused(tx: &Tx, id: SeatId) -> Result<Seat> {
    let found: Option<Seat> = sql!(
        "SELECT s.* FROM seats s JOIN accounts c ON c.id = s.community_id WHERE s.id = {} AND c.host = '' AND s.paused_at IS NOT NULL AND s.status = {}",
        id,
        SeatStatus::Active,
    )
    .one(tx)
    .await?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

async fn note(tx: &Tx, seat: &Seat, act: &'static str, by: &Account) -> Result<()> {
    let name = |account: Option<Account>| account.map(|account| account.acct()).unwrap_or_default();
    let object = name(accounts::queries::by_id(tx, seat.account_id).await?);
    let community = name(accounts::queries::by_id(tx, seat.community_id).await?);
    tx.audit(Entry { actor: by.acct(), act, object, detail: json!({"community": community}), ..Entry::default() });
    Ok(())
}
