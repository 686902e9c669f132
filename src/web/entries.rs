//! Posts as pages show them: everything a template needs, a whole list in a fixed number of statements.
//!
//! Invariant: nothing is here that the reader may not see. Callers read posts as this viewer; what those boost and quote is read
//! so again, and a community that the reader may not know of is not named even on a post of it that everybody may read.

mod around;
mod beside;
mod readers;

pub(super) use beside::{Link, Medium, Poll, Quoted};
pub(super) use readers::Readers;

use super::faces::{self, Face};
use crate::{
    app::App,
    base::{
        clock::Stamp,
        error::Result,
        id::PostId,
        words::{
            Audience,
            reading::{FilterAction, FilterContext},
        },
    },
    features::posts::queries::Viewer,
    store::tables::{Account, Post},
};
use around::Around;
use std::collections::{HashMap, HashSet};

/// The deepest that answers are set in.
const DEPTH_MAX: usize = 6;

/// A moment: a page gives it to programs as [`Moment::exact`] and to people as `frame.moment(…)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment(pub(super) Stamp);

impl Moment {
    /// RFC 3339.
    pub(super) fn exact(&self) -> String {
        self.0.to_string()
    }
}

impl From<Stamp> for Moment {
    fn from(at: Stamp) -> Self {
        Self(at)
    }
}

/// What a member did with a post, and may do.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Acts {
    pub(super) favourited: bool,
    pub(super) boosted: bool,
    pub(super) bookmarked: bool,
    /// They hear nothing more of its thread.
    pub(super) is_quiet: bool,
    /// It stands at the head of their profile.
    pub(super) is_pinned: bool,
    /// They wrote it.
    pub(super) is_own: bool,
    pub(super) may_answer: bool,
    pub(super) may_boost: bool,
    pub(super) may_pin: bool,
}

/// A post.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: PostId,
    /// Its place in a list: its id, or that of the boost that shows it.
    pub(super) place: PostId,
    /// Its page: a path of ours or a page elsewhere.
    pub(super) href: String,
    /// Whether that is elsewhere.
    pub(super) away: bool,
    /// Its page where it was written; empty for ours.
    pub(super) origin: String,
    /// Who passed it on.
    pub(super) boosted_by: Option<Face>,
    pub(super) author: Face,
    pub(super) community: Option<Face>,
    /// Whom it answers.
    pub(super) answers: Option<Face>,
    pub(super) title: String,
    /// Safe HTML.
    pub(super) content: String,
    /// Content warning: plain text.
    pub(super) spoiler: String,
    pub(super) sensitive: bool,
    /// BCP 47; empty when unknown.
    pub(super) language: String,
    pub(super) media: Vec<Medium>,
    pub(super) poll: Option<Poll>,
    /// What it leads to.
    pub(super) link: Option<Link>,
    pub(super) quote: Option<Quoted>,
    pub(super) readers: Readers,
    pub(super) at: Moment,
    pub(super) edited: Option<Moment>,
    pub(super) replies: i64,
    pub(super) boosts: i64,
    pub(super) favourites: i64,
    /// Its community has not let it in yet; a moderator looks at it first; no more answers are taken.
    pub(super) is_pending: bool,
    pub(super) is_queued: bool,
    pub(super) is_locked: bool,
    /// Why a moderator removed it: only its author reads it still.
    pub(super) removed: Option<String>,
    /// The reader's filter that puts it behind a warning; empty for none.
    pub(super) filter: String,
    /// Where the reader's filters leave it out.
    hidden_in: Vec<FilterContext>,
    /// None for strangers.
    pub(super) acts: Option<Acts>,
    /// How far it is set in below what it answers.
    pub(super) depth: usize,
    /// Whether it is what the page is about.
    pub(super) main: bool,
    /// Whether the form of the page answers it.
    pub(super) is_answered: bool,
    /// The first in a list that the reader had before.
    pub(super) begins_old: bool,
}

impl Entry {
    /// The first of its words, for a line that leads to it.
    pub(super) fn brief(&self) -> String {
        [&self.title, &self.spoiler]
            .into_iter()
            .find(|text| !text.is_empty())
            .cloned()
            .unwrap_or_else(|| super::about::words(&self.content))
    }
}

/// `posts`, in their order, as `viewer` may see them. Those who boost or wrote and take part no more are left out.
pub(super) async fn entries(app: &App, viewer: &Viewer, posts: &[Post]) -> Result<Vec<Entry>> {
    let around = Around::gather(app, viewer, posts).await?;
    Ok(posts.iter().filter_map(|post| entry(app, &around, post)).collect())
}

/// `entries` without those that the reader's filters leave out in this place.
pub(super) fn without_hidden(mut entries: Vec<Entry>, place: FilterContext) -> Vec<Entry> {
    entries.retain(|entry| !entry.hidden_in.contains(&place));
    entries
}

/// `entries` with each post where it stands first: whoever has it from its author and from others who pass it on reads it once.
pub(super) fn once(mut entries: Vec<Entry>) -> Vec<Entry> {
    let mut seen = HashSet::new();
    entries.retain(|entry| seen.insert(entry.id));
    entries
}

/// One entry of a list; none when what it boosts may not be shown, or its author takes part no more.
fn entry(app: &App, around: &Around, post: &Post) -> Option<Entry> {
    let face = |id| around.face(app, id);
    let (shown, boosted_by) = match post.boost_of_id {
        Some(id) => (around.shown.get(&id)?, Some(face(post.author_id)?)),
        None => (post, None),
    };
    let community = shown.community_id.filter(|id| !around.untold.contains(id)).and_then(|id| around.active(id));
    // Members read everything here; for strangers threads of our communities are here, and everything else at its origin.
    let here = around.me.is_some() || shown.is_ours() || community.is_some_and(Account::is_local);
    let page = faces::web(if shown.url.is_empty() { &shown.uri } else { &shown.url });
    let origin = if shown.is_ours() { String::new() } else { page.clone().unwrap_or_default() };
    let filtered = filtered(around, shown);
    Some(Entry {
        id: shown.id,
        place: post.id,
        away: !here,
        href: if here { format!("/p/{}", shown.id) } else { page? },
        origin,
        // a community passes on whatever is written in it: its name stands below the words
        boosted_by: boosted_by.filter(|_| shown.community_id != Some(post.author_id)),
        author: face(shown.author_id)?,
        readers: around.readers(app, shown, community),
        community: community.map(|account| Face::seen(app, account, around.me.is_some())),
        answers: shown.in_reply_to_account_id.and_then(face),
        title: shown.title.clone(),
        content: shown.content.clone(),
        spoiler: shown.spoiler.clone(),
        sensitive: shown.sensitive || filtered.blurs || around.active(shown.author_id).is_some_and(|author| author.sensitized_at.is_some()),
        language: shown.language.clone(),
        media: beside::media(app, shown, around.me),
        poll: around.poll(shown),
        link: around.link(app, shown),
        quote: around.quote(app, shown),
        at: shown.created_at.into(),
        edited: shown.edited_at.map(Moment::from),
        replies: shown.replies_count,
        boosts: shown.boosts_count,
        favourites: shown.favourites_count,
        is_pending: shown.pending,
        is_queued: shown.queued_at.is_some(),
        is_locked: shown.locked_at.is_some(),
        removed: shown.removed_at.map(|_| shown.removed_reason.clone()),
        filter: filtered.warning,
        hidden_in: filtered.hidden_in,
        acts: acts(around, shown),
        depth: 0,
        main: false,
        is_answered: false,
        begins_old: false,
    })
}

/// What the reader did with a post, and may do; none for strangers.
fn acts(around: &Around, post: &Post) -> Option<Acts> {
    let (me, is_own) = (around.me?, around.me == Some(post.author_id));
    let mine = around.mine.get(&post.id).copied().unwrap_or_default();
    let (stands, is_open) = (post.removed_at.is_none() && post.queued_at.is_none(), post.audience <= Audience::Unlisted);
    Some(Acts {
        favourited: mine.favourited,
        boosted: mine.boosted,
        bookmarked: mine.bookmarked,
        is_quiet: mine.is_quiet,
        is_pinned: around.pinned.contains(&post.id),
        is_own: post.author_id == me,
        may_answer: stands && post.locked_at.is_none(),
        may_boost: stands && (is_open || (is_own && post.audience == Audience::Followers)),
        may_pin: stands && is_own && is_open,
    })
}

/// What the reader's filters find in a post.
#[derive(Default)]
struct Filtered {
    /// The title of one that warns; empty for none.
    warning: String,
    /// One hides its files at first.
    blurs: bool,
    hidden_in: Vec<FilterContext>,
}

/// What they find; nothing in the reader's own posts.
fn filtered(around: &Around, post: &Post) -> Filtered {
    let mut found = Filtered::default();
    if around.filters.is_empty() || around.me == Some(post.author_id) {
        return found;
    }
    let said = crate::app::filters::said(post, around.polls.get(&post.id));
    for one in around.filters.find(&said, &[post.id], around.now) {
        match one.filter.action {
            FilterAction::Hide => found.hidden_in.extend(&one.filter.contexts),
            FilterAction::Warn => found.warning.clone_from(&one.filter.title),
            FilterAction::Blur => found.blurs = true,
        }
    }
    found
}

/// How deep each of `below` lies under `top`; each stands after what it answers.
pub(super) fn depths(top: PostId, below: &[Post]) -> HashMap<PostId, usize> {
    let mut depths: HashMap<PostId, usize> = HashMap::from([(top, 0)]);
    for post in below {
        let depth = post.in_reply_to_id.and_then(|parent| depths.get(&parent)).map_or(0, |depth| depth + 1);
        depths.insert(post.id, depth);
    }
    depths
}

/// How far an answer of this depth is set in.
pub(super) fn set_in(depth: usize) -> usize {
    depth.saturating_sub(1).min(DEPTH_MAX)
}
