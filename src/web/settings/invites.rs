//! Inviting people to have an account here.

use super::{
    super::{
        pages::{self, Failure, OpenInvite, Result},
        problems::Problems,
        session::Visit,
    },
    owner,
};
use crate::{
    app::App,
    base::{
        error::{Error, Refusal},
        id::InviteId,
        text::limits::cut_bytes,
    },
    features::accounts::invites::{self, New},
    store::tables::{Account, User},
};
use axum::{
    Form, Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

/// Where this page is.
const PATH: &str = "/settings/invites";
/// Longest line that is shown again.
const LINE_BYTES_MAX: usize = 400;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    uses: String,
    days: String,
    note: String,
    id: String,
}

/// Whoever may invite; others read that they may not.
fn inviter(app: &App, visit: &Visit) -> Result<(Account, User)> {
    let found = owner(visit, PATH)?;
    if invites::may_invite(&found.1, &app.door(), app.store.clock.now()) {
        return Ok(found);
    }
    Err(Failure::shown(Refusal::forbidden("not_permitted", "You may not invite people to this node."), visit))
}

async fn show(State(app): State<App>, visit: Visit) -> Result<Response> {
    let (account, _) = inviter(&app, &visit)?;
    page(&app, &visit, &account, (String::new(), Problems::default()), Typed::default()).await
}

/// What stands in the form.
struct Typed {
    note: String,
    uses: String,
    days: String,
}

impl Default for Typed {
    fn default() -> Self {
        Self { note: String::new(), uses: "1".into(), days: "7".into() }
    }
}

async fn page(app: &App, visit: &Visit, account: &Account, (link, problems): (String, Problems), typed: Typed) -> Result<Response> {
    let open = invites::open_of(&app.store, account.id).await?.into_iter().map(|invite| OpenInvite {
        id: invite.id.to_string(),
        note: invite.note,
        uses: invite.uses,
        uses_max: invite.uses_max,
        until: invite.expires_at.into(),
    });
    let Typed { note, uses, days } = typed;
    let page = pages::Invites { frame: visit.frame(), problems, note, uses, days, link, open: open.collect() };
    Ok(pages::form(visit, &page.problems, &page))
}

async fn make(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let (account, user) = inviter(&app, &visit)?;
    let new = New { uses: sent.uses.trim().parse().unwrap_or(0), days: sent.days.trim().parse().unwrap_or(0), note: sent.note.clone() };
    let tx = app.begin().await?;
    match visit.acting(invites::make(&tx, (&account, &user), new, &app.door())).await {
        Ok((_, code)) => {
            tx.commit().await?;
            page(&app, &visit, &account, (app.invite_link(&code), Problems::default()), Typed::default()).await
        }
        Err(error) => {
            drop(tx);
            let line = |text: &str| cut_bytes(text, LINE_BYTES_MAX).to_owned();
            let typed = Typed { note: line(&sent.note), uses: line(&sent.uses), days: line(&sent.days) };
            page(&app, &visit, &account, (String::new(), Problems::of(error)?), typed).await
        }
    }
}

async fn revoke(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let (account, _) = inviter(&app, &visit)?;
    let tx = app.begin().await?;
    match visit.acting(invites::revoke(&tx, &account, InviteId(sent.id.parse().unwrap_or(0)))).await {
        Ok(()) => tx.commit().await?,
        // it is over meanwhile: then that is so
        Err(Error::Refused(_)) => drop(tx),
        Err(fault) => return Err(fault.into()),
    }
    Ok((visit.cookies(), Redirect::to(PATH)).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route(PATH, get(show).post(make)).route("/settings/invites/revoke", post(revoke))
}
