//! Whose signature comes first: what is written now goes before what has waited for days.
//!
//! A host that catches up has more to sign than a core can do. Its parcels wait while newer ones are being signed, but never longer
//! than [`PATIENCE`] each, so that a busy node catches up too.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{AcquireError, Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// The longest that a signature for a backlog waits for others.
const PATIENCE: Duration = Duration::from_millis(50);

/// How soon a signature is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Its host keeps up.
    New,
    /// Its host has much to catch up with.
    Backlog,
}

/// The order of signatures. Clones share it.
#[derive(Clone)]
pub struct Turns {
    new: Arc<New>,
    /// As many of backlogs stand before a core at a time.
    backlogs: Arc<Semaphore>,
}

/// Signatures of new parcels that are not made yet.
#[derive(Default)]
struct New {
    count: AtomicUsize,
    none: Notify,
}

/// A delivery that is going to want a signature.
pub struct Arrival {
    turns: Turns,
    /// Counted as new from its arrival on, so that no backlog gets between it and its signature.
    new: Option<Turn>,
}

/// The turn of one signature; over when dropped.
pub struct Turn {
    new: Option<Arc<New>>,
    _backlog: Option<OwnedSemaphorePermit>,
}

impl Turns {
    /// For so many cores.
    pub fn new(cores: usize) -> Self {
        Self { new: Arc::default(), backlogs: Arc::new(Semaphore::new(cores)) }
    }

    /// A delivery begins.
    pub fn arrive(&self, urgency: Urgency) -> Arrival {
        let new = (urgency == Urgency::New).then(|| {
            self.new.count.fetch_add(1, Ordering::SeqCst);
            Turn { new: Some(Arc::clone(&self.new)), _backlog: None }
        });
        Arrival { turns: self.clone(), new }
    }
}

impl Arrival {
    /// Waits for its turn to be signed.
    ///
    /// # Errors
    /// Never: nobody closes the semaphore.
    pub async fn turn(self) -> Result<Turn, AcquireError> {
        if let Some(turn) = self.new {
            return Ok(turn);
        }
        let Turns { new, backlogs } = self.turns;
        let turn = backlogs.acquire_owned().await?;
        let none = new.none.notified();
        if new.count.load(Ordering::SeqCst) > 0 {
            // late is as good as told
            let _ = timeout(PATIENCE, none).await;
        }
        Ok(Turn { new: None, _backlog: Some(turn) })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(new) = self.new.take()
            && new.count.fetch_sub(1, Ordering::SeqCst) == 1
        {
            new.none.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn what_is_new_goes_before_a_backlog_and_keeps_it_waiting_for_a_moment_only() {
        let turns = Turns::new(1);
        let first = turns.arrive(Urgency::New);
        let mut waiting = Box::pin(turns.arrive(Urgency::Backlog).turn());
        assert!(waiting.as_mut().now_or_never().is_none(), "from the arrival of what is new on");
        let second = turns.arrive(Urgency::New).turn().await.unwrap();
        drop(first);
        assert!(waiting.as_mut().now_or_never().is_none());
        drop(second);
        let turn = waiting.as_mut().now_or_never().unwrap().unwrap();

        let _new = turns.arrive(Urgency::New).turn().await.unwrap();
        assert!(turns.arrive(Urgency::Backlog).turn().now_or_never().is_none(), "one of a backlog at a time");
        drop(turn);
        assert!(turns.arrive(Urgency::Backlog).turn().await.is_ok(), "it waits for a while, not for ever");
    }
}
