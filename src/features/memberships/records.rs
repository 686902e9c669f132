//! What the wire needs to know of seats: the facts of a record, the bytes that were signed, and what moderators of ours asked for.
//!
//! For `federation/`. Nothing here decides who has a seat. Invariant: the bytes of a record are kept once for each `rev`, so
//! that everybody who asks gets the same ones (`membership.md` 3).

use super::record::Record;
use crate::{
    base::{
        error::Result,
        id::{AccountId, OfferId, SeatId},
    },
    features::accounts,
    sql,
    store::{
        Source, Tx,
        tables::{Account, Offer, Seat},
    },
};

/// What the community `community` of ours says of `seat`, which is `account`'s. All uris as stored.
pub async fn of(from: &impl Source, community: &Account, account: &Account, seat: &Seat) -> Result<Record> {
    let admitted_by = match seat.admitted_by {
        Some(by) => accounts::queries::by_id(from, by).await?.map(|by| by.uri).unwrap_or_default(),
        None => String::new(),
    };
    Ok(Record {
        community: community.uri.clone(),
        account: account.uri.clone(),
        status: seat.status,
        role: seat.role,
        stakeholder: seat.stakeholder,
        organisation: seat.organisation.clone(),
        agreement: agreement(from, &seat.agreement_host).await?,
        rev: seat.rev,
        asked_at: seat.asked_at,
        admitted_by,
        expires_at: seat.expires_at,
        history_from: seat.history_from,
        reason: seat.reason.clone(),
    })
}

/// The uri of the agreement with `host` that counts, or counted last; '' for none.
async fn agreement(from: &impl Source, host: &str) -> Result<String> {
    if host.is_empty() {
        return Ok(String::new());
    }
    let found: Option<String> = sql!(
        "SELECT uri FROM agreements WHERE host = {} AND in_force_at IS NOT NULL ORDER BY CASE WHEN state = 2 THEN 0 ELSE 1 END, \
         in_force_at DESC LIMIT 1",
        host
    )
    .value(from)
    .await?;
    Ok(found.unwrap_or_default())
}

/// Keeps the signed record `raw` of `seat` as it was read; false when the seat or its record changed meanwhile.
pub async fn keep(tx: &Tx, seat: &Seat, raw: &str) -> Result<bool> {
    let kept =
        sql!("UPDATE seats SET record = {} WHERE id = {} AND rev = {} AND record = {}", raw, seat.id, seat.rev, seat.record.as_str());
    Ok(kept.run(tx).await? > 0)
}

/// The seat with this id in a community, and whose it is.
pub async fn by_id(from: &impl Source, community: AccountId, seat: SeatId) -> Result<Option<(Seat, Account)>> {
    let seat: Option<Seat> = sql!("SELECT * FROM seats WHERE id = {} AND community_id = {}", seat, community).one(from).await?;
    let Some(seat) = seat else { return Ok(None) };
    let account = accounts::queries::by_id(from, seat.account_id).await?;
    Ok(account.map(|account| (seat, account)))
}

/// The highest revision among the seats of `host`'s people in a community; none when nobody of that host ever had one.
pub async fn highest(from: &impl Source, community: AccountId, host: &str) -> Result<Option<i64>> {
    let found: Option<Option<i64>> =
        sql!("SELECT MAX(rev) FROM seats WHERE community_id = {} AND host = {}", community, host).value(from).await?;
    Ok(found.flatten())
}

/// The highest revision that we hold of our own people's seats in a community elsewhere (0: no record yet).
pub async fn held(from: &impl Source, community: AccountId) -> Result<i64> {
    let found: Option<Option<i64>> =
        sql!("SELECT MAX(rev) FROM seats WHERE community_id = {} AND host = '' AND record <> ''", community).value(from).await?;
    Ok(found.flatten().unwrap_or_default())
}

/// The communities elsewhere that have shown us a record of a seat of one of ours.
pub async fn communities_elsewhere(from: &impl Source) -> Result<Vec<Account>> {
    sql!(
        "SELECT a.* FROM accounts a WHERE a.host <> '' AND a.gone_at IS NULL AND a.suspended_at IS NULL \
         AND EXISTS (SELECT 1 FROM seats s WHERE s.community_id = a.id AND s.host = '' AND s.record <> '') ORDER BY a.id"
    )
    .all(from)
    .await
}

/// A decision of one of ours in a community elsewhere.
pub async fn offer(from: &impl Source, id: OfferId) -> Result<Option<Offer>> {
    sql!("SELECT * FROM offers WHERE id = {}", id).one(from).await
}

/// Whether `by`, one of ours, ever decided over `account`'s seat in that community elsewhere.
pub async fn has_offered(from: &impl Source, (community, account): (AccountId, AccountId), by: AccountId) -> Result<bool> {
    let found: Option<OfferId> =
        sql!("SELECT id FROM offers WHERE community_id = {} AND account_id = {} AND by_id = {} LIMIT 1", community, account, by)
            .value(from)
            .await?;
    Ok(found.is_some())
}
