//! Polls as clients get them. Source: docs.joinmastodon.org/entities/Poll.

use super::emoji::{Shown, shown};
use crate::{
    app::App,
    base::{clock::Stamp, id::PostId},
    features::polls::Vote,
    store::tables::{Details, Poll},
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
    pub votes_count: i64,
}

/// A poll as somebody gets it who voted so; `mine` is none for strangers.
pub fn poll(poll: &Poll, (app, details): (&App, &Details), mine: Option<&[Vote]>, now: Stamp) -> ShownPoll {
    let options: Vec<ShownOption> =
        poll.options().into_iter().map(|option| ShownOption { title: option.title, votes_count: option.votes }).collect();
    let own_votes: Option<Vec<i16>> =
        mine.map(|votes| votes.iter().filter(|vote| vote.post_id == poll.post_id).map(|vote| vote.choice).collect());
    ShownPoll {
        id: poll.post_id,
        expires_at: poll.ends_at,
        expired: poll.is_over(now),
        multiple: poll.multiple,
        votes_count: options.iter().fold(0, |sum, option| sum.saturating_add(option.votes_count)),
        voters_count: poll.voters_count,
        options,
        emojis: shown(app, &details.emojis),
        voted: own_votes.as_ref().map(|votes| !votes.is_empty()),
        own_votes,
    }
}
