//! The threads of a community for its curators: which nobody answered, which are pinned, and what moderators do with one.

use super::{
    super::{
        super::{
            entries::Entry,
            pages::{self, Failure, Frame, Result},
            paging,
            problems::Problems,
        },
        sent::Sent,
        show,
    },
    Above, Desk,
    side::{Asked, Room},
};
use crate::{
    app::App,
    base::{
        error::{Error, Refusal},
        id::PostId,
        words::Role,
    },
    features::{
        posts::{
            pins,
            queries::{self, Viewer},
        },
        timelines::queries as timelines,
    },
    store::Searching,
};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "communities/threads.html")]
struct Page {
    frame: Frame,
    above: Above,
    problems: Problems,
    /// All threads, not only those that nobody answered.
    is_all: bool,
    moderates: bool,
    pinned: Vec<Entry>,
    posts: Vec<Thread>,
    older: String,
    of: String,
    reason: String,
}

/// A thread and what may be done with it.
struct Thread {
    post: Entry,
    is_pinned: bool,
    is_locked: bool,
}

/// The side of this file.
pub(super) struct Threads;

impl Room for Threads {
    const KEY: &'static str = "threads";

    async fn page(asked: Asked<'_>) -> Result<Response> {
        let is_all = asked.query("which") == "all" || asked.refused.is_some_and(|sent| sent.is("all"));
        let Asked { app, visit, desk, uri, refused, problems } = asked;
        let sent = refused.unwrap_or(Sent::none());
        let stretch = paging::asked(uri).map_err(|refusal| Failure::shown(refusal, visit))?;
        let (frame, place) = (visit.frame(), &desk.place);
        let reader = Viewer::Account(place.me.id);
        let found = match is_all {
            true => timelines::community(&app.store, &reader, place.account.id, false, stretch).await?,
            false => {
                // Where nearly all are answered it looks far back: it ends in time all the same.
                let found = timelines::unanswered(&app.store.searching(), &reader, place.account.id, stretch).await;
                Searching::settled(found).map_err(|error| match error {
                    Error::Refused(refusal) => Failure::shown(refusal, visit),
                    fault => fault.into(),
                })?
            }
        };
        let pinned = pins::of(&app.store, &reader, place.account.id).await?;
        let ids: Vec<i64> = found.iter().map(|post| post.id.0).collect();
        let next = stretch.cursors(&ids).next_max_id;
        let which = if is_all { "all" } else { "unanswered" };
        let locked: Vec<PostId> = found.iter().filter(|post| post.locked_at.is_some()).map(|post| post.id).collect();
        let thread =
            |post: Entry| Thread { is_pinned: pinned.iter().any(|one| one.id == post.id), is_locked: locked.contains(&post.id), post };
        let shown = Page {
            above: desk.above(app, &frame, uri),
            moderates: place.role >= Some(Role::Moderator),
            posts: show::read(app, &reader, &found).await?.into_iter().map(thread).collect(),
            pinned: show::read(app, &reader, &pinned).await?,
            older: next.map(|id| format!("{}?which={which}&before={id}", desk.here())).unwrap_or_default(),
            of: sent.again("post"),
            reason: sent.again("reason"),
            problems,
            is_all,
            frame,
        };
        Ok(pages::form(visit, &shown.problems, &shown))
    }

    async fn perform(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
        let (me, community) = (&desk.place.me, &desk.place.account);
        let pins = match sent.text("act") {
            "pin" => true,
            "unpin" => false,
            "remove" | "lock" | "unlock" => return desk.over(app, sent).await,
            _ => return Err(Refusal::not_found().into()),
        };
        let tx = app.begin().await?;
        let post = queries::seen(&tx, &Viewer::Account(me.id), PostId(sent.id("post")?)).await?.ok_or_else(Refusal::not_found)?;
        pins::feature(&tx, me, (community, &post), pins).await?;
        tx.commit().await?;
        app.store.settle().await;
        Ok(if pins { "pinned" } else { "unpinned" })
    }
}
