//! Ids of deleted and undone things, kept so that nothing late or doubled brings them back.
//!
//! A tombstone holds for what one account did: who shares a host with an author, and may therefore name ids there, cannot
//! keep away what the author wrote (S35).

use crate::{
    base::{error::Result, id::AccountId},
    sql,
    store::{Insert, Source, Tx},
};

/// Remembers that `uri` (as stored), a thing of the account `by`, is deleted or undone, even if it never arrived.
pub async fn bury(tx: &Tx, uri: &str, by: AccountId) -> Result<()> {
    let row = Insert::into("tombstones").set("uri", uri).set("account_id", by).set("created_at", tx.now);
    row.on_conflict("ON CONFLICT (uri, account_id) DO NOTHING").run(tx).await?;
    Ok(())
}

/// Whether `uri` (as stored), a thing of the account `by`, was deleted or undone before.
pub async fn is_buried(from: &impl Source, uri: &str, by: AccountId) -> Result<bool> {
    let found: Option<i64> = sql!("SELECT created_at FROM tombstones WHERE uri = {} AND account_id = {}", uri, by).value(from).await?;
    Ok(found.is_some())
}
