//! Facts that the node keeps about itself, by name: few, and read one at a time.

use super::{Insert, Source, Tx};
use crate::{base::error::Result, sql};

/// A fact; none when nothing was kept under `name`.
pub async fn fact(from: &impl Source, name: &str) -> Result<Option<String>> {
    sql!("SELECT value FROM facts WHERE name = {}", name).value(from).await
}

/// Keeps a fact, in place of what it was.
pub async fn keep_fact(tx: &Tx, name: &str, value: &str) -> Result<()> {
    let row = Insert::into("facts").set("name", name).set("value", value);
    row.on_conflict("ON CONFLICT (name) DO UPDATE SET value = excluded.value").run(tx).await?;
    Ok(())
}

/// Forgets a fact.
pub async fn drop_fact(tx: &Tx, name: &str) -> Result<()> {
    sql!("DELETE FROM facts WHERE name = {}", name).run(tx).await?;
    Ok(())
}
