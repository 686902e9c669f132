//! The first posts of newcomers, which wait until a moderator has looked at them.

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
    base::{error::Refusal, id::PostId},
    features::{moderation::queue, posts::queries::Viewer},
};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "communities/queue.html")]
struct Page {
    frame: Frame,
    above: Above,
    problems: Problems,
    /// How many first posts of each newcomer wait; 0: none do.
    waits: i64,
    posts: Vec<Entry>,
    older: String,
    of: String,
    reason: String,
}

/// The side of this file.
pub(super) struct Queue;

impl Room for Queue {
    const KEY: &'static str = "queue";

    async fn page(asked: Asked<'_>) -> Result<Response> {
        let Asked { app, visit, desk, uri, refused, problems } = asked;
        let sent = refused.unwrap_or(Sent::none());
        let stretch = paging::asked(uri).map_err(|refusal| Failure::shown(refusal, visit))?;
        let (frame, place) = (visit.frame(), &desk.place);
        let found = queue::page(&app.store, place.account.id, stretch).await?;
        let ids: Vec<i64> = found.iter().map(|post| post.id.0).collect();
        let shown = Page {
            above: desk.above(app, &frame, uri),
            waits: place.facts.newcomer_posts,
            posts: show::read(app, &Viewer::Account(place.me.id), &found).await?,
            older: paging::older(&desk.here(), &stretch, &ids),
            of: sent.again("post"),
            reason: sent.again("reason"),
            problems,
            frame,
        };
        Ok(pages::form(visit, &shown.problems, &shown))
    }

    async fn perform(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
        let (me, community, post) = (&desk.place.me, &desk.place.account, PostId(sent.id("post")?));
        let tx = app.begin().await?;
        let done = match sent.text("act") {
            "let_in" => queue::approve(&tx, me, community, post).await.map(|()| "let_in")?,
            "refuse" => queue::refuse(&tx, me, community, post, sent.reason("reason")?).await.map(|()| "post_refused")?,
            _ => return Err(Refusal::not_found().into()),
        };
        tx.commit().await?;
        app.store.settle().await;
        Ok(done)
    }
}
