//! Posts, each with what it answers and what answers it.

use super::{
    about::{self, Head, Preview},
    entries::{self, Entry},
    faces,
    pages::{self, Failure, Frame, Result},
    session::Visit,
    writing::Compose,
};
use crate::{
    app::App,
    base::{
        error::Refusal,
        id::PostId,
        words::{Audience, reading::FilterContext},
    },
    features::{
        accounts,
        posts::{queries, thread},
    },
    store::tables::Post,
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

/// Most that stands above the post of a page, and answers that stand below it.
const ABOVE: usize = 20;
const STRETCH: usize = 50;

/// A post in its thread.
#[derive(Template)]
#[template(path = "thread.html")]
struct Thread {
    frame: Frame,
    head: Head,
    name: String,
    rootless: bool,
    address: String,
    /// Where the thread begins, when that is further above; empty otherwise.
    beginning: String,
    above: Vec<Entry>,
    post: Entry,
    answers: Vec<Entry>,
    /// Answers in all.
    total: usize,
    /// Before and after those on the page, and where the latest is; empty for none.
    earlier: String,
    further: String,
    latest: String,
    /// Answers after those on the page.
    left: usize,
    /// What the stream of this page is asked for; empty for strangers.
    live: String,
    /// The form for an answer, to the post of the page or to one below it; none for strangers and where none is taken.
    compose: Option<Compose>,
}

/// What a thread's page is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// The answer with which the stretch begins, or one in it.
    at: Option<String>,
    /// The answer that is to be answered.
    answer: Option<String>,
}

async fn post(State(app): State<App>, visit: Visit, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response> {
    let (viewer, nothing) = (visit.viewer(), || Failure::shown(Refusal::not_found(), &visit));
    let post = find(&app, &visit, &id).await?;
    if let (Some(_), Ok(network)) = (viewer.account(), app.network()) {
        network.thread_opened(post.id);
    }
    let (mut above, below) = thread::context(&app.store, &viewer, post.id).await?;
    let wanted = asked.answer.and_then(|id| id.parse().ok().map(PostId)).filter(|id| viewer.account().is_some() && *id != post.id);
    if let Some(elsewhere) = wanted.filter(|id| below.iter().all(|post| post.id != *id)) {
        return Ok((visit.cookies(), Redirect::to(&format!("/p/{elsewhere}#answer"))).into_response());
    }
    let stretch = Stretch::of(&below, wanted.map(|id| id.to_string()).or(asked.at).as_deref());
    let beginning = above.first().filter(|_| above.len() > ABOVE).map(|first| format!("/p/{}", first.id)).unwrap_or_default();
    above.drain(..above.len().saturating_sub(ABOVE));
    let some = below.get(stretch.from..stretch.to).unwrap_or_default();
    let all: Vec<Post> = above.iter().chain([&post]).chain(some).cloned().collect();
    let mut shown = entries::entries(&app, &viewer, &all).await?;
    let at = shown.iter().position(|entry| entry.id == post.id).ok_or_else(nothing)?;
    let mut answers = shown.split_off(at + 1);
    let mut main = shown.pop().ok_or_else(nothing)?;
    if main.away {
        // Not of a community here: it is read where it was written.
        let page = faces::page_at_home(&post.uri, &post.url).ok_or_else(nothing)?;
        return Ok(Redirect::to(&page).into_response());
    }
    main.main = true;
    let compose = match std::iter::once(&mut main).chain(&mut answers).find(|entry| entry.id == wanted.unwrap_or(post.id)) {
        Some(entry) => form(&app, &visit, &all, (entry, post.id)).await?,
        None => None,
    };
    if viewer.account().is_some() {
        (shown, answers) = (entries::without_hidden(shown, FilterContext::Thread), entries::without_hidden(answers, FilterContext::Thread));
    }
    let depths = entries::depths(post.id, &below);
    for entry in &mut answers {
        entry.depth = entries::set_in(depths.get(&entry.id).copied().unwrap_or_default());
        // The place is named once, and whom a direct answer answers is plain to see.
        entry.community = None;
        entry.answers = entry.answers.take().filter(|_| entry.depth > 0);
    }
    let name = name(&visit.frame(), &main);
    let page = Thread {
        frame: visit.frame(),
        head: head(&app, (&post, &main), &name).await?,
        name,
        // What it answers may be elsewhere, or not for strangers: both look the same.
        rootless: shown.is_empty() && !post.in_reply_to_uri.is_empty(),
        address: app.origin.absolute(&post.uri),
        beginning,
        above: shown,
        total: below.len(),
        earlier: stretch.link(&post, &below, stretch.from.checked_sub(STRETCH)),
        further: stretch.link(&post, &below, Some(stretch.to)),
        latest: latest(&post, &below),
        left: below.len().saturating_sub(stretch.to),
        live: viewer.account().map(|_| format!("thread:{}", post.root_id.unwrap_or(post.id))).unwrap_or_default(),
        post: main,
        answers,
        compose,
    };
    Ok(pages::public(&visit, &page))
}

/// The form for an answer to `entry`, one of `posts`, on the page of the post `page`; none where it takes no answers.
async fn form(app: &App, visit: &Visit, posts: &[Post], (entry, page): (&mut Entry, PostId)) -> Result<Option<Compose>> {
    let takes_answers = entry.acts.is_some_and(|acts| acts.may_answer);
    let Some(parent) = posts.iter().find(|post| post.id == entry.id && takes_answers) else { return Ok(None) };
    entry.is_answered = true;
    Compose::answering(app, visit, (parent, &*entry), page).await.map(Some)
}

/// Which answers of a thread a page shows, by their places in it.
struct Stretch {
    from: usize,
    to: usize,
}

impl Stretch {
    /// The one that holds the answer `at`; the first where there is no such answer.
    fn of(below: &[Post], at: Option<&str>) -> Self {
        let place = at.and_then(|at| below.iter().position(|post| post.id.to_string() == at)).unwrap_or_default();
        let from = place - place % STRETCH;
        Self { from, to: (from + STRETCH).min(below.len()) }
    }

    /// The address of the stretch that begins at the place `from`; empty where nothing is there.
    fn link(&self, post: &Post, below: &[Post], from: Option<usize>) -> String {
        let first = from.filter(|from| *from != self.from).and_then(|from| below.get(from));
        first.map(|first| format!("/p/{}?at={}#p{}", post.id, first.id, first.id)).unwrap_or_default()
    }
}

/// Where the latest answer is, in a thread of several pages.
fn latest(post: &Post, below: &[Post]) -> String {
    let latest = below.iter().filter(|_| below.len() > STRETCH).max_by_key(|post| post.id);
    latest.map(|latest| format!("/p/{}?at={}#p{}", post.id, latest.id, latest.id)).unwrap_or_default()
}

/// The post with this id as the visitor may see it. What was public and was deleted says so; anything else answers like what is
/// not there (S54).
async fn find(app: &App, visit: &Visit, id: &str) -> Result<Post> {
    let nothing = || Failure::shown(Refusal::not_found(), visit);
    let id = id.parse().map(PostId).map_err(|_| nothing())?;
    let seen = queries::seen(&app.store, &visit.viewer(), id).await?.filter(|post| post.boost_of_id.is_none());
    if let Some(post) = seen {
        return Ok(post);
    }
    let raw = queries::by_id(&app.store, id).await?.filter(|post| post.is_ours() && post.boost_of_id.is_none());
    match raw.filter(|post| post.deleted_at.is_some() && post.removed_at.is_none() && post.audience <= Audience::Unlisted) {
        Some(_) => Err(Failure::gone(visit.frame().say("reading-deleted"), visit)),
        None => Err(nothing()),
    }
}

async fn head(app: &App, (post, shown): (&Post, &Entry), name: &str) -> Result<Head> {
    let ours = post.is_ours();
    let author = accounts::queries::by_id(&app.store, post.author_id).await?;
    let wants_finding = author.as_ref().is_some_and(|author| author.discoverable);
    let is_public = post.audience == Audience::Public;
    let description = if shown.spoiler.is_empty() { about::words(&shown.content) } else { shown.spoiler.clone() };
    let preview = Preview { kind: "article", title: name.to_owned(), description, published: shown.at.exact() };
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
fn name(frame: &Frame, post: &Entry) -> String {
    if post.title.is_empty() { frame.name("reading-wrote", &post.author.name) } else { post.title.clone() }
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/p/{id}", get(post))
}
