//! Files: our own, to whoever may see what they belong to, and those of others through our cache.
//!
//! Served by type and never as a page (S32, S86): `nosniff`, a policy that allows nothing, and a sandbox. What is for everybody
//! may be kept for long, for its address names its bytes; what is not is kept by nobody. What may not be had answers like what
//! is not there (S57). Without the quota of the API: a page of posts shows a hundred pictures.

mod body;
mod own;
mod proxied;

use super::cors;
use crate::{app::App, base::error::Error, store::files::is_trouble};
use axum::{
    Router,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

/// Where our own files are, and those of others.
pub const PATHS: [&str; 2] = ["/media/{folder}/{name}", "/proxy/{tag}/{named}"];

/// The routes of files.
pub fn router(app: &App) -> Router {
    let [own, proxied] = PATHS;
    Router::new().route(own, get(own::serve)).route(proxied, get(proxied::serve)).layer(cors()).with_state(app.clone())
}

/// When to ask again, in seconds, while files cannot be had.
const LATER: &str = "5";

/// Headers of every answer of this room.
const GUARDS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// The answer with what every answer of this room carries.
fn guarded(mut response: Response) -> Response {
    for (name, value) in GUARDS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What is not there, or not for whoever asks.
fn nothing() -> Response {
    let about = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    guarded((StatusCode::NOT_FOUND, about, "Nothing is here.").into_response())
}

/// What broke, or is not to be had: the reason is for the log.
fn failed(error: &Error) -> Response {
    match error {
        Error::Refused(refusal) => {
            tracing::debug!(%refusal, "a file is not shown");
            nothing()
        }
        Error::Fault(fault) if is_trouble(error) => {
            tracing::error!(error = format!("{fault:#}"), "files cannot be had");
            let about = [(header::CACHE_CONTROL, "no-store"), (header::RETRY_AFTER, LATER)];
            guarded((StatusCode::SERVICE_UNAVAILABLE, about, "Files cannot be had at the moment; try again soon.").into_response())
        }
        Error::Fault(fault) => {
            tracing::error!(error = format!("{fault:#}"), "a file could not be shown");
            guarded(
                (StatusCode::INTERNAL_SERVER_ERROR, [(header::CACHE_CONTROL, "no-store")], "Something broke on our side.").into_response(),
            )
        }
    }
}
