//! How a failure answers a client: one status and one JSON shape for each kind.
//!
//! `{"error": sentence, "code": word}`, and `details` for fields that are wrong, as Mastodon has
//! them. A fault is logged whole and shown as a plain sentence without its cause.

use crate::{
    base::error::{Error, Kind, Refusal},
    store::{files, is_trouble},
};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::time::Duration;

/// When to ask again after the database could not be used.
const TROUBLE: Duration = Duration::from_secs(5);

/// What a handler answers instead of its result.
#[derive(Debug)]
pub struct Failure {
    /// The HTTP status.
    pub status: StatusCode,
    /// One stable word for programs.
    pub code: &'static str,
    /// One plain sentence.
    pub sentence: String,
    /// Which field is wrong, and what is wrong with it.
    pub field: Option<(String, String)>,
    /// When asking again may help.
    pub retry_after: Option<Duration>,
}

/// The result of a handler.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// A failure with this status, code and sentence.
    pub fn new(status: StatusCode, code: &'static str, sentence: impl Into<String>) -> Self {
        Self { status, code, sentence: sentence.into(), field: None, retry_after: None }
    }

    /// `field` of the request is wrong; `problem` completes the sentence "field …".
    pub fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        let (field, problem) = (field.into(), problem.into());
        let sentence = format!("Validation failed: {field} {problem}");
        Self { field: Some((field, problem)), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", sentence) }
    }

    /// Too often; `wait` says until when.
    pub fn too_many(wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Too many requests") }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind {
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        let retry_after = matches!(refusal.kind, Kind::TooMany | Kind::Unavailable).then_some(Duration::from_secs(60));
        let field = refusal.field.map(|field| (field.to_owned(), refusal.said.to_string()));
        Self { status, code: refusal.code, sentence: refusal.to_string(), field, retry_after }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (is_trouble, are_files_away) = (is_trouble(&error), files::is_trouble(&error));
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Fault(fault) if are_files_away => {
                tracing::error!(error = format!("{fault:#}"), "files cannot be kept or had");
                let sentence = "This server cannot reach its files at the moment; try again soon";
                let failure = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", sentence);
                Self { retry_after: Some(TROUBLE), ..failure }
            }
            Error::Fault(fault) if is_trouble => {
                tracing::error!(error = format!("{fault:#}"), "the database is in trouble");
                let sentence = "This server cannot do this at the moment (its database is in trouble); try again soon";
                let failure = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", sentence);
                Self { retry_after: Some(TROUBLE), ..failure }
            }
            Error::Fault(fault) => {
                tracing::error!(error = format!("{fault:#}"), "a request failed");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", "Something broke on this server; it is not your fault")
            }
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(fault: anyhow::Error) -> Self {
        Error::Fault(fault).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut body = json!({ "error": self.sentence, "code": self.code });
        if let (Some((field, problem)), Some(object)) = (self.field, body.as_object_mut()) {
            let mut details = serde_json::Map::new();
            details.insert(field, json!([{ "error": "ERR_INVALID", "description": problem }]));
            object.insert("details".into(), Value::Object(details));
        }
        let mut response = (self.status, Json(body)).into_response();
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
