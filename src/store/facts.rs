//! Facts that the node keeps about itself, by name: few.

use super::{Insert, Source, Tx};
use crate::{base::error::Result, sql};

/// A fact; none when nothing was kept under `name`.
pub async fn fact(from: &impl Source, name: &str) -> Result<Option<String>> {
    sql!("SELECT value FROM facts WHERE name = {}", name).value(from).await
}

/// Those whose names begin with `prefix`, by name: what follows it, and the fact.
pub async fn beginning(from: &impl Source, prefix: &str) -> Result<Vec<(String, String)>> {
    #[derive(sea_orm::FromQueryResult)]
    struct Fact {
        name: String,
        value: String,
    }
    let found: Vec<Fact> = sql!("SELECT name, value FROM facts WHERE name LIKE {} ORDER BY name", format!("{prefix}%")).all(from).await?;
    Ok(found.into_iter().filter_map(|fact| Some((fact.name.strip_prefix(prefix)?.to_owned(), fact.value))).collect())
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
