//! Reports as this node's moderators work on them: those about no community, and of communities that they moderate.
//!
//! Source: docs.joinmastodon.org/methods/admin/reports.

use crate::{
    api::{
        body::{Input, Query},
        caller::Caller,
        entities::administration,
        error::Result,
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        error::Refusal,
        id::{AccountId, ReportId},
    },
    features::{
        moderation::reports::{
            self,
            handling::{self, Wanted},
        },
        peers,
    },
    policy::scope::Scope,
    store::{Tx, tables::Report},
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::Value;

/// The routes of this file.
pub(super) fn routes() -> Routes {
    let (read, write) = (Access::Moderator(Scope::AdminReadReports), Access::Moderator(Scope::AdminWriteReports));
    Routes::new()
        .get("/api/v1/admin/reports", read, "Reports that one judges as a moderator of this node", list)
        .get("/api/v1/admin/reports/{id}", read, "One of them", show)
        .put("/api/v1/admin/reports/{id}", write, "Says what a report is about", change)
        .post("/api/v1/admin/reports/{id}/assign_to_self", write, "Takes a report in hand", assign)
        .post("/api/v1/admin/reports/{id}/unassign", write, "Gives a report out of hand", unassign)
        .post("/api/v1/admin/reports/{id}/resolve", write, "Closes a report", resolve)
        .post("/api/v1/admin/reports/{id}/reopen", write, "Opens a report that was closed", reopen)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    resolved: bool,
    unresolved: bool,
    account_id: Option<AccountId>,
    target_account_id: Option<AccountId>,
    #[serde(rename = "by_target_domain")]
    target_host: String,
    #[serde(rename = "by_domain")]
    host: String,
}

async fn list(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>, query: PageQuery) -> Result<Response> {
    let host = if asked.target_host.is_empty() { &asked.host } else { &asked.target_host };
    let is_resolved = match (asked.resolved, asked.unresolved) {
        (true, true) => None,
        (resolved, _) => Some(resolved),
    };
    let wanted = Wanted {
        is_resolved,
        reporter: asked.account_id,
        target: asked.target_account_id,
        host: if host.is_empty() { String::new() } else { peers::normal(host)? },
    };
    let page = query.clamp(100, 200);
    let found = handling::judged_by(&app.store, caller.id(), &wanted, page).await?;
    let ids: Vec<i64> = found.iter().map(|report| report.id.0).collect();
    Ok(query.answer(administration::reports(&app, caller.id(), &found).await?, page.cursors(&ids)))
}

async fn shown(app: &App, caller: &Caller, report: Report) -> Result<Json<Value>> {
    let shown = administration::reports(app, caller.id(), &[report]).await?.pop();
    Ok(Json(shown.ok_or_else(Refusal::not_found)?))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ReportId>) -> Result<Json<Value>> {
    shown(&app, &caller, handling::judged(&app.store, caller.id(), id).await?).await
}

/// Commits what was done, and shows the report.
async fn done(app: &App, caller: &Caller, (tx, report): (Tx, Report)) -> Result<Json<Value>> {
    tx.commit().await?;
    app.store.settle().await;
    shown(app, caller, report).await
}

/// This node has no numbered rules: `rule_ids` are taken, as apps send them, and of no effect.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Change {
    category: Option<String>,
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<ReportId>, Input(change): Input<Change>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let report = match change.category {
        Some(category) => handling::categorise(&tx, caller.account(), id, &category).await?,
        None => handling::judged(&tx, caller.id(), id).await?,
    };
    done(&app, &caller, (tx, report)).await
}

async fn assign(State(app): State<App>, caller: Caller, Path(id): Path<ReportId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let report = handling::assign(&tx, caller.account(), id, Some(caller.id())).await?;
    done(&app, &caller, (tx, report)).await
}

async fn unassign(State(app): State<App>, caller: Caller, Path(id): Path<ReportId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let report = handling::assign(&tx, caller.account(), id, None).await?;
    done(&app, &caller, (tx, report)).await
}

async fn resolve(State(app): State<App>, caller: Caller, Path(id): Path<ReportId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let report = reports::resolve(&tx, caller.account(), id, "").await?;
    done(&app, &caller, (tx, report)).await
}

async fn reopen(State(app): State<App>, caller: Caller, Path(id): Path<ReportId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let report = handling::reopen(&tx, caller.account(), id).await?;
    done(&app, &caller, (tx, report)).await
}
