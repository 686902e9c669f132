//! Polls as clients get them. Source: docs.joinmastodon.org/entities/Poll.

use super::emoji::{Shown, shown};
use crate::{
    app::App,
    base::{clock::Stamp, id::PostId},
    features::polls::Vote,
    store::tables::{Details, Poll, PollOption},
};
use serde::Serialize;

/// The Mastodon API's Poll. Its id is that of its post.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/Poll")]
pub struct ShownPoll {
    pub id: PostId,
    pub expires_at: Option<Stamp>,
    pub expired: bool,
    pub multiple: bool,
    pub votes_count: i64,
    pub voters_count: Option<i64>,
    pub options: Vec<ShownOption>,
    pub emojis: Vec<Shown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_votes: Option<Vec<i16>>,
}

/// One answer.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/Poll#Option")]
pub struct ShownOption {
    pub title: String,
    /// None while its author keeps the figures for the end.
    pub votes_count: Option<i64>,
}

/// Who looks at a poll.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// What they voted, in this and other polls; none for strangers.
    pub votes: Option<&'a [Vote]>,
    /// They asked it. As Mastodon has it they count as having voted: apps show them figures and no way to vote.
    pub is_author: bool,
}

/// A poll as `reader` gets it.
pub fn poll(poll: &Poll, (app, details): (&App, &Details), reader: Reader<'_>, now: Stamp) -> ShownPoll {
    let is_open = !poll.hide_totals || poll.is_over(now);
    let all = poll.options();
    let votes_count = all.iter().fold(0i64, |sum, option| sum.saturating_add(option.votes));
    let told = |option: PollOption| ShownOption { votes_count: is_open.then_some(option.votes), title: option.title };
    let mine = reader.votes;
    let own_votes: Option<Vec<i16>> =
        mine.map(|votes| votes.iter().filter(|vote| vote.post_id == poll.post_id).map(|vote| vote.choice).collect());
    let own_votes = own_votes.or(reader.is_author.then(Vec::new));
    ShownPoll {
        id: poll.post_id,
        expires_at: poll.ends_at,
        expired: poll.is_over(now),
        multiple: poll.multiple,
        votes_count,
        voters_count: poll.voters_count,
        options: all.into_iter().map(told).collect(),
        emojis: shown(app, &details.emojis),
        voted: own_votes.as_ref().map(|votes| reader.is_author || !votes.is_empty()),
        own_votes,
    }
}
