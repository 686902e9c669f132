//! The places of the listener, and who waits on one.

use super::line::Line;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Files that are left for everything but connections: the database, logs, and deliveries, of which there may be 1,024
/// (`federation/deliver/flights.rs`).
const FILES_KEPT: usize = 1280;
/// One in so many places is kept free by having those leave who wait longest.
const SPARE: usize = 16;
/// How long to wait for a place before somebody else is asked to leave.
const LEAVING: Duration = Duration::from_millis(20);

/// The places, shared by all connections.
#[derive(Clone)]
pub struct Room(Arc<Places>);

struct Places {
    all: usize,
    free: Arc<Semaphore>,
    spare: usize,
    waiting: Mutex<Waiting>,
}

/// Connections that wait for a request, in the order in which they began to.
#[derive(Default)]
struct Waiting {
    next: u64,
    lines: BTreeMap<u64, Weak<Line>>,
}

impl Room {
    /// `places` of them, at least one.
    pub fn new(places: usize) -> Self {
        let places = places.max(1);
        let free = Arc::new(Semaphore::new(places));
        Self(Arc::new(Places { all: places, free, spare: places / SPARE, waiting: Mutex::default() }))
    }

    /// As many as are `wanted` and as this process may have files for.
    pub fn for_files(wanted: usize) -> Self {
        let most = files_max().map_or(wanted, |files| files.saturating_sub(FILES_KEPT).max(files / 4));
        if most < wanted {
            tracing::warn!(
                connections = most,
                wanted,
                "fewer connections are taken than limits.connections says: raise the limit of open files"
            );
        }
        Self::new(wanted.min(most))
    }

    /// How many places there are.
    pub fn places(&self) -> usize {
        self.0.all
    }

    /// A free place. Where few are left whoever waits longest is sent away; while all are busy this waits.
    pub(super) async fn place(&self) -> OwnedSemaphorePermit {
        if self.0.free.available_permits() <= self.0.spare {
            self.dismiss();
        }
        loop {
            match tokio::time::timeout(LEAVING, Arc::clone(&self.0.free).acquire_owned()).await {
                Ok(Ok(place)) => return place,
                // nobody closes the semaphore
                Ok(Err(_)) => std::future::pending().await,
                Err(_) => self.dismiss(),
            }
        }
    }

    /// Sends away whoever has waited longest for a request.
    pub(super) fn dismiss(&self) {
        let longest = {
            let mut waiting = self.waiting();
            std::iter::from_fn(|| waiting.lines.pop_first()).find_map(|(_, line)| line.upgrade())
        };
        if let Some(line) = longest {
            metrics::counter!("intermoot_connections_dismissed_total").increment(1);
            line.dismiss();
        }
    }

    /// `line` waits from now on; its number in the queue.
    pub(super) fn enter(&self, line: Weak<Line>) -> u64 {
        let mut waiting = self.waiting();
        let number = waiting.next;
        waiting.next += 1;
        waiting.lines.insert(number, line);
        number
    }

    /// The one with this number waits no longer.
    pub(super) fn leave(&self, number: u64) {
        self.waiting().lines.remove(&number);
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many files this process may have open, where the system tells (proc(5)).
fn files_max() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}
