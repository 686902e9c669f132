//! Markers: how far one has read. Source: docs.joinmastodon.org/methods/markers.

use crate::{
    api::{
        body::{Input, Query},
        caller::Caller,
        error::Result,
        routes::{Access, Routes},
    },
    app::App,
    features::notifications::{self, markers::TIMELINES},
    policy::scope::Scope,
    store::tables::Marker,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/markers", Access::User(Scope::ReadStatuses), "How far one has read", show)
        .post("/api/v1/markers", Access::User(Scope::WriteStatuses), "Notes how far one has read", mark)
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    timeline: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Marks {
    home: Option<Mark>,
    notifications: Option<Mark>,
}

#[derive(Deserialize)]
struct Mark {
    last_read_id: String,
}

async fn show(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>) -> Result<Json<Value>> {
    let known: Vec<String> = TIMELINES.iter().filter(|name| asked.timeline.iter().any(|asked| asked == *name)).map(|name| (*name).to_owned()).collect();
    let markers = if known.is_empty() { Vec::new() } else { notifications::markers(&app.store, caller.id(), &known).await? };
    Ok(Json(shown(&markers)))
}

async fn mark(State(app): State<App>, caller: Caller, Input(marks): Input<Marks>) -> Result<Json<Value>> {
    let wanted = [("home", marks.home), ("notifications", marks.notifications)];
    let mut markers = Vec::new();
    let tx = app.begin().await?;
    for (timeline, mark) in wanted {
        if let Some(mark) = mark {
            markers.push(notifications::mark(&tx, caller.id(), timeline, &mark.last_read_id).await?);
        }
    }
    tx.commit().await?;
    Ok(Json(shown(&markers)))
}

fn shown(markers: &[Marker]) -> Value {
    let one = |marker: &Marker| {
        let body = json!({ "last_read_id": marker.last_read_id, "version": marker.version, "updated_at": marker.updated_at });
        (marker.timeline.clone(), body)
    };
    Value::Object(markers.iter().map(one).collect::<Map<_, _>>())
}
