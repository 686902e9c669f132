//! Likes, boosts and bookmarks. Doing a thing twice is doing it once.

use crate::{
    base::{error::Result, id::{AccountId, PostId}, page::Page},
    store::{
        Source, Tx,
        tables::{Account, Post},
    },
};

/// `by` likes `post`. `uri` names a Like that came from elsewhere. Records `PostLiked` the first time.
/// The caller has made sure that `by` may see it.
pub async fn like(_tx: &Tx, _by: &Account, _post: &Post, _uri: Option<&str>) -> Result<()> { super::later() }
/// `by` no longer likes `post`. Records `PostUnliked`.
pub async fn unlike(_tx: &Tx, _by: &Account, _post: &Post) -> Result<()> { super::later() }
/// `by` boosts `post`: a row of its own. Refused unless the post is public or unlisted (one's own
/// may be boosted to followers). `uri` names an Announce from elsewhere. Records `PostBoosted`.
pub async fn boost(_tx: &Tx, _by: &Account, _post: &Post, _uri: Option<(&str, crate::base::clock::Stamp)>) -> Result<Post> { super::later() }
/// `by` takes the boost of `post` back. Records `PostUnboosted`.
pub async fn unboost(_tx: &Tx, _by: &Account, _post: &Post) -> Result<()> { super::later() }
/// Bookmarks; nobody else learns of it.
pub async fn bookmark(_tx: &Tx, _by: AccountId, _post: PostId) -> Result<()> { super::later() }
/// Takes a bookmark away.
pub async fn unbookmark(_tx: &Tx, _by: AccountId, _post: PostId) -> Result<()> { super::later() }
/// What `me` did with each of `posts`: (post, favourited, boosted, bookmarked).
pub async fn mine(_from: &impl Source, _me: AccountId, _posts: &[PostId]) -> Result<Vec<(PostId, bool, bool, bool)>> { super::later() }
/// Posts `me` favourited, newest favourite first, cursor is the favourite's id.
pub async fn favourites(_from: &impl Source, _me: AccountId, _page: Page) -> Result<Vec<(i64, Post)>> { super::later() }
/// Posts `me` bookmarked, likewise.
pub async fn bookmarks(_from: &impl Source, _me: AccountId, _page: Page) -> Result<Vec<(i64, Post)>> { super::later() }
