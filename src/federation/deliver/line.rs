//! The line to one host: what waits for it, what is on its way, and how far it has got. Pure.
//!
//! Invariants: at most [`WINDOW`] parcels are on their way or done but not yet recorded, so that a
//! crash repeats no more than those (R2); a parcel waits while an earlier one with the same key is
//! on its way or has failed; the cursor never passes a parcel that is not done.

mod health;
mod news;

pub use news::News;

use super::{
    backoff,
    parcel::{Label, Parcel},
    verdict::Verdict,
};
use crate::{
    base::{
        clock::Stamp,
        id::PeerId,
        words::{Level, Shape},
    },
    features::deliveries::waiting::is_for,
    federation::voices::Voice,
    store::tables::Peer,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Most parcels to one host that are on their way or not yet recorded.
pub const WINDOW: usize = 16;
/// Most parcels that wait in memory for one host; the rest stays in the log.
pub const QUEUE_MAX: usize = 256;
/// Most parcels of one host that are set aside, each until its own time; beyond them its line stands still.
const HELD_MAX: usize = 4096;
/// What may not be read now is looked at again after this part of the unit of retries, then after twice as long, and so on.
const PARKED_PARTS: u32 = 12;
/// So often that wait doubles.
const PARKED_DOUBLINGS: u8 = 7;
/// How often a host is told who we are before a parcel it does not recognise is given up: for more than a unit, as a host may
/// have looked at our key just before it changed and look again after a minute only (R30).
const REFUSALS_MAX: u8 = 4;

/// The line to one host.
pub struct Line {
    /// The host.
    pub peer: PeerId,
    /// Its authority.
    pub host: String,
    /// Whether it wants RFC 9421.
    pub rfc9421: bool,
    /// Whether it did not take what others of its level do.
    is_plainly_told: bool,
    /// What it understands; none until its NodeInfo was asked for.
    pub level: Option<Level>,
    /// Done with up to here, as recorded.
    pub cursor: i64,
    /// The log has been read up to here for this line.
    pub read_to: i64,
    /// The log may hold more after `read_to` than was taken: read it again before following the tail.
    pub is_behind: bool,
    queue: BTreeMap<Label, Parcel>,
    flying: BTreeMap<Label, Parcel>,
    /// Parcels that wait for their own time: not recognised.
    held: BTreeMap<Label, (Stamp, Parcel)>,
    /// Finished since the last record was taken.
    finished: Vec<Label>,
    /// Being recorded.
    recording: usize,
    /// Done beyond the cursor: what `delivered` holds or will hold.
    done: BTreeSet<Label>,
    has_rows: bool,
    failures: i64,
    since: Option<Stamp>,
    next: Option<Stamp>,
    /// The host itself said how long it is to be left alone.
    is_asked: bool,
    /// When it was tried because something came from it.
    heard: Option<Stamp>,
    health_changed: bool,
    scheme_changed: bool,
}

impl Line {
    /// The line to `peer`, with what was already delivered beyond its cursor.
    pub fn new(peer: &Peer, done: BTreeSet<Label>) -> Self {
        let cursor = peer.cursor.unwrap_or_default();
        Self {
            peer: peer.id,
            host: peer.host.clone(),
            rfc9421: peer.rfc9421,
            is_plainly_told: false,
            level: peer.nodeinfo_at.map(|_| peer.level),
            cursor,
            read_to: cursor,
            is_behind: false,
            queue: BTreeMap::new(),
            flying: BTreeMap::new(),
            held: BTreeMap::new(),
            finished: Vec::new(),
            recording: 0,
            has_rows: !done.is_empty(),
            done,
            failures: peer.failures,
            since: peer.failing_since,
            next: peer.next_attempt_at,
            is_asked: false,
            heard: None,
            health_changed: false,
            scheme_changed: false,
        }
    }

    /// Takes a parcel into the queue unless it is known or done; false when the queue is full, and
    /// then the line is behind.
    pub fn offer(&mut self, parcel: Parcel) -> bool {
        let label = parcel.label();
        let is_known = label.0 <= self.cursor
            || self.done.contains(&label)
            || self.queue.contains_key(&label)
            || self.flying.contains_key(&label)
            || self.held.contains_key(&label);
        if is_known {
            return true;
        }
        if self.queue.len() >= QUEUE_MAX || self.held.len() >= HELD_MAX {
            self.is_behind = true;
            self.read_to = self.read_to.min(label.0 - 1);
            return false;
        }
        self.queue.insert(label, parcel);
        true
    }

    /// Whether nothing is left to do or to record: the line may be forgotten.
    pub fn is_idle(&self) -> bool {
        let is_empty = self.queue.is_empty() && self.flying.is_empty() && self.held.is_empty() && self.finished.is_empty();
        is_empty && self.recording == 0 && !self.is_behind && self.failures == 0 && !self.health_changed && !self.scheme_changed
    }

    /// Whether it has room for more of the log.
    pub fn wants_more(&self, now: Stamp) -> bool {
        self.is_behind && self.queue.len() < QUEUE_MAX / 4 && self.held.len() < HELD_MAX && self.next.is_none_or(|next| next <= now)
    }

    /// Whether half of its places are taken by what is only not recorded, and more waits.
    pub fn is_held_up(&self) -> bool {
        self.recording == 0 && self.finished.len() >= WINDOW / 2 && !self.queue.is_empty()
    }

    /// Whether more waits than may be on its way at a time.
    pub fn has_backlog(&self) -> bool {
        self.is_behind || self.queue.len() > WINDOW
    }

    /// How many parcels wait in memory.
    pub fn waiting(&self) -> usize {
        self.queue.len() + self.held.len()
    }

    /// The next parcel that may go, which is then on its way. `patience` is how long an announcement
    /// waits for the host's NodeInfo.
    pub fn next(&mut self, now: Stamp, patience: Duration) -> Option<Parcel> {
        let window = if self.failures > 0 { 1 } else { WINDOW };
        if self.next.is_some_and(|next| next > now) || self.flying.len() + self.finished.len() + self.recording >= window {
            return None;
        }
        self.release(now);
        let label = self.choose(now, patience)?;
        let parcel = self.queue.remove(&label)?;
        self.flying.insert(label, parcel.clone());
        Some(parcel)
    }

    /// Puts parcels whose own time has come back into the queue.
    fn release(&mut self, now: Stamp) {
        let due: Vec<Label> = self.held.iter().filter(|(_, (until, _))| *until <= now).map(|(label, _)| *label).collect();
        for label in due {
            if let Some((_, parcel)) = self.held.remove(&label) {
                self.queue.insert(label, parcel);
            }
        }
    }

    /// The first parcel that nothing holds back. What is not meant for this host is dropped on the way.
    fn choose(&mut self, now: Stamp, patience: Duration) -> Option<Label> {
        let busy = self.flying.values().chain(self.held.values().map(|(_, parcel)| parcel));
        let mut keys: BTreeMap<i64, i64> = BTreeMap::new();
        for parcel in busy {
            let first = keys.entry(parcel.activity.key).or_insert(parcel.activity.position);
            *first = parcel.activity.position.min(*first);
        }
        let mut dropped = Vec::new();
        let mut chosen = None;
        for (label, parcel) in &self.queue {
            match meant(parcel.activity.shape, self.level, parcel.activity.created_at.plus(patience) <= now) {
                Some(false) => dropped.push(*label),
                Some(true) if keys.get(&parcel.activity.key).is_none_or(|first| *first >= label.0) => {
                    chosen = Some(*label);
                    break;
                }
                _ => {
                    keys.entry(parcel.activity.key).or_insert(label.0);
                }
            }
        }
        dropped.iter().for_each(|label| drop(self.queue.remove(label)));
        chosen
    }

    /// When something may go that may not go at `now`, if time alone decides.
    pub fn wake_at(&self, now: Stamp, patience: Duration) -> Option<Stamp> {
        if self.next.is_some_and(|next| next > now) {
            return self.next;
        }
        let held = self.held.values().map(|(until, _)| *until);
        let unknown = self.queue.values().filter(|parcel| self.level.is_none() && parcel.activity.shape != Shape::Any);
        held.chain(unknown.map(|parcel| parcel.activity.created_at.plus(patience))).filter(|at| *at > now).min()
    }

    /// Notes what became of a parcel. `unit` and `jitter` as in [`backoff::wait`].
    pub fn finish(&mut self, label: Label, verdict: Verdict, now: Stamp, (unit, jitter): (Duration, f64)) {
        let Some(mut parcel) = self.flying.remove(&label) else { return };
        match verdict {
            Verdict::Failed(asked) => {
                self.queue.insert(label, parcel);
                self.fail(asked, now, (unit, jitter));
            }
            Verdict::Unrecognised if parcel.refusals + 1 < REFUSALS_MAX => {
                parcel.refusals += 1;
                let wait = backoff::wait(i64::from(parcel.refusals) + 1, unit, jitter);
                self.held.insert(label, (now.plus(wait), parcel));
                self.answered();
            }
            Verdict::Unsigned | Verdict::Withheld => self.done_with(label),
            // says nothing about the host: what is not of that community goes on
            Verdict::Parked => {
                let wait = unit / PARKED_PARTS * 2u32.pow(u32::from(parcel.parked));
                parcel.parked = (parcel.parked + 1).min(PARKED_DOUBLINGS);
                self.held.insert(label, (now.plus(wait), parcel));
            }
            Verdict::Taken | Verdict::Refused | Verdict::Gone | Verdict::Unrecognised => {
                self.done_with(label);
                self.answered();
            }
        }
    }

    fn done_with(&mut self, label: Label) {
        self.finished.push(label);
        self.done.insert(label);
    }

    /// How the host is told who we are.
    pub fn voice(&self) -> Voice {
        Voice::first(self.level.filter(|_| !self.is_plainly_told), self.rfc9421)
    }

    /// The host was found to want this.
    pub fn speak(&mut self, voice: Voice) {
        let rfc9421 = voice == Voice::Rfc9421;
        self.is_plainly_told = voice != Voice::Ed25519;
        self.scheme_changed |= self.rfc9421 != rfc9421;
        self.rfc9421 = rfc9421;
    }
}

/// Whether an activity of this shape is for a host of this level; none while that is unknown and
/// there is still time. A host that does not say is taken for a plain one (decisions.md 5).
fn meant(shape: Shape, level: Option<Level>, is_late: bool) -> Option<bool> {
    match (shape, level) {
        (shape, Some(level)) => Some(is_for(shape, level)),
        (Shape::Any, None) => Some(true),
        (shape, None) if is_late => Some(shape == Shape::Plain),
        (_, None) => None,
    }
}

#[cfg(test)]
mod tests;
