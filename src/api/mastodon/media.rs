//! Media: sent, looked after until they are worked on, described, let go of. Attaching them: `compose.rs`.
//!
//! Source: docs.joinmastodon.org/methods/media; client-api.md 16.

use crate::{
    api::{
        body::uploads::{self, Upload},
        caller::Caller,
        entities::media as entity,
        error::{Failure, Result},
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{error::Refusal, id::MediumId, words::media::MediumState},
    features::media::{self, About, queries},
    policy::scope::Scope,
    store::tables::Medium,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the second version waits for the work: most pictures are ready by then.
const SOON: Duration = Duration::from_secs(2);
/// How long the first version waits, whose answer is to be the whole medium.
const WHOLE: Duration = Duration::from_secs(20);

pub(super) fn routes() -> Routes {
    let write = Access::User(Scope::WriteMedia);
    Routes::new()
        .post("/api/v2/media", write, "Sends a file", send)
        .costing(Cost::Large)
        .post("/api/v1/media", write, "Sends a file and waits until it is ready", send_and_wait)
        .costing(Cost::Large)
        .get("/api/v1/media/{id}", write, "Shows a file of one's own", show)
        .put("/api/v1/media/{id}", write, "Describes a file of one's own", describe)
        .costing(Cost::Large)
        .delete("/api/v1/media/{id}", write, "Deletes a file of one's own", delete)
}

/// What is said of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    description: Option<String>,
    focus: Option<String>,
}

async fn send(State(app): State<App>, caller: Caller, request: Request) -> Result<Response> {
    sent(&app, &caller, request, SOON).await
}

async fn send_and_wait(State(app): State<App>, caller: Caller, request: Request) -> Result<Response> {
    sent(&app, &caller, request, WHOLE).await
}

async fn sent(app: &App, caller: &Caller, request: Request, patience: Duration) -> Result<Response> {
    let mut upload: Upload<Said> = uploads::receive(app, caller.id(), request, &["file", "thumbnail"]).await?;
    let file = upload.take("file").ok_or_else(|| Failure::field("file", "can't be blank"))?;
    let thumbnail = upload.take("thumbnail");
    let about = About::read(upload.asked.description, upload.asked.focus.as_deref())?;
    let medium = app.receive(caller.account(), file, thumbnail, about).await?;
    let medium = app.worked_on(medium.id, patience).await?;
    answer(app, &medium, StatusCode::ACCEPTED)
}

/// The medium: whole when it is ready, with `waiting` while it is not, 422 with the reason when nothing can be made of it.
fn answer(app: &App, medium: &Medium, waiting: StatusCode) -> Result<Response> {
    let status = match medium.state {
        MediumState::Ready => StatusCode::OK,
        MediumState::Waiting => waiting,
        MediumState::Failed => return Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "media_failed", medium.reason.clone())),
    };
    Ok((status, Json(entity::own(app, medium))).into_response())
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<MediumId>) -> Result<Response> {
    let medium = queries::own(&app.store, caller.id(), id).await?.ok_or_else(Refusal::not_found)?;
    answer(&app, &medium, StatusCode::PARTIAL_CONTENT)
}

async fn describe(State(app): State<App>, caller: Caller, Path(id): Path<MediumId>, request: Request) -> Result<Json<Value>> {
    let mut upload: Upload<Said> = uploads::receive(&app, caller.id(), request, &["thumbnail"]).await?;
    let thumbnail = upload.take("thumbnail");
    let about = About::read(upload.asked.description, upload.asked.focus.as_deref())?;
    let medium = app.describe_medium(caller.id(), id, (about, thumbnail)).await?;
    Ok(Json(entity::own(&app, &medium)))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<MediumId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    media::discard(&tx, caller.id(), id).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}
