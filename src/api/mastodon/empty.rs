//! What this node does not have (yet), answered honestly: nothing of it (client-api.md §5 A).
//!
//! Clients ask for these at log-in; a 404 there would stop some of them.

use crate::api::routes::{Access, Routes};
use axum::Json;
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().get("/api/v1/trends/links", Access::Open, "Links in view", nothing).answering_nothing()
}

async fn nothing() -> Json<Value> {
    Json(json!([]))
}
