//! Asks for a seat in a community of ours, by people here and elsewhere: every one is answered (`membership.md` 2 and 3).
//!
//! Doubled and late asks change nothing and are answered with the record as it stands. Ours ask in communities elsewhere by
//! [`super::join`]; these run only where the community lives.

use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::AccountId,
        words::Role,
    },
    store::{
        Source, Tx,
        tables::{Account, Seat},
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
pub async fn asked(_tx: &Tx, _account: &Account, _community: &Account, _ask: Ask<'_>) -> Result<Answer> {
    Err(anyhow::anyhow!("unfinished").into())
}

/// Somebody elsewhere leaves a community of ours, or declines. Older than their latest ask, it changes nothing. Answered too.
pub async fn left(_tx: &Tx, _account: &Account, _community: &Account, _asked_at: Stamp) -> Result<()> {
    Err(anyhow::anyhow!("unfinished").into())
}

/// A moderator elsewhere decides over somebody's seat here: the same rules as for ours. Records `OfferAnswered` whatever
/// the outcome; refused for those who may not.
pub async fn offered(_tx: &Tx, _by: &Account, _account: &Account, _community: &Account, _offer: Offered) -> Result<()> {
    Err(anyhow::anyhow!("unfinished").into())
}

/// A moderator of ours decides over somebody in a community elsewhere: kept until its node answers. Records `Offered`.
pub async fn offer(_tx: &Tx, _by: &Account, _account: &Account, _community: &Account, _decision: Decision) -> Result<()> {
    Err(anyhow::anyhow!("unfinished").into())
}

/// Repeats asks and offers of ours that nobody answered, 1 min to 6 h apart (`unit` is the minute) for 14 days, at most
/// `limit`; what is older ends.
pub async fn ask_again(_tx: &Tx, _unit: std::time::Duration, _limit: u32) -> Result<()> {
    Ok(())
}

/// Seats of `host`'s people in a community of ours with a revision above `since`, lowest first.
pub async fn seats_since(_from: &impl Source, _community: AccountId, _host: &str, _since: i64) -> Result<Vec<(Seat, Account)>> {
    Err(anyhow::anyhow!("unfinished").into())
}
