//! Asks for a seat in a community of ours, by people here and elsewhere: every one is answered (`membership.md` 2 and 3).
//!
//! Doubled and late asks change nothing and are answered with the record as it stands. Ours ask in communities elsewhere by
//! [`super::join`]; these run only where the community lives.

use super::{LEFT, entering, queries, terms::Visit};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::AccountId,
        words::{Role, SeatStatus, Stage},
    },
    features::{
        communities::{self, seats},
        policies,
    },
    sql,
    store::{
        Source, Tx,
        event::Event,
        tables::{Account, Community, Seat},
    },
};
use serde::{Deserialize, Serialize};

/// A `Join`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// When the person asked, strictly growing per person and community on their home node.
    pub asked_at: Stamp,
    /// The answer to the community's question.
    pub answer: &'a str,
    /// Digests of the policies that they accept.
    pub policies: &'a [String],
    /// The signed ask as it came; '' for one of ours.
    pub proof: &'a str,
}

/// How an ask was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// With a seat, whatever its status.
    Seat(Box<Seat>),
    /// With a reason; there is no seat.
    Refused(Refusal),
}

/// What a moderator, wherever they live, decides over somebody (`Offer`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Grants a request.
    Admit,
    /// Refuses a request; reversible.
    Refuse {
        /// Why, for the person.
        reason: String,
    },
    /// Asks somebody in, as this.
    Invite {
        /// The role it gives.
        role: Role,
        /// Until when it can be accepted.
        expires_at: Option<Stamp>,
    },
    /// Gives another role.
    Appoint {
        /// Which.
        role: Role,
    },
    /// Puts out.
    Remove {
        /// Why.
        reason: String,
    },
    /// Puts out and bars.
    Ban {
        /// Why.
        reason: String,
        /// Until when; none: for good.
        until: Option<Stamp>,
    },
    /// Lifts a ban.
    Unban,
}

/// An `Offer`: a decision, on what it was based, and when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// What is decided.
    pub decision: Decision,
    /// The revision that the moderator saw; another one makes the decision void. 0 where there was no seat.
    pub based_on: i64,
    /// When, strictly growing per moderator and community.
    pub asked_at: Stamp,
}

/// Somebody asks for a seat in a community of ours. Records `SeatChanged` or, where nothing changed, `SeatAnswered`; a
/// refusal that leaves no seat records `AskRefused`.
pub async fn asked(tx: &Tx, account: &Account, community: &Account, ask: Ask<'_>) -> Result<Answer> {
    let (facts, before) = here(tx, account, community).await?;
    if let Some(seat) = &before
        && ask.asked_at <= seat.asked_at
    {
        return Ok(answered(tx, seat.clone()));
    }
    let visit = Visit { account, community, facts: &facts };
    let seat = match entering::enter(tx, &visit, before.clone(), ask).await? {
        Ok(seat) => seat,
        Err(_) if before.is_none() && is_hidden(tx, &visit).await? => return Err(Refusal::not_found().into()),
        Err(refusal) => return refused(tx, (account, community), before, (ask.asked_at, refusal)).await,
    };
    for digest in ask.policies {
        policies::accept(tx, account, community, (digest, ask.proof)).await?;
    }
    if before.is_some_and(|before| (before.status, before.role) == (seat.status, seat.role)) {
        return Ok(answered(tx, seat));
    }
    Ok(Answer::Seat(Box::new(seat)))
}

/// The community's facts, held, and the seat as it is; refused where the community is not of ours, and, without an answer,
/// where whoever asks may not know of it.
async fn here(tx: &Tx, account: &Account, community: &Account) -> Result<(Community, Option<Seat>)> {
    if !community.is_local() || !account.is_active() || !community.is_active() {
        return Err(Refusal::not_found().into());
    }
    let facts = communities::queries::held(tx, community.id).await?;
    if facts.stage == Stage::Local && !account.is_local() {
        return Err(Refusal::not_found().into());
    }
    let seat = seats::seat(tx, community.id, account.id).await?;
    if facts.stage == Stage::Partners
        && !account.is_local()
        && seat.is_none()
        && !queries::host_may_know(tx, community, &account.host).await?
    {
        return Err(Refusal::not_found().into());
    }
    Ok((facts, seat))
}

/// Whether one without a seat is not to learn that the community is there: a community for partners, and no agreement covers
/// them in it. They get no answer at all, as there is none from what never was (S54, S120).
async fn is_hidden(tx: &Tx, visit: &Visit<'_>) -> Result<bool> {
    let is_told = visit.account.is_local() || visit.facts.stage != Stage::Partners;
    Ok(!is_told && visit.terms(tx, false).await?.agreement.is_none())
}

fn answered(tx: &Tx, seat: Seat) -> Answer {
    tx.record(Event::SeatAnswered { community: seat.community_id, account: seat.account_id });
    Answer::Seat(Box::new(seat))
}

/// An ask that gave nothing: where there is a seat its record says why, else the refusal does.
async fn refused(
    tx: &Tx,
    (account, community): (&Account, &Account),
    before: Option<Seat>,
    (asked_at, refusal): (Stamp, Refusal),
) -> Result<Answer> {
    let Some(seat) = before else {
        let (code, sentence) = (refusal.code.to_owned(), refusal.to_string());
        tx.record(Event::AskRefused { community: community.id, account: account.id, code, sentence });
        return Ok(Answer::Refused(refusal));
    };
    // An invitation stays one: what is in its way may go.
    let reason = if seat.status == SeatStatus::Requested { seat.reason.clone() } else { refusal.to_string() };
    Ok(answered(tx, seats::keep(tx, Seat { asked_at, reason, ..seat }, true).await?))
}

/// Somebody elsewhere leaves a community of ours, or declines. Older than their latest ask, it changes nothing. Answered too.
/// One that comes before its ask is remembered, so that the ask makes no member of somebody who left.
pub async fn left(tx: &Tx, account: &Account, community: &Account, asked_at: Stamp) -> Result<()> {
    let (facts, seat) = here(tx, account, community).await?;
    let Some(seat) = seat else {
        if is_hidden(tx, &Visit { account, community, facts: &facts }).await? {
            return Err(Refusal::not_found().into());
        }
        let seat = seats::fresh(tx, community.id, account.id, SeatStatus::Ended);
        // Kept without a sound, then answered once.
        seats::keep(tx, Seat { asked_at, reason: LEFT.to_owned(), ..seat }, true).await?;
        return Ok(());
    };
    if asked_at <= seat.asked_at || seat.status == SeatStatus::Ended {
        let asked_at = asked_at.max(seat.asked_at);
        let seat = if asked_at > seat.asked_at { seats::keep(tx, Seat { asked_at, refused_at: None, ..seat }, true).await? } else { seat };
        answered(tx, seat);
        return Ok(());
    }
    if queries::is_last_owner(tx, community.id, account.id).await? {
        answered(tx, seat);
        return Ok(());
    }
    super::leaves_here(tx, account, community, (Seat { asked_at, ..seat }, None)).await
}

/// Most seats of one answer to [`seats_since`].
const SINCE_MAX: i64 = 500;

/// Seats of `host`'s people in a community of ours with a revision above `since`, lowest first, at most 500.
pub async fn seats_since(from: &impl Source, community: AccountId, host: &str, since: i64) -> Result<Vec<(Seat, Account)>> {
    let seats: Vec<Seat> = sql!(
        "SELECT * FROM seats WHERE community_id = {} AND host = {} AND rev > {} ORDER BY rev LIMIT {}",
        community,
        host,
        since,
        SINCE_MAX
    )
    .all(from)
    .await?;
    queries::with_accounts(from, seats).await
}
