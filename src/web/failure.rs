//! What a failure looks like as a page: the right status, what is the matter, where to go on.

use super::{
    language::Language,
    pages::{Frame, Message},
    reader, refusals,
    session::Visit,
};
use crate::{
    base::{
        error::{Error, Kind, Refusal},
        sentence::Sentence,
    },
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
    error: Box<Error>,
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
    /// A failure shown to whoever reads, as far as that is known.
    pub(super) fn plain(error: Error) -> Self {
        let frame = reader::frame().unwrap_or_else(|| Frame { node: "Intermoot".into(), ..Frame::default() });
        Self { error: Box::new(error), frame: Box::new(frame), wait: None, gone: false, back_to: None }
    }

    /// Whatever went wrong, shown to a visitor.
    pub(super) fn of(error: Error, visit: &Visit) -> Self {
        Self { error: Box::new(error), frame: Box::new(visit.frame()), wait: None, gone: false, back_to: None }
    }

    /// A refusal shown to a visitor.
    pub(super) fn shown(refusal: Refusal, visit: &Visit) -> Self {
        Self::of(refusal.into(), visit)
    }

    /// Too many pages in a short time.
    pub(super) fn crowded(wait: Duration, (node, language): (String, Language)) -> Self {
        let frame = Frame { node, language, ..Frame::default() };
        let refusal = Refusal::too_many(Sentence::verbatim(frame.count("entering-wait", wait.as_secs().div_ceil(60).max(1))));
        Self { wait: Some(wait), frame: Box::new(frame), ..Self::plain(refusal.into()) }
    }

    /// Nobody is logged in: to the page for that, and back to `path` from there.
    pub(super) fn log_in(path: &str) -> Self {
        let refusal = Refusal::unauthenticated("Log in first.");
        Self { back_to: Some(path.to_owned()), ..Self::plain(refusal.into()) }
    }

    /// What was here and is no more.
    pub(super) fn gone(sentence: String, visit: &Visit) -> Self {
        Self { gone: true, ..Self::shown(Refusal::missing(Sentence::verbatim(sentence)), visit) }
    }

    /// Too often.
    pub(super) fn too_many(wait: Duration, visit: &Visit) -> Self {
        let minutes = wait.as_secs().div_ceil(60).max(1);
        let refusal = Refusal::too_many(Sentence::verbatim(visit.frame().count("entering-wait", minutes)));
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
        let (status, title, sentence) = match &*self.error {
            Error::Fault(fault) => {
                tracing::error!(error = format!("{fault:#}"), "a page failed");
                let passes = is_trouble(&self.error) || files::is_trouble(&self.error);
                self.wait = self.wait.or(passes.then_some(TROUBLE));
                let status = if passes { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
                (status, say("entering-broke"), say("entering-broke-what"))
            }
            Error::Refused(refusal) if self.gone => (StatusCode::GONE, say("entering-gone"), refusals::said(refusal)),
            Error::Refused(refusal) => {
                let (status, title) = headed(refusal.kind);
                // whether it never was or is not for everybody
                let sentence = if refusal.code == "not_found" { say("entering-not-here") } else { refusals::said(refusal) };
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        Router,
        body::{Body, to_bytes},
        extract::Request,
        middleware::from_fn,
        routing::get,
    };
    use tower::ServiceExt;

    #[tokio::test]
    async fn what_is_refused_far_below_is_said_in_the_language_of_who_reads_with_their_ways_around_it() {
        async fn refuses() -> Result<()> {
            reader::is(&Frame { node: "acme.example".into(), language: Language::German, ..Frame::default() });
            Err(Error::from(Refusal::forbidden("banned", "You are banned from this community.")).into())
        }
        let pages = Router::new().route("/", get(refuses)).layer(from_fn(reader::kept));
        let answer = pages.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        let page = String::from_utf8(to_bytes(answer.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap();
        for part in ["<html lang=\"de\"", "Du bist aus dieser Gemeinschaft gebannt.", "acme.example"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
}
