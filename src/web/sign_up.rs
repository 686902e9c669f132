//! Signing up in the browser, with an invitation or without.
//!
//! The code of an invitation is a secret: the page is kept by nobody and sends no referrer (see `web`); codes that are over or
//! never were are one answer, counted like attempts to log in (S54, S102).

use super::{
    faces::Face,
    login::may_try,
    pages::{self, Failure, Result},
    problems::Problems,
    session::Visit,
};
use crate::{
    app::{
        App,
        sign_up::{Asked, Outcome},
    },
    base::{password, text::limits::cut_bytes},
    features::{
        accounts::{self, invites},
        policies,
    },
};
use axum::{
    Form, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

/// Longest thing anybody types into a line of this form.
const LINE_BYTES_MAX: usize = 400;
/// Longest reason.
const REASON_BYTES_MAX: usize = 4000;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    username: String,
    email: String,
    password: String,
    reason: String,
    agreement: String,
}

async fn show(State(app): State<App>, visit: Visit) -> Result<Response> {
    ask(&app, &visit, "").await
}

async fn show_invited(State(app): State<App>, visit: Visit, Path(code): Path<String>) -> Result<Response> {
    ask(&app, &visit, &code).await
}

async fn ask(app: &App, visit: &Visit, code: &str) -> Result<Response> {
    if visit.account.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let inviter = let_in(app, visit, code).await?;
    page(app, visit, (code, inviter), (&Sent::default(), Problems::default())).await
}

async fn attempt(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    sign_up(&app, &visit, "", sent).await
}

async fn attempt_invited(State(app): State<App>, visit: Visit, Path(code): Path<String>, Form(sent): Form<Sent>) -> Result<Response> {
    sign_up(&app, &visit, &code, sent).await
}

/// Whether there is a door: the inviter's face when there is an invitation. Refused in a page otherwise.
async fn let_in(app: &App, visit: &Visit, code: &str) -> Result<Option<Face>> {
    let door = app.door();
    if code.is_empty() {
        door.refuse_closed(false).map_err(|refusal| Failure::shown(refusal, visit))?;
        return Ok(None);
    }
    may_try(app, visit, "invite")?;
    let over = || visit.nothing();
    if !door.takes_invites() {
        return Err(over());
    }
    let invite = invites::open(&app.store, code, door.inviting).await?.ok_or_else(over)?;
    let inviter = accounts::queries::by_id(&app.store, invite.inviter_id).await?.ok_or_else(over)?;
    Ok(Some(Face::of(app, &inviter)))
}

async fn sign_up(app: &App, visit: &Visit, code: &str, sent: Sent) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let inviter = let_in(app, visit, code).await?;
    app.quotas.sign_ups.take(&visit.address).map_err(|left| Failure::too_many(left.wait, visit))?;
    let asked = Asked {
        username: sent.username.clone(),
        email: sent.email.clone(),
        password: sent.password.clone(),
        reason: cut_bytes(&sent.reason, REASON_BYTES_MAX).to_owned(),
        invite: code.to_owned(),
        agreement: sent.agreement == "yes" || !has_rules(app).await?,
    };
    let (tx, account) = match visit.acting(app.sign_up(asked, visit.from)).await {
        Ok(Outcome::Made(tx, account)) => (tx, account),
        Ok(Outcome::Wrong(wrong)) => return page(app, visit, (code, inviter), (&sent, wrong.into())).await,
        Err(error) => return Err(Failure::of(error, visit)),
    };
    tx.commit().await?;
    welcome(app, visit, &account, &sent.email).await
}

/// What comes next: the mail, the administrator's yes, or the node itself.
async fn welcome(app: &App, visit: &Visit, account: &crate::store::tables::Account, email: &str) -> Result<Response> {
    let user = accounts::queries::user(&app.store, account.id).await?;
    let waits = user.as_ref().is_some_and(|user| !user.approved);
    let (title, sentence) = if user.as_ref().is_some_and(|user| user.unconfirmed) {
        let key = if waits { "entering-mail-confirm-then" } else { "entering-mail-confirm" };
        (visit.say("entering-look-into-mail"), visit.frame().name(key, cut_bytes(email, LINE_BYTES_MAX)))
    } else if waits {
        (visit.say("entering-account-waits"), visit.say("entering-decides"))
    } else {
        let cookies = visit.log_in(app, account).await?;
        return Ok((cookies, Redirect::to("/")).into_response());
    };
    let page = pages::Message { frame: visit.frame(), title, sentence };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

/// Whether this node has published rules that newcomers accept.
async fn has_rules(app: &App) -> crate::base::error::Result<bool> {
    let node = policies::node(&app.store).await;
    match node {
        Ok(node) => Ok(policies::current(&app.store, node.id).await?.is_some()),
        Err(error) if error.refusal().is_some() => Ok(false),
        Err(error) => Err(error),
    }
}

async fn page(app: &App, visit: &Visit, (code, inviter): (&str, Option<Face>), (sent, problems): (&Sent, Problems)) -> Result<Response> {
    let line = |text: &str| cut_bytes(text, LINE_BYTES_MAX).to_owned();
    let page = pages::SignUp {
        frame: visit.frame(),
        path: if code.is_empty() { "/auth/sign_up".to_owned() } else { format!("/invite/{code}") },
        problems,
        asks_why: app.asks_why(!code.is_empty()),
        confirms: app.door().confirms,
        has_rules: has_rules(app).await?,
        characters: password::CHARS_MIN,
        inviter,
        username: line(&sent.username),
        email: line(&sent.email),
        reason: cut_bytes(&sent.reason, REASON_BYTES_MAX).to_owned(),
        agrees: sent.agreement == "yes",
    };
    Ok(pages::form(visit, &page.problems, &page))
}

/// The routes of this file, at the addresses that Mastodon's apps know.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/auth/sign_up", get(show).post(attempt)).route("/invite/{code}", get(show_invited).post(attempt_invited))
}
