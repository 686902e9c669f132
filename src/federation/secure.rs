//! Secure mode (`federation.secure_mode`): documents go to servers that say who they are, and to no others.
//!
//! Every `GET` of this door asks for a valid signature. Invariant: a peer that asks the same of us can always verify us: the
//! node's own document is open ([`OPEN`]), and of every other actor the part by which its key is known ([`BARE`]); else two
//! such nodes would wait for one another. Like Mastodon's authorised fetch, pages for browsers and the clients' API are not
//! touched: they are for people.

use super::{
    Federation,
    documents::answer,
    verify::{self, Rejection, Strangers, Verified},
    watch::READ,
};
use crate::net::signature::Received;
use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::Response,
};

/// What anybody may read whole: who this server is and how its people are found.
pub const OPEN: &[&str] = &[
    "/",
    "/actor",
    "/.well-known/webfinger",
    "/.well-known/host-meta",
    "/.well-known/nodeinfo",
    "/.well-known/intermoot-organisation",
    "/nodeinfo/2.0",
    "/nodeinfo/2.1",
    "/ns/v1",
];
/// Actors of which anybody may read the name, the inbox and the keys.
pub const BARE: &[&str] = &["/u/{name}", "/c/{name}", "/org"];

/// How a request for a document passed in secure mode; without it no request carries this.
#[derive(Clone, Debug)]
pub enum Passed {
    /// Signed by this actor.
    By(Verified),
    /// By nobody whom we know: it gets no more than the keys.
    Bare,
}

/// `routes` as they are in secure mode, if that is set.
pub fn guarded(federation: &Federation, routes: Router<Federation>) -> Router<Federation> {
    match federation.app.config.federation.secure_mode {
        true => routes.route_layer(middleware::from_fn_with_state(federation.clone(), guard)),
        false => routes,
    }
}

async fn guard(State(federation): State<Federation>, route: MatchedPath, request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || OPEN.contains(&route.as_str()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let passed = match identify(&federation, &parts).await {
        Ok(Some(by)) => Ok(Passed::By(by)),
        Ok(None) => Err((StatusCode::FORBIDDEN, "your server is blocked here".to_owned())),
        Err(Rejection::Later(sentence)) => Err((StatusCode::SERVICE_UNAVAILABLE, sentence)),
        Err(_) if BARE.contains(&route.as_str()) => Ok(Passed::Bare),
        Err(rejection) => {
            Err((StatusCode::UNAUTHORIZED, format!("this server shows documents only to servers that sign their requests: {rejection}")))
        }
    };
    match passed {
        Ok(passed) => {
            parts.extensions.insert(passed);
            next.run(Request::from_parts(parts, body)).await
        }
        Err((status, sentence)) => refused(status, &sentence),
    }
}

/// Who signed; none when their server is blocked.
async fn identify(federation: &Federation, parts: &Parts) -> Result<Option<Verified>, Rejection> {
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let received = Received { method: &parts.method, target, headers: &parts.headers, body: &[] };
    let by = verify::authenticate(federation, &received, Strangers::Ask).await?;
    if federation.is_blocked(by.host()).await? {
        return Ok(None);
    }
    federation.watch.note(by.host(), READ);
    Ok(Some(by))
}

fn refused(status: StatusCode, sentence: &str) -> Response {
    let mut response = answer::refused(status, sentence);
    match status {
        StatusCode::UNAUTHORIZED => {
            let how = HeaderValue::from_static("Signature headers=\"(request-target) host date\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, how);
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        _ => {}
    }
    response
}
