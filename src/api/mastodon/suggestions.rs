//! Whom one might follow. Source: docs.joinmastodon.org/methods/suggestions.

use super::{accounts::without_internal, find};
use crate::{
    api::{
        body::Query,
        caller::Caller,
        entities::account::{Shown, accounts as shown},
        error::Result,
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{error::Refusal, id::AccountId},
    features::{accounts, suggestions},
    policy::scope::Scope,
    store::{Searching, tables::Account},
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;

/// Most suggestions of one answer, and how many unless asked.
const MOST: u32 = 80;
const DEFAULT: u32 = 40;

/// The routes of this file.
pub fn routes() -> Routes {
    let read = Access::User(Scope::Read);
    Routes::new()
        .get("/api/v1/suggestions", read, "Whom one might follow", first)
        .costing(Cost::Large)
        .get("/api/v2/suggestions", read, "Whom one might follow, and why", second)
        .costing(Cost::Large)
        .delete("/api/v1/suggestions/{account_id}", Access::User(Scope::WriteAccounts), "Does not suggest somebody again", pass)
}

#[derive(Deserialize)]
struct Asked {
    limit: Option<u32>,
}

impl Asked {
    fn limit(&self) -> u32 {
        self.limit.filter(|limit| *limit > 0).unwrap_or(DEFAULT).min(MOST)
    }
}

async fn first(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>) -> Result<Json<Vec<Shown>>> {
    Ok(Json(suggested(&app, &caller, asked.limit()).await?.into_iter().map(|(shown, _)| shown).collect()))
}

async fn second(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>) -> Result<Json<Vec<Value>>> {
    let told = |(shown, is_near): (Shown, bool)| {
        // the words there are for "of your communities" and "of your organisation"
        let (source, sources) = if is_near { ("past_interactions", "friends_of_friends") } else { ("staff", "featured") };
        json!({ "source": source, "sources": [sources], "account": shown })
    };
    Ok(Json(suggested(&app, &caller, asked.limit()).await?.into_iter().map(told).collect()))
}

/// Suggestions, and whether each is of one's communities. A guest meets nobody but there.
async fn suggested(app: &App, caller: &Caller, limit: u32) -> Result<Vec<(Shown, bool)>> {
    let (store, me) = (app.store.searching(), caller.id());
    let mut people: Vec<Account> = Searching::settled(suggestions::of_communities(&store, me, limit).await)?;
    let near: HashSet<AccountId> = people.iter().map(|account| account.id).collect();
    if caller.account().guest().is_none() {
        let here = Searching::settled(suggestions::of_organisation(&store, me, limit).await)?;
        people.extend(here.into_iter().filter(|account| !near.contains(&account.id)));
    }
    people.truncate(limit as usize);
    let people = find::around(app, Some(caller.account()), people).await?;
    let people = without_internal(app, Some(caller.account()), people).await?;
    let listed = shown(app, &app.store, people).await?;
    Ok(listed.into_iter().map(|shown| (near.contains(&shown.id), shown)).map(|(is_near, shown)| (shown, is_near)).collect())
}

async fn pass(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    accounts::queries::nameable(&tx, id).await?.ok_or_else(Refusal::not_found)?;
    suggestions::pass(&tx, caller.id(), id).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}
