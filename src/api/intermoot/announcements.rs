//! Announcements, by administrators: made, changed and taken back.

use crate::{
    api::{
        body::Input,
        entities::status::tag_url,
        error::{Failure, Result},
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        clock::Stamp,
        text::compose::{Format, compose},
    },
    features::announcements::{self, Announcement, Wanted},
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

const ALL: &str = "/api/intermoot/v1/admin/announcements";
const ONE: &str = "/api/intermoot/v1/admin/announcements/{id}";

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::Admin(Scope::AdminRead), Access::Admin(Scope::AdminWrite));
    Routes::new()
        .get(ALL, read, "Every announcement, also those that do not hold now", all)
        .post(ALL, write, "Announces something to all of this node's people", publish)
        .put(ONE, write, "Changes an announcement", change)
        .delete(ONE, write, "Takes an announcement back", delete)
}

async fn all(State(app): State<App>) -> Result<Json<Vec<Value>>> {
    Ok(Json(announcements::all(&app.store).await?.iter().map(shown).collect()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    text: Option<String>,
    starts_at: Option<String>,
    ends_at: Option<String>,
    all_day: Option<bool>,
}

/// A time as it was sent: RFC 3339, '' for none; what is not said stays as it was.
fn time(said: Option<&str>, before: Option<Stamp>, field: &'static str) -> Result<Option<Stamp>> {
    match said.map(str::trim) {
        None => Ok(before),
        Some("") => Ok(None),
        Some(text) => Ok(Some(Stamp::parse(text).ok_or_else(|| Failure::field(field, "must be a time such as 2026-12-01T08:00:00Z"))?)),
    }
}

/// What is asked for, over what there was.
fn wanted(app: &App, asked: Asked, before: Option<&Announcement>) -> Result<Wanted> {
    let source = asked.text.or_else(|| before.map(|before| before.source.clone())).unwrap_or_default();
    Ok(Wanted {
        content: compose(&source, Format::Plain, &|_| None, &|tag| tag_url(app, tag)).html,
        starts_at: time(asked.starts_at.as_deref(), before.and_then(|before| before.starts_at), "starts_at")?,
        ends_at: time(asked.ends_at.as_deref(), before.and_then(|before| before.ends_at), "ends_at")?,
        all_day: asked.all_day.unwrap_or_else(|| before.is_some_and(|before| before.all_day)),
        source,
    })
}

async fn publish(State(app): State<App>, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let made = announcements::publish(&tx, wanted(&app, asked, None)?).await?;
    tx.commit().await?;
    Ok(Json(shown(&made)))
}

async fn change(State(app): State<App>, Path(id): Path<i64>, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let before = announcements::one(&tx, id).await?;
    let changed = announcements::change(&tx, id, wanted(&app, asked, Some(&before))?).await?;
    tx.commit().await?;
    Ok(Json(shown(&changed)))
}

async fn delete(State(app): State<App>, Path(id): Path<i64>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    announcements::delete(&tx, id).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

fn shown(of: &Announcement) -> Value {
    json!({
        "id": of.id.to_string(), "text": of.source, "content": of.content, "starts_at": of.starts_at, "ends_at": of.ends_at,
        "all_day": of.all_day, "published_at": of.published_at, "updated_at": of.updated_at,
    })
}
