//! One address, three doors: who answers a request is decided by its path and what it asks for.
//!
//! The same address serves a page to a browser and a document to a server (content negotiation),
//! so the doors' routers lie side by side and `Accept` chooses.

use super::{bodies, health};
use crate::{
    api,
    app::App,
    base::quota::client_address,
    federation::{self, Federation},
    web,
};
use axum::{
    Router,
    extract::{ConnectInfo, DefaultBodyLimit, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};
use tower::ServiceExt;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
};

/// How many times as long as others a request with files may take.
const FILES_TAKE: u32 = 20;
/// Paths that only servers ask for, whatever they accept.
const SERVERS_ONLY: &[&str] = &[
    "/.well-known/webfinger",
    "/.well-known/host-meta",
    "/.well-known/nodeinfo",
    "/.well-known/intermoot-organisation",
    "/nodeinfo",
    "/inbox",
    "/ns/",
    "/records",
    "/rewind",
];
/// Paths that only clients ask for: many of them accept `application/json`, which elsewhere asks for ActivityPub.
const CLIENTS_ONLY: &[&str] = &["/api/", "/oauth/", "/.well-known/oauth-", "/healthz", "/readyz", "/metrics", "/media/", "/proxy/"];

/// Every route the node serves.
pub fn all(federation: &Federation) -> Router {
    let app = &federation.app;
    let servers = federation::router(federation);
    let people = api::router(app).merge(web::router(app)).merge(health::routes(app));
    let limit = usize::try_from(app.config.limits.body_bytes).unwrap_or(usize::MAX);
    let time = Duration::from_secs(u64::from(app.config.limits.request_seconds));
    Router::new()
        .fallback(move |request: Request| dispatch(servers.clone(), people.clone(), request))
        .layer(middleware::from_fn_with_state(app.clone(), shut_out))
        .layer(CompressionLayer::new().compress_when(worth_it()))
        .layer(DefaultBodyLimit::max(limit))
        .layer(middleware::from_fn_with_state(bodies::Held::new(app.config.limits.bodies_bytes.into()), bodies::count))
        .layer(middleware::from_fn(move |request: Request, next: Next| in_time(request, next, time)))
        .layer(CatchPanicLayer::custom(|_| (StatusCode::INTERNAL_SERVER_ERROR, "Something broke on our side.").into_response()))
        .layer(middleware::from_fn_with_state(app.clone(), observe))
}

/// What is compressed: neither pictures (as ever) nor what is played.
fn worth_it() -> impl Predicate {
    let played = NotForContentType::const_new("video/").and(NotForContentType::const_new("audio/"));
    DefaultPredicate::new().and(played)
}

/// The answer, or 503 when it takes longer than `time`; who sends files may take longer.
async fn in_time(request: Request, next: Next, time: Duration) -> Response {
    let time = if bodies::is_for_files(request.uri().path()) { time * FILES_TAKE } else { time };
    tokio::time::timeout(time, next.run(request)).await.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())
}

async fn dispatch(servers: Router, people: Router, request: Request) -> Response {
    let router = if is_for_servers(&request) { servers } else { people };
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn is_for_servers(request: &Request) -> bool {
    let path = request.uri().path();
    let is_of = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
    if is_of(CLIENTS_ONLY) {
        return false;
    }
    is_of(SERVERS_ONLY)
        || path.ends_with("/inbox")
        || (matches!(*request.method(), Method::GET | Method::HEAD) && federation::wants_activity(request.headers()))
}

/// 403 for whoever comes from a network whose people may do nothing here, by an administrator's word; whoever asks how the node is
/// asks in any case.
async fn shut_out(State(app): State<App>, request: Request, next: Next) -> Response {
    if matches!(request.uri().path(), "/healthz" | "/readyz" | "/metrics") {
        return next.run(request).await;
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    let forwarded: Vec<&str> = request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    match app.is_shut_out(client_address(peer, &forwarded, &app.config.server.trusted_proxies)).await {
        Ok(true) => (StatusCode::FORBIDDEN, "This server does not answer your network.").into_response(),
        Ok(false) => next.run(request).await,
        Err(error) => {
            // in doubt the doors answer, which have checks of their own
            tracing::error!(%error, "whether a network is shut out could not be asked");
            next.run(request).await
        }
    }
}

/// Counts and times every request, and adds the header that every answer carries.
async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let class = match response.status().as_u16() {
        100..=299 => "ok",
        300..=399 => "redirect",
        400..=499 => "refused",
        _ => "fault",
    };
    metrics::counter!("intermoot_requests_total", "method" => method.as_str().to_owned(), "outcome" => class).increment(1);
    let took = started.elapsed();
    metrics::histogram!("intermoot_request_seconds", "outcome" => class).record(took.as_secs_f64());
    app.samples.request(took, class == "fault");
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_to_servers(path: &str, accept: &str) -> bool {
        is_for_servers(&Request::get(path).header(header::ACCEPT, accept).body(axum::body::Body::empty()).unwrap())
    }

    #[test]
    fn a_client_that_accepts_plain_json_reaches_the_api() {
        for path in ["/api/v1/timelines/home?limit=20", "/oauth/token", "/.well-known/oauth-authorization-server", "/readyz"] {
            assert!(!goes_to_servers(path, "application/json"), "{path}");
        }
        for path in ["/u/ada", "/p/1", "/inbox", "/.well-known/nodeinfo"] {
            assert!(goes_to_servers(path, "application/json"), "{path}");
        }
        assert!(!goes_to_servers("/u/ada", "text/html"));
    }
}
