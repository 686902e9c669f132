//! Opening a community wider, or founding its narrower successor: what that exposes, and what cannot be chosen, is said before.
//!
//! Stages only widen on one id (`membership.md` 6).

use super::{
    super::{
        super::{
            entries::Entry,
            pages::{self, Frame, Result},
            paging,
            problems::Problems,
            session::Visit,
        },
        founding::named,
        place,
        sent::Sent,
        show,
        words::{self, Choice},
    },
    Above, Desk, open,
};
use crate::{
    app::App,
    base::{
        error::{Error, Refusal},
        id::PostId,
        text::names::local_name,
        words::Stage,
    },
    features::{
        communities::{self, Exposure},
        posts::queries::Viewer,
        timelines::queries as timelines,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

#[derive(Template)]
#[template(path = "communities/stage.html")]
struct Page {
    frame: Frame,
    above: Above,
    problems: Problems,
    stage: String,
    exposes: String,
    members: i64,
    organisations: i64,
    /// Posts so far, and those of them that can be chosen.
    posts: i64,
    choosable: i64,
    /// Posts by people of other nodes: theirs to open.
    theirs: i64,
    wider: Vec<Choice>,
    narrower: Vec<Choice>,
    older: Vec<Older>,
    /// Whether the form for the narrower one was refused, not that for opening wider.
    is_narrowing: bool,
    name: String,
}

/// An older thread by somebody of this node, which may be opened too.
struct Older {
    id: String,
    words: String,
    by: String,
    is_chosen: bool,
}

/// `GET /c/{name}/manage/stage`
pub(super) async fn show(State(app): State<App>, visit: Visit, Path(name): Path<String>, uri: Uri) -> Result<Response> {
    let desk = open(&app, &visit, &name, "stage").await?;
    page(&app, &visit, &desk, (&uri, Problems::default(), &Sent::default())).await
}

async fn page(app: &App, visit: &Visit, desk: &Desk, (uri, problems, sent): (&Uri, Problems, &Sent)) -> Result<Response> {
    let (frame, place) = (visit.frame(), &desk.place);
    let now = place.facts.stage;
    let chosen = sent.word("stage").unwrap_or(now);
    let Exposure { members, organisations, posts, choosable } = communities::what_widening_exposes(&app.store, place.account.id).await?;
    let (is_open, ids) = (place.facts.closed_at.is_none(), sent.ids("posts"));
    let shown = Page {
        above: desk.above(app, &frame, uri),
        stage: words::stage(&frame, now),
        exposes: words::exposes(&frame, now),
        theirs: (posts - choosable).max(0),
        wider: words::stages(&frame, chosen, |stage| is_open && stage > now),
        narrower: words::stages(&frame, chosen, |stage| is_open && stage < now),
        older: if is_open && now < Stage::Public { older(app, desk, &ids).await? } else { Vec::new() },
        is_narrowing: sent.text("act") == "narrow",
        name: sent.again("name"),
        members,
        organisations,
        posts,
        choosable,
        problems,
        frame,
    };
    Ok(pages::form(visit, &shown.problems, &shown))
}

/// The latest threads that people of this node began.
async fn older(app: &App, desk: &Desk, chosen: &[i64]) -> crate::base::error::Result<Vec<Older>> {
    let reader = Viewer::Account(desk.place.me.id);
    let stretch = paging::asked(&Uri::default())?;
    let found = timelines::community(&app.store, &reader, desk.place.account.id, false, stretch).await?;
    let ours: Vec<_> = found.into_iter().filter(|post| post.uri.starts_with('/')).collect();
    let one = |post: Entry| Older {
        id: post.id.to_string(),
        words: if post.title.is_empty() { super::super::super::about::words(&post.content) } else { post.title.clone() },
        by: post.author.name.clone(),
        is_chosen: chosen.contains(&post.id.0),
    };
    Ok(show::read(app, &reader, &ours).await?.into_iter().map(one).collect())
}

/// `POST /c/{name}/manage/stage`
pub(super) async fn act(
    State(app): State<App>,
    visit: Visit,
    Path(name): Path<String>,
    uri: Uri,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    visit.must_have_sent(sent.text("token"))?;
    let desk = open(&app, &visit, &name, "stage").await?;
    match visit.acting(perform(&app, &desk, &sent)).await {
        Ok(Some(path)) => Ok((visit.cookies(), Redirect::to(&path)).into_response()),
        Ok(None) => Ok(desk.back(&visit, "widened")),
        Err(error) => page(&app, &visit, &desk, (&uri, Problems::of(error)?, &sent)).await,
    }
}

/// Widens, or narrows: then with the path of the community that took over.
async fn perform(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<Option<String>> {
    let (me, id, stage) = (&desk.place.me, desk.place.account.id, sent.word::<Stage>("stage")?);
    if !sent.is("confirm") {
        let sentence = "Tick the box, once you have read what this exposes: it cannot be taken back.";
        return Err(Refusal { field: Some("confirm"), ..Refusal::conflict("unconfirmed", sentence) }.into());
    }
    if sent.text("act") == "narrow" {
        let name = local_name(sent.text("name"), app.origin.authority()).map_err(named)?;
        let keys = app.new_keys().await?;
        let tx = app.begin().await?;
        let narrowed = communities::narrow(&tx, me, id, stage, (name, keys)).await.map_err(|error| match error {
            Error::Refused(refusal) => named(refusal).into(),
            fault => fault,
        })?;
        tx.commit().await?;
        app.store.settle().await;
        return Ok(Some(format!("{}?done=narrowed", place::path_of(&narrowed))));
    }
    let posts: Vec<PostId> = sent.ids("posts").into_iter().map(PostId).collect();
    let tx = app.begin().await?;
    communities::widen(&tx, me, id, stage, &posts).await?;
    tx.commit().await?;
    app.store.settle().await;
    Ok(None)
}
