//! Copies that are forgotten: rows and all that hangs on them, not tombstones, so that what is shared anew some day can come.

use crate::{
    base::{
        error::Result,
        id::{AccountId, PostId},
    },
    sql,
    store::{
        Tx,
        findable::{self, Indexed},
        list,
        tables::BESIDE_POSTS,
    },
};
use sea_orm::FromQueryResult;

/// Uris, or ids, in one statement.
const AT_ONCE: usize = 500;

#[derive(FromQueryResult)]
struct Written {
    author_id: AccountId,
    posts: i64,
}

/// Forgets the copies with these uris that are in `community`, of authors elsewhere, and every boost of them; how many posts.
/// What our people answered to them stays, and hangs on the uri alone.
pub(super) async fn forget(tx: &Tx, community: AccountId, uris: &[String]) -> Result<i64> {
    let mut forgotten = 0;
    for some in uris.chunks(AT_ONCE) {
        let ids: Vec<PostId> = sql!(
            "SELECT p.id FROM posts p JOIN accounts a ON a.id = p.author_id \
             WHERE p.community_id = {} AND p.boost_of_id IS NULL AND a.host <> '' AND p.uri IN {}",
            community,
            list(some)
        )
        .column(tx)
        .await?;
        if ids.is_empty() {
            continue;
        }
        let boosts: Vec<PostId> = sql!("SELECT id FROM posts WHERE boost_of_id IN {}", list(&ids)).column(tx).await?;
        for boosts in boosts.chunks(AT_ONCE) {
            remove(tx, boosts).await?;
        }
        remove(tx, &ids).await?;
        forgotten += i64::try_from(ids.len()).unwrap_or_default();
    }
    Ok(forgotten)
}

async fn remove(tx: &Tx, ids: &[PostId]) -> Result<()> {
    let written: Vec<Written> =
        sql!("SELECT author_id, COUNT(*) AS posts FROM posts WHERE id IN {} AND deleted_at IS NULL GROUP BY author_id", list(ids))
            .all(tx)
            .await?;
    for Written { author_id, posts } in written {
        let count = "UPDATE accounts SET posts_count = CASE WHEN posts_count > {} THEN posts_count - {} ELSE 0 END WHERE id = {}";
        sql!(count, posts, posts, author_id).run(tx).await?;
    }
    for table in BESIDE_POSTS.iter().chain(&["mentions", "post_tags", "notifications"]) {
        sql!(format!("DELETE FROM {table} WHERE post_id IN {{}}"), list(ids)).run(tx).await?;
    }
    findable::forget(tx, Indexed::Posts, sql!("IN {}", list(ids))).await?;
    for table in ["home", "list_entries"] {
        sql!(format!("DELETE FROM {table} WHERE entry_id IN {{}}"), list(ids)).run(tx).await?;
    }
    sql!("UPDATE posts SET in_reply_to_id = NULL WHERE in_reply_to_id IN {}", list(ids)).run(tx).await?;
    sql!("UPDATE posts SET root_id = NULL WHERE root_id IN {} AND id NOT IN {}", list(ids), list(ids)).run(tx).await?;
    sql!("DELETE FROM posts WHERE id IN {}", list(ids)).run(tx).await?;
    Ok(())
}
