//! Ids of deleted and undone things, kept so that nothing late or doubled brings them back.

use crate::{
    base::error::Result,
    sql,
    store::{Insert, Source, Tx},
};

/// Remembers that `uri` (as stored) is deleted or undone, even if it never arrived.
pub async fn bury(tx: &Tx, uri: &str) -> Result<()> {
    let row = Insert::into("tombstones").set("uri", uri).set("created_at", tx.now);
    row.on_conflict("ON CONFLICT (uri) DO NOTHING").run(tx).await?;
    Ok(())
}

/// Whether `uri` (as stored) was deleted or undone before.
pub async fn is_buried(from: &impl Source, uri: &str) -> Result<bool> {
    let found: Option<i64> = sql!("SELECT created_at FROM tombstones WHERE uri = {}", uri).value(from).await?;
    Ok(found.is_some())
}
