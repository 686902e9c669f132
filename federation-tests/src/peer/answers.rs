//! What a scripted peer says: pages on GET, statuses on POST.

use serde_json::Value;
use std::collections::VecDeque;
use std::time::Duration;

/// The answer to a POST to an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u32>,
    /// How long the answer takes.
    pub delay: Duration,
    /// Bytes of its body.
    pub body: usize,
}

impl Answer {
    /// A bare status.
    pub const fn status(status: u16) -> Self {
        Self { status, retry_after: None, delay: Duration::ZERO, body: 0 }
    }

    /// 503 with `Retry-After`.
    pub const fn busy(seconds: u32) -> Self {
        Self { status: 503, retry_after: Some(seconds), delay: Duration::ZERO, body: 0 }
    }

    /// 202 after a while.
    pub const fn slow(delay: Duration) -> Self {
        Self { status: 202, retry_after: None, delay, body: 0 }
    }

    /// The same with a body of so many bytes.
    pub const fn saying(mut self, bytes: usize) -> Self {
        self.body = bytes;
        self
    }
}

/// The script of one host: some answers first, then always the same.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) next: VecDeque<Answer>,
    pub(crate) always: Answer,
}

impl Default for Script {
    fn default() -> Self {
        Self { next: VecDeque::new(), always: Answer::status(202) }
    }
}

impl Script {
    pub(crate) fn turn(&mut self) -> Answer {
        self.next.pop_front().unwrap_or(self.always)
    }
}

/// What a GET of a path is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The status code.
    pub status: u16,
    /// The content type; none when empty.
    pub content_type: String,
    /// `Location`, for redirects.
    pub location: Option<String>,
    /// The body.
    pub body: String,
}

impl Page {
    /// A document of the given content type.
    pub fn new(content_type: &str, body: impl Into<String>) -> Self {
        Self { status: 200, content_type: content_type.to_owned(), location: None, body: body.into() }
    }

    /// An ActivityPub document.
    pub fn activity(document: &Value) -> Self {
        Self::new("application/activity+json; charset=utf-8", document.to_string())
    }

    /// A plain JSON document.
    pub fn json(document: &Value) -> Self {
        Self::new("application/json; charset=utf-8", document.to_string())
    }

    /// A redirect.
    pub fn redirect(to: &str) -> Self {
        Self { status: 302, content_type: String::new(), location: Some(to.to_owned()), body: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripted_answers_come_first_and_once() {
        let mut script = Script::default();
        script.next.extend([Answer::busy(2), Answer::status(500)]);
        assert_eq!([script.turn().status, script.turn().status, script.turn().status, script.turn().status], [503, 500, 202, 202]);
    }
}
