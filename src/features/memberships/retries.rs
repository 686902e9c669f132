//! What housekeeping does for memberships, bounded each time: asks that nobody answered are told again, what has had its time
//! ends, and those whose organisation was announced long enough are admitted.

use super::{entering, record::keep_follow, terms::Visit, trail};
use crate::{
    base::{error::Result, id::AccountId, words::SeatStatus},
    features::{
        accounts,
        communities::{self, seats},
        relationships,
    },
    sql,
    store::{
        Tx,
        event::Event,
        tables::{Account, Offer, Seat},
    },
};
use serde_json::json;
use std::time::Duration;

/// How often an unanswered ask is told: after 1, 2, 4 … minutes, six hours at most between two, about 14 days in all.
const TOLD_MAX: i64 = 62;
/// The longest pause between two, in units (minutes, unless a test shortens them).
const PAUSE_MAX: u32 = 360;
/// Why an ask ended that nobody answered.
const UNANSWERED: &str = "The community's node did not answer for 14 days: ask again later.";
/// Why a seat, a request or an invitation ended by itself.
const EXPIRED: &str = "expired";

/// Repeats asks and offers of ours that nobody answered, 1 min to 6 h apart (`unit` is the minute) for 14 days, at most
/// `limit`; what is older ends.
pub async fn ask_again(tx: &Tx, unit: Duration, limit: u32) -> Result<()> {
    let due: Vec<Seat> = sql!(
        // the first pause is counted from the ask itself, which knows no unit
        "SELECT s.* FROM seats s JOIN accounts c ON c.id = s.community_id WHERE s.next_attempt_at <= {} AND c.host <> '' \
         AND (s.attempts > 0 OR s.next_attempt_at <= {}) ORDER BY s.next_attempt_at LIMIT {}",
        tx.now,
        tx.now.minus(unit),
        i64::from(limit)
    )
    .all(tx)
    .await?;
    for seat in due {
        tell_again(tx, seat, unit).await?;
    }
    let due: Vec<Offer> = sql!(
        "SELECT * FROM offers WHERE next_attempt_at <= {} AND answered_at IS NULL AND (attempts > 0 OR next_attempt_at <= {}) \
         ORDER BY next_attempt_at LIMIT {}",
        tx.now,
        tx.now.minus(unit),
        i64::from(limit)
    )
    .all(tx)
    .await?;
    for offer in due {
        offer_again(tx, &offer, unit).await?;
    }
    Ok(())
}

async fn tell_again(tx: &Tx, seat: Seat, unit: Duration) -> Result<()> {
    let (community, account) = (seat.community_id, seat.account_id);
    let attempts = seat.attempts + 1;
    if attempts < TOLD_MAX {
        let next = tx.now.plus(pause(unit, attempts));
        sql!("UPDATE seats SET attempts = {}, next_attempt_at = {} WHERE id = {}", attempts, next, seat.id).run(tx).await?;
        tx.record(match seat.status {
            SeatStatus::Ended => Event::SeatLeft { community, account },
            _ => Event::SeatAsked { community, account, again: u32::try_from(attempts).unwrap_or(u32::MAX) },
        });
        return Ok(());
    }
    if seat.status != SeatStatus::Requested {
        sql!("UPDATE seats SET next_attempt_at = NULL WHERE id = {}", seat.id).run(tx).await?;
        return Ok(());
    }
    let given_up = Seat { status: SeatStatus::Ended, reason: UNANSWERED.to_owned(), attempts, next_attempt_at: None, ..seat };
    seats::keep(tx, given_up, false).await?;
    if let Some((account, community)) = both(tx, account, community).await? {
        keep_follow(tx, &account, &community, SeatStatus::Ended).await?;
    }
    Ok(())
}

async fn offer_again(tx: &Tx, offer: &Offer, unit: Duration) -> Result<()> {
    let attempts = offer.attempts + 1;
    if attempts >= TOLD_MAX {
        sql!("UPDATE offers SET next_attempt_at = NULL, answered_at = {} WHERE id = {}", tx.now, offer.id).run(tx).await?;
        return Ok(());
    }
    let next = tx.now.plus(pause(unit, attempts));
    sql!("UPDATE offers SET attempts = {}, next_attempt_at = {} WHERE id = {}", attempts, next, offer.id).run(tx).await?;
    tx.record(Event::Offered { offer: offer.id, again: u32::try_from(attempts).unwrap_or(u32::MAX) });
    Ok(())
}

fn pause(unit: Duration, attempts: i64) -> Duration {
    unit * 2_u32.saturating_pow(u32::try_from(attempts).unwrap_or(u32::MAX)).min(PAUSE_MAX)
}

async fn both(tx: &Tx, account: AccountId, community: AccountId) -> Result<Option<(Account, Account)>> {
    let account = accounts::queries::by_id(tx, account).await?;
    Ok(account.zip(accounts::queries::by_id(tx, community).await?))
}

/// Admits those in communities of ours whose organisation has been announced long enough, at most `limit`. What stands in
/// the way meanwhile (a ban, an agreement that ended or is full) leaves the request to the moderators, with the reason.
pub async fn admit_announced(tx: &Tx, limit: u32) -> Result<()> {
    let due: Vec<Seat> = sql!(
        "SELECT s.* FROM seats s JOIN accounts c ON c.id = s.community_id WHERE s.next_attempt_at <= {} AND c.host = '' \
         AND s.status = {} ORDER BY s.next_attempt_at LIMIT {}",
        tx.now,
        SeatStatus::Requested,
        i64::from(limit)
    )
    .all(tx)
    .await?;
    for seat in due {
        let Some((account, community)) = both(tx, seat.account_id, seat.community_id).await? else { continue };
        let facts = communities::queries::held(tx, community.id).await?;
        let Some(seat) = unchanged(tx, seat).await? else { continue };
        let visit = Visit { account: &account, community: &community, facts: &facts };
        if let Err(refusal) = entering::admit_waiting(tx, &visit, seat.clone()).await? {
            let seat = Seat { reason: refusal.to_string(), next_attempt_at: None, ..seat };
            seats::keep(tx, seat, true).await?;
            tx.record(Event::SeatAnswered { community: community.id, account: account.id });
        } else {
            relationships::accept(tx, account.id, community.id).await?;
        }
    }
    Ok(())
}

/// The seat, if nobody changed it before its community was held: who left meanwhile is not let in.
async fn unchanged(tx: &Tx, seat: Seat) -> Result<Option<Seat>> {
    let now = seats::seat(tx, seat.community_id, seat.account_id).await?;
    Ok(now.filter(|now| now.rev == seat.rev && now.expires_at == seat.expires_at))
}

/// Ends what has had its time in communities of ours: invitations, requests, guests' seats. At most `limit`. (None of them is
/// of use past its end, swept or not.)
pub async fn expire(tx: &Tx, limit: u32) -> Result<()> {
    let over: Vec<Seat> = sql!(
        "SELECT s.* FROM seats s JOIN accounts c ON c.id = s.community_id WHERE s.expires_at <= {} AND s.status <> {} \
         AND c.host = '' ORDER BY s.expires_at LIMIT {}",
        tx.now,
        SeatStatus::Ended,
        i64::from(limit)
    )
    .all(tx)
    .await?;
    for seat in over {
        let Some((account, community)) = both(tx, seat.account_id, seat.community_id).await? else { continue };
        communities::queries::held(tx, community.id).await?;
        let Some(seat) = unchanged(tx, seat).await? else { continue };
        let act = trail::Act { by: None, name: "seat.end", account: &account, community: &community };
        trail::note(tx, act, &trail::agreement_of(tx, Some(&seat)).await?, json!({ "reason": EXPIRED }));
        super::end(tx, seat, EXPIRED, true).await?;
        relationships::reject(tx, account.id, community.id).await?;
    }
    Ok(())
}
