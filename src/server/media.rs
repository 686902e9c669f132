//! The lane of media: works on what people sent, apart from everything else, so that nothing waits for it (R33).
//!
//! Rows are the queue: what waited when the node ended is taken up at the next start.

use crate::{app::App, base::error::Result, features::media::jobs};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it looks by itself.
const EVERY: Duration = Duration::from_secs(5);
/// How long it rests after something broke.
const REST: Duration = Duration::from_secs(10);

/// Works until `shutdown`.
pub async fn run(app: App, shutdown: CancellationToken) {
    if let Err(error) = resume(&app).await {
        tracing::error!(%error, "files that wait could not be taken up at once");
    }
    while !shutdown.is_cancelled() {
        let pause = match app.work_on_next().await {
            Ok(true) => continue,
            Ok(false) => EVERY,
            Err(error) => {
                tracing::error!(%error, "the work on files failed; it goes on");
                REST
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = app.workshop.wanted.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn resume(app: &App) -> Result<()> {
    app.workshop.files.forget_drafts().await?;
    app.cache.forget_drafts().await?;
    let tx = app.begin().await?;
    jobs::resume(&tx).await?;
    tx.commit().await?;
    // last: a place that is away answers late
    if let Err(error) = app.workshop.files.place().try_out().await {
        tracing::error!(%error, "the place of files cannot be used: what people send waits, and files are not shown");
    }
    Ok(())
}
