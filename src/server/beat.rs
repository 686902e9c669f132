//! What is not there and what one may not see are refused at the same moment (security.md S54).
//!
//! Finding out that somebody may not see a thing takes longer than finding nothing, by what a look-up costs. So every 404
//! leaves at the next beat after its request came; only an answer that takes longer than a beat can differ, by whole beats.

use axum::{extract::Request, http::StatusCode, middleware::Next, response::Response};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Far longer than what a look-up costs, and too short for people to notice.
const BEAT: Duration = Duration::from_millis(5);

/// Holds a 404 until the next beat; everything else leaves at once.
pub async fn hold_refusals(request: Request, next: Next) -> Response {
    let came = Instant::now();
    let response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        sleep_until(next_beat(came, Instant::now())).await;
    }
    response
}

fn next_beat(came: Instant, now: Instant) -> Instant {
    let passed = now.duration_since(came).as_micros() / BEAT.as_micros();
    came + BEAT.saturating_mul(u32::try_from(passed + 1).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s054_what_is_refused_sooner_leaves_with_what_is_refused_later() {
        let came = Instant::now();
        let leaves = |after: u64| next_beat(came, came + Duration::from_micros(after)) - came;
        assert_eq!([leaves(0), leaves(140), leaves(4999)], [BEAT; 3]);
        assert_eq!([leaves(5000), leaves(9000)], [BEAT * 2; 2]);
    }
}
