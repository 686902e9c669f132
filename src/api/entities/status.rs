//! Posts as clients get them: a page with boosts, authors, mentions, my flags, apps and communities
//! in at most five statements, and one more for each thing that posts on it have beside their words.

mod beside;
mod filtered;

pub use filtered::without_hidden;

use super::{account, card, emoji, extra::Extra, filter, media::media, poll::ShownPoll, ready::Ready};
use crate::{
    app::App,
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, AppId, PostId},
        text::{
            html::{LINK_REL, escape},
            scan::tag_key,
        },
        words::Audience,
    },
    features::{
        accounts,
        posts::queries::{self, Viewer},
        reactions::{self, Mine},
    },
    store::tables::{self, Account, Post},
};
use serde::Serialize;
use serde_json::Value;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// The Mastodon API's Status, with what is ours under `intermoot`.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/Status")]
pub struct Status {
    pub id: PostId,
    pub created_at: Stamp,
    pub in_reply_to_id: Option<PostId>,
    pub in_reply_to_account_id: Option<AccountId>,
    pub sensitive: bool,
    pub spoiler_text: String,
    pub visibility: &'static str,
    pub language: Option<String>,
    pub uri: String,
    pub url: String,
    pub replies_count: i64,
    pub reblogs_count: i64,
    pub favourites_count: i64,
    pub quotes_count: i64,
    pub edited_at: Option<Stamp>,
    pub favourited: bool,
    pub reblogged: bool,
    pub muted: bool,
    pub bookmarked: bool,
    pub pinned: bool,
    pub content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    pub reblog: Option<Box<Status>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<Application>,
    pub account: Ready,
    pub media_attachments: Vec<Value>,
    pub mentions: Vec<Mentioned>,
    pub tags: Vec<Tagged>,
    pub emojis: Vec<emoji::Shown>,
    pub card: Option<card::Shown>,
    pub poll: Option<ShownPoll>,
    pub quote: Option<beside::Quote>,
    pub quote_approval: beside::Approval,
    pub filtered: Vec<filter::Found>,
    /// Pleroma's, for reactions by emoji.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pleroma: Option<Value>,
    pub intermoot: Extra,
}

/// The app a post was written with.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/Status#application")]
pub struct Application {
    pub name: String,
    pub website: Option<String>,
}

/// Somebody mentioned.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/Status#Mention")]
pub struct Mentioned {
    pub id: AccountId,
    pub username: String,
    pub acct: String,
    pub url: String,
}

/// A tag of a post.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of docs.joinmastodon.org/entities/Status#Tag")]
pub struct Tagged {
    pub name: String,
    pub url: String,
}

/// Everything a page of posts refers to.
struct Around {
    shown: HashMap<PostId, Post>,
    accounts: HashMap<AccountId, Account>,
    /// Ready once each, however often they write.
    authors: HashMap<AccountId, Ready>,
    apps: HashMap<AppId, Arc<tables::App>>,
    mine: HashMap<PostId, Mine>,
    beside: beside::Beside,
    /// Who reads, with what they filter.
    reader: filtered::Reader,
}

/// The posts as `viewer` gets them, in their order. Posts the caller has read as this viewer; what
/// they boost is read here as this viewer too, and a boost of what may not be seen is left out.
pub async fn statuses(app: &App, viewer: &Viewer, posts: &[Post]) -> Result<Vec<Status>> {
    let around = gather(app, viewer, posts, false).await?;
    Ok(posts.iter().filter_map(|post| whole(app, &around, post)).collect())
}

/// A post as `viewer`, its author, gets it who has just written it: nobody has reacted to it yet.
pub async fn just_written(app: &App, viewer: &Viewer, post: &Post) -> Result<Status> {
    let around = gather(app, viewer, std::slice::from_ref(post), true).await?;
    Ok(whole(app, &around, post).ok_or_else(crate::base::error::Refusal::not_found)?)
}

/// One post as `viewer` gets it; not found when its author is no more.
pub async fn status(app: &App, viewer: &Viewer, post: &Post) -> Result<Status> {
    let found = statuses(app, viewer, std::slice::from_ref(post)).await?.pop();
    Ok(found.ok_or_else(crate::base::error::Refusal::not_found)?)
}

/// The word clients have for an audience.
pub fn visibility(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "public",
        Audience::Unlisted => "unlisted",
        Audience::Followers | Audience::Members => "private",
        Audience::Direct => "direct",
    }
}

async fn gather(app: &App, viewer: &Viewer, posts: &[Post], are_new: bool) -> Result<Around> {
    let boosted: Vec<PostId> = distinct(posts.iter().filter_map(|post| post.boost_of_id));
    let shown: HashMap<PostId, Post> =
        queries::seen_many(&app.store, viewer, &boosted).await?.into_iter().map(|post| (post.id, post)).collect();
    let quoted = beside::quotes(app, viewer, posts.iter().chain(shown.values())).await?;
    let all = || posts.iter().chain(shown.values()).chain(quoted.values());

    let people = all().flat_map(|post| [Some(post.author_id), post.community_id].into_iter().flatten().chain(mentioned(post)));
    let people = distinct(people);
    let (mine, accounts) = match viewer.account().filter(|_| !are_new) {
        Some(me) => {
            let ids = distinct(all().filter(|post| post.boost_of_id.is_none()).map(|post| post.id));
            reactions::mine_and_accounts(&app.store, me, (&ids, &people)).await?
        }
        None => (Vec::new(), accounts::queries::by_ids(&app.store, &people).await?),
    };
    let apps = distinct(all().filter_map(|post| post.app_id));
    let apps = app.clients.find(&app.store, &apps).await?;
    // nobody has pinned, answered or reacted to what is new
    let reader = if are_new { &Viewer::Stranger } else { viewer };
    let mut beside = beside::Beside::gather(app, reader, &all().collect::<Vec<_>>()).await?;

    let writers: HashSet<AccountId> = all().map(|post| post.author_id).collect();
    let ready = |one: &Account| Ok((one.id, Ready::of(&account::account(app, one, None))?));
    let authors = accounts.iter().filter(|one| writers.contains(&one.id)).map(ready).collect::<Result<_>>()?;
    beside.quoted = quoted;
    beside.me = viewer.account();
    let reader = filtered::Reader::of(app, viewer).await?;
    Ok(Around {
        reader,
        authors,
        accounts: accounts.into_iter().map(|account| (account.id, account)).collect(),
        apps,
        shown,
        mine: mine.into_iter().collect(),
        beside,
    })
}

fn distinct<T: Copy + Eq + std::hash::Hash>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    items.filter(|item| seen.insert(*item)).collect()
}

fn mentioned(post: &Post) -> Vec<AccountId> {
    if post.mentions == "[]" {
        return Vec::new();
    }
    let list: Vec<tables::Mention> = serde_json::from_str(&post.mentions).unwrap_or_default();
    list.into_iter().map(|mention| mention.id).collect()
}

/// A post with what it boosts; none when it may not be shown.
fn whole(app: &App, around: &Around, post: &Post) -> Option<Status> {
    let Some(shown) = post.boost_of_id else { return one(app, around, post, true) };
    let shown = one(app, around, around.shown.get(&shown)?, true)?;
    let mut boost = one(app, around, post, true)?;
    // Clients show the boost's own copy of these.
    boost.content.clone_from(&shown.content);
    boost.spoiler_text.clone_from(&shown.spoiler_text);
    boost.sensitive = shown.sensitive;
    boost.language.clone_from(&shown.language);
    boost.emojis.clone_from(&shown.emojis);
    boost.filtered.extend(shown.filtered.iter().cloned());
    (boost.favourited, boost.reblogged, boost.bookmarked) = (shown.favourited, shown.reblogged, shown.bookmarked);
    boost.muted = shown.muted;
    (boost.replies_count, boost.reblogs_count, boost.favourites_count) = (shown.replies_count, shown.reblogs_count, shown.favourites_count);
    boost.reblog = Some(Box::new(shown));
    Some(boost)
}

/// One post; what it quotes is whole with `is_whole`.
fn one(app: &App, around: &Around, post: &Post, is_whole: bool) -> Option<Status> {
    let mine = around.mine.get(&post.id).copied().unwrap_or_default();
    let tags: Vec<String> = if post.tags == "[]" { Vec::new() } else { serde_json::from_str(&post.tags).unwrap_or_default() };
    let application = post
        .app_id
        .and_then(|id| around.apps.get(&id))
        .map(|app| Application { name: app.name.clone(), website: Some(app.website.clone()).filter(|website| !website.is_empty()) });
    Some(Status {
        id: post.id,
        created_at: post.created_at,
        in_reply_to_id: post.in_reply_to_id,
        in_reply_to_account_id: post.in_reply_to_account_id,
        sensitive: post.sensitive || beside::is_behind_a_warning(around, post),
        spoiler_text: post.spoiler.clone(),
        visibility: visibility(post.audience),
        language: Some(post.language.clone()).filter(|language| !language.is_empty()),
        uri: app.origin.absolute(&post.uri),
        url: app.origin.absolute(&post.url),
        replies_count: post.replies_count,
        reblogs_count: post.boosts_count,
        favourites_count: post.favourites_count,
        quotes_count: post.quotes_count,
        edited_at: post.edited_at,
        favourited: mine.favourited,
        reblogged: mine.boosted,
        muted: mine.is_quiet,
        bookmarked: mine.bookmarked,
        pinned: around.beside.is_pinned(post),
        content: titled(app, post),
        text: None,
        reblog: None,
        application,
        account: around.authors.get(&post.author_id)?.clone(),
        media_attachments: media(app, post, around.beside.me),
        mentions: mentioned(post).iter().filter_map(|id| around.accounts.get(id)).map(|account| mention(app, account)).collect(),
        tags: tags.iter().map(|tag| tagged(app, tag)).collect(),
        emojis: beside::emojis(app, post),
        card: around.beside.card(post),
        poll: around.beside.poll(app, post),
        quote: beside::quote(app, around, post, is_whole),
        quote_approval: around.beside.approval(post),
        filtered: around.reader.found(post, &around.beside),
        pleroma: around.beside.reactions(app, post),
        intermoot: Extra {
            dislikes_count: around.beside.dislikes(post),
            ..Extra::of(post, post.community_id.and_then(|id| around.accounts.get(&id)))
        },
    })
}

/// The words, under their title where there is one: other clients have no place for titles. The title of a page or a video
/// elsewhere leads there.
fn titled(app: &App, post: &Post) -> String {
    if post.title.is_empty() {
        return post.content.clone();
    }
    let title = escape(&post.title);
    if post.is_ours() {
        return format!("<p><strong>{title}</strong></p>{}", post.content);
    }
    let page = escape(&app.origin.absolute(&post.url));
    let link = format!("<a href=\"{page}\" rel=\"{LINK_REL}\" target=\"_blank\">{title}</a>");
    format!("<p><strong>{link}</strong></p>{}", post.content)
}

fn mention(app: &App, account: &Account) -> Mentioned {
    Mentioned { id: account.id, username: account.username.clone(), acct: account.acct(), url: app.origin.absolute(&account.url) }
}

/// A tag with its page.
pub fn tagged(app: &App, tag: &str) -> Tagged {
    Tagged { name: tag.to_owned(), url: tag_url(app, &tag_key(tag)) }
}

/// The page of a tag, by its key.
pub fn tag_url(app: &App, key: &str) -> String {
    app.tag_url(key)
}
