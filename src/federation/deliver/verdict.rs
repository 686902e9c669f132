//! What a host's answer to a delivery means (reliability.md B2, 6).

use crate::net::{Answer, FetchError, StatusCode};
use std::time::Duration;

/// What became of one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The host took it.
    Taken,
    /// The host will never take it (most 4xx); asking again would not help.
    Refused,
    /// The inbox is gone for good (410).
    Gone,
    /// The host does not accept our signature (401, 403).
    Unrecognised,
    /// The host, or the way to it, fails: everything for it waits, at least as long as it asks.
    Failed(Option<Duration>),
    /// We cannot sign it: the actor has no key any more.
    Unsigned,
    /// Not sent: content of a community in which nobody of that host holds a seat that is usable or ever will be; or the host is
    /// blocked.
    Withheld,
    /// Not sent now: the seats of that host are paused and may heal.
    Parked,
}

impl Verdict {
    /// One word for the metrics.
    pub fn word(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Refused => "refused",
            Self::Gone => "gone",
            Self::Unrecognised => "unrecognised",
            Self::Failed(_) => "failed",
            Self::Unsigned => "unsigned",
            Self::Withheld => "withheld",
            Self::Parked => "parked",
        }
    }
}

/// Reads the outcome of a POST. A redirect is a failure: it may be a page that says "we are moving".
/// So is every error of the network and what our own policy forbids, for both may change.
pub fn of(outcome: &Result<Answer, FetchError>) -> Verdict {
    match outcome {
        Ok(answer) => of_status(answer.status, answer.retry_after),
        Err(_) => Verdict::Failed(None),
    }
}

fn of_status(status: StatusCode, retry_after: Option<Duration>) -> Verdict {
    match status.as_u16() {
        200..=299 => Verdict::Taken,
        401 | 403 => Verdict::Unrecognised,
        410 => Verdict::Gone,
        408 | 429 | 503 => Verdict::Failed(retry_after),
        400..=499 => Verdict::Refused,
        _ => Verdict::Failed(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_meaning() {
        let wait = Some(Duration::from_secs(7));
        for (status, verdict) in [
            (200, Verdict::Taken),
            (202, Verdict::Taken),
            (301, Verdict::Failed(None)),
            (400, Verdict::Refused),
            (401, Verdict::Unrecognised),
            (403, Verdict::Unrecognised),
            (404, Verdict::Refused),
            (408, Verdict::Failed(wait)),
            (410, Verdict::Gone),
            (422, Verdict::Refused),
            (429, Verdict::Failed(wait)),
            (500, Verdict::Failed(None)),
            (502, Verdict::Failed(None)),
            (503, Verdict::Failed(wait)),
        ] {
            assert_eq!(of_status(StatusCode::from_u16(status).unwrap(), wait), verdict, "{status}");
        }
        assert_eq!(of(&Err(FetchError::TimedOut)), Verdict::Failed(None));
    }
}
