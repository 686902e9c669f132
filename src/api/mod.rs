//! Door: the client APIs. The only room that knows the client JSON.
//!
//! Every file declares its routes ([`routes::Routes`]); here they become one router with what all
//! have in common: who calls and how often, CORS, sizes, and JSON answers also where nothing is.
//! Source: docs.joinmastodon.org; `client-api.md`.

pub mod assets;
pub mod body;
pub mod caller;
pub mod entities;
pub mod error;
pub mod files;
pub mod intermoot;
pub mod mastodon;
pub mod oauth;
mod openapi;
pub mod paging;
pub mod path;
pub mod routes;
pub mod streaming;

use crate::{app::App, base::error::Refusal};
use axum::{
    Extension, Json, Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, Method, StatusCode, header},
    middleware::from_fn_with_state,
};
use error::Failure;
use routes::{Access, Routes};
use std::{sync::Arc, time::Duration};
use tower_http::cors::{Any, CorsLayer};
use utoipa::openapi::OpenApi;

/// Every route of the API door.
pub fn routes() -> Routes {
    Routes::new()
        .get("/api/openapi.json", Access::Open, "Describes every route", describe)
        .merge(oauth::routes())
        .merge(mastodon::routes())
        .merge(streaming::routes())
        .merge(intermoot::routes())
        .merge(assets::routes())
}

/// The API door of `app`.
pub fn router(app: &App) -> Router {
    let routes = routes();
    let description = Arc::new(openapi::describe(routes.table(), app.origin.base()));
    routes
        .into_router()
        .method_not_allowed_fallback(not_so)
        .route("/api/{*rest}", axum::routing::any(nothing))
        .layer(Extension(description))
        .layer(DefaultBodyLimit::max(app.config.limits.body_bytes as usize))
        .layer(from_fn_with_state(app.clone(), caller::identify))
        .layer(cors())
        .with_state(app.clone())
        .merge(files::router(app))
}

/// CORS for web clients: any origin, never with credentials (client-api.md 10).
fn cors() -> CorsLayer {
    let exposed = ["link", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id", "retry-after"];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, HeaderName::from_static("idempotency-key")])
        .expose_headers(exposed.map(HeaderName::from_static))
        .max_age(Duration::from_secs(86_400))
}

async fn not_so() -> Failure {
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "method", "This address does not take this method")
}

async fn nothing() -> Failure {
    Refusal::not_found().into()
}

async fn describe(Extension(description): Extension<Arc<OpenApi>>) -> Json<OpenApi> {
    Json(description.as_ref().clone())
}
