//! Invitations of all of this node's people that still can be used: seen, and taken back.

use super::{
    super::{
        entries::Moment,
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, Came,
};
use crate::{
    app::App,
    features::{accounts::queries, administering::people},
    store::tables::Account,
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use serde::Deserialize;

struct Open {
    id: String,
    inviter: String,
    note: String,
    uses: i64,
    uses_max: i64,
    until: Moment,
}

#[derive(Template)]
#[template(path = "administering/invites.html")]
struct Invites {
    frame: Frame,
    is_done: bool,
    takes: bool,
    open: Vec<Open>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    id: String,
}

async fn list(State(app): State<App>, admin: Admin, Query(came): Query<Came>) -> Result<Response> {
    let found = people::open_invites(&app.store).await?;
    let mut inviters: Vec<_> = found.iter().map(|invite| invite.inviter_id).collect();
    inviters.sort_unstable();
    inviters.dedup();
    let known = queries::by_ids(&app.store, &inviters).await?;
    let name = |id| known.iter().find(|account| account.id == id).map(Account::acct).unwrap_or_default();
    let open = found.into_iter().map(|invite| Open {
        id: invite.id.to_string(),
        inviter: name(invite.inviter_id),
        note: invite.note,
        uses: invite.uses,
        uses_max: invite.uses_max,
        until: invite.expires_at.into(),
    });
    let page = Invites { frame: admin.frame(), is_done: came.is_done(), takes: app.door().takes_invites(), open: open.collect() };
    Ok(admin.page(&Problems::default(), &page))
}

async fn revoke(State(app): State<App>, admin: Admin, Form(sent): Form<Sent>) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let tx = app.begin().await?;
    let revoked = people::revoke_invite(&tx, sent.id.parse().unwrap_or_default());
    admin.visit.acting(revoked).await.map_err(|error| admin.failed(error))?;
    tx.commit().await?;
    Ok(admin.go("/admin/invites?done=1"))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/invites", get(list).post(revoke))
}
