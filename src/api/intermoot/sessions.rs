//! Where one is logged in: browsers and apps, ended one by one or all but the one that asks.

use crate::{
    api::{
        caller::Caller,
        error::Result,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{error::Refusal, id::TokenId},
    features::sessions::listed::{self, Here},
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde_json::{Value, json};

/// What stands before the name of a browser session in its id; a token's id is its number.
const BROWSER: &str = "browser-";

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .get("/api/intermoot/v1/sessions", Access::User(Scope::ReadAccounts), "Where one is logged in", list)
        .delete("/api/intermoot/v1/sessions", Access::User(Scope::WriteAccounts), "Logs out everywhere else", end_others)
        .delete("/api/intermoot/v1/sessions/{id}", Access::User(Scope::WriteAccounts), "Logs out one browser or app", end)
}

async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Value>>> {
    let here = caller.bearer().token.id;
    let apps = listed::apps(&app.store, caller.id()).await?.into_iter().map(|held| {
        json!({
            "id": held.id, "kind": "app", "name": held.name, "website": (!held.website.is_empty()).then_some(held.website),
            "scopes": held.scopes.split_whitespace().collect::<Vec<_>>(), "created_at": held.created_at, "last_used_at": held.used_at,
            "current": held.id == here,
        })
    });
    let browsers = listed::browsers(&app.store, caller.id()).await?.into_iter().map(|browser| {
        json!({
            "id": format!("{BROWSER}{}", browser.name), "kind": "browser", "name": browser.agent, "website": null, "scopes": [],
            "created_at": browser.created_at, "last_used_at": browser.used_at, "current": false,
        })
    });
    Ok(Json(apps.chain(browsers).collect()))
}

async fn end_others(State(app): State<App>, caller: Caller) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    listed::end_others(&tx, caller.id(), &Here::App(caller.bearer().token.id)).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(Json(json!({})))
}

async fn end(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    match (id.strip_prefix(BROWSER), id.parse()) {
        (Some(name), _) => listed::end_browser(&tx, caller.id(), name).await?,
        (None, Ok(id)) => listed::end_app(&tx, caller.id(), TokenId(id)).await?,
        (None, Err(_)) => return Err(Refusal::not_found().into()),
    }
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(Json(json!({})))
}
