//! Rounds of the worker: lets an act wait until its consequences are drawn.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Notify, watch};

/// The longest that anybody waits for consequences.
const PATIENCE: Duration = Duration::from_millis(250);

/// Counts the worker's rounds. A round reads every event there is; one that starts after a commit
/// has therefore seen it when it finishes.
#[derive(Clone, Debug)]
pub struct Rounds {
    started: Arc<AtomicU64>,
    finished: Arc<watch::Sender<u64>>,
}

impl Default for Rounds {
    fn default() -> Self {
        Self { started: Arc::default(), finished: Arc::new(watch::Sender::new(0)) }
    }
}

impl Rounds {
    /// The worker begins a round; hand the number to [`Rounds::finish`].
    pub fn start(&self) -> u64 {
        self.started.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The worker has drawn the consequences of every event it found in round `number`.
    pub fn finish(&self, number: u64) {
        self.finished.send_replace(number);
    }

    /// Waits for a round that starts from now on to finish, [`PATIENCE`] at most.
    pub(super) async fn settle(&self, bell: &Notify) {
        let target = self.started.load(Ordering::SeqCst) + 1;
        bell.notify_one();
        let mut finished = self.finished.subscribe();
        // Giving up is no failure: the consequences come, only later.
        let _ = tokio::time::timeout(PATIENCE, finished.wait_for(|number| *number >= target)).await;
    }
}
