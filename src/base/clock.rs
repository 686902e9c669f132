//! Time: one stamp, and the one place that asks what time it is.

use chrono::{DateTime, SecondsFormat, Utc};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

/// A moment: milliseconds since 1970-01-01 UTC. What the database keeps and the rules compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, sea_orm::DeriveValueType)]
pub struct Stamp(pub i64);

impl Stamp {
    /// The same moment as a calendar date (clamped to what a calendar can say).
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// This much later.
    pub fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This much earlier.
    pub fn minus(self, time: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(time.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The moment an RFC 3339 text names, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(Self::from)
    }
}

impl<Z: chrono::TimeZone> From<DateTime<Z>> for Stamp {
    fn from(time: DateTime<Z>) -> Self {
        Self(time.timestamp_millis())
    }
}

/// RFC 3339 with milliseconds and `Z`, as the Mastodon API and ActivityStreams write it.
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl serde::Serialize for Stamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Stamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }
}

/// Tells the time; tests may move it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Milliseconds added to the machine's time.
    offset: Arc<AtomicI64>,
}

/// The variable that moves the clock of a build for testing: whole seconds, `-7200` for two hours back.
#[cfg(debug_assertions)]
const OFFSET: &str = "INTERMOOT_CLOCK_OFFSET";

impl Clock {
    /// The clock of a node: the machine's. A build with debug assertions can have it moved, by `INTERMOOT_CLOCK_OFFSET`, for tests
    /// of skew and of long absences with real processes; a release build does not hold that code and knows no such variable.
    ///
    /// # Errors
    /// The variable is no number of seconds.
    pub fn of_node() -> anyhow::Result<Self> {
        let clock = Self::default();
        #[cfg(debug_assertions)]
        if let Ok(text) = std::env::var(OFFSET) {
            let seconds: i64 = text.parse().map_err(|_| anyhow::anyhow!("{OFFSET} = {text:?} is no number of seconds"))?;
            clock.advance(seconds.saturating_mul(1000));
            tracing::warn!(seconds, "for testing: this node's clock is moved by {OFFSET}");
        }
        Ok(clock)
    }

    /// Now.
    #[expect(clippy::disallowed_methods, reason = "the clock is the one place that may ask")]
    pub fn now(&self) -> Stamp {
        Stamp(Utc::now().timestamp_millis() + self.offset.load(Ordering::Relaxed))
    }

    /// Moves the clock by `milliseconds` (negative: back). For tests of expiry and skew.
    pub fn advance(&self, milliseconds: i64) {
        self.offset.fetch_add(milliseconds, Ordering::Relaxed);
    }
}
