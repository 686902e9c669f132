//! The record of a seat as its group signs it: the one thing about it that travels (`membership.md` 2 and 3).
//!
//! The community's node makes it; the person's home node adopts it by its `rev` and nothing else. All uris are as stored.
//! Wire form: `federation/objects/member.rs`.

use super::LEFT;
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        text::{limits::REASON_CHARS_MAX, names::free_text},
        words::{Role, SeatStatus, Stakeholder},
    },
    features::{
        accounts,
        communities::seats,
        relationships::{self, FollowOptions},
    },
    store::{
        Tx,
        event::Event,
        tables::{Account, Seat},
    },
};
use std::{cmp::Ordering, time::Duration};

/// What a group says about one seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Which community.
    pub community: String,
    /// Whose seat.
    pub account: String,
    /// Stored status.
    pub status: SeatStatus,
    /// What they may do.
    pub role: Role,
    /// What they are to the owning organisation, if it says so to their node.
    pub stakeholder: Stakeholder,
    /// The organisation it is held through; '' for a personal seat.
    pub organisation: String,
    /// The agreement that it needs (its uri); '' for none.
    pub agreement: String,
    /// Grows with every change.
    pub rev: i64,
    /// The latest ask that counted.
    pub asked_at: Stamp,
    /// Who let them in; '' for nobody.
    pub admitted_by: String,
    /// Ends by itself.
    pub expires_at: Option<Stamp>,
    /// Reads what counts as posted since.
    pub history_from: Stamp,
    /// Why it ended or was refused, as a sentence for the person.
    pub reason: String,
}

/// What became of a record that came to the person's home node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adopted {
    /// Greater than what we had: it counts now.
    Applied(Box<Seat>),
    /// The same that we have.
    Known,
    /// Older than what we have: ignored.
    Old,
    /// The same revision with other bytes: an alarm; fetch it anew.
    Conflict,
}

/// Adopts a record about one of our people from the community's own node (the caller has checked its proof); `raw` is
/// kept as the receipt. Never makes a member of somebody who has left or did not ask: then our Leave is told again.
pub async fn adopt(tx: &Tx, account: &Account, community: &Account, record: &Record, raw: &str) -> Result<Adopted> {
    if !account.is_local() || community.is_local() || record.account != account.uri || record.community != community.uri {
        return Err(Refusal::forbidden("not_its_record", "This record is not about one of our people in that community.").into());
    }
    let before = seats::seat(tx, community.id, account.id).await?;
    if let Some(known) = before.as_ref().filter(|seat| !seat.record.is_empty()) {
        match record.rev.cmp(&known.rev) {
            Ordering::Less => return Ok(Adopted::Old),
            Ordering::Equal if known.record == raw => return Ok(Adopted::Known),
            Ordering::Equal => return Ok(Adopted::Conflict),
            Ordering::Greater => {}
        }
    }
    let wish = wish(before.as_ref(), record);
    let seat = copied(tx, (account, community), before.clone(), (record, raw)).await?;
    let seat = match wish {
        Wish::AsTheySay => {
            keep_follow(tx, account, community, seat.status).await?;
            seats::keep_over(tx, before.as_ref(), seat, false).await?
        }
        Wish::StillAsks => {
            let seat = Seat { status: SeatStatus::Requested, next_attempt_at: seat.next_attempt_at.or(Some(tx.now)), ..seat };
            seats::keep(tx, seat, false).await?
        }
        Wish::IsOut => {
            let asked_at = seat.asked_at.max(record.asked_at.plus(Duration::from_millis(1)));
            let out = Seat { status: SeatStatus::Ended, reason: LEFT.to_owned(), asked_at, expires_at: None, ..seat };
            let seat = seats::keep(tx, Seat { attempts: 0, next_attempt_at: Some(tx.now), ..out }, false).await?;
            tx.record(Event::SeatLeft { community: community.id, account: account.id });
            keep_follow(tx, account, community, SeatStatus::Ended).await?;
            seat
        }
    };
    Ok(Adopted::Applied(Box::new(seat)))
}

/// What the person wants, against what a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// Nothing else.
    AsTheySay,
    /// A later ask is on its way; the record knows only an earlier one.
    StillAsks,
    /// Never asked, or left after the ask that the record knows.
    IsOut,
}

fn wish(before: Option<&Seat>, record: &Record) -> Wish {
    let holds = matches!(record.status, SeatStatus::Active | SeatStatus::Requested);
    match before {
        None if holds => Wish::IsOut,
        // Ended by the person: only an ask of theirs, which is noted here first, brings them back. What the record says of
        // their asks counts for nothing: it is the community's own word.
        Some(seat) if holds && seat.status == SeatStatus::Ended && (seat.reason == LEFT || seat.asked_at > record.asked_at) => Wish::IsOut,
        // Invited, and active without our Join: accepting would have made it requested here.
        Some(seat) if holds && seat.status == SeatStatus::Invited => Wish::IsOut,
        Some(seat) if seat.status == SeatStatus::Requested && seat.asked_at > record.asked_at && record.status != SeatStatus::Active => {
            Wish::StillAsks
        }
        _ => Wish::AsTheySay,
    }
}

/// Our copy of a seat as the record has it.
async fn copied(tx: &Tx, (account, community): (&Account, &Account), before: Option<Seat>, (record, raw): (&Record, &str)) -> Result<Seat> {
    let before = match before {
        Some(seat) => seat,
        None => Seat { asked_at: record.asked_at, ..seats::fresh(tx, community.id, account.id, record.status) },
    };
    let admitted_by = match record.admitted_by.as_str() {
        "" => None,
        uri => accounts::queries::by_uri(tx, uri).await?.map(|account| account.id),
    };
    let is_answered = record.asked_at >= before.asked_at;
    // Who left has left, whatever the community calls it.
    let has_left = record.status == SeatStatus::Ended && before.status == SeatStatus::Ended && before.reason == LEFT;
    let reason = if has_left { LEFT.to_owned() } else { free_text(&record.reason, REASON_CHARS_MAX) };
    Ok(Seat {
        status: record.status,
        role: record.role,
        stakeholder: record.stakeholder,
        organisation: record.organisation.clone(),
        // An agreement is between our node and the community's.
        agreement_host: if record.agreement.is_empty() { String::new() } else { community.host.clone() },
        rev: record.rev,
        asked_at: before.asked_at.max(record.asked_at),
        admitted_by,
        expires_at: record.expires_at,
        history_from: record.history_from,
        reason,
        record: raw.to_owned(),
        attempts: if is_answered { 0 } else { before.attempts },
        next_attempt_at: if is_answered { None } else { before.next_attempt_at },
        ..before
    })
}

/// Keeps the copy of somebody else's seat for our moderators. Records `SeatChanged` when it is news to them that somebody asks.
pub(super) async fn keep_copy(tx: &Tx, account: &Account, community: &Account, record: &Record, raw: &str) -> Result<()> {
    let before = seats::seat(tx, community.id, account.id).await?;
    if before.as_ref().is_some_and(|seat| seat.rev >= record.rev) {
        return Ok(());
    }
    let is_news = record.status == SeatStatus::Requested && before.as_ref().is_none_or(|seat| seat.status != SeatStatus::Requested);
    let seat = copied(tx, (account, community), before, (record, raw)).await?;
    seats::keep(tx, Seat { next_attempt_at: None, ..seat }, false).await?;
    if is_news {
        tx.record(Event::SeatChanged { community: community.id, account: account.id });
    }
    Ok(())
}

/// The follow of a community elsewhere goes with the seat: an active one follows, an ended one does not.
pub(super) async fn keep_follow(tx: &Tx, account: &Account, community: &Account, status: SeatStatus) -> Result<()> {
    match status {
        SeatStatus::Active => {
            if relationships::queries::find(tx, account.id, community.id).await?.is_none() {
                relationships::follow_by_seat(tx, account, community, FollowOptions::default()).await?;
            }
            relationships::accept(tx, account.id, community.id).await
        }
        SeatStatus::Ended => relationships::reject(tx, account.id, community.id).await,
        SeatStatus::Invited | SeatStatus::Requested => Ok(()),
    }
}
