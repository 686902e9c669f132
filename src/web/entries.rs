//! Posts as pages show them: everything a template needs, for a whole list in four statements.
//!
//! Invariant: nothing is here that a stranger may not see. Callers read posts as
//! [`Viewer::Stranger`]; what those boost is read so again, and a community that strangers may not
//! know of is not named even on a post of it that everybody may read.

use super::faces::{self, Face};
use crate::{
    app::{App, links::Sight},
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
    },
    features::{
        accounts, communities,
        posts::queries::{self, Viewer},
    },
    store::tables::{Account, Attachment, Post},
};
use std::collections::HashMap;

/// The deepest that answers are set in.
const DEPTH_MAX: usize = 4;

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

/// A medium of a post: it stays where it is, and is only linked (S91).
#[derive(Clone, Debug)]
pub(super) struct Medium {
    /// http or https.
    pub(super) href: String,
    /// What it is, in a word.
    pub(super) kind: &'static str,
    /// What it shows; may be empty.
    pub(super) description: String,
}

/// A post.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: PostId,
    /// Its page: a path of ours or a page elsewhere.
    pub(super) href: String,
    /// Whether that is elsewhere.
    pub(super) away: bool,
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
    pub(super) at: Moment,
    pub(super) edited: Option<Moment>,
    pub(super) replies: i64,
    pub(super) boosts: i64,
    pub(super) favourites: i64,
    /// How far it is set in below what it answers.
    pub(super) depth: usize,
    /// Whether it is what the page is about.
    pub(super) main: bool,
}

/// What a list of posts refers to.
struct Around {
    shown: HashMap<PostId, Post>,
    accounts: HashMap<AccountId, Account>,
    /// Communities that strangers may know of.
    told: Vec<AccountId>,
}

/// `posts`, in their order, as a stranger may see them.
pub(super) async fn entries(app: &App, posts: &[Post]) -> Result<Vec<Entry>> {
    let around = gather(app, posts).await?;
    Ok(posts.iter().filter_map(|post| entry(app, &around, post)).collect())
}

async fn gather(app: &App, posts: &[Post]) -> Result<Around> {
    let boosted: Vec<PostId> = posts.iter().filter_map(|post| post.boost_of_id).collect();
    let shown = queries::seen_many(&app.store, &Viewer::Stranger, &boosted).await?;
    let all = || posts.iter().chain(&shown);
    let mut ids: Vec<AccountId> =
        all().flat_map(|post| [Some(post.author_id), post.community_id, post.in_reply_to_account_id]).flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    let accounts = accounts::queries::by_ids(&app.store, &ids).await?;
    let mut places: Vec<AccountId> = all().filter_map(|post| post.community_id).collect();
    places.sort_unstable();
    places.dedup();
    let facts = communities::queries::by_ids(&app.store, &places).await?;
    Ok(Around {
        told: facts.iter().filter(|facts| faces::is_told(facts)).map(|facts| facts.account_id).collect(),
        accounts: accounts.into_iter().map(|account| (account.id, account)).collect(),
        shown: shown.into_iter().map(|post| (post.id, post)).collect(),
    })
}

/// One entry of a list; none when what it boosts may not be shown, or its author takes part no more.
fn entry(app: &App, around: &Around, post: &Post) -> Option<Entry> {
    let active = |id| around.accounts.get(&id).filter(|account| account.is_active());
    let (shown, boosted_by) = match post.boost_of_id {
        Some(id) => (around.shown.get(&id)?, Some(Face::of(app, active(post.author_id)?))),
        None => (post, None),
    };
    let community = shown.community_id.filter(|id| around.told.contains(id)).and_then(active);
    // Threads of our communities are read here, whoever wrote in them; everything else at its origin.
    let here = shown.uri.starts_with('/') || community.is_some_and(Account::is_local);
    let href = if here { format!("/p/{}", shown.id) } else { faces::web(if shown.url.is_empty() { &shown.uri } else { &shown.url })? };
    Some(Entry {
        id: shown.id,
        away: !here,
        href,
        boosted_by,
        author: Face::of(app, active(shown.author_id)?),
        community: community.map(|account| Face::of(app, account)),
        answers: shown.in_reply_to_account_id.and_then(active).map(|account| Face::of(app, account)),
        title: shown.title.clone(),
        content: shown.content.clone(),
        spoiler: shown.spoiler.clone(),
        sensitive: shown.sensitive || active(shown.author_id).is_some_and(|author| author.sensitized_at.is_some()),
        language: shown.language.clone(),
        media: media(app, shown),
        at: shown.created_at.into(),
        edited: shown.edited_at.map(Moment::from),
        replies: shown.replies_count,
        boosts: shown.boosts_count,
        favourites: shown.favourites_count,
        depth: 0,
        main: false,
    })
}

/// The files of a post that everybody may see.
fn media(app: &App, post: &Post) -> Vec<Medium> {
    let list: Vec<Attachment> = serde_json::from_str(&post.attachments).unwrap_or_default();
    let kind = |media_type: &str| match media_type.split('/').next() {
        Some("image") => "Picture",
        Some("video") => "Video",
        Some("audio") => "Sound",
        _ => "File",
    };
    let one = |file: Attachment| {
        Some(Medium {
            href: faces::web(&app.shown_url(&file.url, Sight::Everybody))?,
            kind: kind(&file.media_type),
            description: file.description,
        })
    };
    list.into_iter().filter_map(one).collect()
}

/// Sets the answers below `top` in by how deep they lie. `posts` are what the entries were made of.
pub(super) fn set_in(top: PostId, posts: &[Post], entries: &mut [Entry]) {
    let parents: HashMap<PostId, Option<PostId>> = posts.iter().map(|post| (post.id, post.in_reply_to_id)).collect();
    let mut depths: HashMap<PostId, usize> = HashMap::from([(top, 0)]);
    // Each answer stands after what it answers.
    for entry in entries {
        let parent = parents.get(&entry.id).copied().flatten();
        let depth = parent.and_then(|parent| depths.get(&parent)).map_or(0, |depth| depth + 1);
        depths.insert(entry.id, depth);
        entry.depth = depth.saturating_sub(1).min(DEPTH_MAX);
    }
}
