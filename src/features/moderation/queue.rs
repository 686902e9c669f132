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
        Source, Tx,
        event::Event,
        tables::{Account, Post},
    },
};

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
    log::note_plain(tx, (by, community), ModAct::Refuse, (post.author_id, Some(post.id)), reason).await.map(drop)
}

async fn waiting(tx: &Tx, by: &Account, community: &Account, post: PostId) -> Result<Post> {
    let post = seen_by_moderator(tx, community.id, by.id, post).await?;
    if post.queued_at.is_none() || post.removed_at.is_some() || !community.is_local() {
        return Err(Refusal::conflict("not_waiting", "This post does not wait for a moderator any more.").into());
    }
    Ok(post)
}
