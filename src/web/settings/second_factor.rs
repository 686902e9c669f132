//! The second step of logging in, switched on with a code and off with the password.

use super::{
    super::{
        login::may_try,
        pages::{self, Result},
        problems::Problems,
        qr::Qr,
        session::Visit,
    },
    at, must_know, owner,
};
use crate::{
    app::App,
    base::{totp, words::LetterKind},
    features::{
        accounts::letters::{self, New},
        sessions::second_factor as steps,
    },
    store::{
        Tx,
        tables::{Account, User},
    },
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
const PATH: &str = "/settings/second_factor";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    code: String,
    password: String,
}

async fn show(State(app): State<App>, visit: Visit) -> Result<Response> {
    page(&app, &visit, Problems::default()).await
}

async fn page(app: &App, visit: &Visit, problems: Problems) -> Result<Response> {
    let (account, user) = owner(visit, PATH)?;
    let is_on = steps::is_on(&app.store, account.id).await?;
    let (mut key, mut address) = (String::new(), String::new());
    if !is_on && let Some(bytes) = steps::prepared(&app.store, account.id, &app.secret).await? {
        (key, address) = (grouped(&totp::base32(&bytes)), totp::address(app.origin.authority(), &account.username, &bytes));
    }
    let page = pages::SecondFactor {
        frame: visit.frame(),
        problems,
        is_on,
        codes_left: steps::codes_left(&app.store, account.id).await?,
        picture: Qr::of(&address).filter(|_| !address.is_empty()),
        key,
        address,
        has_password: !user.password_hash.is_empty(),
    };
    Ok(pages::form(visit, &page.problems, &page))
}

/// In groups of four, as people type it.
fn grouped(key: &str) -> String {
    let groups: Vec<&str> = key.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
    groups.join(" ")
}

/// Makes the key that is to be put into the phone.
async fn begin(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let (account, user) = owner(&visit, PATH)?;
    let wrong = must_know(&app, &visit, &user, ("password", &sent.password)).await?;
    if !wrong.is_empty() {
        return page(&app, &visit, wrong).await;
    }
    let tx = app.begin().await?;
    if let Err(error) = steps::prepare(&tx, account.id, &app.secret).await {
        drop(tx);
        return page(&app, &visit, Problems::of(error)?).await;
    }
    tx.commit().await?;
    Ok((visit.cookies(), Redirect::to(PATH)).into_response())
}

/// The phone shows the right code: on, and the codes to be written down are shown, once.
async fn switch_on(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let (account, user) = owner(&visit, PATH)?;
    may_try(&app, &visit, &format!("code of {}", account.id))?;
    let tx = app.begin().await?;
    let codes = match visit.acting(steps::switch_on(&tx, account.id, &sent.code, &app.secret)).await {
        Ok(codes) => codes,
        Err(error) => {
            drop(tx);
            return page(&app, &visit, at("code", error)?).await;
        }
    };
    tell(&tx, (&account, &user), "on").await?;
    tx.commit().await?;
    Ok((visit.cookies(), pages::show(StatusCode::OK, &pages::Codes { frame: visit.frame(), codes })).into_response())
}

async fn switch_off(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let (account, user) = owner(&visit, PATH)?;
    if user.password_hash.is_empty() {
        let mut wrong = Problems::default();
        wrong.add("password", visit.say("entering-set-password-first"));
        return page(&app, &visit, wrong).await;
    }
    let wrong = must_know(&app, &visit, &user, ("password", &sent.password)).await?;
    if !wrong.is_empty() {
        return page(&app, &visit, wrong).await;
    }
    let tx = app.begin().await?;
    if visit.acting(steps::switch_off(&tx, account.id)).await? {
        tell(&tx, (&account, &user), "off").await?;
    }
    tx.commit().await?;
    Ok((visit.cookies(), Redirect::to(PATH)).into_response())
}

async fn tell(tx: &Tx, (account, user): (&Account, &User), detail: &str) -> crate::base::error::Result<()> {
    let kind = LetterKind::SecondFactor;
    letters::tell(tx, New { kind, account: account.id, name: &account.username, email: &user.email, detail }).await
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PATH, get(show))
        .route("/settings/second_factor/begin", post(begin))
        .route("/settings/second_factor/on", post(switch_on))
        .route("/settings/second_factor/off", post(switch_off))
}
