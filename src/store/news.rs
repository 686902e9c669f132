//! News: what a committed act changed for those who read streams. Ids only, in memory only.
//!
//! Noted in a [`Tx`](super::Tx) like events and handed over at its commit, so that nothing is told that did not happen. A crash
//! loses them together with the streams they were for. While nobody reads a stream nothing is held; where too much would be,
//! all of it is dropped and the reader is told so.

use crate::base::id::{AccountId, NotificationId, PostId};
use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::Notify;

/// Most news held for the reader: some seconds of a very busy node.
const HELD_MAX: usize = 20_000;

/// One thing to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// An entry (a post or boost) was put where it belongs.
    Posted(PostId),
    /// A post changed its words.
    Edited(PostId),
    /// A public post, or one in a community, is no more.
    Gone(PostId),
    /// An entry was taken off the home timelines of these.
    Unshelved(PostId, Vec<AccountId>),
    /// Somebody of ours was told something.
    Told(NotificationId),
    /// Somebody of ours changed their filters.
    FiltersChanged(AccountId),
}

/// What the reader takes at a time.
#[derive(Debug, Default)]
pub struct Batch {
    /// In the order of the commits.
    pub news: Vec<News>,
    /// Whether some before these were dropped.
    pub is_torn: bool,
}

/// Where committed acts leave their news for the one that reads them. Clones are the same room.
#[derive(Clone, Debug, Default)]
pub struct Newsroom(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    is_read: AtomicBool,
    bell: Notify,
    held: Mutex<Batch>,
}

impl Newsroom {
    /// Whether news are wanted from now on. What is committed after this returns is held.
    pub fn set_read(&self, is_read: bool) {
        self.0.is_read.store(is_read, Ordering::SeqCst);
    }

    /// Takes in the news of an act that was committed, if anybody wants them.
    pub(super) fn announce(&self, news: Vec<News>) {
        if news.is_empty() || !self.0.is_read.load(Ordering::SeqCst) {
            return;
        }
        let mut held = self.held();
        if held.news.len() + news.len() > HELD_MAX {
            *held = Batch { news: Vec::new(), is_torn: true };
        } else {
            held.news.extend(news);
        }
        drop(held);
        self.0.bell.notify_one();
    }

    /// Waits for news and takes all there are. For one reader.
    pub async fn next(&self) -> Batch {
        loop {
            let batch = mem::take(&mut *self.held());
            if batch.is_torn || !batch.news.is_empty() {
                return batch;
            }
            self.0.bell.notified().await;
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Batch> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_cannot_be_held_is_dropped_whole_and_the_reader_knows() {
        let room = Newsroom::default();
        room.announce(vec![News::Posted(PostId(0))]);
        room.set_read(true);
        room.announce(vec![News::Posted(PostId(1)); HELD_MAX]);
        assert_eq!(room.next().await.news.len(), HELD_MAX);
        room.announce(vec![News::Posted(PostId(1)); HELD_MAX]);
        room.announce(vec![News::Posted(PostId(2))]);
        room.announce(vec![News::Posted(PostId(3))]);
        let batch = room.next().await;
        assert!(batch.is_torn);
        assert_eq!(batch.news, [News::Posted(PostId(3))]);
    }
}
