//! What comes at its hour: the ends of polls, their figures, and posts to come. Looked at every second, with a reader first.

use crate::{
    app::{App, writing},
    base::error::Result,
    features::polls::asking,
};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(1);
/// Polls at a time.
const POLLS_MAX: u32 = 100;

/// Does what is due until `shutdown`; what is left then is done after the next start.
pub async fn run(app: App, shutdown: CancellationToken) {
    let mut clock = interval(EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = clock.tick() => {}
        }
        if let Err(error) = once(&app).await {
            tracing::error!(%error, "what is due could not be done; it is tried again");
        }
    }
}

/// Does what is due now.
pub async fn once(app: &App) -> Result<()> {
    if asking::is_due(&app.store).await? {
        let tx = app.store.begin().await?;
        asking::tell_due(&tx, POLLS_MAX).await?;
        tx.commit().await?;
    }
    writing::publish_due(app).await
}
