//! Starting what may start, line by line, as far as there are places.

use super::{
    beside::{ask, dispatch},
    dispatcher::{Dispatcher, PASS_EVERY, TROUBLE},
    flights::Pace,
};
use crate::base::{clock::Stamp, id::PeerId};
use std::time::Duration;
use tokio::time::Instant;

impl Dispatcher {
    /// Puts a line on the list of those to be looked at.
    pub(super) fn touch(&mut self, peer: PeerId) {
        if self.queued.insert(peer) {
            self.ready[self.flights.pace(peer) as usize].push_back(peer);
        }
    }

    /// Starts whatever may start.
    pub(super) async fn pump(&mut self) {
        let now = self.now();
        self.flights.settle(Instant::now());
        while let Some((_, peer)) = self.timers.first().filter(|(at, _)| *at <= now).copied() {
            self.timers.pop_first();
            self.touch(peer);
        }
        for pace in [Pace::Brisk, Pace::Slow] {
            while self.flights.has_room(pace)
                && let Some(peer) = self.ready[pace as usize].pop_front()
            {
                self.queued.remove(&peer);
                // it may have been found out meanwhile
                if self.flights.pace(peer) == pace {
                    self.serve(peer, now).await;
                } else {
                    self.touch(peer);
                }
            }
        }
    }

    async fn serve(&mut self, peer: PeerId, now: Stamp) {
        if self.lines.get(&peer).is_some_and(|line| line.wants_more(now))
            && let Err(error) = self.catch_up(peer).await
        {
            tracing::error!(%error, "the log of activities cannot be read");
            if let Some(line) = self.lines.get_mut(&peer) {
                line.is_behind = true;
            }
            self.timers.insert((now.plus(TROUBLE), peer));
        }
        let unit = self.unit;
        let Some(line) = self.lines.get_mut(&peer) else { return };
        if line.level.is_none() && self.asked.insert(peer) {
            ask(self.federation.clone(), self.ask.clone(), (peer, line.host.clone()), (unit, self.messages.clone()));
        }
        let pace = self.flights.pace(peer);
        while self.flights.has_room(pace)
            && let Some(parcel) = line.next(now, unit)
        {
            self.flights.depart((peer, parcel.label()), Instant::now());
            dispatch(self.sender.clone(), parcel, line, self.messages.clone());
        }
        let is_stopped_by_all = !self.flights.has_room(pace);
        if let Some(at) = line.wake_at(now, unit) {
            self.timers.insert((at, peer));
        }
        let wants_more = line.wants_more(now) && !is_stopped_by_all;
        if line.is_idle() {
            self.lines.remove(&peer);
        } else if wants_more || (is_stopped_by_all && line.waiting() > 0) {
            self.touch(peer);
        }
    }

    /// When there is something to do though nobody rings.
    pub(super) fn wake_at(&self) -> Instant {
        let now = self.now();
        let timer =
            self.timers.first().map(|(at, _)| Instant::now() + Duration::from_millis(u64::try_from(at.0 - now.0).unwrap_or_default() + 1));
        let record = self.record_at.filter(|_| !self.is_recording);
        [timer, record, self.flights.room_at()].into_iter().flatten().min().unwrap_or_else(|| Instant::now() + PASS_EVERY)
    }
}
