//! The queue of newcomers: first posts of somebody new in a community wait for a moderator.
//!
//! A post is put into it where posts are let in (`posts`); until it is approved only its author and the moderators see it,
//! and no other node is told of it.

use super::{log, seen_by_moderator};
use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, PostId},
        page::Page,
        words::ModAct,
    },
    features::posts,
    sql,
    store::{
        Insert, Source, Tx,
        event::Event,
        tables::{Account, Post},
    },
};

/// What is kept of one post that waits: its Create and the latest edits of an author who cannot leave it alone.
const KEPT_MAX: i64 = 10;

/// What waits in a community, newest first; for moderators, whose rank the caller has looked at.
pub async fn page(from: &impl Source, community: AccountId, page: Page) -> Result<Vec<Post>> {
    let select = sql!(
        "SELECT * FROM posts WHERE community_id = {} AND queued_at IS NOT NULL AND deleted_at IS NULL AND removed_at IS NULL",
        community
    );
    Ok(page.newest_first(select.page("id", page).all(from).await?))
}

/// A moderator lets a waiting post in. Records `PostPublished`, `PostAdmitted` and `Moderated`.
pub async fn approve(tx: &Tx, by: &Account, community: &Account, post: PostId) -> Result<()> {
    let post = waiting(tx, by, community, post).await?;
    posts::let_in_queued(tx, &post, community).await?;
    let entry = log::note_plain(tx, (by, community), ModAct::Approve, (post.author_id, Some(post.id)), "").await?;
    tx.record(Event::Moderated { entry });
    Ok(())
}

/// A moderator refuses a waiting post: its author sees why. Records `PostRemoved`.
pub async fn refuse(tx: &Tx, by: &Account, community: &Account, post: PostId, reason: &str) -> Result<()> {
    let post = waiting(tx, by, community, post).await?;
    posts::remove(tx, by, &post, reason).await?;
    take_bytes(tx, post.id).await?;
    log::note_plain(tx, (by, community), ModAct::Refuse, (post.author_id, Some(post.id)), reason).await.map(drop)
}

/// Keeps what came about a post from elsewhere that waits, as it came; at most ten things of each post, the first ones.
pub async fn keep_bytes(tx: &Tx, post: PostId, body: &str) -> Result<()> {
    let kept: Option<i64> = sql!("SELECT COUNT(*) FROM queued_bytes WHERE post_id = {}", post).value(tx).await?;
    if kept.unwrap_or_default() >= KEPT_MAX {
        return Ok(());
    }
    let row = Insert::into("queued_bytes").set("id", tx.id()).set("post_id", post).set("body", body).set("created_at", tx.now);
    row.run(tx).await?;
    Ok(())
}

/// Takes out what was kept, in the order in which it came.
pub async fn take_bytes(tx: &Tx, post: PostId) -> Result<Vec<String>> {
    let kept: Vec<String> = sql!("SELECT body FROM queued_bytes WHERE post_id = {} ORDER BY id", post).column(tx).await?;
    sql!("DELETE FROM queued_bytes WHERE post_id = {}", post).run(tx).await?;
    Ok(kept)
}

async fn waiting(tx: &Tx, by: &Account, community: &Account, post: PostId) -> Result<Post> {
    let post = seen_by_moderator(tx, community.id, by.id, post).await?;
    if post.queued_at.is_none() || post.removed_at.is_some() || !community.is_local() {
        return Err(Refusal::conflict("not_waiting", "This post does not wait for a moderator any more.").into());
    }
    Ok(post)
}
