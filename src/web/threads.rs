//! Posts, each with what it answers and what answers it.

use super::{
    about::{self, Head, Preview},
    entries::{self, Entry},
    faces,
    pages::{self, Failure, Result},
    session::Visit,
};
use crate::{
    app::App,
    base::{error::Refusal, id::PostId, words::Audience},
    features::{
        accounts,
        posts::{
            queries::{self, Viewer},
            thread,
        },
    },
    store::tables::Post,
};
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

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
    let wants_finding = author.as_ref().is_some_and(|author| author.discoverable);
    let is_public = post.audience == Audience::Public;
    let description = if shown.spoiler.is_empty() { about::words(&shown.content) } else { shown.spoiler.clone() };
    let preview = Preview { kind: "article", title: name(shown), description, published: shown.at.exact() };
    let uri = app.origin.absolute(&post.uri);
    Ok(Head {
        canonical: if ours { uri.clone() } else { faces::page_at_home(&post.uri, &post.url).unwrap_or_default() },
        document: faces::web(&uri).unwrap_or_default(),
        noindex: !(ours && is_public && wants_finding),
        preview: is_public.then_some(preview),
        picture: about::picture(app, post, author.as_ref()).filter(|_| is_public),
        embed: about::embed(app, post),
        ..Head::default()
    })
}

/// What a page about a post is called: its title, or who wrote it.
fn name(post: &Entry) -> String {
    if post.title.is_empty() { format!("{} wrote", post.author.name) } else { post.title.clone() }
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/p/{id}", get(post))
}
