//! Puts into the index what was here before there was one: once, after the start that brought it, newest first.
//!
//! What is written meanwhile is indexed where it is written. How far it came is kept with each round, so a restart goes on.

use crate::{
    app::App,
    base::error::Result,
    features::{accounts, posts},
};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Between two rounds: the one writer belongs to those who post.
const PAUSE: Duration = Duration::from_millis(50);
/// After a failure.
const AGAIN: Duration = Duration::from_secs(10);
/// After how many rows the log is told.
const TOLD_EVERY: usize = 50_000;

/// Goes on until all is indexed, or `shutdown`.
pub async fn run(app: App, shutdown: CancellationToken) {
    let (mut read, mut told) = (0, 0);
    loop {
        let pause = match once(&app).await {
            Ok(None) => break,
            Ok(Some(rows)) => {
                read += rows;
                PAUSE
            }
            Err(error) => {
                tracing::error!(%error, "indexing for search failed; it is tried again");
                AGAIN
            }
        };
        if read >= told + TOLD_EVERY {
            told = read;
            tracing::info!(rows = read, "indexing for search what was here before");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
    if read > 0 {
        tracing::info!(rows = read, "all that was here before can be searched");
    }
}

/// One round; how many rows were read, none when nothing is left.
pub async fn once(app: &App) -> Result<Option<usize>> {
    match accounts::names::catch_up(&app.store).await? {
        Some(rows) => Ok(Some(rows)),
        None => posts::catch_up(&app.store).await,
    }
}
