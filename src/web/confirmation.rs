//! The page behind a link that confirms an e-mail address: a button, since programs that look at mails also open their links.

use super::{
    login::may_try,
    pages::{self, Failure, Result},
    session::Visit,
};
use crate::{
    app::App,
    features::accounts::{self, letters},
};
use axum::{
    Form, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Bare {
    #[serde(default)]
    token: String,
}

async fn show(State(app): State<App>, visit: Visit, Path(secret): Path<String>) -> Result<Response> {
    may_try(&app, &visit, "confirmation")?;
    let letter = accounts::opened(&app.store, &secret).await?.ok_or_else(|| Failure::shown(letters::over(), &visit))?;
    let page = pages::Confirmation { frame: visit.frame(), name: letter.name, email: letter.email };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

async fn confirm(State(app): State<App>, visit: Visit, Path(secret): Path<String>, Form(bare): Form<Bare>) -> Result<Response> {
    visit.must_have_sent(&bare.token)?;
    may_try(&app, &visit, "confirmation")?;
    let tx = app.begin().await?;
    let id = visit.acting(accounts::confirm(&tx, &secret)).await.map_err(|error| Failure::of(error, &visit))?;
    tx.commit().await?;
    app.bearers.forget_all();
    let is_in = accounts::queries::user(&app.store, id).await?.is_some_and(|user| user.is_in());
    let sentence = match is_in {
        true => visit.say("entering-confirmed"),
        false => visit.say("entering-confirmed-waits"),
    };
    let page = pages::Message { frame: visit.frame(), title: visit.say("entering-thank-you"), sentence };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/auth/confirmation/{secret}", get(show).post(confirm))
}
