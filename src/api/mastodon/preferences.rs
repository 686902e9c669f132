//! Preferences: how one posts and reads unless one chooses. Source: docs.joinmastodon.org/methods/preferences.

use crate::{
    api::{
        caller::Caller,
        entities::credential::privacy,
        error::Result,
        routes::{Access, Routes},
    },
    app::App,
    base::error::Refusal,
    features::accounts,
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().get("/api/v1/preferences", Access::User(Scope::ReadAccounts), "How one posts and reads unless one chooses", show)
}

async fn show(State(app): State<App>, caller: Caller) -> Result<Json<Value>> {
    let user = accounts::queries::user(&app.store, caller.id()).await?.ok_or_else(Refusal::not_found)?;
    let language = (!user.posting_language.is_empty()).then_some(user.posting_language);
    Ok(Json(json!({
        "posting:default:visibility": privacy(user.posting_audience),
        "posting:default:sensitive": user.posting_sensitive,
        "posting:default:language": language,
        "reading:expand:media": "default",
        "reading:expand:spoilers": false,
        "reading:autoplay:gifs": false,
    })))
}
