//! The few files that pages and robots refer to, part of the program.

use crate::{app::App, base::secret};
use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

/// A file's path, content type and contents.
const FILES: [(&str, &str, &str); 2] = [
    ("/assets/style.css", "text/css; charset=utf-8", include_str!("assets/style.css")),
    ("/robots.txt", "text/plain; charset=utf-8", include_str!("assets/robots.txt")),
];

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    FILES.into_iter().fold(Router::new(), |router, (path, kind, text)| {
        let tag = format!("\"{}\"", secret::hex(&secret::sha256(text.as_bytes())).get(..16).unwrap_or_default());
        router.route(path, get(async move |headers: HeaderMap| serve(&headers, &tag, kind, text)))
    })
}

/// The file, or 304 when the browser has it.
fn serve(headers: &HeaderMap, tag: &str, kind: &'static str, text: &'static str) -> Response {
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let about = [(header::ETAG, tag.to_owned()), (header::CACHE_CONTROL, "public, max-age=3600".to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    (about, [(header::CONTENT_TYPE, kind)], text).into_response()
}
