//! Reactions by emoji (FEP-c0e0): of Unicode, or a picture of somebody's server. A Dislike is one of them.
//!
//! Beside favourites, not among them. Invariant: each emoji once for each person and post; few of one person, few kinds on
//! one post (S73). Doing a thing twice is doing it once.

use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, PostId},
    },
    features::posts::{
        bury,
        row::{self, Count},
    },
    sql,
    store::{
        Source, Tx,
        event::Event,
        list,
        tables::{Account, Post},
    },
};
use sea_orm::FromQueryResult;

/// What stands for a Dislike: a vote against, which ends a like as a like ends it.
pub const DISLIKE: &str = "\u{1f44e}";
/// Most emoji that one person puts to one post.
const PER_PERSON_MAX: i64 = 10;
/// Most different emoji on one post.
const KINDS_MAX: i64 = 100;

/// A reaction, cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// An emoji of Unicode, or `shortcode@host`.
    pub emoji: String,
    /// Its picture on https; empty for one of Unicode.
    pub image: String,
}

/// How often one emoji stands on a post.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Tally {
    /// Which post.
    pub post_id: PostId,
    /// Which emoji.
    pub emoji: String,
    /// Its picture; empty for one of Unicode.
    pub image: String,
    /// How many put it there.
    pub count: i64,
    /// 1 where the reader is among them.
    pub mine: i32,
}

/// `by` puts an emoji to `post`, which they may see; `uri` names the activity. Records `PostReacted` the first time. One that was
/// taken back before it arrived, or beyond the bounds, has no effect.
pub async fn react(tx: &Tx, by: &Account, post: &Post, (reaction, uri): (&Reaction, &str)) -> Result<()> {
    if post.boost_of_id.is_some() {
        return Err(Refusal::invalid("post", "is a boost: react to the post that it shows").into());
    }
    if reaction.emoji == DISLIKE {
        super::unlike(tx, by, post).await?;
    }
    let inserted = sql!(
        "INSERT INTO emoji_reactions (id, post_id, account_id, emoji, image, uri, created_at) SELECT {}, {}, {}, {}, {}, {}, {} \
         WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE uri = {} AND account_id = {}) \
            AND EXISTS (SELECT 1 FROM posts WHERE id = {} AND deleted_at IS NULL) \
            AND (SELECT COUNT(*) FROM emoji_reactions WHERE post_id = {} AND account_id = {}) < {} \
            AND (SELECT COUNT(DISTINCT emoji) FROM emoji_reactions WHERE post_id = {} AND emoji <> {}) < {} ON CONFLICT DO NOTHING",
        tx.id(),
        post.id,
        by.id,
        reaction.emoji.clone(),
        reaction.image.clone(),
        uri,
        tx.now,
        uri,
        by.id,
        post.id,
        post.id,
        by.id,
        PER_PERSON_MAX,
        post.id,
        reaction.emoji.clone(),
        KINDS_MAX
    )
    .run(tx)
    .await?;
    if inserted > 0 {
        row::count(tx, post.id, Count::Reactions, 1).await?;
        tx.record(Event::PostReacted { by: by.id, post: post.id });
    }
    Ok(())
}

/// `by` takes back the reaction that they made under `uri`, or with that emoji (empty: by the uri alone); true when there was one.
pub async fn take_back(tx: &Tx, by: &Account, post: PostId, (emoji, uri): (&str, &str)) -> Result<bool> {
    let gone =
        sql!("DELETE FROM emoji_reactions WHERE account_id = {} AND post_id = {} AND (uri = {} OR emoji = {})", by.id, post, uri, emoji)
            .run(tx)
            .await?;
    if gone == 0 {
        return Ok(false);
    }
    row::count(tx, post, Count::Reactions, -i64::try_from(gone).unwrap_or_default()).await?;
    if !uri.is_empty() {
        bury(tx, uri, by.id).await?;
    }
    tx.record(Event::PostUnliked { by: by.id, post, uri: uri.to_owned() });
    Ok(true)
}

/// The same where nobody says of which post.
pub async fn undo(tx: &Tx, by: &Account, uri: &str) -> Result<bool> {
    let post: Option<PostId> = sql!("SELECT post_id FROM emoji_reactions WHERE account_id = {} AND uri = {}", by.id, uri).value(tx).await?;
    match post {
        Some(post) => take_back(tx, by, post, ("", uri)).await,
        None => Ok(false),
    }
}

/// Whether `by` put anything to a post but a Dislike: what its author is told of.
pub async fn is_glad(from: &impl Source, by: AccountId, post: PostId) -> Result<bool> {
    let found: Option<i64> =
        sql!("SELECT id FROM emoji_reactions WHERE post_id = {} AND account_id = {} AND emoji <> {}", post, by, DISLIKE)
            .value(from)
            .await?;
    Ok(found.is_some())
}

/// What stands on posts, most frequent first; `me` is the reader, if one of ours. Those who are suspended do not count.
pub async fn tallies(from: &impl Source, posts: &[PostId], me: Option<AccountId>) -> Result<Vec<Tally>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    sql!(
        "SELECT r.post_id, r.emoji, MAX(r.image) AS image, COUNT(*) AS count, MAX(CASE WHEN r.account_id = {} THEN 1 ELSE 0 END) AS mine \
         FROM emoji_reactions r JOIN accounts a ON a.id = r.account_id WHERE r.post_id IN {} AND a.suspended_at IS NULL \
         GROUP BY r.post_id, r.emoji ORDER BY count DESC, r.emoji",
        me.unwrap_or(AccountId(0)),
        list(posts)
    )
    .all(from)
    .await
}
