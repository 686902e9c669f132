//! People's filters, made ready once and remembered until they change: no page of posts reads or prepares them anew.
//!
//! Each memory says since which version it holds; a change makes a version, and what is older than its owner's last change is
//! not believed. So a page that read the old filters while they changed cannot leave them behind.

use crate::{
    base::{error::Result, id::AccountId, text::plain::to_plain},
    features::filters::queries::ready,
    policy::filter::Filters,
    store::{
        Store,
        tables::{Attachment, Poll, Post},
    },
};
use moka::sync::Cache;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// How many people's are remembered.
const MOST: u64 = 10_000;
/// Of how many it is known that theirs changed: ten times as many, so that a change is forgotten after what was remembered before it.
const CHANGED_MOST: u64 = 10 * MOST;
/// How long they are believed: another process may change them.
const KEPT: Duration = Duration::from_secs(60);

/// Remembers filters by account.
pub struct Remembered {
    kept: Cache<AccountId, (u64, Arc<Filters>)>,
    /// At which version somebody's changed last; outlives every memory of what was before.
    changed: Cache<AccountId, u64>,
    version: AtomicU64,
}

impl Default for Remembered {
    fn default() -> Self {
        Self {
            kept: Cache::builder().max_capacity(MOST).time_to_live(KEPT).build(),
            changed: Cache::builder().max_capacity(CHANGED_MOST).time_to_live(KEPT * 2).build(),
            version: AtomicU64::new(0),
        }
    }
}

impl Remembered {
    /// The filters of an account.
    pub async fn of(&self, store: &Store, account: AccountId) -> Result<Arc<Filters>> {
        let since = self.changed.get(&account).unwrap_or_default();
        if let Some((version, filters)) = self.kept.get(&account).filter(|(version, _)| *version >= since) {
            tracing::trace!(version, "filters were remembered");
            return Ok(filters);
        }
        let version = self.version.load(Ordering::SeqCst);
        let filters = Arc::new(ready(store, account).await?);
        self.kept.insert(account, (version, Arc::clone(&filters)));
        Ok(filters)
    }

    /// Somebody's changed: to be called after the commit.
    pub fn forget(&self, account: AccountId) {
        let version = self.version.fetch_add(1, Ordering::SeqCst) + 1;
        self.changed.insert(account, version);
        self.kept.invalidate(&account);
    }
}

/// All that a post says, as filters look through it: warning, title, words, answers of its poll, what its media show.
pub fn said(post: &Post, poll: Option<&Poll>) -> String {
    let answers = poll.map(|poll| poll.options().into_iter().map(|option| option.title).collect::<Vec<_>>()).unwrap_or_default();
    let media: Vec<Attachment> =
        if post.attachments == "[]" { Vec::new() } else { serde_json::from_str(&post.attachments).unwrap_or_default() };
    let parts = [post.spoiler.clone(), post.title.clone(), to_plain(&post.content)];
    parts.into_iter().chain(answers).chain(media.into_iter().map(|medium| medium.description)).collect::<Vec<_>>().join("\n\n")
}
