//! Posts: written here, received from elsewhere, edited, deleted, removed.

pub mod publish;
pub mod queries;
pub mod receive;
pub mod thread;

use crate::{
    base::{error::Result, id::PostId},
    store::{
        Tx,
        tables::{Account, Post},
    },
};

/// Changes of a post's words; the earlier wording is kept as a version.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// Title.
    pub title: String,
    /// Words as typed.
    pub source: String,
    /// Words, safe HTML.
    pub content: String,
    /// Content warning.
    pub spoiler: String,
    /// Hidden media.
    pub sensitive: bool,
    /// Language.
    pub language: String,
    /// People named, by id, in order.
    pub mentions: Vec<crate::base::id::AccountId>,
    /// Tags as written, without `#`.
    pub tags: Vec<String>,
}

/// Its author edits a post of ours. Records `PostEdited`.
pub async fn edit(_tx: &Tx, _by: &Account, _post: &Post, _edit: Edit) -> Result<Post> { super::later() }
/// Its author deletes a post (or un-boosts): it becomes a tombstone, its uri is kept against
/// resurrection, favourites, bookmarks, home entries and boosts of it go. Records `PostDeleted`.
pub async fn delete(_tx: &Tx, _post: &Post) -> Result<()> { super::later() }
/// A moderator of its community removes a post: gone for everyone but its author, who sees why.
/// The caller's right is checked here. Records `PostRemoved`.
pub async fn remove(_tx: &Tx, _by: &Account, _post: &Post, _reason: &str) -> Result<()> { super::later() }
/// The community's node removed a post (a moderator's Delete announced by the group).
pub async fn removed_elsewhere(_tx: &Tx, _post: &Post, _reason: &str) -> Result<()> { super::later() }
/// Whether `uri` (as stored) was deleted or undone before: it must not come back.
pub async fn is_buried(_from: &impl crate::store::Source, _uri: &str) -> Result<bool> { super::later() }
/// Remembers that `uri` (as stored) is deleted or undone, even if it never arrived.
pub async fn bury(_tx: &Tx, _uri: &str) -> Result<()> { super::later() }
/// A community's node announced a post: it is in. On the community's own node this is `admit`.
pub async fn announced(_tx: &Tx, _post: PostId, _community: &Account, _boost_uri: &str) -> Result<()> { super::later() }
