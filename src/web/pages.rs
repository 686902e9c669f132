//! The pages themselves, and what a failure looks like as one.

use super::session::Visit;
use crate::{
    base::error::{Error, Kind, Refusal},
    store::is_trouble,
};
use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use std::time::Duration;

/// What stands around every page.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    /// The node's name: its authority.
    pub(super) node: String,
    /// Who is logged in.
    pub(super) logged_in: Option<String>,
    /// The token of every form (S90).
    pub(super) token: String,
}

/// Logging in with a password.
#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct Login {
    pub(super) frame: Frame,
    pub(super) problem: String,
    pub(super) login: String,
    pub(super) next: String,
}

/// Logging in with a link: a button, since programs that preview links also open them.
#[derive(Template)]
#[template(path = "link.html")]
pub(super) struct Link {
    pub(super) frame: Frame,
    pub(super) name: String,
}

/// May this app?
#[derive(Template)]
#[template(path = "consent.html")]
pub(super) struct Consent {
    pub(super) frame: Frame,
    pub(super) app_name: String,
    pub(super) website: String,
    pub(super) handle: String,
    pub(super) goes_to: String,
    pub(super) rights: Vec<&'static str>,
    pub(super) hidden: Vec<(&'static str, String)>,
}

/// A code to be copied.
#[derive(Template)]
#[template(path = "code.html")]
pub(super) struct Code {
    pub(super) frame: Frame,
    pub(super) app_name: String,
    pub(super) code: String,
}

/// Something to be told.
#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct Message {
    pub(super) frame: Frame,
    pub(super) title: String,
    pub(super) sentence: String,
}

/// The front page.
#[derive(Template)]
#[template(path = "home.html")]
pub(super) struct Home {
    pub(super) frame: Frame,
    pub(super) organisation: String,
    pub(super) authority: String,
    pub(super) people: i64,
    pub(super) registration: &'static str,
    pub(super) contact: String,
}

/// A page as an answer.
pub(super) fn show(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => Failure::plain(anyhow::Error::from(error).into()).into_response(),
    }
}

/// What a handler of a page answers instead of its page.
#[derive(Debug)]
pub(super) struct Failure {
    error: Error,
    frame: Box<Frame>,
    wait: Option<Duration>,
}

/// The result of a handler of a page.
pub(super) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure without anything around it.
    pub(super) fn plain(error: Error) -> Self {
        Self { error, frame: Box::new(Frame { node: "Intermoot".into(), ..Frame::default() }), wait: None }
    }

    /// A refusal shown to a visitor.
    pub(super) fn shown(refusal: Refusal, visit: &Visit) -> Self {
        Self { error: refusal.into(), frame: Box::new(visit.frame()), wait: None }
    }

    /// Too often.
    pub(super) fn too_many(wait: Duration, visit: &Visit) -> Self {
        let minutes = wait.as_secs().div_ceil(60).max(1);
        let refusal = Refusal::too_many(format!("Too many attempts. Try again in {minutes} min."));
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
        let (status, title, sentence) = match &self.error {
            Error::Fault(fault) => {
                tracing::error!(error = format!("{fault:#}"), "a page failed");
                let sentence = "It is not your fault. Please try again in a while.".to_owned();
                let passes = is_trouble(&self.error);
                let status = if passes { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
                (status, "Something broke", sentence)
            }
            Error::Refused(refusal) => {
                let (status, title) = match refusal.kind {
                    Kind::NotFound => (StatusCode::NOT_FOUND, "Nothing is here"),
                    Kind::Unauthenticated => (StatusCode::UNAUTHORIZED, "Who are you?"),
                    Kind::Forbidden => (StatusCode::FORBIDDEN, "This is not allowed"),
                    Kind::Invalid => (StatusCode::BAD_REQUEST, "This request is not right"),
                    Kind::Conflict => (StatusCode::CONFLICT, "This does not go together"),
                    Kind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "Too often"),
                    Kind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Not now"),
                };
                (status, title, refusal.sentence.clone())
            }
        };
        let page = Message { frame: *self.frame, title: title.into(), sentence };
        let Ok(html) = page.render() else { return status.into_response() };
        let mut response = (status, Html(html)).into_response();
        if let Some(wait) = self.wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }
}
