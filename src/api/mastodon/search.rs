//! Search: people, posts and tags; and what an address or a handle of elsewhere names.
//!
//! Invariant: resolving obeys the asker's rights; what is cached here and not theirs to see is not
//! found (S131).

use super::{
    accounts::{followed, without_internal},
    find, viewer,
};
use crate::{
    api::{
        body::Query,
        caller::{Caller, MaybeCaller},
        entities::{account::accounts as shown, status, tag::tags},
        error::{Failure, Result},
        routes::{Access, Cost, Routes},
    },
    app::{App, finding},
    base::{finding::question::Question, id::AccountId, page::Page},
    features::{
        accounts::names::{self, Seeker},
        posts::queries::Viewer,
        search,
    },
    policy::scope::Scope,
    store::{
        Searching,
        tables::{Account, Post},
    },
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

/// Most results of each kind, and how many unless asked.
const LIMIT_MAX: u32 = 40;
const LIMIT_DEFAULT: u32 = 20;
/// How far into the results one may look by `offset`; posts are paged further by `max_id`.
const OFFSET_MAX: u32 = 400;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v2/search", Access::Public(Scope::ReadSearch), "Searches people, posts and tags", search_all)
        .costing(Cost::Large)
}

/// As Mastodon documents it, but for `exclude_unreviewed`: tags are not reviewed here, so that none is left out.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    resolve: bool,
    limit: Option<u32>,
    offset: Option<u32>,
    account_id: Option<AccountId>,
    max_id: Option<i64>,
    min_id: Option<i64>,
    following: bool,
}

impl Asked {
    fn wants(&self, kind: &str) -> bool {
        self.kind.as_deref().is_none_or(|wanted| wanted.is_empty() || wanted == kind)
    }
}

/// What was found.
#[derive(Default)]
struct Results {
    accounts: Vec<Account>,
    posts: Vec<Post>,
    tags: Vec<String>,
}

impl Results {
    fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.posts.is_empty() && self.tags.is_empty()
    }
}

async fn search_all(State(app): State<App>, caller: MaybeCaller, Query(asked): Query<Asked>) -> Result<Json<Value>> {
    let words = find::query(&asked.q)?;
    if words.is_empty() {
        return Err(Failure::field("q", "can't be blank"));
    }
    if asked.kind.as_deref().is_some_and(|kind| !matches!(kind, "" | "accounts" | "statuses" | "hashtags")) {
        return Err(Failure::field("type", "must be one of accounts, statuses, hashtags"));
    }
    let viewer = viewer(&caller);
    let mut found = match find::address(&words) {
        Some(address) => {
            let may_ask = asked.resolve && viewer.account().is_some();
            let (accounts, posts) = finding::by_address(&app, &viewer, &address, may_ask).await?;
            Results { accounts, posts, ..Results::default() }
        }
        None => Results::default(),
    };
    // what has no scheme may be words after all
    if found.is_empty() && !words.starts_with("http") {
        found = by_words(&app, &viewer, &asked, &words).await?;
    }
    found.accounts = without_internal(&app, caller.0.as_ref().map(Caller::account), found.accounts).await?;
    found.accounts = find::around(&app, caller.0.as_ref().map(Caller::account), found.accounts).await?;
    if let Some(me) = viewer.account().filter(|_| asked.following) {
        found.accounts = followed(&app, me, found.accounts).await?;
    }
    if let Some(author) = asked.account_id {
        found.posts.retain(|post| post.author_id == author);
    }
    Ok(Json(json!({
        "accounts": if asked.wants("accounts") { shown(&app, &app.store, found.accounts).await? } else { Vec::new() },
        "statuses": if asked.wants("statuses") { status::statuses(&app, &viewer, &found.posts).await? } else { Vec::new() },
        "hashtags": if asked.wants("hashtags") { tags(&app, viewer.account(), &found.tags).await? } else { Vec::new() },
    })))
}

async fn by_words(app: &App, viewer: &Viewer, asked: &Asked, words: &str) -> Result<Results> {
    let offset = asked.offset.unwrap_or_default();
    if offset > OFFSET_MAX {
        return Ok(Results::default());
    }
    let page = Page { max_id: asked.max_id, min_id: asked.min_id, limit: asked.limit.unwrap_or_default(), since_id: None };
    let page = page.clamp(LIMIT_DEFAULT, LIMIT_MAX);
    let stretch = (page.limit, offset);
    let question = Question::read(words);
    let is_name = !words.contains(['@', ' ']);
    let mut found = Results::default();
    if asked.wants("accounts") && question.is_plain() && !words.starts_with('#') {
        found.accounts = people(app, viewer, asked, words, stretch).await?;
    }
    if asked.wants("statuses") && !(is_name && words.starts_with('#')) {
        found.posts = finding::posts(app, viewer, (question, asked.account_id), (page, offset)).await?;
    }
    if asked.wants("hashtags") && is_name {
        let tags = Searching::settled(search::tags(&app.store.searching(), viewer, words, stretch).await)?;
        found.tags = tags.into_iter().map(|(tag, _)| tag).collect();
    }
    Ok(found)
}

/// Accounts by their names; the one whose whole handle is asked for comes first.
async fn people(app: &App, viewer: &Viewer, asked: &Asked, words: &str, (limit, offset): (u32, u32)) -> Result<Vec<Account>> {
    let seeker = Seeker { reader: viewer.account(), followed: asked.following };
    let mut found = Searching::settled(names::search(&app.store.searching(), seeker, words, (limit, offset)).await)?;
    if offset == 0
        && let Some(exact) = finding::by_handle(app, words, asked.resolve && viewer.account().is_some()).await?
    {
        found.retain(|account| account.id != exact.id);
        found.insert(0, exact);
        found.truncate(limit as usize);
    }
    Ok(found)
}
