//! What is remembered of others' keys: those in use, those that failed lately, and hosts that waste our fetches.
//!
//! For `verify`. Everything here is bounded and forgets by itself; the database has the word.

use crate::{base::keys::PublicKey, net::signature::KeyId};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// Keys, key ids and hosts that are remembered.
const REMEMBERED_MAX: u64 = 10_000;
/// How long a key is used without asking the database again.
const KEY_TIME: Duration = Duration::from_secs(600);
/// How long a key that failed is not fetched again (S12, S16).
const FAILED_TIME: Duration = Duration::from_secs(60);
/// Fetches for keys that came to nothing which one host may cause within [`FAILED_TIME`].
const WASTED_MAX: u32 = 4;

/// A key of somebody elsewhere, parsed, with whose it is.
#[derive(Debug, Clone)]
pub struct Held {
    /// The actor that owns it.
    pub owner: String,
    /// The actor's host.
    pub host: String,
    /// The key.
    pub key: PublicKey,
    /// Whether the owner is in the database; not before a signature by the key held.
    pub is_kept: bool,
}

/// The memory of keys.
pub struct Keyring {
    held: moka::sync::Cache<String, Arc<Held>>,
    failed: moka::sync::Cache<String, ()>,
    wasted: moka::sync::Cache<String, Arc<AtomicU32>>,
    /// One fetch at a time for one key.
    under_way: moka::sync::Cache<String, Arc<tokio::sync::Mutex<()>>>,
}

impl Keyring {
    /// A memory in which what failed is remembered for a minute, or for `unit` where that is less: the unit of retries.
    pub fn new(unit: Duration) -> Self {
        let failed = unit.min(FAILED_TIME);
        let remembered = |time| moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(time);
        Self {
            held: remembered(KEY_TIME).build(),
            failed: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(failed).build(),
            wasted: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(failed).build(),
            under_way: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_idle(failed).build(),
        }
    }

    /// The key with this id, if it is in use.
    pub fn get(&self, id: &str) -> Option<Arc<Held>> {
        self.held.get(id)
    }

    /// Remembers a key.
    pub fn put(&self, id: &str, held: Held) -> Arc<Held> {
        let held = Arc::new(held);
        self.held.insert(id.to_owned(), Arc::clone(&held));
        held
    }

    /// Forgets the keys in use; the database is asked again. (An actor is gone, or changed its keys.)
    pub fn forget(&self, id: &str) {
        self.held.invalidate(id);
    }

    /// Forgets every key in use.
    pub fn forget_all(&self) {
        self.held.invalidate_all();
    }

    /// Whether a key failed lately, so that it is not fetched again.
    pub fn has_failed(&self, id: &str) -> bool {
        self.failed.contains_key(id)
    }

    /// Notes that a key failed.
    pub fn note_failure(&self, id: &str) {
        self.failed.insert(id.to_owned(), ());
    }

    /// Whether the host of `id` has caused too many fetches that came to nothing.
    pub fn is_wasteful(&self, id: &KeyId) -> bool {
        let counted = crate::base::host::authority(id.document()).and_then(|host| self.wasted.get(&host));
        counted.is_some_and(|count| count.load(Ordering::Relaxed) >= WASTED_MAX)
    }

    /// Counts a fetch for `id` that came to nothing.
    pub fn count_waste(&self, id: &KeyId) {
        if let Some(host) = crate::base::host::authority(id.document()) {
            self.wasted.get_with(host, Arc::default).fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How much is remembered, of whatever there is most.
    #[cfg(test)]
    pub fn remembered(&self) -> u64 {
        self.failed.run_pending_tasks();
        self.wasted.run_pending_tasks();
        self.under_way.run_pending_tasks();
        self.failed.entry_count().max(self.wasted.entry_count()).max(self.under_way.entry_count())
    }

    /// The turn to fetch this key: whoever holds it may, the others wait and look again.
    pub fn turn(&self, id: &str) -> Arc<tokio::sync::Mutex<()>> {
        self.under_way.get_with(id.to_owned(), Arc::default)
    }
}
