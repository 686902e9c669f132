//! What this door does by itself now and then: looks at the other side's copies of agreements,
//! renews the leases of partners' people, tells again who left and what is to be forgotten, and looks at our people's seats
//! elsewhere.
//!
//! Bounded in each round; a round that fails is logged and comes again.

use super::{Federation, agreements, drift, heard, rosters};
use crate::base::config::FederationMode;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

/// How often it comes, where the retry unit does not ask for more.
const EVERY: Duration = Duration::from_secs(60);

/// Works until `shutdown`.
pub async fn run(federation: Federation, shutdown: CancellationToken) {
    let unit = Duration::from_millis(federation.app.config.federation.retry_unit_milliseconds.into());
    let pause = unit.clamp(Duration::from_millis(200), EVERY);
    let mut clock = interval_at(Instant::now() + pause, pause);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = clock.tick() => {}
        }
        if let Err(error) = heard::keep(&federation).await {
            tracing::error!(%error, "whom we heard from could not be kept; it comes again");
        }
        // while the mode cannot be read, nothing is asked for
        if !matches!(federation.app.federation_mode(&federation.app.store).await, Ok(FederationMode::Open | FederationMode::Partners)) {
            continue;
        }
        if let Err(error) = agreements::pull_due(&federation).await {
            tracing::error!(%error, "agreements could not be looked after; it comes again");
        }
        if let Err(error) = rosters::pull_due(&federation).await {
            tracing::error!(%error, "rosters could not be pulled; it comes again");
        }
        if let Err(error) = rosters::tell_again(&federation).await {
            tracing::error!(%error, "leavings could not be told again; it comes again");
        }
        if let Err(error) = agreements::tell_again_to_forget(&federation).await {
            tracing::error!(%error, "what partners are to forget could not be told again; it comes again");
        }
        if let Err(error) = drift::look_due(&federation).await {
            tracing::error!(%error, "seats elsewhere could not be looked at; it comes again");
        }
    }
}
