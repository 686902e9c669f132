//! Shelves: which entries stand in whose home timeline. Everything else is read where it lies.
//!
//! One statement each, however many followers and entries. The literals are the words of `base/words.rs`:
//! audience 1 unlisted, 2 followers, 3 members, 4 direct; account kind 1 community; follow state 1
//! accepted; seat status 2 active.

pub mod findable;
pub mod queries;
pub mod streamed;
mod tagged;

pub use tagged::{backfill_tag, clear_tag};

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
    },
    features::{lists, posts::shelves},
    sql,
    store::{Sql, Tx, list},
};

/// How many entries of an account just followed are fetched onto the shelf.
const BACKFILL: i64 = 20;

/// From the entries `p` of authors `a` (showing `o`): those who follow the author here and want it.
/// `CROSS JOIN` makes SQLite go from the author to the followers, not through all people here.
const READERS: &str = "JOIN accounts a ON a.id = p.author_id LEFT JOIN posts o ON o.id = p.boost_of_id \
    CROSS JOIN follows f CROSS JOIN accounts r \
    WHERE f.target_id = p.author_id AND f.state = 1 AND r.id = f.follower_id AND r.host = '' AND p.deleted_at IS NULL AND p.removed_at IS NULL AND a.suspended_at IS NULL \
    AND (p.boost_of_id IS NULL OR (o.deleted_at IS NULL AND o.removed_at IS NULL AND (a.kind = 1 OR f.show_boosts))) \
    AND (f.languages = '' OR COALESCE(o.language, p.language) = '' OR ' ' || f.languages || ' ' LIKE '% ' || COALESCE(o.language, p.language) || ' %') \
    AND (p.audience <= 2 OR (p.audience = 3 AND p.community_id IS NULL) \
        OR (p.audience = 3 AND EXISTS (SELECT 1 FROM seats s WHERE s.community_id = p.community_id AND s.account_id = f.follower_id AND s.status = 2)) \
        OR (p.audience = 4 AND EXISTS (SELECT 1 FROM mentions m WHERE m.post_id = p.id AND m.account_id = f.follower_id))) \
    AND (p.boost_of_id IS NOT NULL OR p.community_id IS NULL OR p.audience <> 1) \
    AND (p.in_reply_to_uri = '' OR p.in_reply_to_account_id IN (p.author_id, f.follower_id) OR EXISTS \
        (SELECT 1 FROM follows g WHERE g.follower_id = f.follower_id AND g.target_id = p.in_reply_to_account_id AND g.state = 1)) \
    AND (p.boost_of_id IS NULL OR a.kind <> 1 OR (o.author_id <> f.follower_id AND (o.audience = 1 OR NOT EXISTS \
        (SELECT 1 FROM follows g WHERE g.follower_id = f.follower_id AND g.target_id = o.author_id AND g.state = 1)))) \
    AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = f.follower_id AND b.target_id IN (p.author_id, o.author_id)) \
    AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.target_id = f.follower_id AND b.account_id IN (p.author_id, o.author_id)) \
    AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = f.follower_id AND m.target_id IN (p.author_id, o.author_id) \
        AND (m.expires_at IS NULL OR m.expires_at > {}))";

/// Puts a post or boost on the home shelves of those here who follow its author (blocks, mutes and
/// "no boosts" respected; replies only when the one answered is followed too or is oneself). A
/// community's boost goes to its followers, not to the author of the post nor to those who follow
/// that author. The author's own shelf always gets it. Harmless when repeated.
pub async fn shelve(tx: &Tx, entry: PostId) -> Result<()> {
    shelve_all(tx, &[entry]).await
}

/// [`shelve`] for several, in one statement.
pub async fn shelve_all(tx: &Tx, entries: &[PostId]) -> Result<()> {
    if !entries.is_empty() {
        shelving(entries, tx.now).run(tx).await?;
        lists::shelve(tx, entries).await?;
    }
    Ok(())
}

/// The statement of [`shelve_all`].
pub(in crate::features) fn shelving(entries: &[PostId], now: Stamp) -> Sql {
    let followers = "INSERT INTO home (account_id, entry_id) SELECT f.follower_id, p.id FROM (SELECT * FROM posts WHERE id IN {}) p ";
    tagged::readers(sql!(followers, list(entries)).then(READERS).bind(now), entries, now)
        .then(
            " UNION SELECT p.author_id, p.id FROM posts p CROSS JOIN accounts a \
             WHERE p.id IN {} AND a.id = p.author_id AND p.deleted_at IS NULL AND a.host = '' AND a.kind <> 1 ON CONFLICT DO NOTHING",
        )
        .bind(list(entries))
}

/// Takes an entry, and boosts of it, off all shelves.
pub async fn unshelve(tx: &Tx, entry: PostId) -> Result<()> {
    shelves::clear(tx, sql!("entry_id = {}", entry)).await?;
    shelves::clear(tx, sql!("entry_id IN (SELECT id FROM posts WHERE boost_of_id = {})", entry)).await?;
    lists::unshelve(tx, entry).await
}

/// Fills `follower`'s shelf with the latest 20 entries of an account just followed.
pub async fn backfill(tx: &Tx, follower: AccountId, followed: AccountId) -> Result<()> {
    let latest: Sql = sql!(
        "INSERT INTO home (account_id, entry_id) SELECT f.follower_id, p.id FROM \
            (SELECT * FROM posts WHERE author_id = {} AND deleted_at IS NULL AND removed_at IS NULL ORDER BY id DESC LIMIT {}) p ",
        followed,
        BACKFILL
    );
    latest.then(READERS).bind(tx.now).then(" AND f.follower_id = {} ON CONFLICT DO NOTHING").bind(follower).run(tx).await?;
    Ok(())
}

/// Takes everything of `of` off `reader`'s shelf (unfollowed, blocked).
pub async fn clear(tx: &Tx, reader: AccountId, of: AccountId) -> Result<()> {
    sql!(
        "DELETE FROM home WHERE account_id = {} AND entry_id IN \
            (SELECT h.entry_id FROM home h CROSS JOIN posts p WHERE h.account_id = {} AND p.id = h.entry_id AND p.author_id = {})",
        reader,
        reader,
        of
    )
    .run(tx)
    .await?;
    lists::clear(tx, reader, of).await
}
