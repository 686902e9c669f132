//! How this door answers: content types, caching, refusals.

use crate::{
    base::{
        error::{Error, Kind, Refusal},
        secret,
    },
    federation::vocabulary,
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;

/// For whom an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Everyone: may be cached for a while.
    Everyone,
    /// The sender alone: never cached (S53).
    Sender,
}

/// An error of this door.
pub struct Failed(Error);

impl<E: Into<Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self.0 {
            Error::Refused(refusal) => {
                let status = match refusal.kind {
                    Kind::NotFound => StatusCode::NOT_FOUND,
                    Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
                    Kind::Forbidden => StatusCode::FORBIDDEN,
                    Kind::Invalid => StatusCode::BAD_REQUEST,
                    Kind::Conflict => StatusCode::CONFLICT,
                    Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
                    Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
                };
                refused(status, &refusal.sentence)
            }
            Error::Fault(fault) => {
                tracing::error!(error = %format!("{fault:#}"), "a document could not be served");
                refused(StatusCode::INTERNAL_SERVER_ERROR, "something broke here")
            }
        }
    }
}

/// What a handler returns.
pub type Served = Result<Response, Failed>;

/// There is nothing that the asker may know of.
pub fn missing() -> Failed {
    Failed(Refusal::not_found().into())
}

/// A document in the content type that was asked for, with a tag to ask by.
pub fn document(headers: &HeaderMap, whose: For, body: &impl Serialize) -> Served {
    let text = serde_json::to_vec(body).map_err(anyhow::Error::from)?;
    let tag = format!("\"{}\"", secret::hex(secret::sha256(&text).get(..12).unwrap_or_default()));
    let is_known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok()).is_some_and(|known| known.contains(&tag));
    let mut response = if is_known { empty(StatusCode::NOT_MODIFIED) } else { Response::new(Body::from(text)) };
    let cache = if whose == For::Everyone { "public, max-age=60" } else { "private, no-store" };
    for (name, value) in [
        (header::CONTENT_TYPE, content_type(headers)),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "Accept, Signature"),
        (header::ETAG, &tag),
    ] {
        set(&mut response, name, value);
    }
    Ok(response)
}

/// ld+json only to who asks for that alone: Lemmy takes few forms of either (federation.md 4.1).
fn content_type(headers: &HeaderMap) -> &'static str {
    let asked = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if asked.contains("application/ld+json") && !asked.contains("application/activity+json") { vocabulary::LD_JSON } else { vocabulary::ACTIVITY_JSON }
}

/// Something deleted: 410 and its Tombstone.
pub fn gone(headers: &HeaderMap, body: &impl Serialize) -> Served {
    let mut response = document(headers, For::Everyone, body)?;
    *response.status_mut() = StatusCode::GONE;
    Ok(response)
}

/// Plain JSON of a media type, for everyone, from any page (CORS).
pub fn json(media_type: &'static str, body: &serde_json::Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    set(&mut response, header::CONTENT_TYPE, media_type);
    set(&mut response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(&mut response, header::CACHE_CONTROL, "public, max-age=300");
    response
}

/// A refusal as JSON.
pub fn refused(status: StatusCode, sentence: &str) -> Response {
    let mut response = json("application/json", &json!({"error": sentence}));
    *response.status_mut() = status;
    set(&mut response, header::CACHE_CONTROL, "no-store");
    response
}

/// A status and nothing else.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    // what we write ourselves is always a header value
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
