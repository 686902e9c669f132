//! Polls on the wire: a `Question`, as Mastodon writes it. The figures of one from elsewhere are its author's word: clamped, never
//! negative (S47).

use super::Fields;
use crate::{
    base::{
        clock::Stamp,
        text::{html, limits, names},
    },
    features::polls::Told,
    store::tables::{Poll, PollOption},
};
use serde::Serialize;
use serde_json::{Value, json};

/// Most answers that are kept.
const OPTIONS_MAX: usize = 20;
/// Longest answer.
const OPTION_CHARS_MAX: usize = 200;
/// The highest figure that is believed.
const COUNT_MAX: u32 = 1_000_000_000;

/// What a poll of ours adds to the document of its post.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    #[serde(skip_serializing_if = "Option::is_none")]
    one_of: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    any_of: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voters_count: Option<i64>,
}

impl Asked {
    /// The question as others get it; with its figures, unless those wait for the end.
    pub fn of(poll: &Poll) -> Self {
        let is_told = !poll.hide_totals || poll.ended_at.is_some();
        let option = |option: PollOption| {
            let mut replies = json!({"type": "Collection"});
            if is_told {
                replies["totalItems"] = json!(option.votes);
            }
            json!({"type": "Note", "name": option.title, "replies": replies})
        };
        let options = poll.options().into_iter().map(option).collect();
        let (one_of, any_of) = if poll.multiple { (None, Some(options)) } else { (Some(options), None) };
        Self { one_of, any_of, end_time: poll.ends_at, closed: poll.ended_at, voters_count: poll.voters_count }
    }
}

/// The poll; none where nothing may be chosen.
pub fn read(fields: Fields<'_>) -> Option<Told> {
    if super::written::kind_of(fields) != Some("Question") {
        return None;
    }
    let multiple = fields.value("anyOf").is_some();
    let answers = fields.list(if multiple { "anyOf" } else { "oneOf" }).filter_map(Fields::of);
    let options: Vec<PollOption> = answers.filter_map(option).take(OPTIONS_MAX).collect();
    if options.is_empty() {
        return None;
    }
    // a time, or a plain yes; what cannot be read says yes too
    let closed_at = fields.time("closed");
    let closed = match fields.value("closed") {
        None | Some(Value::Bool(false)) => false,
        Some(_) => true,
    };
    Some(Told {
        multiple,
        options,
        ends_at: fields.time("endTime").or(closed_at),
        closed,
        voters_count: fields.number("votersCount").map(|voters| voters.min(COUNT_MAX).into()),
    })
}

fn option(answer: Fields<'_>) -> Option<PollOption> {
    let title = answer.text("name").or_else(|| answer.text("content")).unwrap_or_default();
    let title = names::display_name(&html::to_plain(limits::cut_bytes(title, 8 * OPTION_CHARS_MAX)), OPTION_CHARS_MAX);
    let votes = answer.object("replies").and_then(|replies| replies.number("totalItems")).unwrap_or(0);
    (!title.is_empty()).then(|| PollOption { title, votes: votes.min(COUNT_MAX).into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn question(votes: Value) -> Value {
        json!({"type": "Question", "endTime": "2026-03-06T07:40:13Z", "votersCount": 7, "anyOf": [
            {"type": "Note", "name": "<b>apple</b>", "replies": {"type": "Collection", "totalItems": votes}}, {"type": "Note", "name": "pear"}, {"type": "Note"}]})
    }

    #[test]
    fn a_question_of_mastodon_is_read() {
        let told = read(Fields::of(&question(json!(3))).unwrap()).unwrap();
        assert_eq!((told.multiple, told.closed, told.voters_count), (true, false, Some(7)));
        assert_eq!(told.options, [PollOption { title: "apple".into(), votes: 3 }, PollOption { title: "pear".into(), votes: 0 }]);
    }

    #[test]
    fn s047_forged_figures_are_clamped() {
        for (said, believed) in
            [(json!(-5), 0), (json!(1e308), 0), (json!(u64::MAX), 0), (json!("many"), 0), (json!(4_000_000_000_u64), 1_000_000_000)]
        {
            assert_eq!(read(Fields::of(&question(said)).unwrap()).unwrap().options[0].votes, believed);
        }
    }

    #[test]
    fn what_asks_nothing_is_no_poll_and_what_is_closed_says_so() {
        assert!(read(Fields::of(&json!({"type": "Note", "oneOf": [{"name": "a"}]})).unwrap()).is_none());
        assert!(read(Fields::of(&json!({"type": "Question", "oneOf": []})).unwrap()).is_none());
        for (closed, said) in
            [(json!(true), true), (json!(false), false), (json!("2023-01-01T26:04:45Z"), true), (json!("2023-01-01T20:04:45Z"), true)]
        {
            let told = read(Fields::of(&json!({"type": "Question", "oneOf": [{"name": "a"}], "closed": closed})).unwrap()).unwrap();
            assert_eq!(told.closed, said, "{closed}");
        }
    }
}
