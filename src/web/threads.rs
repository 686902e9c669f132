//! Posts, each with what it answers and what answers it; and posts that share a tag.

use super::{
    about::{self, Head, Preview},
    entries::{self, Entry},
    faces,
    pages::{self, Failure, Result},
    paging,
    session::Visit,
};
use crate::{
    app::App,
    base::{error::Refusal, id::PostId, text::scan::tag_key, words::Audience},
    features::{
        accounts,
        posts::{
            queries::{self, Viewer},
            thread,
        },
        timelines::queries::{self as timelines, Reach, Tags},
    },
    store::tables::Post,
};
use axum::{
    Router,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

/// Longest tag that has a page, in characters.
const TAG_CHARS_MAX: usize = 100;

async fn post(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let post = find(&app, &visit, &id).await?;
    let (above, below) = thread::context(&app.store, &Viewer::Stranger, post.id).await?;
    let all: Vec<Post> = above.iter().chain([&post]).chain(&below).cloned().collect();
    let mut shown = entries::entries(&app, &all).await?;
    let at = shown.iter().position(|entry| entry.id == post.id).ok_or_else(|| Failure::shown(Refusal::not_found(), &visit))?;
    let mut answers = shown.split_off(at + 1);
    entries::set_in(post.id, &below, &mut answers);
    let mut main = shown.pop().ok_or_else(|| Failure::shown(Refusal::not_found(), &visit))?;
    if main.away {
        // Not of a community here: it is read where it was written.
        let page = faces::page_at_home(&post.uri, &post.url).ok_or_else(|| Failure::shown(Refusal::not_found(), &visit))?;
        return Ok(Redirect::to(&page).into_response());
    }
    main.main = true;
    for entry in &mut answers {
        // The place is named once, and whom a direct answer answers is plain to see.
        entry.community = None;
        entry.answers = entry.answers.take().filter(|_| entry.depth > 0);
    }
    let page = pages::Thread {
        frame: visit.frame(),
        head: head(&app, &post, &main).await?,
        name: name(&main),
        // What it answers may be elsewhere, or not for strangers: both look the same.
        rootless: shown.is_empty() && !post.in_reply_to_uri.is_empty(),
        address: app.origin.absolute(&post.uri),
        above: shown,
        post: main,
        answers,
    };
    Ok(pages::public(&visit, &page))
}

/// The post with this id as strangers may see it. What was public and was deleted says so; anything
/// else answers like what is not there (S54).
async fn find(app: &App, visit: &Visit, id: &str) -> Result<Post> {
    let nothing = || Failure::shown(Refusal::not_found(), visit);
    let id = id.parse().map(PostId).map_err(|_| nothing())?;
    let seen = queries::seen(&app.store, &Viewer::Stranger, id).await?.filter(|post| post.boost_of_id.is_none());
    if let Some(post) = seen {
        return Ok(post);
    }
    let raw = queries::by_id(&app.store, id).await?.filter(|post| post.uri.starts_with('/') && post.boost_of_id.is_none());
    match raw.filter(|post| post.deleted_at.is_some() && post.removed_at.is_none() && post.audience <= Audience::Unlisted) {
        Some(_) => Err(Failure::gone("This post was deleted by its author.", visit)),
        None => Err(nothing()),
    }
}

async fn head(app: &App, post: &Post, shown: &Entry) -> Result<Head> {
    let ours = post.uri.starts_with('/');
    let author = accounts::queries::by_id(&app.store, post.author_id).await?;
    let wants_finding = author.is_some_and(|author| author.discoverable);
    let is_public = post.audience == Audience::Public;
    let description = if shown.spoiler.is_empty() { about::words(&shown.content) } else { shown.spoiler.clone() };
    let preview = Preview { kind: "article", title: name(shown), description, published: shown.at.exact() };
    let uri = app.origin.absolute(&post.uri);
    Ok(Head {
        canonical: if ours { uri.clone() } else { faces::page_at_home(&post.uri, &post.url).unwrap_or_default() },
        document: faces::web(&uri).unwrap_or_default(),
        noindex: !(ours && is_public && wants_finding),
        preview: is_public.then_some(preview),
        next: String::new(),
    })
}

/// What a page about a post is called: its title, or who wrote it.
fn name(post: &Entry) -> String {
    if post.title.is_empty() { format!("{} wrote", post.author.name) } else { post.title.clone() }
}

/// Public posts of our people with a tag.
async fn tagged(State(app): State<App>, visit: Visit, Path(tag): Path<String>, uri: Uri) -> Result<Response> {
    if tag.is_empty() || tag.chars().count() > TAG_CHARS_MAX {
        return Err(Failure::shown(Refusal::not_found(), &visit));
    }
    let page = paging::asked(&uri).map_err(|refusal| Failure::shown(refusal, &visit))?;
    let key: String = url::form_urlencoded::byte_serialize(tag_key(&tag).as_bytes()).collect();
    let path = format!("/tags/{key}");
    let (tags, reach) = (Tags { any: vec![tag.clone()], ..Tags::default() }, Reach { local: true, ..Reach::default() });
    let posts = timelines::tag(&app.store, &Viewer::Stranger, &tags, reach, page).await?;
    let ids: Vec<i64> = posts.iter().map(|post| post.id.0).collect();
    let older = paging::older(&path, &page, &ids);
    let page = pages::Tagged {
        frame: visit.frame(),
        head: Head { canonical: app.origin.absolute(&path), noindex: true, next: older.clone(), ..Head::default() },
        tag,
        posts: entries::entries(&app, &posts).await?,
        newest: page.max_id.map(|_| path).unwrap_or_default(),
        older,
    };
    Ok(pages::public(&visit, &page))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/p/{id}", get(post)).route("/tags/{tag}", get(tagged))
}
