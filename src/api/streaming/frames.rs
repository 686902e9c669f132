//! One event as it goes onto the wire: once for each form and channel, however many read it.

use super::index::Place;
use crate::app::streams::{Channel, Form};
use bytes::Bytes;
use serde_json::json;
use std::collections::HashMap;

/// What happened, in Mastodon's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A post or boost came.
    Update,
    /// A post changed.
    StatusUpdate,
    /// A post is no more.
    Delete,
    /// One was told something.
    Notification,
    /// A conversation went on.
    Conversation,
    /// One changed one's filters.
    FiltersChanged,
}

impl Event {
    fn word(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::StatusUpdate => "status.update",
            Self::Delete => "delete",
            Self::Notification => "notification",
            Self::Conversation => "conversation",
            Self::FiltersChanged => "filters_changed",
        }
    }
}

/// Puts an event into the mailbox of everybody in `places`; `payload` is one line, or empty for none.
pub(super) fn send<'a>(event: Event, payload: &str, places: impl Iterator<Item = &'a Place>) {
    let mut frames: HashMap<(Form, &Channel), Bytes> = HashMap::new();
    for Place { reader, channel } in places {
        let form = reader.ticket.form;
        let frame = frames.entry((form, channel)).or_insert_with(|| frame(form, channel, (event, payload)));
        reader.mail.put(frame.clone());
    }
}

fn frame(form: Form, channel: &Channel, (event, payload): (Event, &str)) -> Bytes {
    match form {
        Form::Events => format!("event: {}\ndata: {payload}\n\n", event.word()).into(),
        Form::Socket if payload.is_empty() => json!({ "stream": channel.words(), "event": event.word() }).to_string().into(),
        // the payload is JSON as a text within JSON
        Form::Socket => json!({ "stream": channel.words(), "event": event.word(), "payload": payload }).to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_of_a_subscription_stands_in_its_messages() {
        let channel = Channel::named("hashtag", Some("foo"), None).unwrap();
        let text = frame(Form::Socket, &channel, (Event::Update, "{\"id\":\"1\"}"));
        let read: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(read, json!({ "stream": ["hashtag", "foo"], "event": "update", "payload": "{\"id\":\"1\"}" }));
        assert_eq!(frame(Form::Events, &channel, (Event::Delete, "7")), "event: delete\ndata: 7\n\n");
    }
}
