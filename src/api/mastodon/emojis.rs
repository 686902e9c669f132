//! Custom emoji of this node, for pickers, and their pictures. Source: docs.joinmastodon.org/methods/custom_emojis.

use crate::{
    api::{
        error::Result,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::error::Refusal,
    features::emojis::{self, Emoji},
};
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().get("/api/v1/custom_emojis", Access::Open, "Custom emoji of this node", all).get(
        "/assets/emoji/{shortcode}",
        Access::Open,
        "The picture of a custom emoji",
        picture,
    )
}

/// Where the picture of an emoji of this node is.
pub(super) fn address(app: &App, shortcode: &str) -> String {
    app.origin.absolute(&format!("/assets/emoji/{shortcode}"))
}

async fn all(State(app): State<App>) -> Result<Json<Vec<Value>>> {
    let told = |emoji: Emoji| {
        let url = address(&app, &emoji.shortcode);
        let category = Some(&emoji.category).filter(|category| !category.is_empty());
        json!({ "shortcode": emoji.shortcode, "url": url, "static_url": url, "visible_in_picker": true, "category": category })
    };
    Ok(Json(emojis::all(&app.store).await?.into_iter().map(told).collect()))
}

/// Served as what its bytes are and as nothing else (S32, S86).
async fn picture(State(app): State<App>, Path(shortcode): Path<String>) -> Result<Response> {
    let found = emojis::picture(&app.store, &shortcode).await?.ok_or_else(Refusal::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, found.media_type),
        (header::CACHE_CONTROL, "public, max-age=3600".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
    ];
    Ok((headers, found.bytes).into_response())
}
