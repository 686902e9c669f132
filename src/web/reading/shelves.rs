//! Lists of posts that a member reads: home, public posts, what they kept and liked, their own lists.

use super::Tab;
use crate::{
    app::App,
    base::{
        id::{AccountId, PostId},
        page::Page,
        words::reading::FilterContext,
    },
    features::{
        lists,
        notifications::markers,
        reactions,
        timelines::queries::{self as timelines, Reach},
    },
    store::tables::Post,
    web::{
        entries::{self, Entry},
        pages::{self, Failure, Frame, Result},
        paging,
        session::Visit,
    },
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::get,
};

/// A list of posts.
#[derive(Template)]
#[template(path = "reading/shelf.html")]
struct Shelf {
    frame: Frame,
    title: String,
    tabs: Vec<Tab>,
    /// What the stream of this page is asked for; empty for none.
    live: &'static str,
    posts: Vec<Entry>,
    newest: String,
    older: String,
    /// What is said where nothing is, and the ways from there.
    nothing: String,
    ways: Vec<(&'static str, String)>,
}

/// Which list a page shows.
struct Which {
    path: String,
    title: String,
    nothing: String,
    live: &'static str,
    /// Where filters look; none where what one kept oneself is shown whole.
    place: Option<FilterContext>,
}

/// The page of a list: `found` with the ids of their places in it.
async fn show(app: &App, visit: &Visit, which: Which, (page, found): (Page, Vec<(i64, Post)>)) -> Result<Response> {
    shown(app, visit, which, (page, found, None)).await
}

async fn shown(app: &App, visit: &Visit, which: Which, (page, found, read): (Page, Vec<(i64, Post)>, Option<i64>)) -> Result<Response> {
    let frame = visit.frame();
    let (places, posts): (Vec<i64>, Vec<Post>) = found.into_iter().unzip();
    let mut entries = entries::once(entries::entries(app, &visit.viewer(), &posts).await?);
    if let Some(place) = which.place {
        entries = entries::without_hidden(entries, place);
    }
    if let Some(read) = read
        && let Some(first) = entries.iter().position(|entry| entry.place.0 <= read).filter(|first| *first > 0)
    {
        entries.iter_mut().skip(first).take(1).for_each(|entry| entry.begins_old = true);
    }
    let page = Shelf {
        tabs: tabs(&frame, &which.path),
        title: which.title,
        live: if page.max_id.is_none() { which.live } else { "" },
        posts: entries,
        older: paging::older(&which.path, &page, &places),
        newest: page.max_id.map(|_| which.path).unwrap_or_default(),
        nothing: which.nothing,
        ways: vec![("/communities", frame.say("reading-find-communities")), ("/search", frame.say("reading-find-people"))],
        frame,
    };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

/// The ways between the lists.
fn tabs(frame: &Frame, here: &str) -> Vec<Tab> {
    let tab = |href: &str, words: String| Tab { is_here: here == href, href: href.to_owned(), words };
    vec![
        tab("/home", frame.say("reading-home")),
        tab("/public", frame.say("reading-public-here")),
        tab("/public/all", frame.say("reading-public-all")),
        tab("/bookmarks", frame.say("reading-bookmarks")),
        tab("/favourites", frame.say("reading-my-favourites")),
        tab("/lists", frame.say("reading-lists")),
    ]
}

fn asked(visit: &Visit, uri: &Uri) -> Result<Page> {
    paging::asked(uri).map_err(|refusal| Failure::shown(refusal, visit))
}

/// Posts that stand in a list by their own ids.
fn by_id(posts: Vec<Post>) -> Vec<(i64, Post)> {
    posts.into_iter().map(|post| (post.id.0, post)).collect()
}

async fn home(State(app): State<App>, visit: Visit, uri: Uri) -> Result<Response> {
    let (me, page, frame) = (visit.member()?.id, asked(&visit, &uri)?, visit.frame());
    let posts = timelines::home(&app.store, me, page).await?;
    let read = if page.max_id.is_none() { look(&app, me, posts.first().map(|post| post.id)).await? } else { None };
    let which = Which {
        path: "/home".into(),
        title: frame.say("reading-home"),
        nothing: frame.say("reading-home-empty"),
        live: "home",
        place: Some(FilterContext::Home),
    };
    shown(&app, &visit, which, (page, by_id(posts), read)).await
}

/// How far `me` had read their home before; they have read up to `newest` from now on. That this could not be noted spoils no page.
async fn look(app: &App, me: AccountId, newest: Option<PostId>) -> Result<Option<i64>> {
    let marked = markers::markers(&app.store, me, &["home".to_owned()]).await?.pop();
    let read = marked.and_then(|marker| marker.last_read_id.parse::<i64>().ok());
    if let Some(newest) = newest.filter(|newest| read.is_none_or(|read| newest.0 > read)) {
        let noted = async {
            let tx = app.begin().await?;
            markers::mark(&tx, me, "home", &newest.to_string()).await?;
            tx.commit().await
        };
        if let Err(problem) = noted.await {
            tracing::debug!(%problem, "how far somebody has read was not noted");
        }
    }
    Ok(read)
}

async fn public(app: App, visit: Visit, uri: Uri, local: bool) -> Result<Response> {
    visit.member()?;
    let (page, frame) = (asked(&visit, &uri)?, visit.frame());
    let posts = timelines::public(&app.store, &visit.viewer(), Reach { local, ..Reach::default() }, page).await?;
    let (path, title) =
        if local { ("/public", frame.say("reading-public-here")) } else { ("/public/all", frame.say("reading-public-all")) };
    let nothing = frame.say("reading-public-empty");
    let which = Which { path: path.into(), title, nothing, live: "", place: Some(FilterContext::Public) };
    show(&app, &visit, which, (page, by_id(posts))).await
}

async fn public_here(State(app): State<App>, visit: Visit, uri: Uri) -> Result<Response> {
    public(app, visit, uri, true).await
}

async fn public_all(State(app): State<App>, visit: Visit, uri: Uri) -> Result<Response> {
    public(app, visit, uri, false).await
}

async fn bookmarks(State(app): State<App>, visit: Visit, uri: Uri) -> Result<Response> {
    let (me, page, frame) = (visit.member()?.id, asked(&visit, &uri)?, visit.frame());
    let found = reactions::bookmarks(&app.store, me, page).await?;
    let (title, nothing) = (frame.say("reading-bookmarks"), frame.say("reading-bookmarks-empty"));
    let which = Which { path: "/bookmarks".into(), title, nothing, live: "", place: None };
    show(&app, &visit, which, (page, found)).await
}

async fn favourites(State(app): State<App>, visit: Visit, uri: Uri) -> Result<Response> {
    let (me, page, frame) = (visit.member()?.id, asked(&visit, &uri)?, visit.frame());
    let found = reactions::favourites(&app.store, me, page).await?;
    let (title, nothing) = (frame.say("reading-my-favourites"), frame.say("reading-favourites-empty"));
    let which = Which { path: "/favourites".into(), title, nothing, live: "", place: None };
    show(&app, &visit, which, (page, found)).await
}

/// One's lists.
#[derive(Template)]
#[template(path = "reading/lists.html")]
struct Lists {
    frame: Frame,
    tabs: Vec<Tab>,
    /// Address and title.
    lists: Vec<(String, String)>,
}

async fn all_lists(State(app): State<App>, visit: Visit) -> Result<Response> {
    let me = visit.member()?.id;
    let found = lists::queries::all(&app.store, me).await?;
    let frame = visit.frame();
    let lists = found.into_iter().map(|list| (format!("/lists/{}", list.id), list.title)).collect();
    let page = Lists { tabs: tabs(&frame, "/lists"), frame, lists };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

async fn list(State(app): State<App>, visit: Visit, Path(id): Path<String>, uri: Uri) -> Result<Response> {
    let (me, page, frame) = (visit.member()?.id, asked(&visit, &uri)?, visit.frame());
    let nothing = || visit.nothing();
    let id: i64 = id.parse().map_err(|_| nothing())?;
    let found = lists::queries::find(&app.store, me, id).await?.ok_or_else(nothing)?;
    let posts = timelines::list(&app.store, me, id, page).await?;
    let which = Which {
        path: format!("/lists/{id}"),
        title: found.title,
        nothing: frame.say("reading-list-empty"),
        live: "",
        place: Some(FilterContext::Home),
    };
    show(&app, &visit, which, (page, by_id(posts))).await
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/home", get(home))
        .route("/public", get(public_here))
        .route("/public/all", get(public_all))
        .route("/bookmarks", get(bookmarks))
        .route("/favourites", get(favourites))
        .route("/lists", get(all_lists))
        .route("/lists/{id}", get(list))
}
