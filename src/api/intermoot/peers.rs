//! Other servers, for administrators: how they do, heard by all or by followers only, tried again, forgotten.

use crate::{
    api::{
        body::{Input, Query},
        caller::Caller,
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::{App, peers},
    base::text::limits::REASON_CHARS_MAX,
    features::peers::{self as hosts, Kind},
    policy::scope::Scope,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};

const ONE: &str = "/api/intermoot/v1/admin/peers/{host}";
const SILENCE: &str = "/api/intermoot/v1/admin/peers/{host}/silence";

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::Admin(Scope::AdminRead), Access::Admin(Scope::AdminWrite));
    Routes::new()
        .get(
            "/api/intermoot/v1/admin/peers",
            read,
            "Other servers and how they do (`state`: active, failing, suspended, silenced, blocked, ours, partner)",
            list,
        )
        .costing(Cost::Large)
        .get(ONE, read, "One of them, and what ties this node to it", show)
        .costing(Cost::Large)
        .delete(ONE, write, "Forgets one that nobody here deals with", forget)
        .post("/api/intermoot/v1/admin/peers/{host}/retry", write, "Has one that fails tried again at once", retry)
        .post(SILENCE, write, "Lets people there be heard only by those who follow them (`reason`)", silence)
        .delete(SILENCE, write, "Lets them be heard by all again", unsilence)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    state: String,
}

async fn list(State(app): State<App>, query: PageQuery, Query(wanted): Query<Wanted>) -> Result<Response> {
    let kind = if wanted.state.is_empty() { None } else { Some(Kind::named(&wanted.state)?) };
    let page = query.clamp(40, 80);
    let (ids, shown): (Vec<i64>, Vec<Value>) = peers::page(&app, kind, page).await?.into_iter().unzip();
    Ok(query.answer(shown, page.cursors(&ids)))
}

async fn show(State(app): State<App>, Path(host): Path<String>) -> Result<Json<Value>> {
    Ok(Json(peers::show(&app, &host).await?))
}

async fn retry(State(app): State<App>, Path(host): Path<String>) -> Result<Json<Value>> {
    Ok(Json(peers::retry(&app, &host).await?))
}

async fn forget(State(app): State<App>, Path(host): Path<String>) -> Result<Json<Value>> {
    peers::forget(&app, &host).await?;
    Ok(Json(json!({})))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Why {
    reason: String,
}

async fn silence(State(app): State<App>, caller: Caller, Path(host): Path<String>, Input(why): Input<Why>) -> Result<Json<Value>> {
    if why.reason.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Failure::field("reason", format!("must not be longer than {REASON_CHARS_MAX} characters")));
    }
    peers::silence(&app, &host, (&caller.account().acct(), &why.reason)).await?;
    Ok(Json(peers::show(&app, &host).await?))
}

async fn unsilence(State(app): State<App>, caller: Caller, Path(host): Path<String>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    hosts::unsilence(&tx, &host, &caller.account().acct()).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}
