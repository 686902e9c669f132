//! What waits for this node's moderators: reports about no community, and people who ask for an account.
//!
//! To everybody else there is nothing here (S48). What a report names is shown only as far as the reader may see it anyhow: to
//! moderate a node is no right to read.

use super::{
    super::{
        entries::Moment,
        faces::Face,
        pages::{self, Failure, Frame, Result},
        paging,
        problems::Problems,
        session::Visit,
    },
    manage::reports::{self, Row},
    sent::Sent,
    words::Choice,
};
use crate::{
    app::App,
    base::{
        error::Refusal,
        id::{AccountId, ReportId},
        words::{NodeRole, Sanction},
    },
    features::{
        accounts,
        administering::{self, Act},
        moderation::reports::queries,
    },
    store::tables::{Account, User},
};
use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// Where the reports are, and who waits.
const REPORTS: &str = "/moderation";
const PEOPLE: &str = "/moderation/people";
/// Most people who wait on the page.
const WAITING_MAX: u32 = 80;

#[derive(Template)]
#[template(path = "communities/moderation.html")]
struct Reports {
    frame: Frame,
    problems: Problems,
    done: String,
    is_closed: bool,
    reports: Vec<Row>,
    sanctions: Vec<Choice>,
    waiting: usize,
    older: String,
    of: String,
    reason: String,
}

/// Somebody who asks for an account.
struct Newcomer {
    id: String,
    who: Face,
    email: String,
    is_confirmed: bool,
    why: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "communities/newcomers.html")]
struct Newcomers {
    frame: Frame,
    problems: Problems,
    done: String,
    people: Vec<Newcomer>,
}

/// Who looks, if they moderate this node. Nothing is here for others.
async fn moderator(app: &App, visit: &Visit) -> Result<Account> {
    let me = visit.member()?.clone();
    let user = accounts::queries::user(&app.store, me.id).await?;
    match user.filter(|user| user.role >= NodeRole::Moderator) {
        Some(_) => Ok(me),
        None => Err(Failure::shown(Refusal::not_found(), visit)),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    which: String,
}

/// `GET /moderation`
pub(super) async fn show(State(app): State<App>, visit: Visit, Query(asked): Query<Asked>, uri: Uri) -> Result<Response> {
    let me = moderator(&app, &visit).await?;
    page(&app, &visit, &me, (&uri, Problems::default(), &Sent::default(), asked.which == "closed")).await
}

async fn page(app: &App, visit: &Visit, me: &Account, (uri, problems, sent, is_closed): (&Uri, Problems, &Sent, bool)) -> Result<Response> {
    let stretch = paging::asked(uri).map_err(|refusal| Failure::shown(refusal, visit))?;
    let frame = visit.frame();
    let found = queries::of_node(&app.store, is_closed, stretch).await?;
    let ids: Vec<i64> = found.iter().map(|report| report.id.0).collect();
    let next = stretch.cursors(&ids).next_max_id;
    let sanction = |of: &Sanction| Choice {
        word: of.word(),
        name: frame.say(&format!("communities-word-sanction-{}", of.word())),
        means: String::new(),
        chosen: *of == Sanction::Warn,
    };
    let shown = Reports {
        done: super::done(&frame, uri),
        reports: reports::rows(app, &frame, me, found).await?,
        sanctions: Sanction::ALL.iter().map(sanction).collect(),
        waiting: accounts::waiting(&app.store, WAITING_MAX).await?.len(),
        older: next.map(|id| format!("{REPORTS}?which={}&before={id}", if is_closed { "closed" } else { "open" })).unwrap_or_default(),
        of: sent.again("report"),
        reason: sent.again("reason"),
        problems,
        is_closed,
        frame,
    };
    Ok(pages::form(visit, &shown.problems, &shown))
}

/// `POST /moderation`
pub(super) async fn act(State(app): State<App>, visit: Visit, uri: Uri, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(sent.text("token"))?;
    let me = moderator(&app, &visit).await?;
    let outcome = match sent.text("act") {
        "sanction" => visit.acting(sanction(&app, &me, &sent)).await,
        _ => visit.acting(reports::over_report(&app, &me, (None, &sent))).await,
    };
    match outcome {
        Ok(done) => Ok((visit.cookies(), Redirect::to(&format!("{REPORTS}?done={done}"))).into_response()),
        Err(error) => page(&app, &visit, &me, (&uri, Problems::of(error)?, &sent, false)).await,
    }
}

/// Does something about the account that a report is about, which closes the report.
async fn sanction(app: &App, me: &Account, sent: &Sent) -> crate::base::error::Result<&'static str> {
    let (sanction, reason) = (sent.word("sanction")?, sent.reason("reason")?);
    let report = Some(ReportId(sent.id("report")?));
    let tx = app.begin().await?;
    let target = administering::account(&tx, AccountId(sent.id("account")?)).await?;
    administering::act(&tx, me, &target, Act { sanction, reason, report }).await?;
    tx.commit().await?;
    afterwards(app).await;
    Ok("sanctioned")
}

/// What is remembered of bearers and trends is asked again.
async fn afterwards(app: &App) {
    app.bearers.forget_all();
    app.trends.forget();
    app.store.settle().await;
}

/// `GET /moderation/people`
pub(super) async fn people(State(app): State<App>, visit: Visit, uri: Uri) -> Result<Response> {
    moderator(&app, &visit).await?;
    waiting(&app, &visit, (&uri, Problems::default())).await
}

async fn waiting(app: &App, visit: &Visit, (uri, problems): (&Uri, Problems)) -> Result<Response> {
    let one = |(account, user): (Account, User)| Newcomer {
        id: account.id.to_string(),
        who: Face { href: String::new(), ..Face::of(app, &account) },
        email: user.email,
        is_confirmed: !user.unconfirmed,
        why: user.sign_up_reason,
        at: user.created_at.into(),
    };
    let people = accounts::waiting(&app.store, WAITING_MAX).await?.into_iter().map(one).collect();
    let frame = visit.frame();
    let shown = Newcomers { done: super::done(&frame, uri), people, problems, frame };
    Ok(pages::form(visit, &shown.problems, &shown))
}

/// `POST /moderation/people`
pub(super) async fn decide(State(app): State<App>, visit: Visit, uri: Uri, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(sent.text("token"))?;
    let me = moderator(&app, &visit).await?;
    match visit.acting(let_in(&app, &me, &sent)).await {
        Ok(done) => Ok((visit.cookies(), Redirect::to(&format!("{PEOPLE}?done={done}"))).into_response()),
        Err(error) => waiting(&app, &visit, (&uri, Problems::of(error)?)).await,
    }
}

async fn let_in(app: &App, me: &Account, sent: &Sent) -> crate::base::error::Result<&'static str> {
    let tx = app.begin().await?;
    let target = administering::account(&tx, AccountId(sent.id("account")?)).await?;
    let done = match sent.text("act") {
        "approve" => administering::approve(&tx, me, &target).await.map(|()| "approved")?,
        "reject" => administering::reject(&tx, me, &target).await.map(|()| "rejected")?,
        _ => return Err(Refusal::not_found().into()),
    };
    tx.commit().await?;
    afterwards(app).await;
    Ok(done)
}
