//! What members do with a post: plain forms that lead back to where they were. Each ends in the same verb as the API's.
//!
//! A script that asks with `part` gets the buttons of the post as they are now, and the page stays.

use crate::{
    app::App,
    base::{
        error::{Refusal, Result as Outcome},
        id::PostId,
    },
    features::{
        notifications, polls, posts,
        posts::{pins, queries},
        reactions,
    },
    store::tables::{Account, Post},
    web::{
        entries::{self, Entry},
        login::safe_next,
        pages::{self, Failure, Frame, Result},
        session::Visit,
    },
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

/// What can be done with a post by a button.
#[derive(Clone, Copy)]
enum Deed {
    Favourite(bool),
    Boost(bool),
    Bookmark(bool),
    /// Hearing nothing more of its thread.
    Mute(bool),
    Pin(bool),
    Vote,
}

/// The last part of the path of each.
const DEEDS: [(&str, Deed); 11] = [
    ("favourite", Deed::Favourite(true)),
    ("unfavourite", Deed::Favourite(false)),
    ("boost", Deed::Boost(true)),
    ("unboost", Deed::Boost(false)),
    ("bookmark", Deed::Bookmark(true)),
    ("unbookmark", Deed::Bookmark(false)),
    ("mute", Deed::Mute(true)),
    ("unmute", Deed::Mute(false)),
    ("pin", Deed::Pin(true)),
    ("unpin", Deed::Pin(false)),
    ("vote", Deed::Vote),
];

/// Most choices of a vote that are read.
const CHOICES_MAX: usize = 20;

/// What the forms about a post send.
#[derive(Default)]
pub(super) struct Sent {
    token: String,
    back: String,
    /// A script asks for the buttons alone.
    is_part: bool,
    choices: Vec<i16>,
}

impl Sent {
    pub(super) fn read(form: &[u8]) -> Self {
        let mut sent = Self::default();
        for (name, value) in url::form_urlencoded::parse(form) {
            match &*name {
                "token" => sent.token = value.into_owned(),
                "back" => sent.back = value.into_owned(),
                "part" => sent.is_part = true,
                "choice" if sent.choices.len() < CHOICES_MAX => sent.choices.extend(value.parse::<i16>()),
                _ => {}
            }
        }
        sent
    }

    /// Where the member was: a page of ours, or that of the post.
    fn back(&self, post: PostId) -> String {
        if safe_next(&self.back) == self.back { self.back.clone() } else { format!("/p/{post}") }
    }
}

/// The post with this id as the visitor, who is logged in, may see it; of a boost, what it shows.
pub(super) async fn seen(app: &App, visit: &Visit, id: &str) -> Result<Post> {
    let (viewer, nothing) = (visit.viewer(), || visit.nothing());
    let id = id.parse().map(PostId).map_err(|_| nothing())?;
    let post = queries::seen(&app.store, &viewer, id).await?.ok_or_else(nothing)?;
    match post.boost_of_id {
        Some(shown) => queries::seen(&app.store, &viewer, shown).await?.ok_or_else(nothing),
        None => Ok(post),
    }
}

async fn act(app: App, visit: Visit, id: String, form: &[u8], deed: Deed) -> Result<Response> {
    let sent = Sent::read(form);
    let me = visit.member()?;
    visit.must_have_sent(&sent.token)?;
    let post = seen(&app, &visit, &id).await?;
    visit.acting(perform(&app, me, &post, (deed, &sent.choices))).await.map_err(|error| Failure::of(error, &visit))?;
    if sent.is_part {
        return part(&app, &visit, (post.id, &sent.back(post.id))).await;
    }
    Ok((visit.cookies(), Redirect::to(&sent.back(post.id))).into_response())
}

async fn perform(app: &App, me: &Account, post: &Post, (deed, choices): (Deed, &[i16])) -> Outcome<()> {
    let tx = app.begin().await?;
    match deed {
        Deed::Favourite(true) => reactions::like(&tx, me, post, None).await?,
        Deed::Favourite(false) => reactions::unlike(&tx, me, post).await?,
        Deed::Boost(true) => drop(reactions::boost(&tx, me, post, None).await?),
        Deed::Boost(false) => reactions::unboost(&tx, me, post).await?,
        Deed::Bookmark(true) => reactions::bookmark(&tx, me.id, post.id).await?,
        Deed::Bookmark(false) => reactions::unbookmark(&tx, me.id, post.id).await?,
        Deed::Mute(true) => notifications::quiet(&tx, me.id, post).await?,
        Deed::Mute(false) => notifications::unquiet(&tx, me.id, post).await?,
        Deed::Pin(is_pinned) => pins::set(&tx, me, post, is_pinned).await?,
        Deed::Vote if !post.details().is_poll => return Err(Refusal::not_found().into()),
        Deed::Vote => polls::vote(&tx, me, post, choices).await?,
    }
    tx.commit().await?;
    if matches!(deed, Deed::Boost(_) | Deed::Vote) {
        app.store.settle().await;
    }
    Ok(())
}

/// The buttons of a post.
#[derive(Template)]
#[template(path = "acts.html")]
struct Buttons {
    frame: Frame,
    post: Entry,
}

/// The buttons of a post as they are now, for the page at `back`.
async fn part(app: &App, visit: &Visit, (id, back): (PostId, &str)) -> Result<Response> {
    let post = queries::seen(&app.store, &visit.viewer(), id).await?;
    let shown = entries::entries(app, &visit.viewer(), post.as_slice()).await?.pop();
    let mut post = shown.ok_or_else(|| visit.nothing())?;
    let (asked, mark) = back.split_once('#').unwrap_or((back, ""));
    // the form comes back to its own place in the list, which may be that of a boost
    if let Some(place) = mark.strip_prefix('p').and_then(|place| place.parse().ok()) {
        post.place = PostId(place);
    }
    let frame = Frame { asked: asked.to_owned(), ..visit.frame() };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &Buttons { frame, post })).into_response())
}

/// Whether a post of one's own is to be deleted.
#[derive(Template)]
#[template(path = "reading/delete.html")]
struct Deletion {
    frame: Frame,
    post: Entry,
}

/// A post of the visitor's own; anybody else's is not there for this.
async fn own(app: &App, visit: &Visit, id: &str) -> Result<Post> {
    let me = visit.member()?;
    let post = seen(app, visit, id).await?;
    if post.author_id == me.id { Ok(post) } else { Err(visit.nothing()) }
}

async fn ask_to_delete(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let post = own(&app, &visit, &id).await?;
    let shown = entries::entries(&app, &visit.viewer(), &[post]).await?.pop();
    let mut post = shown.ok_or_else(|| visit.nothing())?;
    post.acts = None;
    Ok((visit.cookies(), pages::show(StatusCode::OK, &Deletion { frame: visit.frame(), post })).into_response())
}

async fn delete(State(app): State<App>, visit: Visit, Path(id): Path<String>, RawForm(form): RawForm) -> Result<Response> {
    let sent = Sent::read(&form);
    visit.member()?;
    visit.must_have_sent(&sent.token)?;
    let post = own(&app, &visit, &id).await?;
    let tx = app.begin().await?;
    visit.acting(posts::delete(&tx, &post)).await.map_err(|error| Failure::of(error, &visit))?;
    tx.commit().await?;
    app.store.settle().await;
    Ok((visit.cookies(), Redirect::to("/home")).into_response())
}

/// Whoever opens or reloads the address of a form comes to the post.
async fn to_post(Path(id): Path<String>) -> Redirect {
    let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    Redirect::to(&format!("/p/{id}"))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    let mut routes = Router::new().route("/p/{id}/delete", get(ask_to_delete).post(delete));
    for (word, deed) in DEEDS {
        let done = async move |State(app): State<App>, visit: Visit, Path(id): Path<String>, RawForm(form): RawForm| {
            act(app, visit, id, &form, deed).await
        };
        routes = routes.route(&format!("/p/{{id}}/{word}"), get(to_post).post(done));
    }
    routes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s089_forms_lead_back_to_pages_of_ours_alone() {
        let back = |back: &str| Sent { back: back.into(), ..Sent::default() }.back(PostId(7));
        assert_eq!(back("/home?before=5#p6"), "/home?before=5#p6");
        for evil in ["", "//evil.test", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", "/a\nb"] {
            assert_eq!(back(evil), "/p/7", "{evil}");
        }
    }

    #[test]
    fn a_vote_is_read_with_all_its_choices_and_no_more_than_there_can_be() {
        let sent = Sent::read(b"token=t&choice=2&choice=x&choice=0");
        assert_eq!((sent.token.as_str(), sent.choices), ("t", vec![2, 0]));
        let many: String = (0..500).map(|nth| format!("choice={nth}&")).collect();
        assert_eq!(Sent::read(many.as_bytes()).choices.len(), CHOICES_MAX);
    }
}
