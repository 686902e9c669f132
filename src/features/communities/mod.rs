//! Communities: founded, described, closed. Who is in them: `memberships`.

pub mod queries;

use super::accounts::NewKeys;
use crate::{
    base::{
        error::Result,
        id::AccountId,
        words::{JoinRule, Level, Stage},
    },
    store::{
        Tx,
        tables::{Account, Community},
    },
};

/// A community to be founded here.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Name in its handle, validated.
    pub name: String,
    /// Title shown.
    pub title: String,
    /// What it is for: required, 1 to 500 characters.
    pub purpose: String,
    /// How wide it is open. (Only `public` and `local` until membership crosses borders.)
    pub stage: Stage,
    /// How one becomes a member.
    pub join_rule: JoinRule,
    /// What newcomers are asked; empty for nothing.
    pub question: String,
    /// The least level of peers it admits.
    pub least_level: Level,
    /// Its keys.
    pub keys: NewKeys,
}

/// Changes of a community; `None` leaves a thing as it is. A stage only widens.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Title shown.
    pub title: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// How one becomes a member.
    pub join_rule: Option<JoinRule>,
    /// What newcomers are asked.
    pub question: Option<String>,
    /// Replies announced to plain peers too.
    pub announce_replies: Option<bool>,
}

/// What a community elsewhere says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFacts {
    /// What it is for (falls back to its description).
    pub purpose: String,
    /// How wide it is open.
    pub stage: Stage,
    /// How one becomes a member.
    pub join_rule: JoinRule,
    /// What newcomers are asked.
    pub question: String,
    /// Members, as it says.
    pub members_count: i64,
}

/// Founds a community; its founder holds the first seat, as owner. Records `CommunityFounded`.
pub async fn found(_tx: &Tx, _founder: &Account, _founding: Founding) -> Result<(Account, Community)> { super::later() }
/// Changes a community of ours; owners only (the caller's role is checked here). Records `ProfileEdited`.
pub async fn change(_tx: &Tx, _by: &Account, _community: AccountId, _changes: Changes) -> Result<()> { super::later() }
/// Closes a community of ours for good: it stays readable. Owners only.
pub async fn close(_tx: &Tx, _by: &Account, _community: AccountId) -> Result<()> { super::later() }
/// Keeps what a community elsewhere says of itself (its account is kept before).
pub async fn keep_remote(_tx: &Tx, _community: AccountId, _facts: &RemoteFacts) -> Result<()> { super::later() }
