//! Rounds of the worker: lets an act wait until its consequences are drawn.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::watch;

/// The longest that anybody waits for consequences.
const PATIENCE: Duration = Duration::from_millis(250);

/// Counts the acts that caused something, and how far the worker has drawn what follows from them.
///
/// A round that starts after an act was kept has read its events when it finishes.
#[derive(Clone, Debug)]
pub struct Rounds {
    kept: Arc<AtomicU64>,
    drawn: Arc<watch::Sender<u64>>,
}

impl Default for Rounds {
    fn default() -> Self {
        Self { kept: Arc::default(), drawn: Arc::new(watch::Sender::new(0)) }
    }
}

impl Rounds {
    /// An act that recorded events was kept; the bell is rung after this.
    pub(super) fn note(&self) {
        self.kept.fetch_add(1, Ordering::SeqCst);
    }

    /// The worker begins a round, before it looks for events; hand the number to [`Rounds::finish`].
    pub fn start(&self) -> u64 {
        self.kept.load(Ordering::SeqCst)
    }

    /// The worker has drawn the consequences of every event it found in the round that began with `number`.
    pub fn finish(&self, number: u64) {
        self.drawn.send_replace(number);
    }

    /// Waits until what follows from every act kept so far is drawn, [`PATIENCE`] at most.
    pub(super) async fn settle(&self) {
        let target = self.kept.load(Ordering::SeqCst);
        let mut drawn = self.drawn.subscribe();
        // Giving up is no failure: the consequences come, only later.
        let _ = tokio::time::timeout(PATIENCE, drawn.wait_for(|number| *number >= target)).await;
    }
}
