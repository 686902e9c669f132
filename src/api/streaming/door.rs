//! The doors to streams: one WebSocket for everything, and an event stream for each kind.

use super::{events, socket};
use crate::{
    api::{
        body::Query,
        caller::{Caller, ClientAddress},
        error::{Failure, Result},
        routes::{Access, Routes},
    },
    app::{
        App,
        streams::{Channel, Form, Full, Held, Open, Right, Ticket, Unknown},
    },
    base::{error::Refusal, words::SeatStatus},
    features::{lists, memberships},
    policy::scope::Scope,
};
use axum::{
    Extension,
    extract::{
        FromRequestParts, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderValue, StatusCode},
    response::Response,
};
use serde::Deserialize;
use std::time::Duration;

/// When to try again where there are too many streams.
const LATER: Duration = Duration::from_secs(30);

/// The routes of this room.
pub fn routes() -> Routes {
    let (posts, told) = (Access::User(Scope::ReadStatuses), Access::User(Scope::ReadNotifications));
    let streams = [
        ("/api/v1/streaming/user", posts, "One's home timeline and notifications as they come", "user"),
        ("/api/v1/streaming/user/notification", told, "One's notifications as they come", "user:notification"),
        ("/api/v1/streaming/public", posts, "Public posts as they come", "public"),
        ("/api/v1/streaming/public/local", posts, "Public posts of this node's people as they come", "public:local"),
        ("/api/v1/streaming/public/remote", posts, "Public posts of others as they come", "public:remote"),
        ("/api/v1/streaming/hashtag", posts, "Public posts with a tag as they come", "hashtag"),
        ("/api/v1/streaming/hashtag/local", posts, "Public posts of this node's people with a tag as they come", "hashtag:local"),
        ("/api/v1/streaming/list", posts, "Posts of a community one is in, or of a list of one's own, as they come", "list"),
        ("/api/v1/streaming/direct", posts, "Conversations as they go on", "direct"),
    ];
    let routes = Routes::new().get("/api/v1/streaming", Access::App, "A WebSocket for everything that is new", upgrade).get(
        "/api/v1/streaming/health",
        Access::Open,
        "Whether streaming is alive",
        async || "OK",
    );
    streams.into_iter().fold(routes, |routes, (path, access, summary, name)| {
        routes.get(path, access, summary, move |visit: Visit| async move { visit.listen(name).await })
    })
}

/// What a client may say in the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) stream: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) list: Option<String>,
    pub(super) only_media: bool,
}

/// Who comes, whence, and for what.
pub(super) struct Visit {
    pub(super) app: App,
    pub(super) caller: Caller,
    address: ClientAddress,
    held: Option<Held>,
    asked: Asked,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, app: &App) -> Result<Self> {
        let caller = <Caller as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        let Query(asked) = Query::from_request_parts(parts, app).await?;
        let address = match parts.extensions.get::<ClientAddress>() {
            Some(address) => *address,
            None => ClientAddress::from_request_parts(parts, app).await.unwrap_or_else(|never| match never {}),
        };
        Ok(Self { app: app.clone(), caller, address, held: parts.extensions.get::<Held>().cloned(), asked })
    }
}

impl Visit {
    /// Opens a stream, if there is room.
    fn open(&self, form: Form) -> Result<Open> {
        let ticket = Ticket {
            account: self.caller.id(),
            right: Right::Token(self.caller.bearer().token.id),
            hears: self.caller.needs(Scope::ReadNotifications).is_ok(),
            address: self.address.key(),
            form,
        };
        self.app.streams.open(ticket, self.held.as_ref()).map_err(|full| match full {
            Full::TooMany => Failure::too_many(LATER),
            Full::Ending => Refusal::unavailable("ending", "This server is about to end; connect again in a moment.").into(),
        })
    }

    /// Answers with the event stream called `name`.
    async fn listen(self, name: &str) -> Result<Response> {
        let media = if self.asked.only_media && name.starts_with("public") { ":media" } else { "" };
        let channel = channel(&self.app, &self.caller, &format!("{name}{media}"), &self.asked).await?;
        let open = self.open(Form::Events)?;
        if !open.subscribe(&channel) {
            return Err(Failure::too_many(LATER));
        }
        Ok(events::answer(open, self.held))
    }
}

/// The channel with this name, if the caller may read it. The sentences are Mastodon's.
pub(super) async fn channel(app: &App, caller: &Caller, name: &str, asked: &Asked) -> Result<Channel> {
    let wrong = |sentence| Failure::new(StatusCode::BAD_REQUEST, "invalid_stream", sentence);
    let channel = Channel::named(name, asked.tag.as_deref(), asked.list.as_deref()).map_err(|unknown| match unknown {
        Unknown::Name => wrong("Unknown stream type"),
        Unknown::Tag => wrong("Missing tag name parameter"),
        Unknown::List => wrong("Missing list name parameter"),
    })?;
    if caller.needs(channel.scope()).is_err() {
        let sentence = "Access token does not have the required scopes";
        return Err(Failure::new(StatusCode::UNAUTHORIZED, "outside_scopes", sentence));
    }
    if let Channel::List(list) = channel {
        let seat = memberships::queries::seat(&app.store, list, caller.id()).await?;
        let sits = seat.is_some_and(|seat| seat.status == SeatStatus::Active);
        if !sits && lists::queries::find(&app.store, caller.id(), list.0).await?.is_none() {
            let sentence = "Not authorized to stream this list";
            return Err(Failure::new(StatusCode::UNAUTHORIZED, "not_your_list", sentence));
        }
    }
    Ok(channel)
}

/// Bytes read at once from a socket: clients say little.
const READ_BUFFER: usize = 1 << 10;
/// Largest message of a client.
const MESSAGE_MAX: usize = 4 << 10;
/// Most bytes of one message on its way out: beyond any message there is.
const WRITE_MAX: usize = 16 << 20;

async fn upgrade(
    State(app): State<App>,
    token: Option<Extension<crate::api::caller::ShownToken>>,
    visit: Visit,
    upgrade: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    let Ok(upgrade) = upgrade else {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "not_a_websocket", "This address wants a WebSocket"));
    };
    let open = visit.open(Form::Socket)?;
    let mut upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_MAX)
        .max_message_size(MESSAGE_MAX)
        .max_frame_size(MESSAGE_MAX);
    // browsers want one of the protocols that they offered, and the token is one
    let offered: Vec<HeaderValue> = upgrade.requested_protocols().cloned().collect();
    let is_token = |one: &&HeaderValue| token.as_ref().is_some_and(|Extension(token)| one.as_bytes() == token.0.as_bytes());
    if let Some(chosen) = offered.iter().find(is_token).or(offered.first()) {
        upgrade.set_selected_protocol(chosen.clone());
    }
    let Visit { caller, held, asked, .. } = visit;
    Ok(upgrade.on_upgrade(move |socket| socket::Session { app, caller, open, held }.run(socket, asked)))
}
