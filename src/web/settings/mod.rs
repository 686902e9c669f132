//! One's own account: profile and preferences, address and password, the second step of logging in, where one is logged in, apps,
//! whom one invites.
//!
//! Whoever is not logged in is sent to log in. What changes the way in asks for the password, whose tries are counted (S102).

mod apps;
mod invites;
mod preferences;
mod profile;
mod second_factor;
mod sent;
mod sessions;

use super::{
    login::may_try,
    pages::{self, Failure, Result},
    problems::Problems,
    session::Visit,
};
use crate::{
    app::App,
    base::{
        error::{Error, Refusal},
        password,
        sentence::Sentence,
        text::limits::cut_bytes,
        words::LetterKind,
    },
    features::{
        accounts::{
            self,
            letters::{self, New},
        },
        sessions as log_ins,
    },
    store::tables::{Account, User},
};
use axum::{
    Form, Router,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

/// Longest address that is shown again.
const EMAIL_BYTES_MAX: usize = 400;

/// What the forms of the page send; each uses its own part.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    password: String,
    new_password: String,
    email: String,
}

/// Whoever is logged in, with what belongs to it; others are sent to log in, and to `path` from there.
fn owner(visit: &Visit, path: &str) -> Result<(Account, User)> {
    visit.account.clone().zip(visit.user.clone()).ok_or_else(|| Failure::log_in(path))
}

/// What is wrong with the password that was typed into `field`. Who has none set is asked for none: they came by a link.
async fn must_know(app: &App, visit: &Visit, user: &User, (field, typed): (&'static str, &str)) -> Result<Problems> {
    let mut problems = Problems::default();
    if user.password_hash.is_empty() {
        return Ok(problems);
    }
    may_try(app, visit, &user.account_id.to_string())?;
    if !app.passwords.verify(typed, Some(&user.password_hash)).await? {
        problems.add(field, visit.say("entering-wrong-password"));
    }
    Ok(problems)
}

/// What an act was refused for, said beside `field`, whatever the field is called elsewhere.
fn at(field: &'static str, error: Error) -> Result<Problems> {
    match error {
        Error::Refused(refusal) => Ok(Refusal { field: Some(field), ..refusal }.into()),
        fault => Err(fault.into()),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Came {
    done: String,
}

async fn show(State(app): State<App>, visit: Visit, Query(came): Query<Came>) -> Result<Response> {
    let done = match came.done.as_str() {
        "password" => visit.say("entering-password-changed"),
        _ => String::new(),
    };
    page(&app, &visit, (done, Problems::default()), "").await
}

async fn page(app: &App, visit: &Visit, (done, problems): (String, Problems), typed: &str) -> Result<Response> {
    let (account, user) = owner(visit, "/settings")?;
    let page = pages::Settings {
        frame: visit.frame(),
        done,
        problems,
        typed_email: cut_bytes(typed, EMAIL_BYTES_MAX).to_owned(),
        may_invite: accounts::invites::may_invite(&user, &app.door(), app.store.clock.now()),
        second_factor: log_ins::second_factor::is_on(&app.store, account.id).await?,
        has_password: !user.password_hash.is_empty(),
        sends_mail: app.config.mail.is_configured(),
        characters: password::CHARS_MIN,
        email: user.email,
    };
    Ok(pages::form(visit, &page.problems, &page))
}

/// A new password: every other session and every app is logged out; this browser gets a new session (S104).
async fn change_password(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let (account, user) = owner(&visit, "/settings")?;
    let wrong = must_know(&app, &visit, &user, ("password", &sent.password)).await?;
    if !wrong.is_empty() {
        return page(&app, &visit, (String::new(), wrong), "").await;
    }
    let hash = match app.passwords.hash(&sent.new_password).await {
        Ok(hash) => hash,
        Err(error) => return page(&app, &visit, (String::new(), at("new_password", error)?), "").await,
    };
    let tx = app.begin().await?;
    visit.acting(accounts::set_password(&tx, account.id, &hash)).await?;
    log_ins::end_all(&tx, account.id).await?;
    let told = New { kind: LetterKind::Password, account: account.id, name: &account.username, email: &user.email, detail: "" };
    letters::tell(&tx, told).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    let cookies = visit.log_in(&app, &account).await?;
    Ok((cookies, Redirect::to("/settings?done=password")).into_response())
}

/// Another address: it counts once the link that is sent there was opened.
async fn change_address(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let (account, user) = owner(&visit, "/settings")?;
    if !app.config.mail.is_configured() {
        return Err(Failure::shown(Refusal::unavailable("no_mail", Sentence::verbatim(visit.say("entering-no-mail-no-address"))), &visit));
    }
    let wrong = must_know(&app, &visit, &user, ("address-password", &sent.password)).await?;
    if !wrong.is_empty() {
        return page(&app, &visit, (String::new(), wrong), &sent.email).await;
    }
    let tx = app.begin().await?;
    if let Err(error) = accounts::ask_for_address(&tx, &account, &sent.email, &app.secret).await {
        drop(tx);
        return page(&app, &visit, (String::new(), Problems::of(error)?), &sent.email).await;
    }
    tx.commit().await?;
    page(&app, &visit, (visit.say("entering-address-asked"), Problems::default()), "").await
}

async fn edit() -> Redirect {
    Redirect::to("/settings")
}

/// The routes of this room. `/auth/edit` is where Mastodon's apps send people for this.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/settings", get(show))
        .route("/auth/edit", get(edit))
        .route("/settings/password", post(change_password))
        .route("/settings/address", post(change_address))
        .merge(profile::routes())
        .merge(preferences::routes())
        .merge(apps::routes())
        .merge(sessions::routes())
        .merge(second_factor::routes())
        .merge(invites::routes())
}
