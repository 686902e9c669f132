//! Shelves: which entries stand in whose home timeline. Everything else is read where it lies.

pub mod queries;

use crate::{
    base::{error::Result, id::{AccountId, PostId}},
    store::Tx,
};

/// Puts a post or boost on the home shelves of those here who follow its author (blocks, mutes and
/// "no boosts" respected; replies only when the one answered is followed too or is oneself). A
/// community's boost goes to its followers, not to the author of the post nor to those who follow
/// that author. The author's own shelf always gets it. Harmless when repeated.
pub async fn shelve(_tx: &Tx, _entry: PostId) -> Result<()> { super::later() }
/// Takes an entry, and boosts of it, off all shelves.
pub async fn unshelve(_tx: &Tx, _entry: PostId) -> Result<()> { super::later() }
/// Fills `follower`'s shelf with the latest 20 entries of an account just followed.
pub async fn backfill(_tx: &Tx, _follower: AccountId, _followed: AccountId) -> Result<()> { super::later() }
/// Takes everything of `of` off `reader`'s shelf (unfollowed, blocked).
pub async fn clear(_tx: &Tx, _reader: AccountId, _of: AccountId) -> Result<()> { super::later() }
