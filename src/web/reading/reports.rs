//! Reporting a post: why, in which words, and whether its own node is told too.

use super::deeds::seen;
use crate::{
    app::App,
    base::{
        error::{Error, Refusal, Result as Outcome},
        sentence::said,
        text::limits::REASON_CHARS_MAX,
    },
    features::{
        accounts,
        moderation::reports::{self, CATEGORIES, New},
    },
    store::tables::{Account, Post},
    web::{
        entries::{self, Entry},
        pages::{self, Failure, Frame, Result},
        problems::Problems,
        session::Visit,
    },
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

/// The form.
#[derive(Template)]
#[template(path = "reading/report.html")]
struct Report {
    frame: Frame,
    post: Entry,
    problems: Problems,
    /// Words of the API and of people.
    categories: Vec<(&'static str, String)>,
    category: String,
    comment: String,
    forward: bool,
    /// Its author's node; empty where that is ours.
    host: String,
    characters: usize,
    /// Where the rules stand.
    rules: String,
}

/// What the form sends.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    category: String,
    comment: String,
    forward: Option<String>,
}

/// The post that is reported: anybody's but one's own.
async fn target(app: &App, visit: &Visit, id: &str) -> Result<(Post, Account)> {
    let (me, nothing) = (visit.member()?.id, || visit.nothing());
    let post = seen(app, visit, id).await?;
    let author = accounts::queries::by_id(&app.store, post.author_id).await?.filter(|author| author.gone_at.is_none() && author.id != me);
    Ok((post, author.ok_or_else(nothing)?))
}

async fn page(app: &App, visit: &Visit, (post, author): (&Post, &Account), (sent, problems): (Sent, Problems)) -> Result<Response> {
    let frame = visit.frame();
    let shown = entries::entries(app, &visit.viewer(), std::slice::from_ref(post)).await?.pop();
    let mut entry = shown.ok_or_else(|| visit.nothing())?;
    entry.acts = None;
    let rules = entry.community.as_ref().filter(|place| place.is_ours).map(|place| format!("{}/policy", place.href));
    let words = |word: &str| match word {
        "spam" => frame.say("reading-report-spam"),
        "legal" => frame.say("reading-report-legal"),
        "violation" => frame.say("reading-report-violation"),
        _ => frame.say("reading-report-other"),
    };
    let page = Report {
        categories: CATEGORIES.iter().map(|word| (*word, words(word))).collect(),
        category: if sent.category.is_empty() { "other".to_owned() } else { sent.category },
        comment: sent.comment,
        forward: sent.forward.is_some(),
        host: author.host.clone(),
        characters: REASON_CHARS_MAX,
        rules: rules.unwrap_or_else(|| "/policy".to_owned()),
        post: entry,
        problems,
        frame,
    };
    Ok(pages::form(visit, &page.problems, &page))
}

async fn form(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (post, author) = target(&app, &visit, &id).await?;
    page(&app, &visit, (&post, &author), (Sent::default(), Problems::default())).await
}

/// A report that was sent.
#[derive(Template)]
#[template(path = "reading/reported.html")]
struct Reported {
    frame: Frame,
    name: String,
}

async fn report(State(app): State<App>, visit: Visit, Path(id): Path<String>, Form(sent): Form<Sent>) -> Result<Response> {
    let me = visit.member()?;
    visit.must_have_sent(&sent.token)?;
    let (post, author) = target(&app, &visit, &id).await?;
    match visit.acting(make(&app, me, (&post, &author), &sent)).await {
        Ok(()) => Ok((visit.cookies(), Redirect::to(&format!("/p/{}/reported", post.id))).into_response()),
        Err(error @ Error::Refused(_)) => page(&app, &visit, (&post, &author), (sent, Problems::of(error)?)).await,
        Err(fault) => Err(Failure::of(fault, &visit)),
    }
}

async fn make(app: &App, me: &Account, (post, author): (&Post, &Account), sent: &Sent) -> Outcome<()> {
    if sent.comment.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Refusal::invalid("comment", said!("must not be longer than {max} characters", max = REASON_CHARS_MAX)).into());
    }
    let new = New {
        posts: vec![post.id],
        community: None,
        comment: sent.comment.clone(),
        category: sent.category.clone(),
        forward: sent.forward.is_some(),
    };
    let tx = app.begin().await?;
    reports::make(&tx, me, author, new).await?;
    tx.commit().await?;
    app.store.settle().await;
    Ok(())
}

async fn reported(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (_, author) = target(&app, &visit, &id).await?;
    let name = author.name().to_owned();
    Ok((visit.cookies(), pages::show(StatusCode::OK, &Reported { frame: visit.frame(), name })).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/p/{id}/report", get(form).post(report)).route("/p/{id}/reported", get(reported))
}
