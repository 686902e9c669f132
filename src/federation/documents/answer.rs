//! How a document is answered: type, entity tag, and who may keep it.
//!
//! The tag is weak and made of the document without its proof: a proof carries the time of its making, and two
//! copies that differ in nothing else are one document (RFC 9110 §8.8.1).

use super::accept::Form;
use crate::{
    base::{
        error::{Error, Kind, Refusal},
        secret,
    },
    federation::vocabulary,
};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// How long what is public may be kept without asking again: a deletion counts everywhere after that.
const PUBLIC_KEPT: HeaderValue = HeaderValue::from_static("public, max-age=60");
/// What was shown to a signer, or not shown to anybody, is for nobody else (S53).
const NEVER_KEPT: HeaderValue = HeaderValue::from_static("private, no-store");
/// What an answer depends on beside its address.
const VARIES: HeaderValue = HeaderValue::from_static("Accept, Signature");

/// Who gets an answer, and in which form.
#[derive(Clone, Copy, Debug)]
pub struct For<'a> {
    /// The form asked for.
    pub form: Form,
    /// Whether the request was signed, well or not.
    pub is_signed: bool,
    /// `If-None-Match`, when it was given.
    pub held: Option<&'a HeaderValue>,
}

/// Answers with `document`, or with 304 when the asker has it already.
pub fn document(to: For<'_>, document: &Value) -> Response {
    let tag = tag(to.form, document);
    let kept = if to.is_signed { NEVER_KEPT } else { PUBLIC_KEPT };
    let headers = [(header::VARY, VARIES), (header::CACHE_CONTROL, kept), (header::ETAG, tag.clone())];
    if to.held.is_some_and(|held| is_held(held, &tag)) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (StatusCode::OK, headers, [(header::CONTENT_TYPE, to.form.content_type())], document.to_string()).into_response()
}

/// 410 with a `Tombstone` (ActivityPub §6.4) for what was public once.
pub fn gone(to: For<'_>, tombstone: &Value) -> Response {
    let headers = [(header::VARY, VARIES), (header::CACHE_CONTROL, NEVER_KEPT), (header::CONTENT_TYPE, to.form.content_type())];
    (StatusCode::GONE, headers, tombstone.to_string()).into_response()
}

/// Answers with JSON that is no ActivityPub document and the same for everyone; may be kept a minute, and read from any page.
pub fn json(content_type: &'static str, value: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, PUBLIC_KEPT),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    (headers, value.to_string()).into_response()
}

/// The same with a tag, for who asks again with it: what changes with our version alone.
pub fn held_json(content_type: &'static str, held: Option<&HeaderValue>, value: &Value) -> Response {
    let tag = tag(Form::Linked, value);
    let about = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, PUBLIC_KEPT)];
    if held.is_some_and(|held| is_held(held, &tag)) {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let mut response = json(content_type, value);
    response.headers_mut().insert(header::ETAG, tag);
    response
}

/// What a handler answers in place of a document. What is missing and what is forbidden are one answer (S54).
#[derive(Debug)]
pub enum Failure {
    /// Neither form of a document is wanted: 406.
    NotAcceptable,
    /// We said no, or broke.
    Other(Error),
}

impl Failure {
    /// Nothing there that the asker may know of.
    pub fn not_found() -> Self {
        Self::Other(Refusal::not_found().into())
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, sentence) = match self {
            Self::NotAcceptable => (StatusCode::NOT_ACCEPTABLE, format!("Ask for {}", vocabulary::ACCEPT)),
            Self::Other(Error::Refused(refusal)) => (status(refusal.kind), refusal.to_string()),
            Self::Other(Error::Fault(fault)) => {
                tracing::error!(error = format!("{fault:#}"), "a document could not be made");
                (StatusCode::INTERNAL_SERVER_ERROR, "Something broke on this server; it is not your fault".to_owned())
            }
        };
        refused(status, &sentence)
    }
}

/// A refusal as everybody gets it: the status and one sentence, to be kept by nobody.
pub fn refused(status: StatusCode, sentence: &str) -> Response {
    let headers =
        [(header::VARY, VARIES), (header::CACHE_CONTROL, NEVER_KEPT), (header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (status, headers, json!({"error": sentence}).to_string()).into_response()
}

/// An answer without a body.
pub fn empty(status: StatusCode) -> Response {
    (status, [(header::CACHE_CONTROL, NEVER_KEPT)]).into_response()
}

fn status(kind: Kind) -> StatusCode {
    match kind {
        // an existing thing must not be told by the kind of refusal
        Kind::NotFound | Kind::Forbidden | Kind::Unauthenticated => StatusCode::NOT_FOUND,
        Kind::Invalid | Kind::Conflict => StatusCode::BAD_REQUEST,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The weak tag of `document` in `form`.
fn tag(form: Form, document: &Value) -> HeaderValue {
    let mut bare = document.clone();
    if let Some(object) = bare.as_object_mut() {
        object.remove("proof");
    }
    let hash = secret::sha256(format!("{form:?}{bare}").as_bytes());
    let (start, _) = hash.split_at(16);
    // hexadecimal digits and quotes are fit for a header
    HeaderValue::from_str(&format!("W/\"{}\"", secret::hex(start))).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Whether `If-None-Match` names `tag` (RFC 9110 §13.1.2: weak comparison).
fn is_held(held: &HeaderValue, tag: &HeaderValue) -> bool {
    let strong = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let (Ok(held), Ok(tag)) = (held.to_str(), tag.to_str()) else { return false };
    held.split(',').any(|one| one.trim() == "*" || strong(one) == strong(tag))
}

/// `If-None-Match` of a request.
pub fn held(headers: &HeaderMap) -> Option<&HeaderValue> {
    headers.get(header::IF_NONE_MATCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ap011_a_tag_follows_the_content_and_not_the_time_of_its_proof() {
        let one = json!({"id": "x", "proof": {"created": 1}});
        let other = json!({"id": "x", "proof": {"created": 2}});
        assert_eq!(tag(Form::Activity, &one), tag(Form::Activity, &other));
        assert_ne!(tag(Form::Activity, &one), tag(Form::Linked, &one));
        assert_ne!(tag(Form::Activity, &one), tag(Form::Activity, &json!({"id": "y"})));
    }

    #[test]
    fn ap011_tags_are_compared_weakly_and_in_lists() {
        let tag = HeaderValue::from_static("W/\"a\"");
        for held in ["W/\"a\"", "\"a\"", "\"b\", W/\"a\"", "*"] {
            assert!(is_held(&HeaderValue::from_static(held), &tag), "{held}");
        }
        assert!(!is_held(&HeaderValue::from_static("W/\"b\""), &tag));
    }
}
