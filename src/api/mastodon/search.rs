//! Search: people, posts and tags; and what an address or a handle of elsewhere names.
//!
//! Invariant: resolving obeys the asker's rights; what is cached here and not theirs to see is not
//! found (S131).

use super::{accounts::without_internal, find, viewer};
use crate::{
    api::{
        body::Query,
        caller::{Caller, MaybeCaller},
        entities::{account::accounts as shown, status, tag::tags},
        error::{Failure, Result},
        routes::{Access, Cost, Routes},
    },
    app::{App, Found},
    base::{
        error::Error,
        id::{AccountId, PostId},
        text::handle,
    },
    features::{
        accounts,
        posts::queries::{self, Viewer},
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

/// Most results of each kind.
const LIMIT_MAX: u32 = 40;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v2/search", Access::Public(Scope::ReadSearch), "Searches people, posts and tags", search_all)
        .costing(Cost::Large)
}

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
        Some(address) => by_address(&app, &viewer, &asked, &address).await?,
        None => Results::default(),
    };
    // what has no scheme may be words after all
    if found.is_empty() && !words.starts_with("http") {
        found = by_words(&app, &viewer, &asked, &words).await?;
    }
    found.accounts = without_internal(&app, caller.0.as_ref().map(Caller::account), found.accounts).await?;
    found.accounts = find::around(&app, caller.0.as_ref().map(Caller::account), found.accounts).await?;
    let wants = |kind: &str| asked.kind.as_deref().is_none_or(|wanted| wanted.is_empty() || wanted == kind);
    if let Some(author) = asked.account_id {
        found.posts.retain(|post| post.author_id == author);
    }
    Ok(Json(json!({
        "accounts": if wants("accounts") { shown(&app, &app.store, found.accounts).await? } else { Vec::new() },
        "statuses": if wants("statuses") { status::statuses(&app, &viewer, &found.posts).await? } else { Vec::new() },
        "hashtags": if wants("hashtags") { tags(&app, viewer.account(), &found.tags).await? } else { Vec::new() },
    })))
}

async fn by_words(app: &App, viewer: &Viewer, asked: &Asked, words: &str) -> Result<Results> {
    // Further pages are not offered: what is asked for is found among the first.
    if asked.offset.is_some_and(|offset| offset > 0) {
        return Ok(Results::default());
    }
    let limit = asked.limit.unwrap_or(20).clamp(1, LIMIT_MAX);
    let mut accounts = Searching::settled(accounts::queries::search(&app.store.searching(), viewer.account(), words, limit).await)?;
    if let Some(exact) = by_handle(app, viewer, asked, words).await? {
        accounts.retain(|account| account.id != exact.id);
        accounts.insert(0, exact);
        accounts.truncate(limit as usize);
    }
    let is_tag = words.starts_with('#');
    // Words of posts are searched for people of this node only.
    let posts = match viewer {
        Viewer::Account(_) if !is_tag => Searching::settled(search::posts(&app.store.searching(), viewer, words, limit).await)?,
        _ => Vec::new(),
    };
    let tags = match words {
        words if words.contains(['@', ' ']) => Vec::new(),
        words => Searching::settled(search::tags(&app.store.searching(), viewer, words, limit).await)?,
    };
    Ok(Results { accounts, posts, tags: tags.into_iter().map(|(tag, _)| tag).collect() })
}

/// The account with exactly this handle; looked up at its node when asked to and unknown here.
async fn by_handle(app: &App, viewer: &Viewer, asked: &Asked, words: &str) -> Result<Option<Account>> {
    let Ok(acct) = handle::acct(words) else { return Ok(None) };
    let known = find::known(app, &acct).await?;
    let elsewhere = acct.host.filter(|host| host != app.origin.authority());
    let may_ask = asked.resolve && viewer.account().is_some();
    match (elsewhere, app.network()) {
        (Some(host), Ok(network)) if known.is_none() && may_ask => nothing_if_refused(network.find_account(&acct.name, &host).await),
        _ => Ok(known.filter(Account::is_active)),
    }
}

/// What an address names, here or, when asked to, elsewhere.
async fn by_address(app: &App, viewer: &Viewer, asked: &Asked, address: &str) -> Result<Results> {
    let stored = app.origin.stored(address).to_owned();
    let mut found = Results::default();
    if let Some(post) = queries::by_uri(&app.store, &stored).await? {
        found.posts = seen(app, viewer, post.id).await?;
    } else if let Some(account) = accounts::queries::by_uri(&app.store, &stored).await? {
        found.accounts = Some(account).filter(Account::is_active).into_iter().collect();
    } else if let Some(name) = stored.strip_prefix("/@") {
        let account = accounts::queries::by_handle(&app.store, name.trim_end_matches('/'), "").await?;
        found.accounts = account.filter(Account::is_active).into_iter().collect();
    } else if asked.resolve && viewer.account().is_some() && !app.origin.is_ours(address) {
        let Ok(network) = app.network() else { return Ok(found) };
        match nothing_if_refused(network.find_url(address).await)? {
            Some(Found::Post(post)) => found.posts = seen(app, viewer, post).await?,
            Some(Found::Account(account)) => {
                found.accounts = accounts::queries::by_id(&app.store, account).await?.filter(Account::is_active).into_iter().collect();
            }
            None => {}
        }
    }
    Ok(found)
}

async fn seen(app: &App, viewer: &Viewer, post: PostId) -> Result<Vec<Post>> {
    Ok(queries::seen(&app.store, viewer, post).await?.into_iter().collect())
}

/// A search that finds nothing is no failure.
fn nothing_if_refused<T>(outcome: crate::base::error::Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(Error::Refused(refusal)) => {
            tracing::debug!(%refusal, "a search found nothing elsewhere");
            Ok(None)
        }
        Err(fault) => Err(fault.into()),
    }
}
