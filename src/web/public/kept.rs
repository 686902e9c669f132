//! Answers that others may keep: with a tag of their contents, and 304 for whoever has them (RFC 9110 13.1, RFC 9111).

use crate::base::{clock::Stamp, secret};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// `text` as an answer that may be kept for so many seconds. It is the same for everybody.
pub(super) fn answer(headers: &HeaderMap, (kind, text): (&'static str, String), (changed, seconds): (Option<Stamp>, u32)) -> Response {
    let digest: String = secret::hex(&secret::sha256(text.as_bytes())).chars().take(32).collect();
    // Weak: the same words may come compressed.
    let tag = format!("W/\"{digest}\"");
    let changed = changed.map(|at| at.utc().format("%a, %d %b %Y %H:%M:%S GMT").to_string());
    let is_known = is_known(headers, &digest, changed.as_deref());
    let mut response =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { ([(header::CONTENT_TYPE, kind)], text).into_response() };
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::ETAG, &tag);
    set(header::CACHE_CONTROL, &format!("public, max-age={seconds}"));
    if let Some(changed) = &changed {
        set(header::LAST_MODIFIED, changed);
    }
    response
}

/// Whether who asks has it: the tag decides where one is named, else the date that we gave, to the letter.
fn is_known(headers: &HeaderMap, digest: &str, changed: Option<&str>) -> bool {
    let mut tags = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).peekable();
    if tags.peek().is_some() {
        return tags.flat_map(|tags| tags.split(',')).any(|tag| tag.trim().trim_start_matches("W/").trim_matches('"') == digest);
    }
    let since = headers.get(header::IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
    since.is_some_and(|since| Some(since) == changed)
}
