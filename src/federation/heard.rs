//! Whom we heard from: noted in memory with each activity that is kept, written down once a minute.
//!
//! What is lost at a crash is at most that minute; the inbox itself loses nothing.

use super::Federation;
use crate::{base::error::Result, features::peers};
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

/// Most hosts noted at a time; the others are noted the next time.
const HOSTS_MAX: usize = 10_000;

/// Hosts that sent something since it was written down last.
#[derive(Default)]
pub struct Heard(Mutex<HashSet<String>>);

impl Heard {
    /// Something came from `host`.
    pub fn note(&self, host: &str) {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() < HOSTS_MAX && !hosts.contains(host) {
            hosts.insert(host.to_owned());
        }
    }

    /// How many hosts are noted.
    #[cfg(test)]
    pub fn remembered(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len() as u64
    }
}

/// Writes down whom we heard from.
pub async fn keep(federation: &Federation) -> Result<()> {
    let hosts = std::mem::take(&mut *federation.heard.0.lock().unwrap_or_else(PoisonError::into_inner));
    if hosts.is_empty() {
        return Ok(());
    }
    let tx = federation.app.begin().await?;
    peers::heard(&tx, &hosts.into_iter().collect::<Vec<_>>()).await?;
    tx.commit().await
}
