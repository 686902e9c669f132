//! The one place that asks what time it is.

use chrono::{DateTime, Utc};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Tells the time; tests may move it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Milliseconds added to the machine's time.
    offset: Arc<AtomicI64>,
}

impl Clock {
    /// Now, in UTC.
    #[expect(clippy::disallowed_methods, reason = "the clock is the one place that may ask")]
    pub fn now(&self) -> DateTime<Utc> {
        Utc::now() + chrono::TimeDelta::milliseconds(self.offset.load(Ordering::Relaxed))
    }

    /// Moves the clock by `milliseconds` (negative: back). For tests of expiry and skew.
    pub fn advance(&self, milliseconds: i64) {
        self.offset.fetch_add(milliseconds, Ordering::Relaxed);
    }
}
