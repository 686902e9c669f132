//! What this node does not have (yet), answered honestly: nothing of it (client-api.md §5 A).
//!
//! Clients ask for these at log-in; a 404 there would stop some of them.

use crate::{
    api::routes::{Access, Routes},
    policy::scope::Scope,
};
use axum::Json;
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    personal(public()).get("/api/v1/streaming/health", Access::Open, "Whether streaming is alive", async || "OK")
}

/// Empty lists for everyone.
fn public() -> Routes {
    let lists = [
        ("/api/v1/custom_emojis", "Custom emoji"),
        ("/api/v1/trends", "Tags in use"),
        ("/api/v1/trends/tags", "Tags in use"),
        ("/api/v1/trends/statuses", "Posts in view"),
        ("/api/v1/trends/links", "Links in view"),
    ];
    lists.into_iter().fold(Routes::new(), |routes, (path, summary)| routes.get(path, Access::Open, summary, nothing))
}

/// Empty lists for people of this node.
fn personal(routes: Routes) -> Routes {
    let lists = [
        ("/api/v1/announcements", Scope::ReadAccounts, "Announcements"),
        ("/api/v1/filters", Scope::ReadFilters, "Filters"),
        ("/api/v2/filters", Scope::ReadFilters, "Filters"),
        ("/api/v1/featured_tags", Scope::ReadAccounts, "Tags on one's profile"),
        ("/api/v1/conversations", Scope::ReadStatuses, "Conversations"),
    ];
    lists.into_iter().fold(routes, |routes, (path, scope, summary)| routes.get(path, Access::User(scope), summary, nothing))
}

async fn nothing() -> Json<Value> {
    Json(json!([]))
}
