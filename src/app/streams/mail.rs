//! The mailbox of a stream: what is to be sent, never more than [`BYTES_MAX`], and how it ends.
//!
//! Whoever fills it never waits. A reader that is too slow for it is the one that loses the stream (R32).

use bytes::Bytes;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// Most bytes that wait for one reader; what is larger goes alone.
pub const BYTES_MAX: usize = 128 << 10;
/// How long something may wait for its reader.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Why a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its token or its person may not read any more.
    Revoked,
    /// Its reader does not keep up.
    Slow,
    /// Something was not told: the reader is to connect again and to read what it missed.
    Torn,
    /// The node ends.
    Shutdown,
}

/// What the reader takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// One message, as it goes onto the wire.
    Message(Bytes),
    /// Nothing more comes.
    End(End),
}

/// One mailbox.
#[derive(Debug, Default)]
pub struct Mail {
    waiting: Mutex<Waiting>,
    arrived: Notify,
    ended: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<(Instant, Bytes)>,
    bytes: usize,
    end: Option<End>,
}

impl Mail {
    /// Puts a message in; where there is no room for it the stream ends.
    pub fn put(&self, message: Bytes) {
        let mut waiting = self.waiting();
        if waiting.end.is_some() {
            return;
        }
        if !waiting.messages.is_empty() && waiting.bytes + message.len() > BYTES_MAX {
            drop(waiting);
            return self.end(End::Slow);
        }
        waiting.bytes += message.len();
        waiting.messages.push_back((Instant::now(), message));
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Ends the stream; what waits is not sent any more. The first reason stands.
    pub fn end(&self, why: End) {
        let mut waiting = self.waiting();
        let end = *waiting.end.get_or_insert(why);
        *waiting = Waiting { end: Some(end), ..Waiting::default() };
        drop(waiting);
        self.arrived.notify_one();
        self.ended.notify_one();
    }

    /// Why it ends, if it does.
    pub fn why(&self) -> Option<End> {
        self.waiting().end
    }

    /// Whether something has waited for too long.
    pub fn is_overdue(&self) -> bool {
        self.waiting().messages.front().is_some_and(|(since, _)| since.elapsed() > PATIENCE)
    }

    /// Waits for the next piece. For one reader.
    pub async fn next(&self) -> Piece {
        loop {
            if let Some(piece) = self.take() {
                return piece;
            }
            self.arrived.notified().await;
        }
    }

    /// Waits until the stream is to end, by whatever reason. For one reader.
    pub async fn ended(&self) -> End {
        loop {
            if let Some(end) = self.waiting().end {
                return end;
            }
            self.ended.notified().await;
        }
    }

    fn take(&self) -> Option<Piece> {
        let mut waiting = self.waiting();
        if let Some(end) = waiting.end {
            return Some(Piece::End(end));
        }
        let (_, message) = waiting.messages.pop_front()?;
        waiting.bytes -= message.len();
        if waiting.messages.is_empty() {
            // an idle stream holds no memory for what it once had to hold
            waiting.messages = VecDeque::new();
        }
        Some(Piece::Message(message))
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: usize) -> Bytes {
        Bytes::from(vec![b'x'; bytes])
    }

    #[tokio::test]
    async fn messages_come_in_order_and_nothing_comes_after_the_end() {
        let mail = Mail::default();
        mail.put(message(1));
        mail.put(message(2));
        assert_eq!(mail.next().await, Piece::Message(message(1)));
        mail.end(End::Revoked);
        mail.end(End::Shutdown);
        mail.put(message(3));
        assert_eq!(mail.next().await, Piece::End(End::Revoked));
        assert_eq!(mail.ended().await, End::Revoked);
    }

    #[tokio::test]
    async fn r32_what_waits_for_a_slow_reader_is_bounded() {
        let mail = Mail::default();
        for _ in 0..2 {
            mail.put(message(BYTES_MAX / 2));
        }
        assert_eq!(mail.waiting().bytes, BYTES_MAX);
        mail.put(message(1));
        assert_eq!(mail.next().await, Piece::End(End::Slow));
        assert_eq!(mail.waiting().bytes, 0, "and is given back");
        let other = Mail::default();
        other.put(message(BYTES_MAX * 2));
        assert_eq!(other.next().await, Piece::Message(message(BYTES_MAX * 2)), "what is larger goes alone");
    }
}
