//! How the node did, minute by minute for a day: what the pages of administrators draw.
//!
//! Counted where things happen, without a lock; closed once a minute by `server/samples.rs`. Kept in memory alone: a restart begins
//! anew, and no row is written for it. Longer histories are Prometheus' affair (`/metrics`).

use crate::base::clock::Stamp;
use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// Minutes that are kept: a day.
pub const MINUTES: usize = 24 * 60;
/// Upper bounds of the classes of durations, in milliseconds; what is longer has the last.
const CLASSES: [u64; 14] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000];

/// What is counted in the present minute, and the minutes before.
#[derive(Default)]
pub struct Samples {
    delivered: AtomicU64,
    undelivered: AtomicU64,
    received: AtomicU64,
    turned_away: AtomicU64,
    requests: AtomicU64,
    faults: AtomicU64,
    took: [AtomicU64; CLASSES.len()],
    minutes: Mutex<VecDeque<Minute>>,
}

/// What waits at the end of a minute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Received activities to be applied.
    pub inbox: u64,
    /// Hosts for which something waits, the most first, with how much.
    pub peers: Vec<(String, u64)>,
}

/// One minute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Minute {
    /// Its end.
    pub at: Stamp,
    /// Deliveries that were taken.
    pub delivered: u64,
    /// Deliveries that were not.
    pub undelivered: u64,
    /// Activities that were kept.
    pub received: u64,
    /// Activities that were turned away.
    pub turned_away: u64,
    /// Requests that were answered.
    pub requests: u64,
    /// Those of them that broke.
    pub faults: u64,
    /// Half of the answers took no longer, in milliseconds.
    pub median: u64,
    /// 99 in 100 answers took no longer.
    pub slowest: u64,
    /// What waited at its end.
    pub waiting: Waiting,
}

impl Samples {
    /// A delivery ended.
    pub fn delivery(&self, is_taken: bool) {
        if is_taken { &self.delivered } else { &self.undelivered }.fetch_add(1, Relaxed);
    }

    /// An activity came, and was kept or turned away.
    pub fn arrival(&self, is_kept: bool) {
        if is_kept { &self.received } else { &self.turned_away }.fetch_add(1, Relaxed);
    }

    /// A request was answered; it broke, or not.
    pub fn request(&self, took: Duration, is_fault: bool) {
        let milliseconds = u64::try_from(took.as_micros().div_ceil(1000)).unwrap_or(u64::MAX);
        let class = CLASSES.iter().position(|most| milliseconds <= *most).unwrap_or(CLASSES.len() - 1);
        if let Some(count) = self.took.get(class) {
            count.fetch_add(1, Relaxed);
        }
        self.requests.fetch_add(1, Relaxed);
        self.faults.fetch_add(is_fault.into(), Relaxed);
    }

    /// The minute is over: it is kept, and the next begins.
    pub fn close(&self, at: Stamp, waiting: Waiting) {
        let took: Vec<u64> = self.took.iter().map(|count| count.swap(0, Relaxed)).collect();
        let taken = |count: &AtomicU64| count.swap(0, Relaxed);
        let minute = Minute {
            at,
            delivered: taken(&self.delivered),
            undelivered: taken(&self.undelivered),
            received: taken(&self.received),
            turned_away: taken(&self.turned_away),
            requests: taken(&self.requests),
            faults: taken(&self.faults),
            median: within(&took, 50),
            slowest: within(&took, 99),
            waiting,
        };
        let mut minutes = self.minutes.lock().unwrap_or_else(PoisonError::into_inner);
        if minutes.len() >= MINUTES {
            minutes.pop_front();
        }
        minutes.push_back(minute);
    }

    /// The minutes that are kept, oldest first.
    pub fn minutes(&self) -> Vec<Minute> {
        self.minutes.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// The bound that so many in a hundred keep; 0 of none.
fn within(took: &[u64], percent: u64) -> u64 {
    let all: u64 = took.iter().sum();
    let wanted = (all * percent).div_ceil(100);
    let mut seen = 0;
    for (count, most) in took.iter().zip(CLASSES) {
        seen += count;
        if all > 0 && seen >= wanted {
            return most;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_says_what_happened_in_it_and_the_next_begins_anew() {
        let samples = Samples::default();
        for milliseconds in 1..=100 {
            samples.request(Duration::from_millis(milliseconds), milliseconds == 7);
        }
        samples.delivery(true);
        samples.delivery(false);
        samples.arrival(true);
        samples.close(Stamp(60_000), Waiting { inbox: 3, peers: vec![("bolt.test".into(), 9)] });
        samples.close(Stamp(120_000), Waiting::default());
        let minutes = samples.minutes();
        let first = &minutes[0];
        assert_eq!((first.requests, first.faults, first.median, first.slowest), (100, 1, 50, 100));
        assert_eq!((first.delivered, first.undelivered, first.received, first.turned_away, first.waiting.inbox), (1, 1, 1, 0, 3));
        assert_eq!(minutes[1], Minute { at: Stamp(120_000), ..Minute::default() });
    }

    #[test]
    fn no_more_than_a_day_is_kept() {
        let samples = Samples::default();
        for minute in 0..MINUTES as i64 + 5 {
            samples.close(Stamp(minute), Waiting::default());
        }
        let minutes = samples.minutes();
        assert_eq!((minutes.len(), minutes[0].at), (MINUTES, Stamp(5)));
    }
}
