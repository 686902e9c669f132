//! A PostgreSQL database of its own for each node, on the server that `INTERMOOT_TEST_POSTGRES` names (by `psql`).

use anyhow::{Context, Result, ensure};
use std::process::Command;

fn psql(url: &str, statement: &str) -> Result<()> {
    let output = Command::new("psql").args([url, "-v", "ON_ERROR_STOP=1", "-qc", statement]).output().context("psql cannot be run")?;
    ensure!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Makes an empty database on the server of `INTERMOOT_TEST_POSTGRES`; answers its URL.
pub fn create(name: &str, port: u16) -> Result<String> {
    let server = std::env::var("INTERMOOT_TEST_POSTGRES").context("INTERMOOT_TEST_POSTGRES is not set")?;
    let database = format!("intermoot_{name}_{port}_{}", std::process::id());
    psql(&server, &format!("CREATE DATABASE {database}"))?;
    let (base, options) = server.split_once('?').map_or((server.as_str(), None), |(base, options)| (base, Some(options)));
    let scheme_end = base.find("://").map_or(0, |at| at + 3);
    let host_end = base.get(scheme_end..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| scheme_end + at);
    let host = base.get(..host_end).unwrap_or(base);
    Ok(options.map_or_else(|| format!("{host}/{database}"), |options| format!("{host}/{database}?{options}")))
}

/// Removes a database made by [`create`].
pub fn remove(url: &str) -> Result<()> {
    let server = std::env::var("INTERMOOT_TEST_POSTGRES")?;
    let database = url.rsplit('/').next().and_then(|last| last.split('?').next()).context("odd URL")?;
    psql(&server, &format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
}

/// Says whether PostgreSQL is at hand; prints a line when it is not.
pub fn is_at_hand() -> bool {
    let has = std::env::var_os("INTERMOOT_TEST_POSTGRES").is_some();
    if !has {
        eprintln!("INTERMOOT_TEST_POSTGRES is not set: the variant on PostgreSQL was not run");
    }
    has
}
