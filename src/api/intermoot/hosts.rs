//! Blocks of hosts, by administrators: nobody there reaches this node, nor anybody below it. And lists of blocks and silences
//! as servers exchange them (Mastodon's CSV).

use crate::{
    api::{
        body::{Input, Query},
        caller::Caller,
        error::{Failure, Result},
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::{self, App, peers::Import},
    base::text::limits::REASON_CHARS_MAX,
    features::peers::{self, lists},
    policy::scope::Scope,
};
use axum::{
    Json,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    handler::Handler,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// Most blocks listed.
const LISTED_MAX: u32 = 10_000;
const ALL: &str = "/api/intermoot/v1/admin/hosts";
const LIST: &str = "/api/intermoot/v1/admin/hosts/list";

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::Admin(Scope::AdminRead), Access::Admin(Scope::AdminWrite));
    Routes::new()
        .get(ALL, read, "Hosts that are blocked, and why", list)
        .post(ALL, write, "Blocks a host and every host below it", block)
        .delete("/api/intermoot/v1/admin/hosts/{host}", write, "Lifts the block of a host", unblock)
        .get(LIST, read, "The blocks and silences of this node as Mastodon's CSV", export)
        .post(
            LIST,
            write,
            "Takes a list of blocks and silences, the body in Mastodon's CSV (`dry_run`: only says what it would do; `force`: partners too)",
            import.layer(DefaultBodyLimit::max(lists::BYTES_MAX + 1)),
        )
        .costing(Cost::Large)
}

async fn export(State(app): State<App>) -> Result<Response> {
    let text = lists::export(&app.store).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"hosts.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct How {
    dry_run: bool,
    force: bool,
}

async fn import(State(app): State<App>, caller: Caller, Query(how): Query<How>, body: Bytes) -> Result<Json<Value>> {
    let text = std::str::from_utf8(&body).map_err(|_| Failure::field("list", "is not UTF-8"))?;
    let how = Import { dry_run: how.dry_run, force: how.force };
    Ok(Json(app::peers::import(&app, text, how, &caller.account().acct()).await?))
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
    let host = app::peers::block(&app, &new.host, (&caller.account().acct(), &new.reason)).await?;
    Ok(Json(json!({ "host": host, "reason": new.reason })))
}

async fn unblock(State(app): State<App>, caller: Caller, Path(host): Path<String>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    peers::unblock(&tx, &peers::normal(&host)?, &caller.account().acct()).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}
