//! Logging in, by password or by a one-time link, and logging out.

use super::{
    administering::start,
    pages::{self, Failure, Result},
    second_step,
    session::Visit,
};
use crate::{
    app::App,
    base::{error::Error, id::AccountId},
    features::{
        accounts::{self, letters, queries},
        sessions,
    },
    store::tables::{Account, User},
};
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

/// Longest thing anybody logs in with.
const LOGIN_BYTES_MAX: usize = 320;
/// Longest path to come back to.
const NEXT_BYTES_MAX: usize = 8 * 1024;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Next {
    next: String,
}

#[derive(Deserialize)]
struct Attempt {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
    login: String,
    password: String,
}

/// A form that holds nothing but its token.
#[derive(Deserialize)]
struct Bare {
    #[serde(default)]
    token: String,
}

/// Where to go after logging in: to the page of ours that the visitor came from, or to their home. Nothing else is ever
/// followed: browsers take `//host`, `/\host` and what is no printable character for the way to another host (S89).
pub(super) fn safe_next(next: &str) -> &str {
    let printable = next.bytes().all(|b| b.is_ascii_graphic());
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    if printable && ours && next.len() <= NEXT_BYTES_MAX { next } else { "/home" }
}

async fn form(State(app): State<App>, visit: Visit, Query(Next { next }): Query<Next>) -> Response {
    if visit.account.is_some() && next.is_empty() {
        return Redirect::to("/home").into_response();
    }
    let (problem, login) = (String::new(), String::new());
    let page = pages::Login { frame: visit.frame(), problem, login, next: safe_next(&next).into(), ways: ways(&app) };
    (visit.cookies(), pages::show(StatusCode::OK, &page)).into_response()
}

async fn attempt(State(app): State<App>, visit: Visit, Form(attempt): Form<Attempt>) -> Result<Response> {
    visit.must_have_sent(&attempt.token)?;
    let login = attempt.login.trim().to_lowercase();
    if login.len() > LOGIN_BYTES_MAX {
        return Ok(refused(&app, &visit, &attempt));
    }
    let user = queries::user_by_login(&app.store, &login).await?;
    // by account where there is one: it has many spellings (name, address, any number of @ before it)
    may_try(&app, &visit, &user.as_ref().map_or(login, |user| user.account_id.to_string()))?;
    let hash = user.as_ref().map(|user| user.password_hash.as_str());
    // Everything but success looks and lasts the same: whoever is not there, has no password or may not log in (S54).
    let right = app.passwords.verify(&attempt.password, hash).await?;
    let user = user.filter(|user| right && !user.is_over(app.store.clock.now()));
    let account = match &user {
        Some(user) => queries::by_id(&app.store, user.account_id).await?.filter(Account::is_active),
        None => None,
    };
    let Some((account, user)) = account.zip(user) else { return Ok(refused(&app, &visit, &attempt)) };
    if !user.is_in() {
        return waiting(&app, &visit, &account, &user).await;
    }
    second_step::go_on(&app, &visit, &account, &attempt.next).await
}

/// The password is right, and the account not in yet: what it waits for. Who has to confirm an address gets the link once more.
async fn waiting(app: &App, visit: &Visit, account: &Account, user: &User) -> Result<Response> {
    let (title, sentence) = if user.unconfirmed {
        let tx = app.begin().await?;
        let sentence = match accounts::confirm_again(&tx, account, None, &app.secret).await {
            Ok(()) => {
                tx.commit().await?;
                visit.frame().name("entering-unconfirmed-sent", &user.email)
            }
            // nothing is kept: the link before it still works
            Err(Error::Refused(_)) => visit.say("entering-unconfirmed"),
            Err(fault) => return Err(fault.into()),
        };
        (visit.say("entering-look-into-mail"), sentence)
    } else {
        (visit.say("entering-account-waits"), visit.say("entering-not-decided"))
    };
    let page = pages::Message { frame: visit.frame(), title, sentence };
    Ok((visit.cookies(), pages::show(StatusCode::FORBIDDEN, &page)).into_response())
}

/// What the page offers beside logging in.
fn ways(app: &App) -> pages::Ways {
    pages::Ways { signs_up: app.door().refuse_closed(false).is_ok(), resets: app.config.mail.is_configured() }
}

fn refused(app: &App, visit: &Visit, attempt: &Attempt) -> Response {
    let page = pages::Login {
        frame: visit.frame(),
        problem: visit.say("entering-wrong-login"),
        login: attempt.login.chars().take(LOGIN_BYTES_MAX).collect(),
        next: safe_next(&attempt.next).into(),
        ways: ways(app),
    };
    (visit.cookies(), pages::show(StatusCode::UNPROCESSABLE_ENTITY, &page)).into_response()
}

/// Counts an attempt: by account and address together, and (more of them) by each alone (S102).
pub(super) fn may_try(app: &App, visit: &Visit, login: &str) -> Result<()> {
    let taken = [
        app.quotas.log_in.take(&format!("{login} {}", visit.address)),
        app.quotas.log_in_wide.take(&format!("at {}", visit.address)),
        app.quotas.log_in_wide.take(&format!("as {login}")),
    ];
    match taken.into_iter().find_map(std::result::Result::err) {
        Some(left) => Err(Failure::too_many(left.wait, visit)),
        None => Ok(()),
    }
}

async fn link(State(app): State<App>, visit: Visit, Path(secret): Path<String>) -> Result<Response> {
    may_try(&app, &visit, "link")?;
    let account = linked(&app, sessions::login_link_account(&app.store, &secret).await?).await?;
    let Some(account) = account else { return Err(link_over(&visit)) };
    let page = pages::Link { frame: visit.frame(), name: account.username };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

async fn use_link(State(app): State<App>, visit: Visit, Path(secret): Path<String>, Form(bare): Form<Bare>) -> Result<Response> {
    visit.must_have_sent(&bare.token)?;
    may_try(&app, &visit, "link")?;
    let tx = app.begin().await?;
    let Ok(id) = sessions::use_login_link(&tx, &secret).await else { return Err(link_over(&visit)) };
    tx.commit().await?;
    let Some(account) = linked(&app, Some(id)).await? else { return Err(link_over(&visit)) };
    // the node's owner comes by such a link on the very first start
    let next = queries::user(&app.store, id).await?.as_ref().and_then(start::begins).unwrap_or("/");
    second_step::go_on(&app, &visit, &account, next).await
}

async fn linked(app: &App, id: Option<AccountId>) -> Result<Option<Account>> {
    let Some(id) = id else { return Ok(None) };
    Ok(queries::by_id(&app.store, id).await?.filter(Account::is_active))
}

fn link_over(visit: &Visit) -> Failure {
    Failure::shown(letters::over(), visit)
}

async fn log_out(State(app): State<App>, visit: Visit, Form(bare): Form<Bare>) -> Result<Response> {
    visit.must_have_sent(&bare.token)?;
    Ok((visit.log_out(&app).await?, Redirect::to("/")).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/login", get(form).post(attempt))
        .route("/login/link/{secret}", get(link).post(use_link))
        .route("/logout", post(log_out))
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn s089_after_logging_in_nobody_is_sent_elsewhere() {
        for evil in [
            "//e.test",
            "/\\e.test",
            "https://e.test",
            "/oauth/authorize\\?",
            "javascript:x",
            "/a\r\nb",
            "/settings\\e.test",
            "/\u{ff0f}e.test",
            "settings",
            "",
        ] {
            assert_eq!(safe_next(evil), "/home", "{evil}");
        }
        assert_eq!(safe_next(&format!("/{}", "a".repeat(9000))), "/home");
        for ours in ["/oauth/authorize?client_id=a", "/settings/sessions", "/c/valves", "/web/%2F%2Fe.test"] {
            assert_eq!(safe_next(ours), ours);
        }
    }
}
