//! `communities`, `seats`, `bans`.

use crate::base::{
    clock::Stamp,
    id::{AccountId, SeatId},
    words::{JoinRule, Level, Role, SeatStatus, Stage},
};
use sea_orm::FromQueryResult;

/// What a community is beyond an account.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Community {
    /// The account of the same id carries name, title and description.
    pub account_id: AccountId,
    /// What it is for: stated before anyone joins.
    pub purpose: String,
    /// How wide it is open.
    pub stage: Stage,
    /// How one becomes a member.
    pub join_rule: JoinRule,
    /// What newcomers are asked, when they must ask.
    pub question: String,
    /// The least level of peers it admits.
    pub least_level: Level,
    /// Whether replies are announced to plain peers too.
    pub announce_replies: bool,
    /// Active seats, as far as we know.
    pub members_count: i64,
    /// Founded.
    pub created_at: Stamp,
    /// Closed since.
    pub closed_at: Option<Stamp>,
}

/// Somebody's membership of a community.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Seat {
    /// Its id (order of listing).
    pub id: SeatId,
    /// Of which community.
    pub community_id: AccountId,
    /// Whose.
    pub account_id: AccountId,
    /// Stored status.
    pub status: SeatStatus,
    /// What the member may do.
    pub role: Role,
    /// Grows with every change, on the community's clock.
    pub rev: i64,
    /// The latest ask that counted.
    pub asked_at: Stamp,
    /// Who let them in.
    pub admitted_by: Option<AccountId>,
    /// Why it ended or was refused.
    pub reason: String,
    /// First asked or invited.
    pub created_at: Stamp,
    /// Last changed.
    pub updated_at: Stamp,
}

/// Somebody may not be in a community.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Ban {
    /// Which community.
    pub community_id: AccountId,
    /// Who.
    pub account_id: AccountId,
    /// Why.
    pub reason: String,
    /// Until when; none: for good.
    pub expires_at: Option<Stamp>,
    /// Since.
    pub created_at: Stamp,
}
