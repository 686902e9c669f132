//! How long a host that fails is left alone.

use std::time::Duration;

/// The longest wait that a host's `Retry-After` may ask for.
const ASKED_MAX: Duration = Duration::from_secs(24 * 3600);

/// The wait after the `failures`-th failure in a row (from 1): a sixtieth, a twelfth and a third of
/// `unit`, as many hosts are only restarting; then `unit` × 1.5ⁿ, sixty units at most. `jitter`, 0 to 1,
/// spreads it by a fifth to either side, so that hosts which failed together are not asked together.
pub fn wait(failures: i64, unit: Duration, jitter: f64) -> Duration {
    let units = match failures {
        ..=1 => 1.0 / 60.0,
        2 => 1.0 / 12.0,
        3 => 1.0 / 3.0,
        more => 1.5_f64.powi(i32::try_from(more - 4).unwrap_or(i32::MAX).min(40)).min(60.0),
    };
    unit.mul_f64(units * (0.8 + 0.4 * jitter.clamp(0.0, 1.0)))
}

/// The wait after a failure of a host that has not answered for 30 days, so that the log is not kept for it any more: a day, where
/// the unit is a minute.
pub fn wait_of_suspended(unit: Duration, jitter: f64) -> Duration {
    unit.mul_f64(24.0 * 60.0 * (0.8 + 0.4 * jitter.clamp(0.0, 1.0)))
}

/// The wait when the host itself says how long: never shorter than it asks, a day at most.
pub fn asked(wait: Duration, asked: Option<Duration>) -> Duration {
    asked.map_or(wait, |asked| wait.max(asked.min(ASKED_MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_host_that_restarts_is_asked_again_within_seconds() {
        assert_eq!(wait(1, MINUTE, 0.5), Duration::from_secs(1));
        assert_eq!(wait(2, MINUTE, 0.5), Duration::from_secs(5));
        assert_eq!(wait(4, MINUTE, 0.5), MINUTE);
        assert_eq!(wait(5, MINUTE, 0.5), Duration::from_secs(90));
    }

    #[test]
    fn a_host_that_says_when_is_believed_up_to_a_day() {
        assert_eq!(asked(Duration::from_secs(1), Some(Duration::from_secs(90))), Duration::from_secs(90));
        assert_eq!(asked(MINUTE, Some(Duration::ZERO)), MINUTE);
        assert_eq!(asked(MINUTE, Some(Duration::from_secs(1 << 40))), ASKED_MAX);
    }

    proptest! {
        #[test]
        fn waits_grow_and_stay_within_an_hour(failures in 1_i64..100_000, jitter in 0.0..1.0_f64) {
            prop_assert!(wait(failures + 1, MINUTE, 0.5) >= wait(failures, MINUTE, 0.5));
            let wait = wait(failures, MINUTE, jitter);
            prop_assert!(wait >= Duration::from_millis(800) && wait <= Duration::from_secs(72 * 60));
        }
    }
}
