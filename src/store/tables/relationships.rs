//! `follows`, `blocks`, `mutes`, `markers`.

use crate::base::{clock::Stamp, id::AccountId, words::FollowState};
use sea_orm::FromQueryResult;

/// Somebody follows somebody, or asks to.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Follow {
    /// Its id (order of listing).
    pub id: i64,
    /// Who follows.
    pub follower_id: AccountId,
    /// Whom.
    pub target_id: AccountId,
    /// Answered or not.
    pub state: FollowState,
    /// Id of the latest Follow activity: a path for our own, a URL for others.
    pub uri: String,
    /// Whether boosts are shown too.
    pub show_boosts: bool,
    /// Whether each post notifies.
    pub notify: bool,
    /// Asked.
    pub created_at: Stamp,
    /// How often it was asked again.
    pub attempts: i64,
    /// While unanswered: when it is asked again; before that happened once, when it was asked.
    pub next_attempt_at: Option<Stamp>,
    /// In which languages posts are wanted, separated by spaces; empty for all.
    pub languages: String,
}

/// Somebody blocks somebody.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Block {
    /// Its id (order of listing).
    pub id: i64,
    /// Who blocks.
    pub account_id: AccountId,
    /// Whom.
    pub target_id: AccountId,
    /// Id of the Block activity, if one was sent.
    pub uri: String,
    /// Since.
    pub created_at: Stamp,
}

/// Somebody does not want to see somebody.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Mute {
    /// Its id (order of listing).
    pub id: i64,
    /// Who mutes.
    pub account_id: AccountId,
    /// Whom.
    pub target_id: AccountId,
    /// Notifications too.
    pub notifications: bool,
    /// Until when; none: for good.
    pub expires_at: Option<Stamp>,
    /// Since.
    pub created_at: Stamp,
}

/// How far somebody has read.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Marker {
    /// Whose.
    pub account_id: AccountId,
    /// `home` or `notifications`.
    pub timeline: String,
    /// The last id read.
    pub last_read_id: String,
    /// Grows with every change.
    pub version: i64,
    /// Last changed.
    pub updated_at: Stamp,
}
