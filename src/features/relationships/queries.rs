//! Reading relationships. Lists take lists.

use crate::{
    base::{error::Result, id::{AccountId, InboxId}, page::Page},
    store::{Source, tables::{Account, Follow, Mute}},
};

/// How `me` stands towards one other account (the Mastodon API's Relationship).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// I follow them, accepted.
    pub following: bool,
    /// I see their boosts.
    pub showing_reblogs: bool,
    /// I am told of each post.
    pub notifying: bool,
    /// They follow me.
    pub followed_by: bool,
    /// I block them.
    pub blocking: bool,
    /// They block me.
    pub blocked_by: bool,
    /// I mute them.
    pub muting: bool,
    /// Their notifications too.
    pub muting_notifications: bool,
    /// I asked and wait.
    pub requested: bool,
    /// They asked and wait.
    pub requested_by: bool,
}

/// How `me` stands towards each of `others`, in their order.
pub async fn relations(_from: &impl Source, _me: AccountId, _others: &[AccountId]) -> Result<Vec<(AccountId, Relation)>> { crate::features::later() }
/// One follow, if any.
pub async fn find(_from: &impl Source, _follower: AccountId, _target: AccountId) -> Result<Option<Follow>> { crate::features::later() }
/// The follow with this stored uri (its latest ask), if any.
pub async fn by_uri(_from: &impl Source, _uri: &str) -> Result<Option<Follow>> { crate::features::later() }
/// Followers of an account, with the follow's id as cursor, newest first.
pub async fn followers(_from: &impl Source, _of: AccountId, _page: Page) -> Result<Vec<(i64, Account)>> { crate::features::later() }
/// Whom an account follows, likewise.
pub async fn following(_from: &impl Source, _of: AccountId, _page: Page) -> Result<Vec<(i64, Account)>> { crate::features::later() }
/// Who asks to follow an account, likewise.
pub async fn requests(_from: &impl Source, _of: AccountId, _page: Page) -> Result<Vec<(i64, Account)>> { crate::features::later() }
/// Whom an account blocks, likewise.
pub async fn blocked(_from: &impl Source, _by: AccountId, _page: Page) -> Result<Vec<(i64, Account)>> { crate::features::later() }
/// Whom an account mutes, likewise.
pub async fn muted(_from: &impl Source, _by: AccountId, _page: Page) -> Result<Vec<(i64, Account, Mute)>> { crate::features::later() }
/// Our own accounts that follow `of` (accepted).
pub async fn local_followers(_from: &impl Source, _of: AccountId) -> Result<Vec<AccountId>> { crate::features::later() }
/// The distinct inboxes elsewhere of everyone who follows `of` (accepted, not gone).
pub async fn follower_inboxes(_from: &impl Source, _of: AccountId) -> Result<Vec<InboxId>> { crate::features::later() }
