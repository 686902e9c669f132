//! What a failure looks like as a page: the right status, what is the matter, where to go on.

use super::{
    pages::{Frame, Message},
    session::Visit,
};
use crate::{
    base::error::{Error, Kind, Refusal},
    store::is_trouble,
};
use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use std::time::Duration;

/// What a handler of a page answers instead of its page.
#[derive(Debug)]
pub(super) struct Failure {
    error: Error,
    frame: Box<Frame>,
    wait: Option<Duration>,
    /// It was here, and is no more (410).
    gone: bool,
    /// Whoever is not logged in comes back there when they are.
    back_to: Option<String>,
}

/// The result of a handler of a page.
pub(super) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure without anything around it.
    pub(super) fn plain(error: Error) -> Self {
        Self { error, frame: Box::new(Frame { node: "Intermoot".into(), ..Frame::default() }), wait: None, gone: false, back_to: None }
    }

    /// A refusal shown to a visitor.
    pub(super) fn shown(refusal: Refusal, visit: &Visit) -> Self {
        Self { error: refusal.into(), frame: Box::new(visit.frame()), wait: None, gone: false, back_to: None }
    }

    /// Nobody is logged in: to the page for that, and back to `path` from there.
    pub(super) fn log_in(path: &str) -> Self {
        let refusal = Refusal::unauthenticated("Log in first.");
        Self { back_to: Some(path.to_owned()), ..Self::plain(refusal.into()) }
    }

    /// What was here and is no more.
    pub(super) fn gone(sentence: &str, visit: &Visit) -> Self {
        let refusal = Refusal { sentence: sentence.into(), ..Refusal::not_found() };
        Self { gone: true, ..Self::shown(refusal, visit) }
    }

    /// Too often.
    pub(super) fn too_many(wait: Duration, visit: &Visit) -> Self {
        let minutes = wait.as_secs().div_ceil(60).max(1);
        let refusal = Refusal::too_many(visit.frame().count("public-failure-wait", minutes));
        Self { wait: Some(wait), ..Self::shown(refusal, visit) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::plain(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Some(path) = &self.back_to {
            let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
            return Redirect::to(&format!("/login?next={next}")).into_response();
        }
        let frame = *self.frame;
        let (status, title, sentence) = match &self.error {
            Error::Fault(fault) => {
                tracing::error!(error = format!("{fault:#}"), "a page failed");
                let passes = is_trouble(&self.error);
                let status = if passes { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
                (status, "public-failure-fault", frame.say("public-failure-fault-sentence"))
            }
            Error::Refused(refusal) if self.gone => (StatusCode::GONE, "public-failure-gone", refusal.sentence.clone()),
            Error::Refused(refusal) => {
                let (status, title) = told(refusal.kind);
                let sentence = match refusal.code {
                    // Whether it never was or is not for everybody.
                    "not_found" => frame.say("public-failure-not-found-sentence"),
                    _ => refusal.sentence.clone(),
                };
                (status, title, sentence)
            }
        };
        let page = Message { title: frame.say(title), sentence, frame };
        let Ok(html) = page.render() else { return status.into_response() };
        let mut response = (status, Html(html)).into_response();
        if let Some(wait) = self.wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }
}

/// The status of a kind of refusal, and the key of its title.
fn told(kind: Kind) -> (StatusCode, &'static str) {
    match kind {
        Kind::NotFound => (StatusCode::NOT_FOUND, "public-failure-not-found"),
        Kind::Unauthenticated => (StatusCode::UNAUTHORIZED, "public-failure-unauthenticated"),
        Kind::Forbidden => (StatusCode::FORBIDDEN, "public-failure-forbidden"),
        Kind::Invalid => (StatusCode::BAD_REQUEST, "public-failure-invalid"),
        Kind::Conflict => (StatusCode::CONFLICT, "public-failure-conflict"),
        Kind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "public-failure-too-many"),
        Kind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "public-failure-unavailable"),
    }
}
