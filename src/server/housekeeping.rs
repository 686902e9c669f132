//! Housekeeping, once a minute and bounded: asks again for follows and seats that nobody answered, forgets what has had its time.

use crate::{
    app::App,
    base::{config::FederationMode, error::Result},
    features::{accounts, expiry, invitations, memberships, relationships},
};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

/// How often it comes, where the retry unit does not ask for more.
const EVERY: Duration = Duration::from_secs(60);
/// Follows, and seats, that are asked again at a time.
const ASKS_MAX: u32 = 200;
/// Guests that end at a time.
const ENDS_MAX: u32 = 50;
/// Rows of each kind that go at a time: a transaction of some milliseconds.
const ROWS_MAX: u32 = 500;

/// Keeps house until `shutdown`.
pub async fn run(app: App, shutdown: CancellationToken) {
    let unit = Duration::from_millis(app.config.federation.retry_unit_milliseconds.into());
    let pause = unit.clamp(Duration::from_millis(50), EVERY);
    let mut clock = interval_at(Instant::now() + pause, pause);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut swept = Instant::now();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = clock.tick() => {}
        }
        let is_time = swept.elapsed() >= EVERY;
        if is_time {
            swept = Instant::now();
        }
        if let Err(error) = once(&app, unit, is_time).await {
            tracing::error!(%error, "housekeeping failed; it comes again");
        }
    }
}

async fn once(app: &App, unit: Duration, sweeps: bool) -> Result<()> {
    // while nothing is sent, what was asked waits in the log
    if app.federation_mode(&app.store).await? != FederationMode::Off {
        let tx = app.store.begin().await?;
        relationships::ask_again(&tx, unit, ASKS_MAX).await?;
        memberships::ask_again(&tx, unit, ASKS_MAX).await?;
        tx.commit().await?;
    }
    let tx = app.store.begin().await?;
    memberships::admit_announced(&tx, ASKS_MAX).await?;
    memberships::expire(&tx, ASKS_MAX).await?;
    tx.commit().await?;
    if sweeps {
        let tx = app.store.begin().await?;
        let ended = invitations::end_due(&tx, ENDS_MAX).await?;
        tx.commit().await?;
        if ended > 0 {
            app.bearers.forget_all();
        }
        let tx = app.store.begin().await?;
        let gone = expiry::sweep(&tx, ROWS_MAX).await? + accounts::forget_unconfirmed(&tx, ENDS_MAX).await?;
        tx.commit().await?;
        metrics::counter!("intermoot_rows_expired_total").increment(gone);
        app.note_seen().await?;
        app.forget_media().await?;
    }
    Ok(())
}
