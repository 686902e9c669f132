//! Reading collections, as a reader may: not those of who is suspended, nor of who blocks the reader.

use super::{Collection, Item};
use crate::{
    base::{error::Result, id::AccountId},
    sql,
    store::{Source, Sql, list},
};

/// Appends to a choice of collections `c`: `reader` (none: a stranger) may see them.
fn shown_to(sql: Sql, reader: Option<AccountId>) -> Sql {
    let sql = sql.then(" AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = c.account_id AND a.suspended_at IS NULL AND a.gone_at IS NULL)");
    match reader {
        Some(reader) => {
            sql.then(" AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = c.account_id AND b.target_id = {})").bind(reader)
        }
        None => sql,
    }
}

/// A collection, as `reader` may see it.
pub async fn find(from: &impl Source, reader: Option<AccountId>, id: i64) -> Result<Option<Collection>> {
    shown_to(sql!("SELECT c.* FROM collections c WHERE c.id = {}", id), reader).one(from).await
}

/// A stretch (offset, length) of somebody's collections, latest first: on their profile, and to themselves all.
pub async fn of_account(
    from: &impl Source,
    reader: Option<AccountId>,
    of: AccountId,
    (offset, limit): (u32, u32),
) -> Result<Vec<Collection>> {
    let sql = sql!("SELECT c.* FROM collections c WHERE c.account_id = {}", of);
    let sql = if reader == Some(of) { sql } else { sql.then(" AND c.discoverable") };
    let sql = shown_to(sql, reader).then(" ORDER BY c.id DESC LIMIT {} OFFSET {}");
    sql.bind(i64::from(limit)).bind(i64::from(offset)).all(from).await
}

/// A stretch (offset, length) of the collections in which `me` stands, latest first.
pub async fn with_me(from: &impl Source, me: AccountId, (offset, limit): (u32, u32)) -> Result<Vec<Collection>> {
    let sql = sql!(
        "SELECT c.* FROM collection_items i CROSS JOIN collections c WHERE i.account_id = {} AND NOT i.revoked AND c.id = i.collection_id",
        me
    );
    let sql = shown_to(sql, Some(me)).then(" ORDER BY c.id DESC LIMIT {} OFFSET {}");
    sql.bind(i64::from(limit)).bind(i64::from(offset)).all(from).await
}

/// Who stands in these collections, in the order in which they came: not who left, is suspended or gone. One statement.
pub async fn items(from: &impl Source, collections: &[i64]) -> Result<Vec<Item>> {
    if collections.is_empty() {
        return Ok(Vec::new());
    }
    sql!(
        "SELECT i.* FROM collection_items i CROSS JOIN accounts a WHERE i.collection_id IN {} AND NOT i.revoked AND a.id = i.account_id \
         AND a.suspended_at IS NULL AND a.gone_at IS NULL ORDER BY i.id",
        list(collections)
    )
    .all(from)
    .await
}

/// Somebody's place in a collection, also one that they left.
pub async fn item_of(from: &impl Source, collection: i64, account: AccountId) -> Result<Option<Item>> {
    sql!("SELECT * FROM collection_items WHERE collection_id = {} AND account_id = {}", collection, account).one(from).await
}

/// A place in a collection.
pub async fn item(from: &impl Source, collection: i64, id: i64) -> Result<Option<Item>> {
    sql!("SELECT * FROM collection_items WHERE collection_id = {} AND id = {}", collection, id).one(from).await
}
