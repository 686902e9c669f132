//! Accounts: one, several, by handle, by search. Source: docs.joinmastodon.org/methods/accounts.
//!
//! What people do to one another (follow, mute, …) and what an account posted have files of their own.

pub(super) use crate::app::finding::without_internal;

use super::find;
use crate::{
    api::{
        body::Query,
        caller::{Caller, MaybeCaller},
        entities::account::{self, Shown},
        error::{Failure, Result},
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{error::Refusal, id::AccountId, text::handle},
    features::{
        accounts::{self, names::Seeker},
        communities, relationships,
    },
    policy::scope::Scope,
    store::tables::Account,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Most ids of one question.
const IDS_MAX: usize = 40;
/// Most results of a search, and how many unless asked.
const SEARCH_MAX: u32 = 80;
const SEARCH_DEFAULT: u32 = 40;
/// How far into the results of a search one may look.
const OFFSET_MAX: u32 = 400;

/// The routes of this file.
pub fn routes() -> Routes {
    let public = Access::Public(Scope::ReadAccounts);
    Routes::new()
        .get("/api/v1/accounts", public, "Several accounts", several)
        .get("/api/v1/accounts/lookup", public, "The account with a handle", lookup)
        .get("/api/v1/accounts/search", Access::User(Scope::ReadAccounts), "Finds accounts", search)
        .costing(Cost::Large)
        .get("/api/v1/accounts/{id}", public, "One account", show)
        .get("/api/v1/accounts/{id}/identity_proofs", public, "Gone from the API: always none", nothing_of)
}

async fn show(State(app): State<App>, caller: MaybeCaller, Path(id): Path<AccountId>) -> Result<Json<Shown>> {
    let found = accounts::queries::by_id(&app.store, id).await?;
    Ok(Json(told(&app, &caller, found).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Handle {
    acct: String,
}

async fn lookup(State(app): State<App>, caller: MaybeCaller, Query(asked): Query<Handle>) -> Result<Json<Shown>> {
    let found = find::known(&app, &handle::acct(&asked.acct)?).await?;
    Ok(Json(told(&app, &caller, found).await?))
}

/// The account as shown to the caller; not found when it is gone, or a community of which the caller may not know.
async fn told(app: &App, caller: &MaybeCaller, found: Option<Account>) -> Result<Shown> {
    let of = knowable(app, caller, found).await?;
    let facts = if of.is_community() { communities::queries::by_id(&app.store, of.id).await? } else { None };
    Ok(account::account(app, &of, facts.as_ref()))
}

/// The account with this id, if it is there and the caller may know of it; not found else.
pub(super) async fn known_to(app: &App, caller: &MaybeCaller, id: AccountId) -> Result<Account> {
    knowable(app, caller, accounts::queries::by_id(&app.store, id).await?).await
}

async fn knowable(app: &App, caller: &MaybeCaller, found: Option<Account>) -> Result<Account> {
    let of = found.filter(|account| account.gone_at.is_none()).ok_or_else(Refusal::not_found)?;
    let known = without_internal(app, caller.0.as_ref().map(Caller::account), vec![of]).await?.pop();
    Ok(known.ok_or_else(Refusal::not_found)?)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Several {
    id: Vec<AccountId>,
}

async fn several(State(app): State<App>, caller: MaybeCaller, Query(asked): Query<Several>) -> Result<Json<Vec<Shown>>> {
    if asked.id.len() > IDS_MAX {
        return Err(Failure::field("id", format!("may name at most {IDS_MAX} accounts")));
    }
    let mut known: HashMap<AccountId, Account> = HashMap::new();
    known.extend(accounts::queries::by_ids(&app.store, &asked.id).await?.into_iter().map(|account| (account.id, account)));
    let listed: Vec<Account> = asked.id.iter().filter_map(|id| known.remove(id)).filter(|account| account.gone_at.is_none()).collect();
    let listed = without_internal(&app, caller.0.as_ref().map(Caller::account), listed).await?;
    Ok(Json(account::accounts(&app, &app.store, listed).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Search {
    q: String,
    limit: Option<u32>,
    offset: u32,
    resolve: bool,
    following: bool,
}

async fn search(State(app): State<App>, caller: Caller, Query(asked): Query<Search>) -> Result<Json<Vec<Shown>>> {
    let limit = asked.limit.filter(|limit| *limit > 0).unwrap_or(SEARCH_DEFAULT).min(SEARCH_MAX);
    if asked.offset > OFFSET_MAX {
        return Ok(Json(Vec::new()));
    }
    let seeker = Seeker { reader: Some(caller.id()), followed: asked.following };
    let found = find::accounts(&app, seeker, &asked.q, asked.resolve, (asked.offset, limit)).await?;
    let found = without_internal(&app, Some(caller.account()), find::around(&app, Some(caller.account()), found).await?).await?;
    let found = if asked.following { followed(&app, caller.id(), found).await? } else { found };
    Ok(Json(account::accounts(&app, &app.store, found).await?))
}

/// Those of `found` whom `me` follows.
pub(super) async fn followed(app: &App, me: AccountId, mut found: Vec<Account>) -> Result<Vec<Account>> {
    let ids: Vec<AccountId> = found.iter().map(|account| account.id).collect();
    let relations: HashMap<AccountId, bool> =
        relationships::queries::relations(&app.store, me, &ids).await?.into_iter().map(|(id, relation)| (id, relation.following)).collect();
    found.retain(|account| relations.get(&account.id).copied().unwrap_or_default());
    Ok(found)
}

/// What no profile of this node has (yet).
async fn nothing_of(State(app): State<App>, caller: MaybeCaller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    told(&app, &caller, accounts::queries::by_id(&app.store, id).await?).await?;
    Ok(Json(json!([])))
}
