//! What administrators have the delivery loop do: rest while the node federates with nobody, try a host now, forget one.
//!
//! While it rests nothing is read and nothing is sent; the log and the cursors keep everything, and the bell that a change of
//! the mode rings makes it go on where it stopped.

use super::dispatcher::Dispatcher;
use crate::{app::peers::Nudge, base::config::FederationMode};
use std::time::Duration;
use tokio::time::Instant;

/// How often a loop that rests looks whether it may go on, beside being rung.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Dispatcher {
    /// Looks at the mode: whether the loop rests now. Where it cannot be read, it stays as it was.
    pub(super) async fn rests(&mut self) -> bool {
        let app = &self.federation.app;
        match app.federation_mode(&app.store).await {
            Ok(mode) => {
                let rests = mode == FederationMode::Off;
                if self.is_resting && !rests {
                    // what was rung for meanwhile was not read
                    app.store.log_bell.notify_one();
                }
                self.is_resting = rests;
            }
            Err(error) => tracing::error!(%error, "the mode of federation cannot be read; deliveries go on as they did"),
        }
        self.is_resting
    }

    /// When a loop that rests looks again.
    pub(super) fn rest_until(&self) -> Instant {
        let look = Instant::now() + LOOK_EVERY;
        self.record_at.filter(|_| !self.is_recording).map_or(look, |record| record.min(look))
    }

    /// Does what administrators asked for.
    pub(super) fn follow_nudges(&mut self) {
        for nudge in self.federation.app.nudges.take() {
            match nudge {
                Nudge::Retry(peer) => {
                    if let Some(line) = self.lines.get_mut(&peer) {
                        line.retry();
                        self.touch(peer);
                    }
                }
                Nudge::Heard(peer) => {
                    let now = self.now();
                    if self.lines.get_mut(&peer).is_some_and(|line| line.heard(now)) {
                        self.touch(peer);
                    }
                }
                Nudge::Forget(peer) => {
                    self.lines.remove(&peer);
                    self.early.remove(&peer);
                    self.dirty.remove(&peer);
                    self.flights.forget(peer);
                }
            }
        }
    }
}
