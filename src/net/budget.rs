//! How much fetching one cause may set off.
//!
//! For whoever handles an inbound activity: one [`Budget`] is made for it and handed to every fetch that follows from it,
//! however deep, so that a chain of documents cannot keep this server busy. Every hop of a redirect costs one fetch.
//! Source: security.md S67; decisions.md 2 (inline key fetches).

use super::error::FetchError;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

/// Fetches in an ordinary budget.
const FETCHES: u32 = 20;
/// Time of an ordinary budget.
const TIME: Duration = Duration::from_secs(30);
/// Fetches while a sender waits for our answer: the key document and its owner.
const INLINE_FETCHES: u32 = 2;
/// Time while a sender waits for our answer.
const INLINE_TIME: Duration = Duration::from_secs(5);

/// A number of fetches and a point in time, shared by all clones. The time runs from the making.
#[derive(Debug, Clone)]
pub struct Budget {
    left: Arc<AtomicU32>,
    until: Instant,
}

impl Default for Budget {
    /// For one inbound activity or one request of a person: 20 fetches in 30 s.
    fn default() -> Self {
        Self::new(FETCHES, TIME)
    }
}

impl Budget {
    /// `fetches` within `time` from now.
    pub fn new(fetches: u32, time: Duration) -> Self {
        Self { left: Arc::new(AtomicU32::new(fetches)), until: Instant::now() + time }
    }

    /// For what is fetched while a sender waits: 2 fetches in 5 s.
    pub fn inline() -> Self {
        Self::new(INLINE_FETCHES, INLINE_TIME)
    }

    /// Fetches left.
    pub fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }

    /// When the time is up.
    pub fn until(&self) -> Instant {
        self.until
    }

    /// Takes one fetch. [`FetchError::BudgetExhausted`] when none is left, [`FetchError::TimedOut`] when the time is up.
    pub fn take(&self) -> Result<(), FetchError> {
        if Instant::now() >= self.until {
            return Err(FetchError::TimedOut);
        }
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        taken.map(drop).map_err(|_| FetchError::BudgetExhausted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn s067_clones_spend_from_one_budget() {
        let budget = Budget::new(3, Duration::from_secs(5));
        let clone = budget.clone();
        assert!(budget.take().is_ok() && clone.take().is_ok() && budget.take().is_ok());
        assert!(matches!(clone.take(), Err(FetchError::BudgetExhausted)));
        assert_eq!(budget.left(), 0);
    }

    #[tokio::test]
    async fn s067_nothing_is_fetched_after_the_time_is_up() {
        let budget = Budget::new(3, Duration::ZERO);
        assert!(matches!(budget.take(), Err(FetchError::TimedOut)));
        assert_eq!(budget.left(), 3);
    }

    #[tokio::test]
    async fn a_sender_who_waits_sets_off_two_fetches_at_most() {
        let budget = Budget::inline();
        assert!(budget.left() == 2 && budget.until() <= Instant::now() + Duration::from_secs(5));
    }
}
