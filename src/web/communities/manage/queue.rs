//! The first posts of newcomers, which wait until a moderator has looked at them.

use super::{
    super::{
        super::{
            entries::Entry,
            pages::{self, Failure, Frame, Result},
            paging,
            problems::Problems,
            session::Visit,
        },
        sent::Sent,
        show,
    },
    Above, Desk, open,
};
use crate::{
    app::App,
    base::{error::Refusal, id::PostId},
    features::{moderation::queue, posts::queries::Viewer},
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};

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

/// `GET /c/{name}/manage/queue`
pub(super) async fn show(State(app): State<App>, visit: Visit, Path(name): Path<String>, uri: Uri) -> Result<Response> {
    let desk = open(&app, &visit, &name, "queue").await?;
    page(&app, &visit, &desk, (&uri, Problems::default(), &Sent::default())).await
}

async fn page(app: &App, visit: &Visit, desk: &Desk, (uri, problems, sent): (&Uri, Problems, &Sent)) -> Result<Response> {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
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
    Ok((visit.cookies(), pages::show(status, &shown)).into_response())
}

/// `POST /c/{name}/manage/queue`
pub(super) async fn act(
    State(app): State<App>,
    visit: Visit,
    Path(name): Path<String>,
    uri: Uri,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    visit.must_have_sent(sent.text("token"))?;
    let desk = open(&app, &visit, &name, "queue").await?;
    match visit.acting(decide(&app, &desk, &sent)).await {
        Ok(done) => Ok(desk.back(&visit, done)),
        Err(error) => page(&app, &visit, &desk, (&uri, Problems::of(error)?, &sent)).await,
    }
}

async fn decide(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
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
