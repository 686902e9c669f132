//! The sitemap (sitemaps.org): what is public here and wants to be found, for search engines, and nothing else.
//!
//! An index names lists of at most 10,000 addresses, each by the id after which it begins, so that none is ever counted through
//! from its start. Lists are kept for some minutes, since anybody may ask; the statements run where they are ended.

use super::kept;
use crate::{
    app::App,
    base::{clock::Stamp, config::FederationMode, error::Result},
    features::timelines::findable::{Findable, Found, found, further},
    store::Searching,
    web::{pages::Failure, session::Visit},
};
use askama::Template;
use axum::{
    Extension, Router,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};
use moka::sync::Cache;
use std::{sync::Arc, time::Duration};

/// Addresses in a list.
const LISTED: u32 = 10_000;
/// Lists that the index names of each kind; the newest beyond would wait.
const LISTS: usize = 1_000;
/// How long a list is kept, here and by others, in seconds.
const KEPT_SECONDS: u32 = 600;
/// What is kept here at most, in bytes.
const KEPT_BYTES: u64 = 16 << 20;
/// Its type, with the encoding.
const KIND: &str = "application/xml; charset=utf-8";

/// Lists that were made.
type Lists = Cache<(Option<Findable>, i64), Arc<str>>;

/// The lists of this node.
#[derive(Template)]
#[template(path = "public/sitemaps.xml")]
struct Index {
    lists: Vec<String>,
}

/// One list: addresses, and when each last changed.
#[derive(Template)]
#[template(path = "public/sitemap.xml")]
struct List {
    pages: Vec<(String, Option<Stamp>)>,
}

fn word(kind: Findable) -> &'static str {
    match kind {
        Findable::Communities => "communities",
        Findable::People => "people",
        Findable::Threads => "threads",
    }
}

/// What is told: a company's people are not for everybody, unless its node federates with everybody.
async fn kinds(app: &App) -> Result<Vec<Findable>> {
    let tells_people = app.federation_mode(&app.store).await? == FederationMode::Open;
    Ok(Findable::ALL.into_iter().filter(|kind| *kind != Findable::People || tells_people).collect())
}

async fn index(State(app): State<App>, Extension(lists): Extension<Lists>, headers: HeaderMap) -> Result<Response, Failure> {
    let text = indexed(&app, &lists).await?;
    Ok(kept::answer(&headers, (KIND, text.to_string()), (None, KEPT_SECONDS)))
}

async fn indexed(app: &App, lists: &Lists) -> Result<Arc<str>, Failure> {
    match lists.get(&(None, 0)) {
        Some(text) => Ok(text),
        None => keep(lists, (None, 0), &Index { lists: Searching::settled(named(app).await)? }),
    }
}

/// The addresses of all lists: what always is here, then each kind from its first.
async fn named(app: &App) -> Result<Vec<String>> {
    let mut lists = vec![app.origin.absolute("/sitemap/node.xml")];
    for kind in kinds(app).await? {
        let mut after = further(&app.store.searching(), kind, 0, 1).await?.map(|_| 0);
        for _ in 0..LISTS {
            let Some(start) = after else { break };
            lists.push(app.origin.absolute(&format!("/sitemap/{}-{start}.xml", word(kind))));
            after = further(&app.store.searching(), kind, start, LISTED).await?;
        }
    }
    Ok(lists)
}

async fn list(
    State(app): State<App>,
    Extension(lists): Extension<Lists>,
    (visit, Path(name)): (Visit, Path<String>),
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if name == "node.xml" {
        let pages = ["/", "/about"].map(|path| (app.origin.absolute(path), None)).into();
        return Ok(kept::answer(&headers, (KIND, rendered(&List { pages })?), (None, KEPT_SECONDS)));
    }
    let nothing = || visit.nothing();
    let (kind, after) = asked(&name).ok_or_else(nothing)?;
    // Only what the index names is made: anybody may ask, and each list costs (S74).
    let is_named = indexed(&app, &lists).await?.contains(&format!("/sitemap/{name}<"));
    if !is_named || !kinds(&app).await?.contains(&kind) {
        return Err(nothing());
    }
    let text = match lists.get(&(Some(kind), after)) {
        Some(text) => text,
        None => {
            let found = Searching::settled(found(&app.store.searching(), kind, after, LISTED).await)?;
            let page = |one: Found| (app.origin.absolute(&one.uri), Some(one.changed_at));
            keep(&lists, (Some(kind), after), &List { pages: found.into_iter().map(page).collect() })?
        }
    };
    Ok(kept::answer(&headers, (KIND, text.to_string()), (None, KEPT_SECONDS)))
}

/// `people-0.xml`: what, and after which id.
fn asked(name: &str) -> Option<(Findable, i64)> {
    let (word_asked, after) = name.strip_suffix(".xml")?.split_once('-')?;
    let kind = Findable::ALL.into_iter().find(|kind| word(*kind) == word_asked)?;
    Some((kind, after.parse().ok().filter(|after| *after >= 0)?))
}

fn keep(lists: &Lists, key: (Option<Findable>, i64), page: &impl Template) -> Result<Arc<str>, Failure> {
    let text: Arc<str> = rendered(page)?.into();
    lists.insert(key, Arc::clone(&text));
    Ok(text)
}

fn rendered(page: &impl Template) -> Result<String, Failure> {
    page.render().map_err(|error| Failure::plain(anyhow::Error::from(error).into()))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    let size = |_: &(Option<Findable>, i64), text: &Arc<str>| u32::try_from(text.len()).unwrap_or(u32::MAX);
    let lists: Lists =
        Cache::builder().weigher(size).max_capacity(KEPT_BYTES).time_to_live(Duration::from_secs(KEPT_SECONDS.into())).build();
    Router::new().route("/sitemap.xml", get(index)).route("/sitemap/{part}", get(list)).layer(Extension(lists))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_named_by_what_it_holds_and_where_it_begins() {
        assert_eq!(asked("threads-12.xml"), Some((Findable::Threads, 12)));
        for wrong in ["threads-12", "threads--1.xml", "threads-x.xml", "posts-0.xml", "threads.xml", "-0.xml", ""] {
            assert_eq!(asked(wrong), None, "{wrong}");
        }
    }
}
