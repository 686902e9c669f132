//! What a line tells the recorder: what is done, and up to where everything is.

use super::Line;
use crate::{base::id::InboxId, features::deliveries::Health, federation::deliver::parcel::Label};

/// What is to be recorded of one line.
#[derive(Debug, PartialEq, Eq)]
pub struct News {
    /// The new cursor.
    pub cursor: i64,
    /// Done beyond it.
    pub delivered: Vec<Label>,
    /// Whether rows of `delivered` may lie below it.
    pub has_passed: bool,
    /// Its health, if that is news.
    pub health: Option<Health>,
    /// The scheme it wants, if that is news.
    pub rfc9421: Option<bool>,
    /// Parcels whose slots are free once this is kept.
    pub finished: Vec<Label>,
}

impl Line {
    /// Whether there is something to record.
    pub fn has_news(&self) -> bool {
        self.recording == 0 && (!self.finished.is_empty() || self.health_changed || self.scheme_changed)
    }

    /// What is to be recorded; its slots stay taken until [`Line::recorded`].
    pub fn news(&mut self) -> News {
        let finished = std::mem::take(&mut self.finished);
        self.recording = finished.len();
        let cursor = self.prefix();
        let delivered: Vec<Label> = finished.iter().copied().filter(|label| label.0 > cursor).collect();
        let has_passed = self.has_rows;
        self.has_rows |= !delivered.is_empty();
        let rfc9421 = std::mem::take(&mut self.scheme_changed).then_some(self.rfc9421);
        News { cursor, delivered, has_passed, health: self.health(), rfc9421, finished }
    }

    /// Everything up to here is done. Never less than the recorded cursor.
    fn prefix(&self) -> i64 {
        let first = |label: Option<&Label>| label.map(|label| label.0 - 1);
        let open = [first(self.queue.keys().next()), first(self.flying.keys().next()), first(self.held.keys().next())];
        open.into_iter().flatten().min().unwrap_or(self.read_to).min(self.read_to).max(self.cursor)
    }

    fn health(&mut self) -> Option<Health> {
        if !std::mem::take(&mut self.health_changed) {
            return None;
        }
        Some(match (self.since, self.next) {
            (Some(since), Some(next)) => Health::Failing { failures: self.failures, since, next },
            _ => Health::Well,
        })
    }

    /// News were kept: their slots are free.
    pub fn recorded(&mut self, news: &News) {
        self.recording = 0;
        self.cursor = self.cursor.max(news.cursor);
        self.done = self.done.split_off(&(self.cursor + 1, InboxId(i64::MIN)));
        self.has_rows &= !self.done.is_empty();
    }

    /// News could not be kept: they are to be recorded again.
    pub fn unrecorded(&mut self, news: News) {
        self.recording = 0;
        self.has_rows |= news.has_passed;
        self.health_changed |= news.health.is_some();
        self.scheme_changed |= news.rfc9421.is_some();
        self.finished.extend(news.finished);
    }
}
