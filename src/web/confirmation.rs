//! The page behind a link that confirms an e-mail address: a button, since programs that look at mails also open their links.

use super::{
    login::may_try,
    pages::{self, Failure, Result},
    session::Visit,
};
use crate::{
    app::App,
    base::error::Error,
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
    let id = match visit.acting(accounts::confirm(&tx, &secret)).await {
        Ok(id) => id,
        Err(Error::Refused(refusal)) => return Err(Failure::shown(refusal, &visit)),
        Err(fault) => return Err(fault.into()),
    };
    tx.commit().await?;
    app.bearers.forget_all();
    let is_in = accounts::queries::user(&app.store, id).await?.is_some_and(|user| user.is_in());
    let sentence = match is_in {
        true => "Your address is confirmed. Go back to your app, or log in here.",
        false => "Your address is confirmed. Now an administrator decides on your account; a mail tells you.",
    };
    let page = pages::Message { frame: visit.frame(), title: "Thank you".into(), sentence: sentence.into() };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/auth/confirmation/{secret}", get(show).post(confirm))
}
