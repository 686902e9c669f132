//! Waiting for something to become true, with a deadline and a message that says what was missing.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// How much slower than usual this machine may be: `INTERMOOT_PATIENCE`, default 1. Multiplies every deadline.
pub fn patience() -> f64 {
    std::env::var("INTERMOOT_PATIENCE").ok().and_then(|text| text.parse().ok()).unwrap_or(1.0)
}

/// Asks again and again until `attempt` answers `Ok(Some(_))`; fails after `deadline` (times [`patience`]).
///
/// An `Err` counts as "not yet" and the last one is shown in the failure, so that a node that is just starting is no reason
/// to stop, and a real error is not hidden.
pub async fn eventually<T>(deadline: Duration, what: &str, mut attempt: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = deadline.mul_f64(patience());
    let started = Instant::now();
    let mut pause = Duration::from_millis(10);
    let mut tries = 0_u32;
    loop {
        tries += 1;
        let last = match attempt().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => "not yet so".to_owned(),
            Err(error) => format!("{error:#}"),
        };
        if started.elapsed() > deadline {
            bail!("waited {:.1} s in vain for: {what} ({tries} tries; last: {last})", started.elapsed().as_secs_f64());
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(Duration::from_millis(200));
    }
}

/// [`eventually`] with the deadline that only stops a hang (20 s): for things whose speed is not the point.
pub async fn quickly<T>(what: &str, attempt: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    eventually(Duration::from_secs(20), what, attempt).await
}

/// `Some(())` if so: the bridge from a condition to [`eventually`].
pub fn when(so: bool) -> Option<()> {
    so.then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_returns_what_the_attempt_found() {
        let mut left = 3;
        let found = eventually(Duration::from_secs(5), "three tries", async || {
            left -= 1;
            Ok((left == 0).then_some("here"))
        })
        .await
        .unwrap();
        assert_eq!(found, "here");
    }

    #[tokio::test]
    async fn the_failure_names_what_was_missing_and_the_last_error() {
        let error = eventually(Duration::from_millis(30), "a miracle", async || -> Result<Option<()>> { bail!("no such luck") })
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("a miracle") && error.contains("no such luck"), "{error}");
    }
}
