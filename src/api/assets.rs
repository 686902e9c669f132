//! The pictures of whoever has none. Web clients draw them from other origins, so with CORS like all of this door.
//!
//! Kept for a year by whoever fetched them: a new picture gets a new name.

use super::{
    entities::account::{AVATAR, HEADER},
    routes::{Access, Routes},
};
use axum::{
    http::{HeaderName, header},
    response::IntoResponse,
};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().get(AVATAR, Access::Open, "The avatar of whoever has none", async || png(include_bytes!("assets/avatar.png"))).get(
        HEADER,
        Access::Open,
        "The header of whoever has none",
        async || png(include_bytes!("assets/header.png")),
    )
}

fn png(bytes: &'static [u8]) -> impl IntoResponse {
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, bytes)
}
