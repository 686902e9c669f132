//! Conversations: direct posts, grouped for each of this node's people by thread and by who takes part in it.
//!
//! Kept when a post is published, shown only as far as its reader may see it then. Invariants: one row for each (reader, thread,
//! others); its last post is the latest that is in it. Source: docs.joinmastodon.org/methods/conversations.

use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, PostId},
        page::Page,
        words::Audience,
    },
    features::posts::{
        queries::Viewer,
        sight::{visible_to, wanted_by},
    },
    sql,
    store::{
        Insert, Source, Tx, list,
        tables::{Mention, Post},
    },
};
use sea_orm::FromQueryResult;

/// People in one statement.
const READERS_AT_ONCE: usize = 2048;

/// A conversation of somebody.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Conversation {
    /// Its id.
    pub id: i64,
    /// Whose.
    pub account_id: AccountId,
    /// The post that the thread begins with.
    pub root_id: PostId,
    /// Ids of the others, rising, with commas.
    pub people: String,
    /// The latest post in it.
    pub last_post_id: PostId,
    /// Whether the reader has not read it.
    pub unread: bool,
}

impl Conversation {
    /// The others.
    pub fn others(&self) -> Vec<AccountId> {
        self.people.split(',').filter_map(|id| id.parse().ok()).collect()
    }
}

/// Direct posts in `reader`'s conversations that they may see and want to, by post.
pub async fn posts(from: &impl Source, reader: AccountId, page: Page) -> Result<Vec<Post>> {
    let (viewer, now) = (Viewer::Account(reader), from.now());
    let sql = sql!(
        "SELECT p.* FROM posts p WHERE p.id IN (SELECT x.post_id FROM conversations c CROSS JOIN conversation_posts x \
            WHERE c.account_id = {} AND x.conversation_id = c.id) AND ",
        reader
    );
    let sql = wanted_by(visible_to(sql, (&viewer, now), "p"), &viewer, "p", now);
    Ok(page.newest_first(sql.page("p.id", page).all(from).await?))
}

/// Puts a direct post into the conversations of those here who wrote it or are named in it. Others' posts it leaves alone; done
/// twice it is done once.
pub async fn place(tx: &Tx, post: &Post) -> Result<()> {
    if post.audience != Audience::Direct || post.boost_of_id.is_some() || post.deleted_at.is_some() {
        return Ok(());
    }
    let mentions: Vec<Mention> = serde_json::from_str(&post.mentions).unwrap_or_default();
    let mut people: Vec<AccountId> = mentions.into_iter().map(|mention| mention.id).chain([post.author_id]).collect();
    people.sort_unstable();
    people.dedup();
    let ours: Vec<AccountId> = sql!("SELECT account_id FROM users WHERE account_id IN {}", list(&people)).column(tx).await?;
    for reader in ours {
        let others: Vec<String> = people.iter().filter(|one| **one != reader).map(ToString::to_string).collect();
        place_for(tx, reader, &others.join(","), post).await?;
    }
    Ok(())
}

async fn place_for(tx: &Tx, reader: AccountId, people: &str, post: &Post) -> Result<()> {
    let root = post.root_id.unwrap_or(post.id);
    Insert::into("conversations")
        .set("id", tx.id())
        .set("account_id", reader)
        .set("root_id", root)
        .set("people", people)
        .set("last_post_id", post.id)
        .on_conflict("ON CONFLICT (account_id, root_id, people) DO NOTHING")
        .run(tx)
        .await?;
    let key = "SELECT id FROM conversations WHERE account_id = {} AND root_id = {} AND people = {}";
    let Some(id): Option<i64> = sql!(key, reader, root, people).value(tx).await? else { return Ok(()) };
    let row = Insert::into("conversation_posts").set("post_id", post.id).set("conversation_id", id);
    if row.on_conflict("ON CONFLICT DO NOTHING").run(tx).await? == 0 {
        return Ok(());
    }
    let is_news = post.author_id != reader;
    sql!(
        "UPDATE conversations SET last_post_id = CASE WHEN last_post_id > {} THEN last_post_id ELSE {} END, unread = {} WHERE id = {}",
        post.id,
        post.id,
        is_news,
        id
    )
    .run(tx)
    .await?;
    Ok(())
}

/// Takes a post that was deleted out of its conversations; one that is left without a post goes.
pub async fn forget(tx: &Tx, post: PostId) -> Result<()> {
    sql!("DELETE FROM conversation_posts WHERE post_id = {}", post).run(tx).await?;
    let without = "DELETE FROM conversations WHERE last_post_id = {} AND NOT EXISTS (SELECT 1 FROM conversation_posts c WHERE c.conversation_id = conversations.id)";
    sql!(without, post).run(tx).await?;
    let before = "UPDATE conversations SET last_post_id = (SELECT MAX(c.post_id) FROM conversation_posts c WHERE c.conversation_id = conversations.id) \
        WHERE last_post_id = {}";
    sql!(before, post).run(tx).await?;
    Ok(())
}

/// A page of somebody's conversations, by their latest post (which is the cursor), newest first; without those whose latest
/// post is by somebody whom the reader blocks or mutes.
pub async fn page(from: &impl Source, of: AccountId, page: Page) -> Result<Vec<Conversation>> {
    let sql = sql!("SELECT c.* FROM conversations c CROSS JOIN posts p WHERE c.account_id = {} AND p.id = c.last_post_id", of);
    let sql = wanted_by(sql, &Viewer::Account(of), "p", from.now());
    Ok(page.newest_first(sql.page("c.last_post_id", page).all(from).await?))
}

/// The conversations of `readers` in which some of `posts` stand, as [`page`] would show them, by their ids.
pub async fn in_which(from: &impl Source, posts: &[PostId], readers: &[AccountId]) -> Result<Vec<Conversation>> {
    let mut found = Vec::new();
    for some in readers.chunks(READERS_AT_ONCE).filter(|_| !posts.is_empty()) {
        let sql = sql!(
            "SELECT DISTINCT c.* FROM conversation_posts e CROSS JOIN conversations c CROSS JOIN posts p WHERE e.post_id IN {} \
             AND c.id = e.conversation_id AND + c.account_id IN {} AND p.id = c.last_post_id",
            list(posts),
            list(some)
        );
        found.extend(wanted_by(sql, &Viewer::Each("c.account_id"), "p", from.now()).then(" ORDER BY c.id").all(from).await?);
    }
    Ok(found)
}

/// One conversation of somebody; not found when it is another's.
pub async fn one(from: &impl Source, of: AccountId, id: i64) -> Result<Conversation> {
    let found = sql!("SELECT * FROM conversations WHERE id = {} AND account_id = {}", id, of).one(from).await?;
    Ok(found.ok_or_else(Refusal::not_found)?)
}

/// Marks a conversation of somebody as read, or not.
pub async fn mark(tx: &Tx, of: AccountId, id: i64, unread: bool) -> Result<Conversation> {
    let before = one(tx, of, id).await?;
    sql!("UPDATE conversations SET unread = {} WHERE id = {}", unread, id).run(tx).await?;
    Ok(Conversation { unread, ..before })
}

/// Takes a conversation from somebody's list; a further post in it brings it back. The posts stay.
pub async fn delete(tx: &Tx, of: AccountId, id: i64) -> Result<()> {
    one(tx, of, id).await?;
    for statement in ["DELETE FROM conversation_posts WHERE conversation_id = {}", "DELETE FROM conversations WHERE id = {}"] {
        sql!(statement, id).run(tx).await?;
    }
    Ok(())
}
