//! The directory: people of this node who want to be found. Source: docs.joinmastodon.org/methods/directory.

use crate::{
    api::{
        body::Query,
        caller::MaybeCaller,
        entities::account::{self, Shown},
        error::Result,
        routes::{Access, Routes},
    },
    app::App,
    base::config::FederationMode,
    features::accounts::queries::{DirectoryOrder, directory},
    policy::scope::Scope,
    store::Searching,
};
use axum::{Json, extract::State};
use serde::Deserialize;

/// Most people of one answer, and how many unless asked.
const MOST: u32 = 80;
const DEFAULT: u32 = 40;
/// How far one may look.
const OFFSET_MAX: u32 = 10_000;

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().get("/api/v1/directory", Access::Public(Scope::ReadAccounts), "People of this node who want to be found", list)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    order: String,
    offset: u32,
    limit: Option<u32>,
}

/// Strangers are told only by a node that federates with everyone: a company's people are not for everyone,
/// nor for its guests.
async fn list(State(app): State<App>, caller: MaybeCaller, Query(asked): Query<Asked>) -> Result<Json<Vec<Shown>>> {
    let is_guest = caller.0.as_ref().is_some_and(|caller| caller.account().guest().is_some());
    if is_guest || (caller.0.is_none() && app.federation_mode(&app.store).await? != FederationMode::Open) {
        return Ok(Json(Vec::new()));
    }
    let order = if asked.order == "new" { DirectoryOrder::Newest } else { DirectoryOrder::Active };
    let limit = asked.limit.filter(|limit| *limit > 0).unwrap_or(DEFAULT).min(MOST);
    let found = Searching::settled(directory(&app.store.searching(), order, asked.offset.min(OFFSET_MAX), limit).await)?;
    Ok(Json(account::accounts(&app, &app.store, found).await?))
}
