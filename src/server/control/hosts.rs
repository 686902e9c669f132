//! Blocks of hosts from the command line.

use super::acts::{Answer, COMMAND_LINE};
use crate::{
    app::{self, App},
    features::peers,
};
use anyhow::Result;
use serde_json::{Value, json};

/// Most blocks listed.
const LISTED_MAX: u32 = 10_000;

/// Blocks a host and what lies below it.
pub(super) async fn block(app: &App, host: &str, reason: &str) -> Result<Answer> {
    let host = app::peers::block(app, host, (COMMAND_LINE, reason)).await?;
    Ok(Answer::text(format!("{host} is blocked, and every host below it"), json!({ "host": host, "reason": reason })))
}

/// Lifts a block.
pub(super) async fn unblock(app: &App, host: &str) -> Result<Answer> {
    let host = peers::normal(host)?;
    let tx = app.begin().await?;
    peers::unblock(&tx, &host, COMMAND_LINE).await?;
    tx.commit().await?;
    Ok(Answer::text(format!("{host} is not blocked any more"), json!({ "host": host })))
}

/// Lists the blocks and silences.
pub(super) async fn list(app: &App) -> Result<Answer> {
    let blocks = peers::blocks(&app.store, LISTED_MAX).await?;
    let silences = peers::silences(&app.store, LISTED_MAX).await?;
    let blocked = blocks.into_iter().map(|block| ("blocked", block.host, block.since, block.reason));
    let decided: Vec<_> =
        blocked.chain(silences.into_iter().map(|silence| ("silenced", silence.host, silence.since, silence.reason))).collect();
    let rows = decided.iter().map(|(what, host, since, why)| vec![host.clone(), (*what).to_owned(), since.to_string(), why.clone()]);
    let json = decided.iter().map(|(what, host, since, why)| json!({ "host": host, "state": what, "since": since, "reason": why }));
    Ok(Answer::table(&["host", "state", "since", "reason"], rows.collect(), json.collect::<Value>()))
}
