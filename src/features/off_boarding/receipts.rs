//! Receipts: which of a leaver's seats elsewhere have ended, by their nodes' own signed records.

use super::tell;
use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, OffBoardingId},
        words::SeatStatus,
    },
    features::accounts,
    sql,
    store::{
        Source, Tx, list,
        tables::{Account, OffBoarding, OffBoardingSeat},
    },
};
use std::time::Duration;

/// Longest pause between two tellings.
const PAUSE_MAX: Duration = Duration::from_secs(6 * 3600);

/// One act with its seats elsewhere, each with the community where it is.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The act.
    pub act: OffBoarding,
    /// Who left.
    pub account: Option<Account>,
    /// The seats.
    pub seats: Vec<(OffBoardingSeat, Option<Account>)>,
}

impl Receipt {
    /// How many nodes have confirmed, seat by seat.
    pub fn confirmed(&self) -> usize {
        self.seats.iter().filter(|(seat, _)| seat.confirmed_at.is_some()).count()
    }

    /// `7 of 8 confirmed`; that nothing was held elsewhere; that it waits for a second administrator.
    pub fn sentence(&self) -> String {
        if self.act.undone_at.is_some() {
            return "taken back".to_owned();
        }
        if self.act.held_at.is_some() && self.act.confirmed_at.is_none() {
            return "held: seats are paused until another administrator confirms".to_owned();
        }
        match self.seats.len() {
            0 => "no seats elsewhere".to_owned(),
            all => format!("{} of {all} confirmed", self.confirmed()),
        }
    }
}

/// The act with this id.
pub async fn by_id(from: &impl Source, id: OffBoardingId) -> Result<Option<OffBoarding>> {
    sql!("SELECT * FROM off_boardings WHERE id = {}", id).one(from).await
}

/// The latest act about somebody.
pub async fn latest(from: &impl Source, account: AccountId) -> Result<Option<OffBoarding>> {
    sql!("SELECT * FROM off_boardings WHERE account_id = {} ORDER BY id DESC LIMIT 1", account).one(from).await
}

/// An act with its receipts as they stand.
pub async fn receipt(from: &impl Source, act: OffBoarding) -> Result<Receipt> {
    Ok(receipts_of(from, vec![act]).await?.pop().ok_or_else(Refusal::not_found)?)
}

/// The receipts of several acts, in their order: two statements, however many there are.
pub async fn receipts_of(from: &impl Source, acts: Vec<OffBoarding>) -> Result<Vec<Receipt>> {
    if acts.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<OffBoardingId> = acts.iter().map(|act| act.id).collect();
    let seats: Vec<OffBoardingSeat> =
        sql!("SELECT * FROM off_boarding_seats WHERE off_boarding_id IN {} ORDER BY host, community_id", list(&ids)).all(from).await?;
    let mut known: Vec<AccountId> = seats.iter().map(|seat| seat.community_id).chain(acts.iter().map(|act| act.account_id)).collect();
    known.sort_unstable();
    known.dedup();
    let known = accounts::queries::by_ids(from, &known).await?;
    let find = |id: AccountId| known.iter().find(|account| account.id == id).cloned();
    let of = |act: OffBoarding| {
        let seats = seats.iter().filter(|seat| seat.off_boarding_id == act.id);
        Receipt { account: find(act.account_id), seats: seats.map(|seat| (seat.clone(), find(seat.community_id))).collect(), act }
    };
    Ok(acts.into_iter().map(of).collect())
}

/// The community's node says by its signed record that the leaver's seat ended. To be called where such a record is applied;
/// [`settle`] finds what was missed.
pub async fn confirm(tx: &Tx, community: AccountId, account: AccountId) -> Result<()> {
    sql!(
        "UPDATE off_boarding_seats SET confirmed_at = {}, next_attempt_at = NULL WHERE community_id = {} AND confirmed_at IS NULL \
         AND off_boarding_id IN (SELECT id FROM off_boardings WHERE account_id = {} AND undone_at IS NULL AND (held_at IS NULL OR confirmed_at IS NOT NULL))",
        tx.now,
        community,
        account,
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Confirms every seat whose record with status ended has been adopted since the act.
pub async fn settle(tx: &Tx) -> Result<()> {
    sql!(
        "UPDATE off_boarding_seats SET confirmed_at = {}, next_attempt_at = NULL WHERE confirmed_at IS NULL AND EXISTS \
         (SELECT 1 FROM off_boardings o JOIN seats s ON s.account_id = o.account_id WHERE o.id = off_boarding_seats.off_boarding_id \
         AND s.community_id = off_boarding_seats.community_id AND s.status = {} AND s.record <> '' AND s.updated_at >= o.created_at AND o.undone_at IS NULL)",
        tx.now,
        SeatStatus::Ended,
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Tells the nodes again that have not confirmed: 1 min to 6 h apart (`unit` is the minute), at most `limit` seats at once.
/// Records `RosterDue` once for each host.
pub async fn tell_again(tx: &Tx, unit: Duration, limit: u32) -> Result<()> {
    settle(tx).await?;
    let due: Vec<OffBoardingSeat> = sql!(
        "SELECT f.* FROM off_boarding_seats f WHERE f.next_attempt_at <= {} AND f.confirmed_at IS NULL ORDER BY f.next_attempt_at LIMIT {}",
        tx.now,
        i64::from(limit),
    )
    .all(tx)
    .await?;
    for seat in &due {
        let next = tx.now.plus(pause(unit, seat.attempts));
        let later =
            "UPDATE off_boarding_seats SET attempts = attempts + 1, next_attempt_at = {} WHERE off_boarding_id = {} AND community_id = {}";
        sql!(later, next, seat.off_boarding_id, seat.community_id).run(tx).await?;
    }
    let mut hosts: Vec<String> = due.into_iter().map(|seat| seat.host).collect();
    hosts.sort_unstable();
    hosts.dedup();
    tell(tx, hosts);
    Ok(())
}

/// The pause after so many tellings: each twice the last, up to 360 units.
fn pause(unit: Duration, attempts: i64) -> Duration {
    let doubled = 2_u32.saturating_pow(u32::try_from(attempts.clamp(0, 9)).unwrap_or_default() + 1);
    (unit * doubled).min(PAUSE_MAX)
}
