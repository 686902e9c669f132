//! Announcements as this node's people get them. Making them: `intermoot/announcements.rs`.
//! Source: docs.joinmastodon.org/methods/announcements.

use super::emojis::address;
use crate::{
    api::{
        caller::Caller,
        error::{Failure, Result},
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{id::AccountId, text::emoji::is_emoji},
    features::{
        announcements::{self, Announcement, Tally},
        emojis,
    },
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    let (write, favourites) = (Access::User(Scope::WriteAccounts), Access::User(Scope::WriteFavourites));
    Routes::new()
        .get("/api/v1/announcements", Access::User(Scope::ReadAccounts), "Announcements that hold now", all)
        .post("/api/v1/announcements/{id}/dismiss", write, "Puts an announcement away", dismiss)
        .put("/api/v1/announcements/{id}/reactions/{name}", favourites, "Puts an emoji to an announcement", react)
        .delete("/api/v1/announcements/{id}/reactions/{name}", favourites, "Takes an emoji from an announcement", take_back)
}

async fn all(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Value>>> {
    let current = announcements::current(&app.store).await?;
    Ok(Json(entities(&app, caller.id(), current).await?))
}

async fn dismiss(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    announcements::dismiss(&tx, caller.id(), id).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn react(State(app): State<App>, caller: Caller, Path((id, name)): Path<(i64, String)>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    announcements::current_one(&tx, id).await?;
    if !is_emoji(&name) && emojis::known(&tx, std::slice::from_ref(&name)).await?.is_empty() {
        return Err(Failure::field("name", "is not an emoji that there is here"));
    }
    announcements::react(&tx, caller.id(), id, &name).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn take_back(State(app): State<App>, caller: Caller, Path((id, name)): Path<(i64, String)>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    announcements::take_back(&tx, caller.id(), id, &name).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

/// The Mastodon API's Announcement, for one reader: three statements for any number.
async fn entities(app: &App, reader: AccountId, all: Vec<Announcement>) -> Result<Vec<Value>> {
    let ids: Vec<i64> = all.iter().map(|one| one.id).collect();
    let read = announcements::read_by(&app.store, reader, &ids).await?;
    let tallies = announcements::tallies(&app.store, reader, &ids).await?;
    let reaction = |tally: &Tally| {
        let picture = (!is_emoji(&tally.name)).then(|| address(app, &tally.name));
        json!({ "name": tally.name, "count": tally.count, "me": tally.mine == 1, "url": picture, "static_url": picture })
    };
    let one = |of: &Announcement| {
        let reactions: Vec<Value> = tallies.iter().filter(|tally| tally.announcement_id == of.id).map(reaction).collect();
        json!({
            "id": of.id.to_string(), "content": of.content, "starts_at": of.starts_at, "ends_at": of.ends_at, "all_day": of.all_day,
            "published_at": of.published_at, "updated_at": of.updated_at, "read": read.contains(&of.id),
            "mentions": [], "statuses": [], "tags": [], "emojis": [], "reactions": reactions,
        })
    };
    Ok(all.iter().map(one).collect())
}
