//! Posts to come: listed, put off, cancelled. What becomes of them at their hour: `app::writing`.
//!
//! Source: docs.joinmastodon.org/methods/scheduled_statuses.

use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::media as entity,
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::{App, writing::asked_in},
    base::{clock::Stamp, error::Refusal, id::PostId},
    features::{
        media,
        scheduled::{self, Scheduled},
    },
    policy::scope::Scope,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadStatuses), Access::User(Scope::WriteStatuses));
    Routes::new()
        .get("/api/v1/scheduled_statuses", read, "Posts of one's own to come", list)
        .get("/api/v1/scheduled_statuses/{id}", read, "A post of one's own to come", show)
        .put("/api/v1/scheduled_statuses/{id}", write, "Puts a post to another time", put_off)
        .delete("/api/v1/scheduled_statuses/{id}", write, "Cancels a post to come", cancel)
}

/// The Mastodon API's ScheduledStatus. One that could not be published says why under `intermoot`.
pub(super) async fn shown(app: &App, row: &Scheduled) -> Result<Value> {
    let asked = asked_in(row);
    let files: Vec<Value> = media::queries::by_ids(&app.store, asked.files()).await?.iter().map(|file| entity::own(app, file)).collect();
    let refusal = row.refused_at.map(|at| json!({ "refused_at": at, "reason": row.refusal }));
    Ok(json!({
        "id": row.id.to_string(),
        "scheduled_at": row.due_at,
        "params": asked.params(row.app_id),
        "media_attachments": files,
        "intermoot": { "refused": refusal },
    }))
}

async fn list(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 40);
    let rows = scheduled::page(&app.store, caller.id(), page).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.push(shown(&app, row).await?);
    }
    Ok(query.answer(found, page.cursors(&ids)))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Value>> {
    let row = scheduled::find(&app.store, caller.id(), id.0).await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(shown(&app, &row).await?))
}

#[derive(Default, Deserialize)]
struct Later {
    scheduled_at: Option<String>,
}

async fn put_off(State(app): State<App>, caller: Caller, Path(id): Path<PostId>, Input(later): Input<Later>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    scheduled::find(&tx, caller.id(), id.0).await?.ok_or_else(Refusal::not_found)?;
    let at = later.scheduled_at.as_deref().and_then(Stamp::parse);
    let at = at.ok_or_else(|| Failure::field("scheduled_at", "must be a time such as 2027-01-31T12:00:00Z"))?;
    let row = scheduled::put_off(&tx, caller.id(), id.0, at).await?;
    media::hold(&tx, caller.id(), asked_in(&row).files(), at).await?;
    tx.commit().await?;
    Ok(Json(shown(&app, &row).await?))
}

async fn cancel(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    scheduled::cancel(&tx, caller.id(), id.0).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}
