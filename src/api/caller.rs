//! Who calls: the token of a request, looked up once, and what it may be used for.
//!
//! The outer layer ([`identify`]) resolves the token and takes from the quota of its account or
//! address; each route then checks its own [`Access`](super::routes::Access) before its handler
//! runs (S99). Handlers only take [`Caller`] or [`MaybeCaller`].

use super::error::Failure;
use crate::{
    app::{App, bearers::Bearer},
    base::{
        error::Refusal,
        id::AccountId,
        quota::{Left, address_key, client_address},
        text::limits::cut_chars,
    },
    policy::scope::Scope,
    store::{audit, tables::Account},
};
use axum::{
    extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

/// Most characters of a path in an entry of the audit log.
const PATH_CHARS_MAX: usize = 200;

/// What the request showed of who sends it. Placed in every request by [`identify`].
#[derive(Clone, Debug)]
pub enum Identity {
    /// No token.
    Stranger,
    /// A token that means nothing (any more).
    Unknown,
    /// A valid token.
    Bearer(Arc<Bearer>),
}

/// The address of the client, as far as trusted proxies tell. Placed in every request by [`identify`].
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The key under which this address is counted.
    pub fn key(self) -> String {
        address_key(self.0)
    }
}

/// Somebody of this node, by a valid token.
#[derive(Clone, Debug)]
pub struct Caller {
    bearer: Arc<Bearer>,
    account: Arc<Account>,
}

impl Caller {
    /// Whose token it is. At most a second old: read it again where its own changes must show.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Their id.
    pub fn id(&self) -> AccountId {
        self.account().id
    }

    /// The token and what comes with it.
    pub fn bearer(&self) -> &Bearer {
        &self.bearer
    }

    /// Refused (403) unless the token covers `scope`. Routes declare theirs; this is for what depends on the request.
    pub fn needs(&self, scope: Scope) -> Result<(), Failure> {
        if self.bearer.scopes.cover(scope) { Ok(()) } else { Err(outside_scopes()) }
    }
}

/// Somebody of this node, or a stranger.
#[derive(Clone, Debug)]
pub struct MaybeCaller(pub Option<Caller>);

impl MaybeCaller {
    /// Their account's id, if it is somebody of this node.
    pub fn id(&self) -> Option<AccountId> {
        self.0.as_ref().map(Caller::id)
    }
}

/// Any valid token: of a person, or of an app for itself (client credentials).
#[derive(Clone, Debug)]
pub struct AppCaller(pub Arc<Bearer>);

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Failure> {
        person(parts.extensions.get())
    }
}

impl OptionalFromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Option<Self>, Failure> {
        Ok(person(parts.extensions.get()).ok())
    }
}

impl FromRequestParts<App> for MaybeCaller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Infallible> {
        Ok(Self(person(parts.extensions.get()).ok()))
    }
}

impl FromRequestParts<App> for AppCaller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Failure> {
        match parts.extensions.get() {
            Some(Identity::Bearer(bearer)) => Ok(Self(bearer.clone())),
            _ => Err(invalid_token()),
        }
    }
}

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(address_of(app, &parts.headers, parts.extensions.get()))
    }
}

/// The person behind an identity, if they may act: with an account that is neither waiting nor suspended.
pub(super) fn person(identity: Option<&Identity>) -> Result<Caller, Failure> {
    let Some(Identity::Bearer(bearer)) = identity else { return Err(invalid_token()) };
    let Some(account) = &bearer.account else {
        return Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "needs_user", "This method requires an authenticated user"));
    };
    if !account.is_active() {
        return Err(Failure::new(StatusCode::FORBIDDEN, "disabled", "Your login is currently disabled"));
    }
    if bearer.user.as_ref().is_some_and(|user| user.unconfirmed) {
        return Err(Failure::new(StatusCode::FORBIDDEN, "unconfirmed", "Your login is missing a confirmed e-mail address"));
    }
    if !bearer.user.as_ref().is_some_and(|user| user.approved) {
        return Err(Failure::new(StatusCode::FORBIDDEN, "pending", "Your login is currently pending approval"));
    }
    Ok(Caller { bearer: bearer.clone(), account: account.clone() })
}

/// The answer where a token is wanted and there is none, or none that is valid.
pub(super) fn invalid_token() -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, "unauthenticated", "The access token is invalid")
}

/// The answer where the token is for other things.
pub(super) fn outside_scopes() -> Failure {
    Failure::new(StatusCode::FORBIDDEN, "outside_scopes", "This action is outside the authorized scopes")
}

/// The token of `Authorization: Bearer …`; and, but for streams, nothing else: tokens in addresses end up in logs.
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The token of a request, in clear, for whoever has to repeat it.
#[derive(Clone)]
pub(super) struct ShownToken(pub(super) String);

/// Where streams are opened: browsers can send no header with a WebSocket, so there a token may stand in its protocol or address
/// (client-api.md 28).
const STREAMING: &str = "/api/v1/streaming";

/// The token that a request shows.
fn shown_token(request: &Request) -> Option<ShownToken> {
    let headers = request.headers();
    let own = |token: &str| ShownToken(token.to_owned());
    if let Some(token) = bearer_token(headers) {
        return Some(own(token));
    }
    if !request.uri().path().starts_with(STREAMING) {
        return None;
    }
    let offered = headers.get(header::SEC_WEBSOCKET_PROTOCOL).and_then(|value| value.to_str().ok()?.split(',').next());
    if let Some(token) = offered.map(str::trim).filter(|token| !token.is_empty()) {
        return Some(own(token));
    }
    let query = request.uri().query().unwrap_or_default();
    let token = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "access_token");
    token.map(|(_, token)| ShownToken(token.into_owned())).filter(|token| !token.0.is_empty())
}

/// Client address from the connection and, behind trusted proxies, from `X-Forwarded-For`.
fn address_of(app: &App, headers: &HeaderMap, peer: Option<&ConnectInfo<SocketAddr>>) -> ClientAddress {
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    let forwarded: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    ClientAddress(client_address(peer, &forwarded, &app.config.server.trusted_proxies))
}

/// Outer layer of the API: who calls, from where, and whether they still may (quota).
pub(super) async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let address = address_of(&app, request.headers(), request.extensions().get());
    let token = shown_token(&request);
    let identity = match &token {
        None => Identity::Stranger,
        Some(ShownToken(token)) => match app.bearers.find(&app.store, token).await {
            Ok(Some(bearer)) => {
                app.seen.token(bearer.token.id);
                Identity::Bearer(bearer)
            }
            Ok(None) => Identity::Unknown,
            Err(error) => return Failure::from(error).into_response(),
        },
    };
    let left = match &identity {
        Identity::Bearer(bearer) => match bearer.token.account_id {
            Some(account) => app.quotas.api.take(&account.to_string()),
            None => app.quotas.api.take(&format!("app {}", bearer.token.app_id)),
        },
        _ => app.quotas.anonymous.take(&address.key()),
    };
    request.extensions_mut().insert(identity);
    request.extensions_mut().insert(address);
    if let Some(token) = token {
        request.extensions_mut().insert(token);
    }
    let (mut response, left) = match left {
        Ok(left) => (answered(&app, address, request, next).await, left),
        Err(left) => (Failure::too_many(left.wait).into_response(), left),
    };
    tell(response.headers_mut(), left, &app);
    response
}

/// The answer of the route; what it changes says who did it, and an attempt that was refused is noted (S126).
async fn answered(app: &App, address: ClientAddress, request: Request, next: Next) -> Response {
    let actor = match request.extensions().get() {
        Some(Identity::Bearer(bearer)) => bearer.account.as_ref().map_or_else(|| "app".to_owned(), |account| account.username.clone()),
        _ => "stranger".to_owned(),
    };
    let asked = format!("{} {}", request.method(), cut_chars(request.uri().path(), PATH_CHARS_MAX));
    audit::through(format!("api {}", address.0), async {
        let response = audit::acting(actor.clone(), next.run(request)).await;
        if response.status() == StatusCode::FORBIDDEN
            && response.extensions().get::<Rightful>().is_some()
            && let Err(error) = note_refused(app, actor, asked).await
        {
            tracing::error!(%error, "a refused attempt could not be noted");
        }
        speak_json(response)
    })
    .await
}

/// Marks the answer of a route that changes rights.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rightful;

/// Keeps that somebody tried what they may not: who and where, never what was sent.
async fn note_refused(app: &App, actor: String, asked: String) -> crate::base::error::Result<()> {
    let tx = app.begin().await?;
    tx.audit(audit::Entry { actor, act: "refused", object: asked, ..audit::Entry::default() });
    tx.commit().await
}

/// Clients read JSON also from errors (client-api.md 11): the framework's own are put into words. Our
/// inputs answer in JSON themselves, so what it refuses is a path whose id is none: nothing is there.
fn speak_json(response: Response) -> Response {
    let status = response.status();
    let wrong = status.is_client_error() || status.is_server_error();
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    match status {
        _ if !wrong || is_json => response,
        StatusCode::BAD_REQUEST => Failure::from(Refusal::not_found()).into_response(),
        _ => Failure::new(status, "refused", status.canonical_reason().unwrap_or("Refused")).into_response(),
    }
}

/// `X-RateLimit-*` as Mastodon has them.
fn tell(headers: &mut HeaderMap, left: Left, app: &App) {
    headers.insert("x-ratelimit-limit", HeaderValue::from(left.limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(left.remaining));
    if let Ok(reset) = HeaderValue::try_from(app.store.clock.now().plus(left.wait).to_string()) {
        headers.insert("x-ratelimit-reset", reset);
    }
}
