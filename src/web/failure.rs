//! What a failure looks like as a page: the right status, what is the matter, where to go on.

use super::{
    language::Language,
    pages::{Frame, Message},
    session::Visit,
};
use crate::{
    base::error::{Error, Kind, Refusal},
    store::{files, is_trouble},
};
use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use std::time::Duration;

/// When to ask again after database or files could not be used.
const TROUBLE: Duration = Duration::from_secs(5);

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

    /// Whatever went wrong, shown to a visitor.
    pub(super) fn of(error: Error, visit: &Visit) -> Self {
        Self { error, frame: Box::new(visit.frame()), wait: None, gone: false, back_to: None }
    }

    /// A refusal shown to a visitor.
    pub(super) fn shown(refusal: Refusal, visit: &Visit) -> Self {
        Self::of(refusal.into(), visit)
    }

    /// Too many pages in a short time.
    pub(super) fn crowded(wait: Duration, (node, language): (String, Language)) -> Self {
        let frame = Frame { node, language, ..Frame::default() };
        let refusal = Refusal::too_many(frame.count("entering-wait", wait.as_secs().div_ceil(60).max(1)));
        Self { wait: Some(wait), frame: Box::new(frame), ..Self::plain(refusal.into()) }
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
        let refusal = Refusal::too_many(visit.frame().count("entering-wait", minutes));
        Self { wait: Some(wait), ..Self::shown(refusal, visit) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::plain(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(mut self) -> Response {
        if let Some(path) = &self.back_to {
            let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
            return Redirect::to(&format!("/login?next={next}")).into_response();
        }
        let say = |key| self.frame.say(key);
        let (status, title, sentence) = match &self.error {
            Error::Fault(fault) => {
                tracing::error!(error = format!("{fault:#}"), "a page failed");
                let passes = is_trouble(&self.error) || files::is_trouble(&self.error);
                self.wait = self.wait.or(passes.then_some(TROUBLE));
                let status = if passes { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
                (status, say("entering-broke"), say("entering-broke-what"))
            }
            Error::Refused(refusal) if self.gone => (StatusCode::GONE, say("entering-gone"), refusal.sentence.clone()),
            Error::Refused(refusal) => {
                let (status, title) = headed(refusal.kind);
                let sentence = match refusal.code {
                    // whether it never was or is not for everybody
                    "not_found" => say("entering-not-here"),
                    "link_used" => say("entering-link-void"),
                    _ => refusal.sentence.clone(),
                };
                (status, say(title), sentence)
            }
        };
        let page = Message { frame: *self.frame, title, sentence };
        let Ok(html) = page.render() else { return status.into_response() };
        let mut response = (status, Html(html)).into_response();
        if let Some(wait) = self.wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }
}

/// The status of a refusal, and what its page is called.
fn headed(kind: Kind) -> (StatusCode, &'static str) {
    match kind {
        Kind::NotFound => (StatusCode::NOT_FOUND, "entering-nothing-here"),
        Kind::Unauthenticated => (StatusCode::UNAUTHORIZED, "entering-who-are-you"),
        Kind::Forbidden => (StatusCode::FORBIDDEN, "entering-not-allowed"),
        Kind::Invalid => (StatusCode::BAD_REQUEST, "entering-not-right"),
        Kind::Conflict => (StatusCode::CONFLICT, "entering-conflict"),
        Kind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "entering-too-often"),
        Kind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "entering-not-now"),
    }
}
