//! What stands beside the words of a page of posts: polls, reactions by emoji, quotes, pins.
//!
//! Each costs one statement for the whole page, and only where a post on it has it.

use super::{Around, Status, distinct, one};
use crate::{
    api::entities::{
        card, emoji,
        poll::{self, Reader, ShownPoll},
    },
    app::{App, links::Sight},
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
        words::{Audience, Quotable, QuoteAnswer},
    },
    features::{
        polls::{self, Vote},
        posts::{
            pins,
            queries::{self, Viewer},
        },
        previews,
        quotes::{self, asking},
        reactions::emoji::{DISLIKE, Tally, tallies},
    },
    policy::quoting::{Asker, lets},
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
    /// Those of ours that quote and may not show it, or not yet.
    unanswered: HashMap<PostId, QuoteAnswer>,
    /// Authors whom the reader follows, where only followers may quote.
    followed: HashSet<AccountId>,
    /// Posts whose stamp lets them show what they quote.
    stamped: HashSet<PostId>,
    /// Posts that are quoted and that the reader may see, by uri as stored.
    pub(super) quoted: HashMap<String, Post>,
    polls: HashMap<PostId, Poll>,
    votes: Option<Vec<Vote>>,
    tallies: HashMap<PostId, Vec<Tally>>,
    pinned: HashSet<PostId>,
    cards: HashMap<PostId, card::Shown>,
    pub(super) me: Option<AccountId>,
    pub(super) now: Stamp,
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
        let leading = distinct(posts.iter().filter(|post| may_lead(post)).map(|post| post.id));
        let cards = card::by_key(app, previews::queries::of_posts(store, &leading).await?).await?;
        let quoting = distinct(posts.iter().filter(|post| !post.quote_uri.is_empty()).map(|post| post.id));
        let own = distinct(posts.iter().filter(|post| Some(post.author_id) == me && post.boost_of_id.is_none()).map(|post| post.id));
        let for_followers = distinct(posts.iter().filter(|post| is_for_followers(post)).map(|post| post.author_id));
        let followed = match me {
            Some(me) => asking::followed(store, me, &for_followers).await?,
            None => Vec::new(),
        };
        let own_quoting = distinct(posts.iter().filter(|post| !post.quote_uri.is_empty() && post.is_ours()).map(|post| post.id));
        let unanswered = asking::unanswered(store, &own_quoting).await?;
        Ok(Self {
            followed: followed.into_iter().collect(),
            unanswered: unanswered.into_iter().map(|one| (one.post_id, one.answer)).collect(),
            polls: polls::by_posts(store, &asking).await?.into_iter().map(|poll| (poll.post_id, poll)).collect(),
            pinned: pins::among(store, me.unwrap_or(AccountId(0)), &own).await?.into_iter().collect(),
            cards,
            me,
            now: store.clock.now(),
            tallies: by_post,
            votes,
            stamped: quotes::held(store, &quoting).await?.into_iter().collect(),
            quoted: HashMap::new(),
        })
    }

    /// Who may quote a post, in the Mastodon API's words, and whether its reader may.
    pub(super) fn approval(&self, post: &Post) -> Approval {
        let (ours, chosen) = (post.is_ours(), post.details().quotable);
        let is_open = post.audience <= Audience::Unlisted;
        let is_author = self.me == Some(post.author_id);
        let chosen = chosen.or(ours.then_some(Quotable::Everyone)).filter(|_| is_open);
        let follows = self.followed.contains(&post.author_id);
        let current_user = match chosen {
            _ if is_author => "automatic",
            None if ours || !is_open => "denied",
            None => "unknown",
            Some(Quotable::Asked) => "manual",
            // who may not by themselves asks, elsewhere
            Some(Quotable::Followers) if !ours && !follows => "manual",
            Some(chosen) if lets(chosen, Asker { is_author, follows }) => "automatic",
            Some(_) => "denied",
        };
        let automatic = match chosen {
            Some(chosen @ (Quotable::Everyone | Quotable::Followers)) => vec![chosen.word()],
            _ => Vec::new(),
        };
        let manual = if chosen == Some(Quotable::Asked) { vec!["public"] } else { Vec::new() };
        Approval { automatic, manual, current_user }
    }

    /// The question of a post.
    pub(super) fn poll(&self, app: &App, post: &Post) -> Option<ShownPoll> {
        let reader = Reader { votes: self.votes.as_deref(), is_author: self.me == Some(post.author_id) };
        self.polls.get(&post.id).map(|found| poll::poll(found, (app, &post.details()), reader, self.now))
    }

    /// What the page to which a post leads says of itself.
    pub(super) fn card(&self, post: &Post) -> Option<card::Shown> {
        self.cards.get(&post.id).cloned()
    }

    /// The question of a post as it is kept.
    pub(super) fn asked(&self, post: &Post) -> Option<&Poll> {
        self.polls.get(&post.id)
    }

    /// Whether its author, who reads it, pinned it.
    pub(super) fn is_pinned(&self, post: &Post) -> bool {
        self.pinned.contains(&post.id)
    }

    /// Reactions by emoji, in Pleroma's words; none for most.
    pub(super) fn reactions(&self, app: &App, post: &Post) -> Option<Value> {
        let one = |tally: &Tally| {
            let image = Some(&tally.image).filter(|image| !image.is_empty()).map(|image| app.shown_url(image, Sight::Everybody));
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

/// Whether there may be a card: those of others are not looked for.
fn may_lead(post: &Post) -> bool {
    post.boost_of_id.is_none() && post.audience <= Audience::Unlisted && post.content.contains("<a ")
}

fn is_for_followers(post: &Post) -> bool {
    !post.details.is_empty() && post.details().quotable == Some(Quotable::Followers)
}

/// The Mastodon API's QuoteApproval.
#[derive(Clone, Debug, Serialize)]
pub struct Approval {
    automatic: Vec<&'static str>,
    manual: Vec<&'static str>,
    current_user: &'static str,
}

/// What a post quotes; none where the reader may not see it, or another wrote it who gave no stamp for that (FEP-044f): then the
/// link in the words stands for it. `is_whole` is false for what is quoted itself.
pub(super) fn quote(app: &App, around: &Around, post: &Post, is_whole: bool) -> Option<Quote> {
    if let Some(answer) = around.beside.unanswered.get(&post.id) {
        return Some(Quote { state: answer.word(), quoted_status: None, quoted_status_id: None });
    }
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

/// Whether an administrator put all files of its author behind a warning.
pub(super) fn is_behind_a_warning(around: &Around, post: &Post) -> bool {
    around.accounts.get(&post.author_id).is_some_and(|author| author.sensitized_at.is_some())
}

/// Custom emoji of a post.
pub(super) fn emojis(app: &App, post: &Post) -> Vec<emoji::Shown> {
    if post.details.is_empty() { Vec::new() } else { emoji::shown(app, &post.details().emojis) }
}
