//! The listener of scripted peers: takes every request, keeps it, answers it.

use super::answers::Page;
use super::{Host, Hosts, PeerActor, Received, lock};
use crate::api::unescape;
use crate::shapes;
use crate::verify::Arrived;
use crate::wire;
use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

const BODY_MAX: usize = 4 * 1024 * 1024;

pub(crate) fn router(hosts: Arc<Hosts>) -> Router {
    Router::new().fallback(take).with_state(hosts)
}

async fn take(State(hosts): State<Arc<Hosts>>, request: Request) -> Response {
    let authority = request.headers().get("host").and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    let host = hosts.by_authority.read().unwrap_or_else(PoisonError::into_inner).get(&authority).cloned();
    let Some(host) = host else { return (StatusCode::MISDIRECTED_REQUEST, "no such host here").into_response() };
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_MAX).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let at = Instant::now();
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers: Vec<(String, String)> = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let method = head.method.as_str().to_owned();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let signer = if hosts.verifies.load(Ordering::Relaxed) && headers.iter().any(|(name, _)| name == "signature") {
        let arrived = Arrived { method: &method, authority: &host.authority, target: &target, headers: &headers, body: &body };
        hosts.ring.check(arrived).await.map_err(|error| format!("{error:#}"))
    } else {
        Err("not checked".to_owned())
    };
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let mut received = Received { at, method, target, headers, body: body.to_vec(), json, signer, answered: 0 };
    if hosts.is_brief.load(Ordering::Relaxed) {
        shorten(&mut received);
    }
    if received.method == "POST" { inbox((&hosts, &host), received).await } else { page(&host, &mut received) }
}

/// Leaves what load is counted and timed by.
fn shorten(received: &mut Received) {
    let about = received.object_id().to_owned();
    let [id, kind, actor] = ["id", "type", "actor"].map(|name| received.json[name].take());
    received.json = json!({"id": id, "type": kind, "actor": actor, "object": about});
    (received.headers, received.body) = (Vec::new(), Vec::new());
}

async fn inbox((hosts, host): (&Hosts, &Arc<Host>), mut received: Received) -> Response {
    if !received.target.ends_with("/inbox") {
        received.answered = 404;
        lock(&host.received).push(Arc::new(received));
        return StatusCode::NOT_FOUND.into_response();
    }
    let answer = lock(&host.script).turn();
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    received.answered = answer.status;
    let received = Arc::new(received);
    lock(&host.received).push(received.clone());
    if received.was_taken() {
        hosts.taken.fetch_add(1, Ordering::Relaxed);
    }
    if received.was_taken() && received.kind() == "Follow" && host.accepts_follows.load(Ordering::Relaxed) {
        let followed = lock(&host.actors).iter().find(|actor| actor.id == received.object_id()).cloned();
        if let Some(actor) = followed {
            tokio::spawn(accept(actor, received.json.clone()));
        }
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, "-".repeat(answer.body)).into_response();
    if let Some(seconds) = answer.retry_after {
        response.headers_mut().insert("retry-after", seconds.into());
    }
    response
}

/// Answers a Follow as every open server does, a few times over if the follower is not there.
async fn accept(actor: Arc<PeerActor>, follow: Value) {
    for _ in 0..10 {
        if try_accept(&actor, &follow).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

async fn try_accept(actor: &PeerActor, follow: &Value) -> Result<()> {
    let follower = follow["actor"].as_str().context("a Follow without actor")?;
    let inbox = inbox_of(follower).await?;
    actor.delivers(&inbox, &shapes::accept(actor, follow)).await
}

/// Reads the inbox out of an actor's document.
pub async fn inbox_of(actor: &str) -> Result<String> {
    let answer = wire::get(actor).await?;
    let document: Value = serde_json::from_slice(&answer.body)?;
    Ok(document["inbox"].as_str().context("an actor without inbox")?.to_owned())
}

fn page(host: &Host, received: &mut Received) -> Response {
    let (path, query) = received.target.split_once('?').unwrap_or((&received.target, ""));
    let found = if path == "/.well-known/webfinger" {
        webfinger(host, query)
    } else {
        let pages = lock(&host.pages);
        pages.get(received.target.as_str()).or(pages.get(path)).cloned()
    };
    let page = found.unwrap_or_else(|| Page { status: 404, ..Page::new("text/plain", "nothing here") });
    received.answered = page.status;
    lock(&host.received).push(Arc::new(received.clone()));
    let mut response = Response::builder().status(page.status);
    if !page.content_type.is_empty() {
        response = response.header("content-type", page.content_type);
    }
    if let Some(location) = page.location {
        response = response.header("location", location);
    }
    response.body(Body::from(page.body)).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// RFC 7033: by `acct:` or by the actor's own id.
fn webfinger(host: &Host, query: &str) -> Option<Page> {
    let resource = query.split('&').find_map(|pair| pair.strip_prefix("resource=")).map(unescape)?;
    let actors = lock(&host.actors);
    let subject = |actor: &PeerActor| format!("acct:{}@{}", actor.name, actor.authority);
    let actor = actors.iter().find(|actor| resource == actor.id || resource == subject(actor))?;
    let jrd = json!({
        "subject": subject(actor),
        "aliases": [actor.id],
        "links": [{"rel": "self", "type": "application/activity+json", "href": actor.id}],
    });
    Some(Page::new("application/jrd+json", jrd.to_string()))
}
