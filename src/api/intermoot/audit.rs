//! The audit log, for administrators: page by page, or whole as JSON lines.

use crate::{
    api::{
        body::Query,
        error::Result,
        paging::PageQuery,
        routes::{Access, Cost, Routes},
    },
    app::App,
    features::audit,
    policy::scope::Scope,
};
use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

/// The routes of this file.
pub fn routes() -> Routes {
    let admin = Access::Admin(Scope::AdminRead);
    Routes::new()
        .get("/api/intermoot/v1/admin/audit", admin, "The audit log, newest first", list)
        .get("/api/intermoot/v1/admin/audit/export", admin, "The audit log as JSON lines, oldest first (`after`: a number)", export)
        .costing(Cost::Large)
}

async fn list(State(app): State<App>, query: PageQuery) -> Result<Response> {
    let page = query.clamp(40, 200);
    let rows = audit::page(&app.store, page).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    Ok(query.answer(rows, page.cursors(&ids)))
}

#[derive(Deserialize)]
struct From {
    #[serde(default)]
    after: i64,
}

async fn export(State(app): State<App>, Query(from): Query<From>) -> Response {
    // A stretch at a time as it is read: the log may be larger than the memory.
    let stretches = futures::stream::try_unfold((app, from.after), async |(app, after)| {
        let rows = audit::after(&app.store, after).await.map_err(broken)?;
        let Some(last) = rows.last().map(|row| row.id) else { return Ok(None) };
        let lines = rows.iter().map(audit::line).collect::<Result<String, _>>().map_err(broken)?;
        Ok::<_, std::io::Error>(Some((lines, (app, last))))
    });
    ([(header::CONTENT_TYPE, "application/jsonl"), (header::CACHE_CONTROL, "no-store")], Body::from_stream(stretches)).into_response()
}

fn broken(error: crate::base::error::Error) -> std::io::Error {
    tracing::error!(%error, "the audit log could not be exported");
    std::io::Error::other("the audit log cannot be read")
}
