//! Invitations by handle: written and taken back by moderators, accepted and declined by whom they are for.

use super::{
    communities::{answer, visible},
    mailed, members,
};
use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::community::{Shown, communities as shown},
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{
        error::Refusal,
        id::AccountId,
        words::{Role, SeatStatus},
    },
    features::{
        communities,
        memberships::{self, Decision},
    },
    policy::scope::Scope,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// Longest time that an invitation can be accepted: a year.
const SECONDS_MAX: u64 = 366 * 86_400;

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::Read), Access::User(Scope::Write));
    Routes::new()
        .get("/api/intermoot/v1/invitations", read, "Communities that invite me", mine)
        .get("/api/intermoot/v1/communities/{id}/invitations", read, "Who is invited to a community one moderates", list)
        .post(
            "/api/intermoot/v1/communities/{id}/invitations",
            write,
            "Invites somebody, by handle (`acct`) or by e-mail address (`email`)",
            create,
        )
        .costing(Cost::Large)
        .post("/api/intermoot/v1/communities/{id}/invitations/accept", write, "Accepts an invitation", accept)
        .post("/api/intermoot/v1/communities/{id}/invitations/decline", write, "Declines an invitation", decline)
        .delete("/api/intermoot/v1/communities/{id}/invitations/{account_id}", write, "Takes an invitation back", revoke)
}

async fn mine(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 80);
    let rows = memberships::queries::invitations_of(&app.store, caller.id(), page).await?;
    let ids: Vec<i64> = rows.iter().map(|(seat, _)| seat.id.0).collect();
    let mut found = Vec::with_capacity(rows.len());
    let facts = communities::queries::by_ids(&app.store, &rows.iter().map(|(_, account)| account.id).collect::<Vec<_>>()).await?;
    for (_, account) in rows {
        if let Some(facts) = facts.iter().find(|facts| facts.account_id == account.id) {
            found.push((account, facts.clone()));
        }
    }
    Ok(query.answer(shown(&app, Some(caller.id()), found).await?, page.cursors(&ids)))
}

async fn list(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, query: PageQuery) -> Result<Response> {
    visible(&app, Some(caller.id()), id).await?;
    members::moderates(&app, &caller, id).await?;
    let page = query.clamp(40, 80);
    let rows = memberships::queries::invited(&app.store, id, page).await?;
    members::answer(&app, &query, page, (rows, members::Sight::Full)).await
}

#[derive(Deserialize)]
struct New {
    /// A handle: `ada` here, `ada@acme.example` elsewhere.
    #[serde(default)]
    acct: String,
    /// Instead of a handle, an address and what goes with it.
    #[serde(flatten)]
    mail: mailed::Asked,
    /// Seconds; 0 and none: 14 days.
    #[serde(default)]
    expires_in: u64,
}

async fn create(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(new): Input<New>) -> Result<Json<Value>> {
    if new.expires_in > SECONDS_MAX {
        return Err(Failure::field("expires_in", format!("must not be longer than {SECONDS_MAX} seconds")));
    }
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    if !new.mail.email.is_empty() {
        let invitation = mailed::by_email(&app, &caller, &community, new.mail).await?;
        return Ok(Json(serde_json::to_value(invitation).map_err(anyhow::Error::from)?));
    }
    if caller.account().guest().is_some() {
        return Err(Refusal::forbidden("guest", "Guests do not invite; ask your sponsor to.").into());
    }
    members::moderates(&app, &caller, id).await?;
    let who = app.meant(&new.acct).await?;
    let tx = app.begin().await?;
    let expires_at = (new.expires_in > 0).then(|| tx.now.plus(Duration::from_secs(new.expires_in)));
    let decision = Decision::Invite { role: new.mail.role.unwrap_or(Role::Member), expires_at };
    memberships::decided(&tx, caller.account(), &who, &community, decision).await?;
    tx.commit().await?;
    members::after(&app, &community, &who).await
}

async fn accept(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Shown>> {
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    invited(&app, &caller, id).await?;
    let tx = app.begin().await?;
    memberships::ask(&tx, caller.account(), &community, "").await?;
    tx.commit().await?;
    app.store.settle().await;
    answer(&app, &caller, id).await
}

async fn decline(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    invited(&app, &caller, id).await?;
    let tx = app.begin().await?;
    memberships::leave(&tx, caller.account(), &community, None).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn invited(app: &App, caller: &Caller, id: AccountId) -> Result<()> {
    let seat = memberships::queries::seat(&app.store, id, caller.id()).await?;
    if seat.is_none_or(|seat| seat.status != SeatStatus::Invited) {
        return Err(Refusal::conflict("no_invitation", "You have no open invitation to this community.").into());
    }
    Ok(())
}

async fn revoke(State(app): State<App>, caller: Caller, Path((id, who)): Path<(AccountId, AccountId)>) -> Result<Json<Value>> {
    let (community, tx, who) = members::begin(&app, &caller, id, who).await?;
    if community.is_local() {
        memberships::revoke(&tx, caller.account(), &who, &community).await?;
    } else {
        memberships::decided(&tx, caller.account(), &who, &community, Decision::Refuse { reason: String::new() }).await?;
    }
    tx.commit().await?;
    Ok(Json(json!({})))
}
