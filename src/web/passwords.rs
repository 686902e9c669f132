//! A new password for who has forgotten theirs: the page that asks for an address, and the one behind the link of the mail.
//!
//! What is answered is always the same, whether the address has an account or not (S54). The link is built from `server.url`
//! when the mail is written, never from what a request says (S92).

use super::{
    login::may_try,
    pages::{self, Failure, Result},
    problems::Problems,
    session::Visit,
};
use crate::{
    app::App,
    base::{error::Refusal, password, sentence::Sentence},
    features::{accounts::letters, sessions::reset},
    store::audit,
};
use axum::{
    Form, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    email: String,
    password: String,
}

/// Refused where the node sends no mail.
fn needs_mail(app: &App, visit: &Visit) -> Result<()> {
    if app.config.mail.is_configured() {
        return Ok(());
    }
    Err(Failure::shown(Refusal::unavailable("no_mail", Sentence::verbatim(visit.say("entering-no-mail"))), visit))
}

async fn forgotten(State(app): State<App>, visit: Visit) -> Result<Response> {
    needs_mail(&app, &visit)?;
    Ok((visit.cookies(), pages::show(StatusCode::OK, &pages::Forgotten { frame: visit.frame() })).into_response())
}

async fn ask(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    needs_mail(&app, &visit)?;
    app.quotas.mails.take(&visit.address).map_err(|left| Failure::too_many(left.wait, &visit))?;
    let tx = app.begin().await?;
    reset::ask(&tx, &sent.email, &app.secret).await?;
    tx.commit().await?;
    let (title, sentence) = (visit.say("entering-look-into-mail"), visit.say("entering-link-sent"));
    let page = pages::Message { frame: visit.frame(), title, sentence };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

async fn open(State(app): State<App>, visit: Visit, Path(secret): Path<String>) -> Result<Response> {
    page(&app, &visit, &secret, Problems::default()).await
}

async fn page(app: &App, visit: &Visit, secret: &str, problems: Problems) -> Result<Response> {
    may_try(app, visit, "reset")?;
    let account = reset::opened(&app.store, secret).await?.ok_or_else(|| Failure::shown(letters::over(), visit))?;
    let page = pages::NewPassword { frame: visit.frame(), name: account.username, problems, characters: password::CHARS_MIN };
    Ok(pages::form(visit, &page.problems, &page))
}

async fn set(State(app): State<App>, visit: Visit, Path(secret): Path<String>, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    may_try(&app, &visit, "reset")?;
    // looked at before the password is hashed: a link that is none costs nothing
    let account = reset::opened(&app.store, &secret).await?.ok_or_else(|| Failure::shown(letters::over(), &visit))?;
    let hash = match app.passwords.hash(&sent.password).await {
        Ok(hash) => hash,
        Err(error) => return page(&app, &visit, &secret, Problems::of(error)?).await,
    };
    let tx = app.begin().await?;
    let via = format!("page {}", visit.address);
    let done = audit::through(via, audit::acting(account.username, reset::set(&tx, &secret, &hash))).await;
    done.map_err(|error| Failure::of(error, &visit))?;
    tx.commit().await?;
    app.bearers.forget_all();
    let (title, sentence) = (visit.say("entering-done"), visit.say("entering-password-set"));
    let page = pages::Message { frame: visit.frame(), title, sentence };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/auth/password/new", get(forgotten).post(ask)).route("/auth/password/{secret}", get(open).post(set))
}
