//! The policy of a community: its versions, and the next one.

use super::{
    super::{
        super::{
            entries::Moment,
            pages::{self, Frame, Result},
            problems::Problems,
            session::Visit,
        },
        sent::Sent,
    },
    Above, Desk, open,
};
use crate::{
    app::App,
    base::{error::Refusal, page::Page as Stretch},
    features::policies,
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};

/// Versions on the page.
const LISTED_MAX: u32 = 20;

/// A version.
struct Version {
    number: i64,
    title: String,
    at: Moment,
    /// Safe HTML.
    content: String,
}

#[derive(Template)]
#[template(path = "communities/policy.html")]
struct Page {
    frame: Frame,
    above: Above,
    problems: Problems,
    title: String,
    text: String,
    is_required: bool,
    versions: Vec<Version>,
}

/// `GET /c/{name}/manage/policy`
pub(super) async fn show(State(app): State<App>, visit: Visit, Path(name): Path<String>, uri: Uri) -> Result<Response> {
    let desk = open(&app, &visit, &name, "policy").await?;
    page(&app, &visit, &desk, (&uri, Problems::default(), None)).await
}

async fn page(app: &App, visit: &Visit, desk: &Desk, (uri, problems, sent): (&Uri, Problems, Option<&Sent>)) -> Result<Response> {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (frame, place) = (visit.frame(), &desk.place);
    let found = policies::versions(&app.store, place.account.id, Stretch::first(LISTED_MAX)).await?;
    let (title, text) = match (sent, found.first()) {
        (Some(sent), _) => (sent.again("title"), sent.text("text").to_owned()),
        (None, Some(current)) => (current.title.clone(), current.source.clone()),
        (None, None) => (String::new(), String::new()),
    };
    let version = |of: crate::store::tables::PolicyVersion| Version {
        number: of.version,
        title: of.title,
        at: of.published_at.into(),
        content: of.content,
    };
    let shown = Page {
        above: desk.above(app, &frame, uri),
        is_required: sent.map_or(place.facts.policy_required, |sent| sent.is("required")),
        versions: found.into_iter().map(version).collect(),
        problems,
        title,
        text,
        frame,
    };
    Ok((visit.cookies(), pages::show(status, &shown)).into_response())
}

/// `POST /c/{name}/manage/policy`
pub(super) async fn act(
    State(app): State<App>,
    visit: Visit,
    Path(name): Path<String>,
    uri: Uri,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    visit.must_have_sent(sent.text("token"))?;
    let desk = open(&app, &visit, &name, "policy").await?;
    match visit.acting(perform(&app, &desk, &sent)).await {
        Ok(done) => Ok(desk.back(&visit, done)),
        Err(error) => page(&app, &visit, &desk, (&uri, Problems::of(error)?, Some(&sent))).await,
    }
}

async fn perform(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
    let (me, community, required) = (&desk.place.me, &desk.place.account, sent.is("required"));
    let tx = app.begin().await?;
    let done = match sent.text("act") {
        "publish" => {
            policies::publish_requiring(&tx, me, community, (sent.text("title"), sent.text("text")), Some(required)).await?;
            "published"
        }
        "require" => policies::require(&tx, me, community, required).await.map(|()| "changed")?,
        _ => return Err(Refusal::not_found().into()),
    };
    tx.commit().await?;
    app.store.settle().await;
    Ok(done)
}
