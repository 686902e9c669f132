//! Which tokens and browser sessions were used lately: collected in memory and written once a minute, so that using one costs no
//! statement. What a crash forgets is at most a minute of "last used".

use super::App;
use crate::{
    base::{error::Result, id::TokenId, secret},
    features::sessions::listed,
};
use std::{
    collections::HashSet,
    hash::Hash,
    mem,
    sync::{Mutex, PoisonError},
};

/// Most of each kind that are remembered between two writings; of more the rest is not noted this time.
const MOST: usize = 50_000;
/// Rows of one statement.
const AT_ONCE: usize = 500;

/// What was used since it was written last.
#[derive(Default)]
pub struct Seen {
    tokens: Mutex<HashSet<TokenId>>,
    sessions: Mutex<HashSet<String>>,
}

impl Seen {
    /// A token was used.
    pub fn token(&self, id: TokenId) {
        add(&self.tokens, id);
    }

    /// A browser session was used; `clear` is its secret.
    pub fn session(&self, clear: &str) {
        add(&self.sessions, secret::hash_hex(clear));
    }
}

fn add<T: Eq + Hash>(to: &Mutex<HashSet<T>>, item: T) {
    let mut set = to.lock().unwrap_or_else(PoisonError::into_inner);
    if set.len() < MOST {
        set.insert(item);
    }
}

fn take<T>(from: &Mutex<HashSet<T>>) -> Vec<T> {
    mem::take(&mut *from.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
}

impl App {
    /// Writes down what was used since the last time. For housekeeping.
    pub async fn note_seen(&self) -> Result<()> {
        let (tokens, sessions) = (take(&self.seen.tokens), take(&self.seen.sessions));
        for some in tokens.chunks(AT_ONCE) {
            let tx = self.begin().await?;
            listed::note_used(&tx, some, &[]).await?;
            tx.commit().await?;
        }
        for some in sessions.chunks(AT_ONCE) {
            let tx = self.begin().await?;
            listed::note_used(&tx, &[], some).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
