//! Blocks of hosts, by administrators: nobody there reaches this node, nor anybody below it.

use crate::{
    api::{
        body::Input,
        caller::Caller,
        error::{Failure, Result},
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::text::limits::REASON_CHARS_MAX,
    features::peers,
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

/// Most blocks listed.
const LISTED_MAX: u32 = 10_000;
const ALL: &str = "/api/intermoot/v1/admin/hosts";

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::Admin(Scope::AdminRead), Access::Admin(Scope::AdminWrite));
    Routes::new()
        .get(ALL, read, "Hosts that are blocked, and why", list)
        .post(ALL, write, "Blocks a host and every host below it", block)
        .delete("/api/intermoot/v1/admin/hosts/{host}", write, "Lifts the block of a host", unblock)
}

async fn list(State(app): State<App>, _: Caller) -> Result<Json<Value>> {
    let blocks = peers::blocks(&app.store, LISTED_MAX).await?;
    let shown = blocks.into_iter().map(|block| json!({ "host": block.host, "reason": block.reason, "blocked_at": block.since }));
    Ok(Json(shown.collect()))
}

#[derive(Deserialize)]
struct New {
    host: String,
    #[serde(default)]
    reason: String,
}

async fn block(State(app): State<App>, caller: Caller, Input(new): Input<New>) -> Result<Json<Value>> {
    if new.reason.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Failure::field("reason", format!("must not be longer than {REASON_CHARS_MAX} characters")));
    }
    let host = peers::normal(&new.host)?;
    if host == app.origin.authority() || Some(host.as_str()) == app.origin.authority().split(':').next() {
        return Err(Failure::field("host", "is this node"));
    }
    let tx = app.begin().await?;
    peers::block(&tx, &host, (&caller.account().acct(), &new.reason)).await?;
    tx.commit().await?;
    Ok(Json(json!({ "host": host, "reason": new.reason })))
}

async fn unblock(State(app): State<App>, caller: Caller, Path(host): Path<String>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    peers::unblock(&tx, &peers::normal(&host)?, &caller.account().acct()).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}
