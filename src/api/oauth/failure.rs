//! Failures in the words of OAuth 2 (RFC 6749 §5.2).

use crate::{api::error::Failure, base::error::Error};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// `{"error": word, "error_description": sentence}`, or an ordinary failure.
#[derive(Debug)]
pub(super) enum OauthFailure {
    /// One of the words of the RFC.
    Refused {
        /// 400, or 401 for a client that did not show who it is.
        status: StatusCode,
        /// The word.
        error: &'static str,
        /// The sentence.
        description: &'static str,
    },
    /// Anything else: too many, a fault, a body that cannot be read.
    Other(Failure),
}

/// The result of a handler of this room.
pub(super) type Result<T> = std::result::Result<T, OauthFailure>;

impl OauthFailure {
    /// 400 with this word.
    pub(super) fn new(error: &'static str, description: &'static str) -> Self {
        Self::Refused { status: StatusCode::BAD_REQUEST, error, description }
    }

    /// The client is unknown, or its secret is wrong.
    pub(super) fn client() -> Self {
        let description = "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.";
        Self::Refused { status: StatusCode::UNAUTHORIZED, error: "invalid_client", description }
    }
}

impl From<Failure> for OauthFailure {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}

impl From<Error> for OauthFailure {
    fn from(error: Error) -> Self {
        Self::Other(error.into())
    }
}

impl IntoResponse for OauthFailure {
    fn into_response(self) -> Response {
        let (status, error, description) = match self {
            Self::Other(failure) => return failure.into_response(),
            Self::Refused { status, error, description } => (status, error, description),
        };
        let mut response = (status, Json(json!({ "error": error, "error_description": description }))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"OAuth client\""));
        }
        response
    }
}
