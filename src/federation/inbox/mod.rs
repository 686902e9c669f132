//! The inboxes: check, keep, answer 202. Nothing is applied here.
//!
//! What bytes and signature show to be wrong is refused and leaves no row (decisions.md 2); the rest is kept with its raw
//! bytes, unique by activity id, and answered after the commit. Shared and personal inboxes are alike: whom an activity
//! concerns stands in it. Verdicts: decisions.md 2 and 4.

pub mod keeper;
mod partners;
pub mod rates;

use super::{
    Federation,
    activities::Envelope,
    discovery::software,
    documents::answer,
    drift, followers, hints,
    objects::fields::id_of,
    verify::{self, Rejection, Strangers, Verified},
};
use crate::{
    base::{config::FederationMode, error::Result, json, words::Stage},
    features::{accounts, communities},
    net::signature::Received,
    store::inbox::Arrival,
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, Request, State},
    http::{StatusCode, header, request::Parts},
    response::Response,
    routing::post,
};
use serde_json::Value;

/// Largest activity, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Longest id of an activity or actor that is kept, in bytes.
const ID_BYTES_MAX: usize = crate::base::host::URL_BYTES_MAX;

/// The routes of the inboxes.
pub fn routes() -> Router<Federation> {
    Router::new()
        .route("/inbox", post(shared))
        .route("/u/{name}/inbox", post(personal))
        .route("/c/{name}/inbox", post(personal))
        .route("/actor/inbox", post(shared))
        .route("/org/inbox", post(shared))
}

async fn shared(State(federation): State<Federation>, request: Request) -> Response {
    settle(&federation, take(&federation, request).await)
}

async fn personal(State(federation): State<Federation>, Path(name): Path<String>, request: Request) -> Response {
    match is_told(&federation, &name).await {
        Ok(true) => settle(&federation, take(&federation, request).await),
        Ok(false) => answer::refused(StatusCode::NOT_FOUND, "there is nobody of this name here"),
        Err(error) => settle(&federation, Err(error.into())),
    }
}

/// Whether other nodes may know that somebody has this name: not of a community for our own people (S54).
async fn is_told(federation: &Federation, name: &str) -> Result<bool> {
    let store = &federation.app.store;
    let Some(account) = accounts::queries::by_handle(store, name, "").await? else { return Ok(false) };
    let community = if account.is_community() { communities::queries::by_id(store, account.id).await? } else { None };
    Ok(community.is_none_or(|community| community.stage != Stage::Local))
}

/// Why an activity is not taken.
struct Turned {
    status: StatusCode,
    sentence: String,
    wait_seconds: Option<u64>,
}

impl Turned {
    fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self { status, sentence: sentence.into(), wait_seconds: None }
    }
}

impl From<Rejection> for Turned {
    fn from(rejection: Rejection) -> Self {
        let status = match &rejection {
            Rejection::Malformed(_) => StatusCode::BAD_REQUEST,
            Rejection::Unauthenticated(_) | Rejection::Stranger => StatusCode::UNAUTHORIZED,
            Rejection::Later(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, rejection.to_string())
    }
}

impl From<crate::base::error::Error> for Turned {
    fn from(error: crate::base::error::Error) -> Self {
        tracing::error!(%error, "an activity could not be taken");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "something broke here; try again later")
    }
}

fn settle(federation: &Federation, outcome: Result<&'static str, Turned>) -> Response {
    federation.app.samples.arrival(outcome.is_ok());
    let (word, response) = match outcome {
        Ok(word) => (word, answer::empty(StatusCode::ACCEPTED)),
        Err(turned) => {
            tracing::debug!(status = turned.status.as_u16(), sentence = turned.sentence, "an activity was turned away");
            let mut response = answer::refused(turned.status, &turned.sentence);
            let wait = turned.wait_seconds.or((turned.status == StatusCode::SERVICE_UNAVAILABLE).then_some(60));
            if let Some(seconds) = wait {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            (class(turned.status), response)
        }
    };
    metrics::counter!("intermoot_inbox_requests_total", "outcome" => word).increment(1);
    response
}

fn class(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "unauthenticated",
        StatusCode::FORBIDDEN | StatusCode::METHOD_NOT_ALLOWED => "forbidden",
        StatusCode::TOO_MANY_REQUESTS => "too_many",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        _ => "malformed",
    }
}

/// Checks and keeps one activity; a word for the metrics says what became of it.
async fn take(federation: &Federation, request: Request) -> Result<&'static str, Turned> {
    check_mode(federation).await?;
    let (parts, body) = request.into_parts();
    check_type(&parts)?;
    let body = read(body).await?;
    let document =
        json::parse_strict(&body, json::Limits::default()).map_err(|error| Turned::new(StatusCode::BAD_REQUEST, error.to_string()))?;
    let envelope = Envelope::read(&document).map_err(|refusal| Turned::new(StatusCode::BAD_REQUEST, refusal.to_string()));
    partners::check(federation, envelope.as_ref().ok(), &document).await?;
    // an unsigned request is told that first, whatever it holds
    let strangers = strangers(federation, envelope.as_ref().ok(), &document).await?;
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let received = Received { method: &parts.method, target, headers: &parts.headers, body: &body };
    let verified = match verify::authenticate(federation, &received, strangers).await {
        Err(Rejection::Stranger) => return Ok("stranger_deleted"),
        outcome => outcome?,
    };
    let envelope = envelope?;
    admit(federation, &verified).await?;
    partners::admit(federation, verified.host(), &document).await?;
    federation.watch.note(verified.host(), &envelope.kind);
    if verified.actor() != envelope.actor {
        // signed by somebody else: nothing is applied, the origin has the word (decisions.md 4)
        hints::follow(federation, document);
        return Ok("forwarded");
    }
    software::ask_in_background(federation, &envelope.actor);
    drift::notice(federation, &envelope.actor, &parts.headers);
    followers::notice(federation, &envelope.actor, &parts.headers);
    let arrival = Arrival { activity_uri: envelope.id, actor_uri: envelope.actor, host: verified.host().to_owned(), body: body.into() };
    if federation.keeper.keep(arrival).await {
        federation.note_heard(verified.host());
        Ok("kept")
    } else {
        Err(Turned::new(StatusCode::SERVICE_UNAVAILABLE, "it could not be kept; try again later"))
    }
}

async fn check_mode(federation: &Federation) -> Result<(), Turned> {
    match federation.app.federation_mode(&federation.app.store).await? {
        FederationMode::Open | FederationMode::Partners => Ok(()),
        FederationMode::Off => Err(Turned::new(StatusCode::METHOD_NOT_ALLOWED, "this server does not federate")),
    }
}

/// The media type must be one of ActivityPub's; charset and profile do not matter here, and nothing is unpacked (S70).
fn check_type(parts: &Parts) -> Result<(), Turned> {
    let value = |name: header::HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = value(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !matches!(kind.as_str(), "application/activity+json" | "application/ld+json") {
        return Err(Turned::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/activity+json"));
    }
    match value(header::CONTENT_ENCODING) {
        "" | "identity" => Ok(()),
        _ => Err(Turned::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send it without a content encoding")),
    }
}

async fn read(body: Body) -> Result<bytes::Bytes, Turned> {
    let too_large = |_| Turned::new(StatusCode::PAYLOAD_TOO_LARGE, "an activity has at most 1 MiB");
    to_bytes(body, BODY_BYTES_MAX).await.map_err(too_large)
}

/// A Delete by an actor that we do not know changes nothing here: nobody is asked for its key.
async fn strangers(federation: &Federation, envelope: Option<&Envelope>, document: &Value) -> Result<Strangers, Turned> {
    let Some(envelope) = envelope.filter(|envelope| envelope.kind == "Delete") else { return Ok(Strangers::Ask) };
    let object = document.get("object").and_then(id_of).unwrap_or_default();
    let known = accounts::queries::by_uri(&federation.app.store, &envelope.actor).await?;
    let is_own_end = object == envelope.actor;
    Ok(if known.is_none_or(|actor| actor.gone_at.is_some() && is_own_end) { Strangers::Ignore } else { Strangers::Ask })
}

async fn admit(federation: &Federation, verified: &Verified) -> Result<(), Turned> {
    if federation.is_blocked(verified.host()).await? {
        return Err(Turned::new(StatusCode::FORBIDDEN, "your server is blocked here"));
    }
    federation.limits.count(verified.host()).map_err(|wait| Turned {
        wait_seconds: Some(wait.as_secs() + 1),
        ..Turned::new(StatusCode::TOO_MANY_REQUESTS, "your server sends too much")
    })
}

/// Whether an id may be kept.
pub fn fits(id: &str) -> bool {
    id.len() <= ID_BYTES_MAX
}
