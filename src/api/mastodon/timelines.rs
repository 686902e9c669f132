//! Timelines: home, public, by tag, by the page that posts lead to, of an account.

use super::viewer;
use crate::{
    api::{
        body::Query,
        caller::{Caller, MaybeCaller},
        entities::status,
        error::Result,
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{error::Refusal, host, id::AccountId, page::Page, words::reading::FilterContext},
    features::{
        accounts, conversations,
        posts::{pins, queries::Viewer},
        previews,
        timelines::queries::{self, Reach, Shown, Tags},
    },
    policy::scope::Scope,
    store::tables::Post,
};
use axum::{extract::State, response::Response};
use serde::Deserialize;

pub(super) fn routes() -> Routes {
    let read = Access::Public(Scope::ReadStatuses);
    Routes::new()
        .get("/api/v1/timelines/home", Access::User(Scope::ReadStatuses), "Reads one's home timeline", home)
        .get(
            "/api/v1/timelines/direct",
            Access::User(Scope::ReadStatuses),
            "Reads direct posts (conversations show them by thread)",
            direct,
        )
        .get("/api/v1/timelines/public", read, "Reads public posts", public)
        .get("/api/v1/timelines/tag/{tag}", read, "Reads public posts with a tag", tag)
        .get("/api/v1/timelines/link", read, "Reads public posts that lead to a page", link)
        .get("/api/v1/accounts/{id}/statuses", read, "Reads what an account posted and boosted", profile)
}

/// A page of posts, without what the reader's filters leave out in this place. Neighbours begin where the page was read.
pub(super) async fn answer(
    app: &App,
    (viewer, place): (&Viewer, FilterContext),
    query: &PageQuery,
    page: Page,
    posts: Vec<Post>,
) -> Result<Response> {
    let ids: Vec<i64> = posts.iter().map(|post| post.id.0).collect();
    let shown = status::without_hidden(status::statuses(app, viewer, &posts).await?, place);
    Ok(query.answer(shown, page.cursors(&ids)))
}

async fn home(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 40);
    let posts = queries::home(&app.store, caller.id(), page).await?;
    answer(&app, (&Viewer::Account(caller.id()), FilterContext::Home), &query, page, posts).await
}

async fn direct(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 40);
    let posts = conversations::posts(&app.store, caller.id(), page).await?;
    answer(&app, (&Viewer::Account(caller.id()), FilterContext::Home), &query, page, posts).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    local: bool,
    remote: bool,
    only_media: bool,
    any: Vec<String>,
    all: Vec<String>,
    none: Vec<String>,
}

impl Wanted {
    fn reach(&self) -> Reach {
        Reach { local: self.local, remote: self.remote, only_media: self.only_media }
    }
}

async fn public(State(app): State<App>, caller: MaybeCaller, query: PageQuery, Query(wanted): Query<Wanted>) -> Result<Response> {
    let (viewer, page) = (viewer(&caller), query.clamp(20, 40));
    let posts = queries::public(&app.store, &viewer, wanted.reach(), page).await?;
    answer(&app, (&viewer, FilterContext::Public), &query, page, posts).await
}

/// Tags beside the first that one request may name in each list.
const TAGS_MAX: usize = 4;

async fn tag(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(tag): Path<String>,
    query: PageQuery,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (viewer, page) = (viewer(&caller), query.clamp(20, 40));
    let reach = wanted.reach();
    let few = |list: Vec<String>| list.into_iter().take(TAGS_MAX);
    let tags = Tags {
        any: std::iter::once(tag).chain(few(wanted.any)).collect(),
        all: few(wanted.all).collect(),
        none: few(wanted.none).collect(),
    };
    let posts = queries::tag(&app.store, &viewer, &tags, reach, page).await?;
    answer(&app, (&viewer, FilterContext::Public), &query, page, posts).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Led {
    url: String,
}

/// Of a page that nothing is known of there are no posts.
async fn link(State(app): State<App>, caller: MaybeCaller, query: PageQuery, Query(led): Query<Led>) -> Result<Response> {
    let (viewer, page) = (viewer(&caller), query.clamp(20, 40));
    let asked = host::parse(&led.url).map(|mut url| {
        url.set_fragment(None);
        url.to_string()
    });
    let card = match asked {
        Some(url) => previews::queries::by_url(&app.store, &url).await?,
        None => return Err(Refusal::invalid("url", "must be the address of a page").into()),
    };
    let posts = match card {
        Some(card) => queries::link(&app.store, &viewer, card, page).await?,
        None => Vec::new(),
    };
    answer(&app, (&viewer, FilterContext::Public), &query, page, posts).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entries {
    exclude_replies: bool,
    exclude_reblogs: bool,
    only_media: bool,
    pinned: bool,
    tagged: Option<String>,
}

async fn profile(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(id): Path<AccountId>,
    query: PageQuery,
    Query(wanted): Query<Entries>,
) -> Result<Response> {
    let found = accounts::queries::nameable(&app.store, id).await?.filter(|account| account.gone_at.is_none());
    let account = found.ok_or_else(Refusal::not_found)?;
    let (viewer, page) = (viewer(&caller), query.clamp(20, 40));
    let shown = Shown {
        exclude_replies: wanted.exclude_replies,
        exclude_reblogs: wanted.exclude_reblogs,
        only_media: wanted.only_media,
        tagged: wanted.tagged.filter(|tag| !tag.is_empty()),
    };
    let posts = if wanted.pinned {
        pins::of(&app.store, &viewer, account.id).await?
    } else {
        queries::profile(&app.store, &viewer, account.id, shown, page).await?
    };
    answer(&app, (&viewer, FilterContext::Account), &query, page, posts).await
}
