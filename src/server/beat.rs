//! What is not there and what one may not see are refused at the same moment (security.md S54).
//!
//! Finding out that somebody may not see a thing takes longer than finding nothing, by what a look-up costs. So every 404
//! leaves at a beat, counted from when its request came, and a little later by chance; only an answer that takes longer than a
//! beat differs, by whole beats.
//! A thread of its own wakes them: the runtime's timers count whole milliseconds from when a worker lies down to sleep, so that
//! what the work took is left in the fraction.

use crate::base::secret;
use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use std::{
    collections::BTreeMap,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Far longer than what a look-up costs, and too short for people to notice.
const BEAT: Duration = Duration::from_millis(5);

/// Wakes whoever waits for a moment, to some tens of microseconds. Cheap to clone; ends with the last clone.
#[derive(Clone)]
pub struct Metronome(Sender<(Instant, oneshot::Sender<()>)>);

impl Metronome {
    /// Starts its thread.
    pub fn start() -> std::io::Result<Self> {
        let (sender, asks) = channel();
        thread::Builder::new().name("beat".to_owned()).spawn(move || keep_time(&asks))?;
        Ok(Self(sender))
    }

    async fn wait_until(&self, moment: Instant) {
        let (wake, woken) = oneshot::channel();
        if self.0.send((moment, wake)).is_ok() {
            // nobody sends only when the thread has ended: then there is nothing to wait for
            let _ = woken.await;
        }
    }
}

/// Wakes each at its moment, until nobody can ask any more.
fn keep_time(asks: &Receiver<(Instant, oneshot::Sender<()>)>) {
    let mut waiting: BTreeMap<(Instant, u64), oneshot::Sender<()>> = BTreeMap::new();
    // tells those of one moment apart
    for number in 0_u64.. {
        let asked = match waiting.keys().next() {
            None => asks.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some((moment, _)) => asks.recv_timeout(moment.saturating_duration_since(Instant::now())),
        };
        match asked {
            Ok((moment, wake)) => drop(waiting.insert((moment, number), wake)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let later = waiting.split_off(&(Instant::now(), u64::MAX));
        for (_, wake) in std::mem::replace(&mut waiting, later) {
            // whoever asked may have gone away
            let _ = wake.send(());
        }
    }
}

/// Holds a 404 until the next beat; everything else leaves at once.
pub async fn hold_refusals(State(metronome): State<Metronome>, request: Request, next: Next) -> Response {
    let came = Instant::now();
    let response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        metronome.wait_until(next_beat(came, Instant::now()) + blur(secret::random())).await;
    }
    response
}

fn next_beat(came: Instant, now: Instant) -> Instant {
    let passed = now.duration_since(came).as_micros() / BEAT.as_micros();
    came + BEAT.saturating_mul(u32::try_from(passed + 1).unwrap_or(u32::MAX))
}

/// Up to half a millisecond: what is left of a difference after the beat, about a microsecond for what the caches remember, is
/// lost in it.
fn blur(chance: [u8; 2]) -> Duration {
    Duration::from_nanos(u64::from(u16::from_le_bytes(chance)) * 8)
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
        assert!(blur([0, 0]).is_zero() && blur([255, 255]) > Duration::from_micros(500) && blur([255, 255]) < BEAT / 5);
    }

    #[tokio::test]
    async fn whoever_waits_is_woken_in_the_order_of_the_moments_and_never_before() {
        let metronome = Metronome::start().unwrap();
        let began = Instant::now();
        let wait = async |milliseconds: u64| {
            metronome.wait_until(began + Duration::from_millis(milliseconds)).await;
            assert!(began.elapsed() >= Duration::from_millis(milliseconds));
            milliseconds
        };
        let woken = std::sync::Mutex::new(Vec::new());
        let note = async |milliseconds| {
            let which = wait(milliseconds).await;
            woken.lock().unwrap().push(which);
        };
        tokio::join!(note(60), note(0), note(20));
        assert_eq!(woken.into_inner().unwrap(), [0, 20, 60]);
    }
}
