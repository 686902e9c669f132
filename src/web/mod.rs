//! Door: pages for people with a browser. Logging in, consenting, and saying whose node this is.
//!
//! No page needs JavaScript and none is ever framed. Forms carry a token that a cookie repeats
//! (S90). No `Cross-Origin-Opener-Policy` and no `form-action`: web clients open these pages in a
//! popup and are sent back to from a form (client-api.md 7).

mod assets;
mod consent;
mod home;
mod login;
mod pages;
mod session;

use crate::app::App;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, header},
    middleware::{Next, from_fn},
    response::Response,
};

/// The web door of `app`.
pub fn router(app: &App) -> Router {
    login::routes()
        .merge(consent::routes())
        .merge(home::routes())
        .layer(from_fn(private))
        .merge(assets::routes())
        .layer(DefaultBodyLimit::max(64 * 1024))
        .layer(from_fn(guarded))
        .with_state(app.clone())
}

/// The pages depend on who is logged in: nobody keeps them.
async fn private(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What every page tells the browser to refuse.
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
