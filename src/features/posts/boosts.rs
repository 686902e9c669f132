//! Boosts as rows: begun by `reactions`, ended here, one or all of a post.
//!
//! Invariant: a boost that ended stays as a tombstone, for whoever must be told of the end names
//! it by its row, and nothing late brings its uri back.

use super::{
    row::{self, Count},
    shelves,
};
use crate::{
    base::{error::Result, id::PostId},
    sql,
    store::{Tx, event::Event, tables::Post},
};

/// Ends one boost. Ending twice is ending once. Records `PostUnboosted`.
pub(in crate::features) async fn end(tx: &Tx, boost: &Post) -> Result<()> {
    let Some(of) = boost.boost_of_id else { return Ok(()) };
    super::bury(tx, &boost.uri, boost.author_id).await?;
    let changed = sql!("UPDATE posts SET deleted_at = {} WHERE id = {} AND deleted_at IS NULL", tx.now, boost.id).run(tx).await?;
    if changed == 0 {
        return Ok(());
    }
    shelves::clear(tx, sql!("entry_id = {}", boost.id)).await?;
    row::discount_post(tx, boost.author_id).await?;
    let by_community: Option<i16> = sql!("SELECT kind FROM accounts WHERE id = {} AND kind = 1", boost.author_id).value(tx).await?;
    if by_community.is_none() {
        row::count(tx, of, Count::Boosts, -1).await?;
    }
    tx.record(Event::PostUnboosted { boost: boost.id, by: boost.author_id, of });
    Ok(())
}

/// Every boost of a post becomes a tombstone: off the shelves, out of its author's count.
pub(in crate::features) async fn end_all(tx: &Tx, post: PostId) -> Result<()> {
    shelves::clear(tx, sql!("entry_id IN (SELECT id FROM posts WHERE boost_of_id = {})", post)).await?;
    sql!(
        "UPDATE accounts SET posts_count = posts_count - 1 WHERE posts_count > 0 \
            AND id IN (SELECT author_id FROM posts WHERE boost_of_id = {} AND deleted_at IS NULL)",
        post
    )
    .run(tx)
    .await?;
    sql!("UPDATE posts SET deleted_at = {} WHERE boost_of_id = {} AND deleted_at IS NULL", tx.now, post).run(tx).await?;
    Ok(())
}
