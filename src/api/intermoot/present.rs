//! Whose people are in a community: visible to everyone in it; whole nodes are banned by its moderators.

use super::{communities::visible, moderation::ban_end};
use crate::{
    api::{
        body::Input,
        caller::Caller,
        error::Result,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{error::Refusal, id::AccountId},
    features::memberships,
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::Read), Access::User(Scope::Write));
    Routes::new()
        .get("/api/intermoot/v1/communities/{id}/organisations", read, "Whose people are in a community one is in", list)
        .post("/api/intermoot/v1/communities/{id}/organisations/{host}/ban", write, "Bars everybody of a node", ban)
        .delete("/api/intermoot/v1/communities/{id}/organisations/{host}/ban", write, "Lifts the ban of a node", unban)
}

async fn list(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    if memberships::queries::rank(&app.store, id, caller.id()).await?.is_none() {
        return Err(Refusal::forbidden("not_a_member", "Organisations are listed to members only.").into());
    }
    if !community.is_local() {
        let listed = app.network()?.organisations(id).await?.into_iter().map(|present| {
            json!({ "host": present.host, "members": present.seats, "announced_at": present.announced_at, "admitted_from": present.admitted_from })
        });
        return Ok(Json(listed.collect()));
    }
    let found = memberships::organisations(&app.store, id).await?;
    let listed = found.into_iter().map(|present| {
        let host = if present.host.is_empty() { app.origin.authority().to_owned() } else { present.host };
        json!({ "host": host, "members": present.seats, "announced_at": present.announced_at, "admitted_from": present.admitted_from })
    });
    Ok(Json(listed.collect()))
}

#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
    /// Seconds; 0 and none: for good.
    #[serde(default)]
    expires_in: u64,
}

async fn ban(
    State(app): State<App>,
    caller: Caller,
    Path((id, host)): Path<(AccountId, String)>,
    Input(why): Input<Why>,
) -> Result<Json<Value>> {
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    let until = ban_end(&app, why.expires_in)?;
    let tx = app.begin().await?;
    memberships::ban_host(&tx, caller.account(), &community, &host, (&why.reason, until)).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn unban(State(app): State<App>, caller: Caller, Path((id, host)): Path<(AccountId, String)>) -> Result<Json<Value>> {
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    let tx = app.begin().await?;
    memberships::unban_host(&tx, caller.account(), &community, &host).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}
