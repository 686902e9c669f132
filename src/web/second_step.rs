//! The second step of logging in: the code that the phone shows, after the password or the one-time link was right.
//!
//! Tries are counted like those of passwords, by account and address; and a ticket bears only a few (S102).

use super::{
    login::{may_try, safe_next},
    pages::{self, Failure, Result},
    problems::Problems,
    session::Visit,
};
use crate::{
    app::App,
    base::{error::Refusal, sentence::Sentence},
    features::{accounts::queries, sessions::second_factor},
    store::tables::Account,
};
use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    ticket: String,
    code: String,
    next: String,
}

/// Whoever has shown one thing is logged in, or asked for the code where their account wants one.
pub(super) async fn go_on(app: &App, visit: &Visit, account: &Account, next: &str) -> Result<Response> {
    if !second_factor::is_on(&app.store, account.id).await? {
        let cookies = visit.log_in(app, account).await?;
        return Ok((cookies, Redirect::to(safe_next(next))).into_response());
    }
    let tx = app.begin().await?;
    let ticket = second_factor::owe_code(&tx, account.id).await?;
    tx.commit().await?;
    Ok(page(visit, ticket, next, StatusCode::OK))
}

fn page(visit: &Visit, ticket: String, next: &str, status: StatusCode) -> Response {
    let mut problems = Problems::default();
    if status != StatusCode::OK {
        problems.add("code", visit.say("entering-wrong-code"));
    }
    let page = pages::SecondStep { frame: visit.frame(), problems, ticket, next: safe_next(next).into() };
    (visit.cookies(), pages::show(status, &page)).into_response()
}

async fn give(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let owes = second_factor::who_owes(&app.store, &sent.ticket).await?;
    may_try(&app, &visit, &owes.map_or_else(|| "code".to_owned(), |id| format!("code of {id}")))?;
    let over = || Failure::shown(Refusal::forbidden("log_in_again", Sentence::verbatim(visit.say("entering-too-long"))), &visit);
    let id = owes.ok_or_else(over)?;
    let tx = app.begin().await?;
    let is_right = second_factor::give_code(&tx, &sent.ticket, &sent.code, &app.secret).await?;
    tx.commit().await?;
    if !is_right {
        return match second_factor::who_owes(&app.store, &sent.ticket).await? {
            Some(_) => Ok(page(&visit, sent.ticket, &sent.next, StatusCode::UNPROCESSABLE_ENTITY)),
            None => Err(over()),
        };
    }
    let user = queries::user(&app.store, id).await?.filter(|user| user.may_enter(app.store.clock.now()));
    let account = queries::by_id(&app.store, id).await?.filter(|account| user.is_some() && account.is_active());
    let cookies = visit.log_in(&app, &account.ok_or_else(over)?).await?;
    Ok((cookies, Redirect::to(safe_next(&sent.next))).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/login/code", post(give))
}
