//! What the commands do, one function for each: settings and arguments in, outcome out.
//!
//! None of them is wired to the database yet; until then each says so and exits 1.

use super::{AccountCommand, CommunityCommand, Outcome, TokenCommand};
use crate::base::config::Config;
use anyhow::{Result, bail};
use std::path::PathBuf;

/// Runs a node until it is asked to end.
pub(super) async fn serve(_config: Config) -> Result<Outcome> {
    bail!("serve is not wired to the server yet")
}

/// Runs three nodes on loopback until interrupted; `json` prints one line when all is ready.
pub(super) async fn demo(_dir: PathBuf, _json: bool) -> Result<Outcome> {
    bail!("demo is not wired to the server yet")
}

/// Brings the schema up to date.
pub(super) async fn migrate(_config: Config) -> Result<Outcome> {
    bail!("migrate is not wired to the database yet")
}

/// Accounts of people on this node. Passwords come from [`super::stdin::password`].
pub(super) async fn account(_config: Config, command: AccountCommand) -> Result<Outcome> {
    if let AccountCommand::SetPassword { .. } = command {
        super::stdin::password(std::io::stdin().lock())?;
    }
    bail!("account is not wired to the database yet")
}

/// Access tokens.
pub(super) async fn token(_config: Config, _command: TokenCommand) -> Result<Outcome> {
    bail!("token is not wired to the database yet")
}

/// Communities of this node.
pub(super) async fn community(_config: Config, _command: CommunityCommand) -> Result<Outcome> {
    bail!("community is not wired to the database yet")
}

/// Saves the running node's data into `dir`.
pub(super) async fn backup(_config: Config, _dir: PathBuf) -> Result<Outcome> {
    bail!("backup is not wired to the database yet")
}

/// Brings the backup in `dir` back into an empty place.
pub(super) async fn restore(_config: Config, _dir: PathBuf) -> Result<Outcome> {
    bail!("restore is not wired to the database yet")
}

/// Checks the backup in `dir`, or the live data.
pub(super) async fn verify(_config: Config, _dir: Option<PathBuf>) -> Result<Outcome> {
    bail!("verify is not wired to the database yet")
}
