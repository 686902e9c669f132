//! Follows, blocks and mutes between accounts. Following a community is how a plain account joins it
//! (see `memberships`).

pub mod queries;

use crate::{
    base::{clock::Stamp, error::Result, id::AccountId},
    store::{
        Tx,
        tables::{Account, Follow},
    },
};

/// How one wants to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowOptions {
    /// Boosts too (default true).
    pub show_boosts: bool,
    /// Notify of each post (default false).
    pub notify: bool,
}

/// Asks to follow; accepted at once when the target is ours and not locked. Repeating it only
/// changes the options (and, from elsewhere, the `uri` of the ask: each repeat has a fresh id and
/// is answered again). `uri` names an ask that came from elsewhere. Refused when either blocks the
/// other. Records `FollowAsked` (for a target elsewhere), `FollowAccepted` (for an ask answered here).
pub async fn follow(_tx: &Tx, _follower: &Account, _target: &Account, _options: FollowOptions, _uri: Option<&str>) -> Result<Follow> { super::later() }
/// The target accepts (a local one by hand, a remote one by its Accept). No effect without an ask.
pub async fn accept(_tx: &Tx, _follower: AccountId, _target: AccountId) -> Result<()> { super::later() }
/// The target refuses, or ends an accepted follow. Records `FollowRejected` when the target is ours.
pub async fn reject(_tx: &Tx, _follower: &Account, _target: &Account) -> Result<()> { super::later() }
/// The follower ends it. Records `FollowEnded`. With `uri`, only the ask of that id is undone (an
/// older Undo must not end a newer follow).
pub async fn unfollow(_tx: &Tx, _follower: &Account, _target: &Account, _uri: Option<&str>) -> Result<()> { super::later() }
/// Blocks: follows both ways end. Records `Blocked`.
pub async fn block(_tx: &Tx, _by: &Account, _target: &Account, _uri: Option<&str>) -> Result<()> { super::later() }
/// Lifts a block. Records `Unblocked`.
pub async fn unblock(_tx: &Tx, _by: &Account, _target: &Account) -> Result<()> { super::later() }
/// Mutes; `until` none for good.
pub async fn mute(_tx: &Tx, _by: AccountId, _target: AccountId, _notifications: bool, _until: Option<Stamp>) -> Result<()> { super::later() }
/// Lifts a mute.
pub async fn unmute(_tx: &Tx, _by: AccountId, _target: AccountId) -> Result<()> { super::later() }
/// Asks again for every follow of ours that stays unanswered and is due (1 min to 6 h apart, for 14
/// days): records `FollowAsked` with its count. At most `limit` at a time; how many were asked.
pub async fn ask_again(_tx: &Tx, _limit: u32) -> Result<u32> { super::later() }
