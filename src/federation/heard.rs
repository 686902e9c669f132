//! Whom we heard from: noted in memory with each activity that is kept, written down once a minute.
//!
//! What is lost at a crash is at most that minute; the inbox itself loses nothing. A host that does not take what we send and
//! sends something itself is there again: the delivery loop is told at once, so that two nodes that were down together need not
//! wait for each other's patience (R4).

use super::Federation;
use crate::{
    app::peers::Nudge,
    base::{error::Result, id::PeerId},
    features::peers,
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

/// Most hosts noted at a time; the others are noted the next time.
const HOSTS_MAX: usize = 10_000;

/// Hosts that sent something since it was written down last.
#[derive(Default)]
pub struct Heard {
    since: Mutex<HashSet<String>>,
    /// Hosts whose first sign of life the delivery loop waits for.
    awaited: Mutex<HashMap<String, PeerId>>,
}

impl Heard {
    /// Something came from `host`; the peer whose sign of life this is, where one was waited for.
    pub(super) fn note(&self, host: &str) -> Option<PeerId> {
        let mut hosts = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() < HOSTS_MAX && !hosts.contains(host) {
            hosts.insert(host.to_owned());
        }
        drop(hosts);
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner).remove(host)
    }

    /// The delivery loop wants to know when something comes from `host`, once.
    pub fn await_sign(&self, host: &str, peer: PeerId) {
        let mut awaited = self.awaited.lock().unwrap_or_else(PoisonError::into_inner);
        if awaited.len() < HOSTS_MAX {
            awaited.insert(host.to_owned(), peer);
        }
    }

    /// How many hosts are noted.
    #[cfg(test)]
    pub fn remembered(&self) -> u64 {
        self.since.lock().unwrap_or_else(PoisonError::into_inner).len() as u64
    }
}

impl Federation {
    /// Something came from `host` just now.
    pub(super) fn note_heard(&self, host: &str) {
        if let Some(peer) = self.heard.note(host) {
            self.app.nudge(Nudge::Heard(peer));
        }
    }
}

/// Writes down whom we heard from.
pub async fn keep(federation: &Federation) -> Result<()> {
    let hosts = std::mem::take(&mut *federation.heard.since.lock().unwrap_or_else(PoisonError::into_inner));
    if hosts.is_empty() {
        return Ok(());
    }
    let tx = federation.app.begin().await?;
    peers::heard(&tx, &hosts.into_iter().collect::<Vec<_>>()).await?;
    tx.commit().await
}
