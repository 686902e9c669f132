//! Reports: of a community for its moderators, about no community for this node's, one's own for their outcome.

use super::communities::visible;
use crate::{
    api::{
        body::{Input, Query},
        caller::Caller,
        entities::report,
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        error::Refusal,
        id::{AccountId, ReportId},
        page::Page,
        text::limits::REASON_CHARS_MAX,
        words::Role,
    },
    features::{
        communities::seats,
        moderation::reports::{self, queries},
    },
    policy::scope::Scope,
    store::tables::Report,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::Value;

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::Read), Access::User(Scope::Write));
    let (reads, writes) = (Access::Moderator(Scope::AdminReadReports), Access::Moderator(Scope::AdminWriteReports));
    Routes::new()
        .get("/api/intermoot/v1/reports", read, "What one reported, and what came of it", mine)
        .get("/api/intermoot/v1/communities/{id}/reports", read, "Reports in a community one moderates (`resolved`)", of_community)
        .post("/api/intermoot/v1/communities/{id}/reports/{report_id}/resolve", write, "Closes a report, with its outcome", resolve)
        .get("/api/intermoot/v1/admin/reports", reads, "Reports about no community (`resolved`)", of_node)
        .post("/api/intermoot/v1/admin/reports/{id}/resolve", writes, "Closes a report, with its outcome", resolve_of_node)
}

#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    resolved: bool,
}

async fn mine(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 80);
    let found = queries::by_reporter(&app.store, caller.id(), page).await?;
    answer(&app, (&query, page), found, false).await
}

async fn of_community(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AccountId>,
    Query(which): Query<Which>,
    query: PageQuery,
) -> Result<Response> {
    visible(&app, Some(caller.id()), id).await?;
    // whoever does not moderate it learns not even whether there are any (S48)
    if seats::role(&app.store, id, caller.id()).await? < Some(Role::Moderator) {
        return Err(Refusal::not_found().into());
    }
    let page = query.clamp(20, 80);
    let found = queries::of_community(&app.store, id, which.resolved, page).await?;
    answer(&app, (&query, page), found, true).await
}

async fn of_node(State(app): State<App>, _: Caller, Query(which): Query<Which>, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 80);
    let found = queries::of_node(&app.store, which.resolved, page).await?;
    answer(&app, (&query, page), found, true).await
}

async fn answer(app: &App, (query, page): (&PageQuery, Page), found: Vec<Report>, reporters: bool) -> Result<Response> {
    let ids: Vec<i64> = found.iter().map(|report| report.id.0).collect();
    Ok(query.answer(report::reports(app, &found, reporters).await?, page.cursors(&ids)))
}

#[derive(Deserialize)]
struct Closing {
    #[serde(default)]
    outcome: String,
}

async fn resolve(
    State(app): State<App>,
    caller: Caller,
    Path((id, report)): Path<(AccountId, ReportId)>,
    Input(closing): Input<Closing>,
) -> Result<Json<Value>> {
    close(&app, &caller, (Some(id), report), &closing.outcome).await
}

async fn resolve_of_node(
    State(app): State<App>,
    caller: Caller,
    Path(report): Path<ReportId>,
    Input(closing): Input<Closing>,
) -> Result<Json<Value>> {
    close(&app, &caller, (None, report), &closing.outcome).await
}

async fn close(app: &App, caller: &Caller, (community, id): (Option<AccountId>, ReportId), outcome: &str) -> Result<Json<Value>> {
    if outcome.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Failure::field("outcome", format!("must not be longer than {REASON_CHARS_MAX} characters")));
    }
    let tx = app.begin().await?;
    let found = queries::find(&tx, id).await?.filter(|report| report.community_id == community);
    let found = found.ok_or_else(Refusal::not_found)?;
    let closed = reports::resolve(&tx, caller.account(), found.id, outcome).await?;
    tx.commit().await?;
    app.store.settle().await;
    Ok(Json(report::reports(app, &[closed], true).await?.pop().unwrap_or_default()))
}
