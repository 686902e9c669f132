//! What is on its way to all hosts together. Pure.
//!
//! Invariant: hosts that take their time, or never answer, do not keep the others waiting. A delivery that has been on its way
//! for longer than [`BRISK`] leaves its place to others, and until its host answers briskly again, what goes there takes places
//! that only such hosts have.

use super::parcel::Label;
use crate::base::id::PeerId;
use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::Duration,
};
use tokio::time::Instant;

/// Most deliveries on their way to hosts that answer briskly: each holds a socket.
pub const BRISK_MAX: usize = 384;
/// Most that are started to hosts that do not.
pub const SLOW_MAX: usize = 256;
/// Most in all, also of those that turned out to be slow on the way.
pub const ALL_MAX: usize = 1024;
/// Hosts answer within this time, usually; in every other case the others need not wait for them.
pub const BRISK: Duration = Duration::from_millis(500);

/// Which places a delivery takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Those of hosts that answer briskly, or of which nothing is known.
    Brisk,
    /// Those of hosts that did not lately.
    Slow,
}

/// The deliveries on their way.
#[derive(Default)]
pub struct Flights {
    /// With when they departed: the same may go again.
    flying: HashMap<(PeerId, Label), (Pace, Instant)>,
    /// Brisk departures in their order; some have ended.
    departures: VecDeque<(Instant, PeerId, Label)>,
    brisk: usize,
    slow: usize,
    lagging: HashSet<PeerId>,
}

impl Flights {
    /// Which places deliveries to this host take.
    pub fn pace(&self, peer: PeerId) -> Pace {
        if self.lagging.contains(&peer) { Pace::Slow } else { Pace::Brisk }
    }

    /// Whether there is a place.
    pub fn has_room(&self, pace: Pace) -> bool {
        let has_place = match pace {
            Pace::Brisk => self.brisk < BRISK_MAX,
            Pace::Slow => self.slow < SLOW_MAX,
        };
        has_place && self.flying.len() < ALL_MAX
    }

    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.flying.is_empty()
    }

    /// A delivery starts.
    pub fn depart(&mut self, (peer, label): (PeerId, Label), now: Instant) {
        let pace = self.pace(peer);
        match pace {
            Pace::Brisk => {
                self.brisk += 1;
                self.departures.push_back((now, peer, label));
            }
            Pace::Slow => self.slow += 1,
        }
        self.flying.insert((peer, label), (pace, now));
    }

    /// A delivery ended, `is_taken` by its host, after `took`.
    pub fn arrive(&mut self, (peer, label): (PeerId, Label), is_taken: bool, took: Duration) {
        match self.flying.remove(&(peer, label)) {
            Some((Pace::Brisk, _)) => self.brisk -= 1,
            Some((Pace::Slow, _)) => self.slow -= 1,
            None => {}
        }
        if is_taken && took < BRISK {
            self.lagging.remove(&peer);
        }
    }

    /// Nothing is known of a host any more.
    pub fn forget(&mut self, peer: PeerId) {
        self.lagging.remove(&peer);
    }

    /// Those that have been on their way for too long leave their places.
    pub fn settle(&mut self, now: Instant) {
        while let Some((at, peer, label)) = self.departures.front().copied() {
            let flight = self.flying.get_mut(&(peer, label)).filter(|flight| **flight == (Pace::Brisk, at));
            if let Some((pace, _)) = flight {
                if now < at + BRISK {
                    return;
                }
                *pace = Pace::Slow;
                self.brisk -= 1;
                self.slow += 1;
                self.lagging.insert(peer);
            }
            self.departures.pop_front();
        }
    }

    /// When the next of those leaves its place, if all are taken.
    pub fn room_at(&self) -> Option<Instant> {
        let (at, ..) = self.departures.front().filter(|_| self.brisk >= BRISK_MAX)?;
        Some(*at + BRISK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::InboxId;
    use proptest::prelude::*;

    fn label(number: i64) -> Label {
        (number, InboxId(1))
    }

    #[test]
    fn hosts_that_never_answer_leave_their_places_to_the_others() {
        let (mut flights, start) = (Flights::default(), Instant::now());
        for number in 0..BRISK_MAX as i64 {
            assert!(flights.has_room(Pace::Brisk));
            flights.depart((PeerId(number), label(number)), start);
        }
        assert!(!flights.has_room(Pace::Brisk));
        assert_eq!(flights.room_at(), Some(start + BRISK));
        flights.settle(start + BRISK - Duration::from_millis(1));
        assert!(!flights.has_room(Pace::Brisk));
        flights.settle(start + BRISK);
        assert!(flights.has_room(Pace::Brisk) && !flights.has_room(Pace::Slow));
        assert_eq!((flights.pace(PeerId(3)), flights.pace(PeerId(-1))), (Pace::Slow, Pace::Brisk));
    }

    #[test]
    fn a_host_is_brisk_again_when_it_takes_something_briskly() {
        let (mut flights, start, peer) = (Flights::default(), Instant::now(), PeerId(1));
        flights.depart((peer, label(1)), start);
        flights.settle(start + BRISK);
        // what goes again after it failed is not as old as when it went first
        flights.arrive((peer, label(1)), true, Duration::ZERO);
        flights.depart((peer, label(1)), start);
        flights.arrive((peer, label(1)), false, Duration::ZERO);
        flights.depart((peer, label(1)), start + BRISK);
        flights.settle(start + BRISK);
        assert_eq!(flights.pace(peer), Pace::Brisk);
        flights.settle(start + BRISK * 2);
        for (is_taken, took, pace) in [(true, BRISK * 9, Pace::Slow), (false, Duration::ZERO, Pace::Slow), (true, BRISK / 2, Pace::Brisk)] {
            flights.arrive((peer, label(1)), is_taken, took);
            assert_eq!(flights.pace(peer), pace);
            flights.depart((peer, label(1)), start);
        }
    }

    proptest! {
        /// Departures, arrivals and time in any order.
        #[test]
        fn places_are_counted_right_and_never_too_many(acts in prop::collection::vec((0..3u8, 0..40i64), 1..3000)) {
            let (mut flights, mut now) = (Flights::default(), Instant::now());
            let mut flying: VecDeque<(PeerId, Label)> = VecDeque::new();
            for (number, (act, peer)) in (0..).zip(acts) {
                let peer = PeerId(peer);
                match act {
                    0 if flights.has_room(flights.pace(peer)) => {
                        flights.depart((peer, label(number)), now);
                        flying.push_back((peer, label(number)));
                    }
                    1 => {
                        if let Some(flight) = flying.pop_front() {
                            flights.arrive(flight, number % 3 == 0, Duration::from_millis(300));
                        }
                    }
                    _ => {
                        now += Duration::from_millis(40);
                        flights.settle(now);
                    }
                }
                let counted = |pace| flights.flying.values().filter(|(one, _)| *one == pace).count();
                prop_assert_eq!((flights.brisk, flights.slow), (counted(Pace::Brisk), counted(Pace::Slow)));
                prop_assert!(flights.brisk <= BRISK_MAX && flights.flying.len() <= ALL_MAX && flights.flying.len() == flying.len());
            }
        }
    }
}
