//! How a host does: when it fails, how long it is left alone, and what ends that early.

use super::{super::backoff, Line};
use crate::{base::clock::Stamp, features::peers::SUSPENDED_AFTER};
use std::time::Duration;

impl Line {
    /// Has the host tried now, with what waits for its own time too. It fails still, until it takes something.
    pub fn retry(&mut self) {
        self.next = None;
        self.release(Stamp(i64::MAX));
    }

    /// Something came from the host: it is tried now. False where that is no reason: it takes what is sent, or it said itself how
    /// long it is to be left alone.
    pub fn heard(&mut self, now: Stamp) -> bool {
        let is_reason = self.failures > 0 && !self.is_asked;
        if is_reason {
            (self.next, self.heard) = (None, Some(now));
        }
        is_reason
    }

    /// Whether a sign of life would have it tried: once in a `unit`, so that a host which sends much and takes nothing is not
    /// asked for each thing that it sends.
    pub fn waits_for_sign(&self, now: Stamp, unit: Duration) -> bool {
        self.failures > 0 && !self.is_asked && self.heard.is_none_or(|heard| heard.plus(unit) <= now)
    }

    /// The host answers: full speed from now on.
    pub(super) fn answered(&mut self) {
        (self.failures, self.since, self.next, self.is_asked) = (0, None, None, false);
        self.health_changed = true;
    }

    /// The host failed. What was on its way beside the first failure says nothing new.
    pub(super) fn fail(&mut self, asked: Option<Duration>, now: Stamp, (unit, jitter): (Duration, f64)) {
        if self.next.is_some_and(|next| next > now) && asked.is_none() {
            return;
        }
        self.failures += 1;
        let since = *self.since.get_or_insert(now);
        let wait = if since <= now.minus(SUSPENDED_AFTER) {
            backoff::wait_of_suspended(unit, jitter)
        } else {
            backoff::wait(self.failures, unit, jitter)
        };
        self.is_asked = asked.is_some_and(|asked| asked > wait);
        self.next = self.next.max(Some(now.plus(backoff::asked(wait, asked))));
        self.health_changed = true;
    }
}
