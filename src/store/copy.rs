//! Copies and checks of an SQLite file, beside the node that uses it.

use anyhow::{Context, Result, ensure};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use std::path::Path;

/// Writes a consistent copy of the database `file` to `to`, while others read and write it.
pub async fn sqlite(file: &Path, to: &Path) -> Result<()> {
    let connection = open(file).await?;
    let to = to.to_str().context("the name of the copy is not UTF-8")?;
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [to.into()]);
    connection.execute_raw(statement).await?;
    Ok(connection.close().await?)
}

/// Checks every page and index of the database `file`.
pub async fn check(file: &Path) -> Result<()> {
    let connection = open(file).await?;
    let rows = connection.query_all_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check")).await?;
    let findings: Vec<String> = rows.iter().filter_map(|row| row.try_get_by_index(0).ok()).collect();
    connection.close().await?;
    ensure!(findings == ["ok"], "the database is damaged: {}", findings.join("; "));
    Ok(())
}

async fn open(file: &Path) -> Result<DatabaseConnection> {
    ensure!(file.exists(), "there is no database {}", file.display());
    let mut options = ConnectOptions::new(format!("sqlite://{}", file.display()));
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}
