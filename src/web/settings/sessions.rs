//! Where one is logged in: browsers and apps, ended one by one or all but this one.

use super::{
    super::{
        agents, consent,
        pages::{self, Failure, Result, Shown},
        session::Visit,
    },
    owner,
};
use crate::{
    app::App,
    base::{
        error::{Error, Refusal},
        id::TokenId,
    },
    features::sessions::listed::{self, Here},
    policy::scope::Scopes,
};
use axum::{
    Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

/// Where this page is.
const PATH: &str = "/settings/sessions";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    browser: String,
    app: String,
}

async fn show(State(app): State<App>, visit: Visit) -> Result<Response> {
    let (account, _) = owner(&visit, PATH)?;
    let (here, frame) = (visit.session_name(), visit.frame());
    let browsers = listed::browsers(&app.store, account.id).await?.into_iter().map(|browser| Shown {
        is_here: browser.name == here,
        name: agents::told(&frame, &browser.agent),
        rights: String::new(),
        since: browser.created_at.into(),
        used: browser.used_at.map(Into::into),
        id: browser.name,
    });
    let apps = listed::apps(&app.store, account.id).await?.into_iter().map(|held| Shown {
        id: held.id.to_string(),
        name: held.name,
        rights: consent::rights(&Scopes::kept(&held.scopes)).into_iter().map(|right| frame.say(right)).collect::<Vec<_>>().join(", "),
        since: held.created_at.into(),
        used: held.used_at.map(Into::into),
        is_here: false,
    });
    let page = pages::Sessions { frame: visit.frame(), browsers: browsers.collect(), apps: apps.collect() };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

/// Ends one.
async fn end(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let (account, _) = owner(&visit, PATH)?;
    let tx = app.begin().await?;
    let ended = match sent.app.parse() {
        Ok(id) => visit.acting(listed::end_app(&tx, account.id, TokenId(id))).await,
        Err(_) => visit.acting(listed::end_browser(&tx, account.id, &sent.browser)).await,
    };
    match ended {
        Ok(()) => tx.commit().await?,
        // it has ended meanwhile: then that is so
        Err(Error::Refused(Refusal { code: "not_found", .. })) => drop(tx),
        Err(error) => return Err(Failure::of(error, &visit)),
    }
    app.bearers.forget_all();
    Ok((visit.cookies(), Redirect::to(PATH)).into_response())
}

/// Ends all but the one here.
async fn end_others(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let (account, _) = owner(&visit, PATH)?;
    let tx = app.begin().await?;
    visit.acting(listed::end_others(&tx, account.id, &Here::Browser(visit.session_name()))).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok((visit.cookies(), Redirect::to(PATH)).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route(PATH, get(show)).route("/settings/sessions/end", post(end)).route("/settings/sessions/end_others", post(end_others))
}
