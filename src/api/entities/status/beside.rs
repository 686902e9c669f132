//! What stands beside the words of a page of posts: polls, reactions by emoji, quotes, pins.
//!
//! Each costs one statement for the whole page, and only where a post on it has it.

use super::{Around, Status, distinct, one};
use crate::{
    api::entities::{
        emoji,
        poll::{self, Reader, ShownPoll},
    },
    app::App,
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
    },
    features::{
        polls::{self, Vote},
        posts::{
            pins,
            queries::{self, Viewer},
        },
        quotes,
        reactions::emoji::{DISLIKE, Tally, tallies},
    },
    store::tables::{Poll, Post},
};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// Most kinds of emoji shown of one post.
const KINDS_MAX: usize = 50;

/// What stands beside the words of the posts of a page.
#[derive(Default)]
pub(super) struct Beside {
    /// Posts whose stamp lets them show what they quote.
    stamped: HashSet<PostId>,
    /// Posts that are quoted and that the reader may see, by uri as stored.
    pub(super) quoted: HashMap<String, Post>,
    polls: HashMap<PostId, Poll>,
    votes: Option<Vec<Vote>>,
    tallies: HashMap<PostId, Vec<Tally>>,
    pinned: HashSet<PostId>,
    pub(super) me: Option<AccountId>,
    now: Stamp,
}

/// The Mastodon API's Quote; of a quote in a quote only its id.
#[derive(Clone, Debug, Serialize)]
pub struct Quote {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted_status: Option<Box<Status>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted_status_id: Option<PostId>,
}

/// What `posts` quote, and what those quote in turn, as far as `viewer` may see it.
pub(super) async fn quotes(app: &App, viewer: &Viewer, posts: impl Iterator<Item = &Post>) -> Result<HashMap<String, Post>> {
    let mut quoted = quoted_by(app, viewer, posts).await?;
    let inner = quoted_by(app, viewer, quoted.values()).await?;
    quoted.extend(inner);
    Ok(quoted)
}

async fn quoted_by(app: &App, viewer: &Viewer, posts: impl Iterator<Item = &Post>) -> Result<HashMap<String, Post>> {
    let mut uris: Vec<String> = posts.filter(|post| !post.quote_uri.is_empty()).map(|post| post.quote_uri.clone()).collect();
    uris.sort_unstable();
    uris.dedup();
    let found = queries::seen_by_uris(&app.store, viewer, &uris).await?;
    Ok(found.into_iter().filter(|post| post.boost_of_id.is_none()).map(|post| (post.uri.clone(), post)).collect())
}

impl Beside {
    /// Gathers what stands beside `posts`, the quoted ones among them.
    pub(super) async fn gather(app: &App, viewer: &Viewer, posts: &[&Post]) -> Result<Self> {
        let (store, me) = (&app.store, viewer.account());
        let asking = distinct(posts.iter().filter(|post| post.details().is_poll).map(|post| post.id));
        let votes = match me {
            Some(me) => Some(polls::mine(store, me, &asking).await?),
            None => None,
        };
        let mut by_post: HashMap<PostId, Vec<Tally>> = HashMap::new();
        let with_emoji = distinct(posts.iter().filter(|post| post.reactions_count > 0).map(|post| post.id));
        for tally in tallies(store, &with_emoji, me).await? {
            by_post.entry(tally.post_id).or_default().push(tally);
        }
        let quoting = distinct(posts.iter().filter(|post| !post.quote_uri.is_empty()).map(|post| post.id));
        let own = distinct(posts.iter().filter(|post| Some(post.author_id) == me && post.boost_of_id.is_none()).map(|post| post.id));
        Ok(Self {
            polls: polls::by_posts(store, &asking).await?.into_iter().map(|poll| (poll.post_id, poll)).collect(),
            pinned: pins::among(store, me.unwrap_or(AccountId(0)), &own).await?.into_iter().collect(),
            me,
            now: store.clock.now(),
            tallies: by_post,
            votes,
            stamped: quotes::held(store, &quoting).await?.into_iter().collect(),
            quoted: HashMap::new(),
        })
    }

    /// The question of a post.
    pub(super) fn poll(&self, post: &Post) -> Option<ShownPoll> {
        let reader = Reader { votes: self.votes.as_deref(), is_author: self.me == Some(post.author_id) };
        self.polls.get(&post.id).map(|found| poll::poll(found, &post.details(), reader, self.now))
    }

    /// Whether its author, who reads it, pinned it.
    pub(super) fn is_pinned(&self, post: &Post) -> bool {
        self.pinned.contains(&post.id)
    }

    /// Reactions by emoji, in Pleroma's words; none for most.
    pub(super) fn reactions(&self, post: &Post) -> Option<Value> {
        let one = |tally: &Tally| {
            let image = Some(&tally.image).filter(|image| !image.is_empty());
            json!({ "name": tally.emoji, "count": tally.count, "me": tally.mine == 1, "url": image, "static_url": image })
        };
        let shown: Vec<Value> =
            self.tallies.get(&post.id)?.iter().filter(|tally| tally.emoji != DISLIKE).take(KINDS_MAX).map(one).collect();
        (!shown.is_empty()).then(|| json!({ "emoji_reactions": shown }))
    }

    /// How many dislike it.
    pub(super) fn dislikes(&self, post: &Post) -> i64 {
        let tallies = self.tallies.get(&post.id).into_iter().flatten();
        tallies.filter(|tally| tally.emoji == DISLIKE).map(|tally| tally.count).sum()
    }
}

/// What a post quotes; none where the reader may not see it, or another wrote it who gave no stamp for that (FEP-044f): then the
/// link in the words stands for it. `is_whole` is false for what is quoted itself.
pub(super) fn quote(app: &App, around: &Around, post: &Post, is_whole: bool) -> Option<Quote> {
    let quoted = around.beside.quoted.get(&post.quote_uri).filter(|_| !post.quote_uri.is_empty())?;
    let is_let = quoted.author_id == post.author_id || around.beside.stamped.contains(&post.id);
    if quoted.id == post.id || !is_let {
        return None;
    }
    if !is_whole {
        return Some(Quote { state: "accepted", quoted_status: None, quoted_status_id: Some(quoted.id) });
    }
    let shown = one(app, around, quoted, false)?;
    Some(Quote { state: "accepted", quoted_status: Some(Box::new(shown)), quoted_status_id: None })
}

/// Custom emoji of a post.
pub(super) fn emojis(post: &Post) -> Vec<emoji::Shown> {
    if post.details.is_empty() { Vec::new() } else { emoji::shown(&post.details().emojis) }
}
