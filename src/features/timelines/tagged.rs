//! What followed tags bring home: public posts with them, by whom the reader neither blocks nor mutes.
//!
//! Whoever follows the author, or the community, has the post from there.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
    },
    sql,
    store::{Sql, Tx, list},
};

/// Posts that a tag just followed brings.
const BACKFILL: i64 = 20;
/// How far back home is looked through for what a tag brought, in entries.
const CLEARED: i64 = 4000;

/// From posts `p` with a tag that `tf` follows: those that the follower wants. Binds the instant. Literals: audience 0 public,
/// follow state 1 accepted.
const WANTED: &str = " AND a.id = p.author_id AND p.audience = 0 AND p.boost_of_id IS NULL AND p.deleted_at IS NULL AND p.removed_at IS NULL \
    AND p.queued_at IS NULL AND NOT p.pending AND a.suspended_at IS NULL AND tf.account_id <> p.author_id \
    AND (p.community_id IS NULL OR NOT EXISTS (SELECT 1 FROM follows g WHERE g.follower_id = tf.account_id AND g.target_id = p.community_id AND g.state = 1)) \
    AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = tf.account_id AND b.target_id = p.author_id) \
    AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.target_id = tf.account_id AND b.account_id = p.author_id) \
    AND a.silenced_at IS NULL AND NOT EXISTS (SELECT 1 FROM peers s WHERE s.host = a.host AND s.silenced_at IS NOT NULL) \
    AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = tf.account_id AND m.target_id = p.author_id \
        AND (m.expires_at IS NULL OR m.expires_at > {}))";

/// Appends to an insertion into home what the posts `chosen` are to those who follow one of their tags.
pub(super) fn readers(sql: Sql, chosen: &[PostId], now: Stamp) -> Sql {
    sql.then(
        " UNION SELECT tf.account_id, p.id FROM posts p CROSS JOIN post_tags t CROSS JOIN followed_tags tf CROSS JOIN accounts a \
         WHERE p.id IN {} AND t.post_id = p.id AND tf.tag = t.tag",
    )
    .bind(list(chosen))
    .then(WANTED)
    .bind(now)
}

/// Brings the latest posts with a tag, by its key, that `reader` has just begun to follow.
pub async fn backfill_tag(tx: &Tx, reader: AccountId, tag: &str) -> Result<()> {
    sql!(
        "INSERT INTO home (account_id, entry_id) SELECT tf.account_id, p.id FROM \
            (SELECT post_id FROM post_tags WHERE tag = {} ORDER BY post_id DESC LIMIT {}) t CROSS JOIN posts p CROSS JOIN followed_tags tf \
            CROSS JOIN accounts a WHERE p.id = t.post_id AND tf.account_id = {} AND tf.tag = {}",
        tag,
        BACKFILL,
        reader,
        tag
    )
    .then(WANTED)
    .bind(tx.now)
    .then(" ON CONFLICT DO NOTHING")
    .run(tx)
    .await?;
    Ok(())
}

/// Takes from home what only this tag, no longer followed, had brought.
pub async fn clear_tag(tx: &Tx, reader: AccountId, tag: &str) -> Result<()> {
    sql!(
        "DELETE FROM home WHERE account_id = {} AND entry_id IN (SELECT h.entry_id FROM \
            (SELECT entry_id FROM home WHERE account_id = {} ORDER BY entry_id DESC LIMIT {}) h CROSS JOIN post_tags t CROSS JOIN posts p \
            WHERE t.tag = {} AND t.post_id = h.entry_id AND p.id = h.entry_id AND p.boost_of_id IS NULL AND p.author_id <> {} \
            AND NOT EXISTS (SELECT 1 FROM follows f WHERE f.follower_id = {} AND f.target_id = p.author_id AND f.state = 1) \
            AND NOT EXISTS (SELECT 1 FROM post_tags o CROSS JOIN followed_tags tf WHERE o.post_id = p.id AND tf.account_id = {} AND tf.tag = o.tag))",
        reader,
        reader,
        CLEARED,
        tag,
        reader,
        reader,
        reader
    )
    .run(tx)
    .await?;
    Ok(())
}
