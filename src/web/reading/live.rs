//! `/live`: what is new, as it comes, for the page that is open: an event stream of posts as this reader sees them.
//!
//! The streams of the API work out who gets what (`api/streaming`); here their news are taken by a browser's session and rendered.
//! Each post is read once more as its reader before it is shown. The stream ends with the session, that of a community's page with
//! the reader's seat there (S60).
//! Source: HTML, server-sent events.

use crate::{
    app::{
        App,
        streams::{Channel, Form, Full, Held, Open, Piece, Ticket},
    },
    base::{
        error::Refusal,
        id::{AccountId, PostId},
        words::reading::FilterContext,
    },
    features::{
        accounts,
        communities::seats,
        notifications::markers,
        posts::queries::{self, Viewer},
    },
    web::{
        communities,
        entries::{self, Entry},
        frame::UNREAD_MAX,
        pages::{Failure, Frame, Result},
        session::Visit,
    },
};
use askama::Template;
use axum::{
    Extension, Router,
    body::Body,
    extract::{Query, State},
    http::{HeaderValue, header},
    response::Response,
    routing::get,
};
use bytes::Bytes;
use serde::Deserialize;
use std::{convert::Infallible, time::Duration};
use tokio::time::timeout;

/// Silence after which a sign of life is sent.
const THUMP_AFTER: Duration = Duration::from_secs(15);
/// A comment of the format, which browsers pass over.
const THUMP: &[u8] = b":thump\n\n";
/// How long a browser waits before it connects again, in milliseconds.
const AGAIN: &[u8] = b"retry: 15000\n\n";
/// When to try again where there are too many streams.
const LATER: Duration = Duration::from_secs(30);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    of: String,
}

/// What a page wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Home,
    Community(AccountId),
    /// The thread that begins with this post.
    Thread(PostId),
    /// Only how many notifications are new.
    Notifications,
}

impl Of {
    fn read(asked: &str) -> Option<Self> {
        let (word, id) = asked.split_once(':').unwrap_or((asked, ""));
        match (word, id) {
            ("home", "") => Some(Self::Home),
            ("notifications", "") => Some(Self::Notifications),
            ("community", id) => id.parse().ok().map(Self::Community),
            ("thread", id) => id.parse().ok().map(|id| Self::Thread(PostId(id))),
            _ => None,
        }
    }
}

/// A post as it is put into an open page.
#[derive(Template)]
#[template(path = "post.html")]
struct One {
    frame: Frame,
    post: Entry,
}

/// The part of a post's JSON that is read here.
#[derive(Deserialize)]
struct Named {
    id: String,
}

/// A stream with what it needs to render.
struct Telling {
    app: App,
    open: Open,
    held: Option<Held>,
    frame: Frame,
    me: AccountId,
    of: Of,
}

async fn live(State(app): State<App>, visit: Visit, held: Option<Extension<Held>>, Query(asked): Query<Asked>) -> Result<Response> {
    let (me, nothing) = (visit.member()?.id, || visit.nothing());
    let of = Of::read(&asked.of).ok_or_else(nothing)?;
    let (channel, path) = channel(&app, me, of).await?.ok_or_else(nothing)?;
    let held = held.map(|Extension(held)| held);
    let ticket =
        Ticket { account: me, right: visit.right().ok_or_else(nothing)?, hears: true, address: visit.address.clone(), form: Form::Events };
    let open = app.streams.open(ticket, held.as_ref()).map_err(|full| match full {
        Full::TooMany => Failure::too_many(LATER, &visit),
        Full::Ending => Failure::shown(Refusal::unavailable("ending", "This node is about to end; try again in a moment."), &visit),
    })?;
    if !open.subscribe(&channel) || (channel != Channel::User && !open.subscribe(&Channel::Notification)) {
        return Err(Failure::too_many(LATER, &visit));
    }
    // forms in what is told lead back to the page that it is put into
    let frame = Frame { asked: path, ..visit.frame() };
    Ok(answer(Telling { app, open, held, frame, me, of }))
}

/// What is subscribed to for a page, and where that page is; none for what the reader may not read.
async fn channel(app: &App, me: AccountId, of: Of) -> Result<Option<(Channel, String)>> {
    Ok(match of {
        Of::Home => Some((Channel::User, "/home".to_owned())),
        Of::Notifications => Some((Channel::Notification, "/notifications".to_owned())),
        Of::Community(id) if sits(app, me, id).await? => {
            accounts::queries::by_id(&app.store, id).await?.map(|account| (Channel::List(id), communities::path_of(&account)))
        }
        Of::Community(_) => None,
        Of::Thread(root) => {
            let Some(post) = queries::seen(&app.store, &Viewer::Account(me), root).await? else { return Ok(None) };
            // outside of one's communities a thread is told as far as it comes home
            let channel = match post.community_id {
                Some(community) if sits(app, me, community).await? => Channel::Inside(community),
                _ => Channel::User,
            };
            Some((channel, format!("/p/{root}")))
        }
    })
}

/// Whether `me` holds a seat there that is of use now.
async fn sits(app: &App, me: AccountId, community: AccountId) -> crate::base::error::Result<bool> {
    Ok(seats::role(&app.store, community, me).await?.is_some())
}

/// The answer that carries it. Held as long as it goes on.
fn answer(telling: Telling) -> Response {
    if let Some(held) = &telling.held {
        held.0.narrow();
    }
    let pieces = futures::stream::unfold((telling, true), async |(telling, is_first)| {
        let bytes = if is_first { Bytes::from_static(AGAIN) } else { telling.next().await? };
        Some((Ok::<_, Infallible>(bytes), (telling, false)))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // nginx would keep events back
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

impl Telling {
    /// The next bytes; none at the end.
    async fn next(&self) -> Option<Bytes> {
        loop {
            let message = match timeout(THUMP_AFTER, self.open.reader.mail.next()).await {
                Ok(Piece::Message(message)) => Some(message),
                Ok(Piece::End(_)) => return None,
                Err(_) => None,
            };
            // what cannot be asked now is asked next time: posts are read as their reader anyway
            if self.is_over().await.unwrap_or_default() {
                return None;
            }
            let Some(message) = message else { return Some(Bytes::from_static(THUMP)) };
            match self.told(&message).await {
                Ok(Some(bytes)) => return Some(bytes),
                Ok(None) => {}
                Err(problem) => {
                    // the browser connects again, and its page says so
                    tracing::error!(%problem, "what is new could not be shown to a reader");
                    return None;
                }
            }
        }
    }

    /// Whether the reader's seat ended, by which they were told.
    async fn is_over(&self) -> crate::base::error::Result<bool> {
        match self.of {
            Of::Community(community) => Ok(!sits(&self.app, self.me, community).await?),
            _ => Ok(false),
        }
    }

    /// What a message of the stream is for the page; none where it is not for this one.
    async fn told(&self, message: &[u8]) -> crate::base::error::Result<Option<Bytes>> {
        let Some((event, payload)) = read(message) else { return Ok(None) };
        Ok(match event {
            "notification" => {
                let unread = markers::unread(&self.app.store, self.me, UNREAD_MAX).await?;
                Some(framed("unread", &unread.to_string()))
            }
            "delete" => Some(framed("gone", payload)),
            "update" | "status.update" if self.of != Of::Notifications => {
                let name = if event == "update" { "post" } else { "changed" };
                self.post(payload).await?.map(|html| framed(name, &html))
            }
            _ => None,
        })
    }

    /// A post as the reader sees it now; none where it is not of this page.
    async fn post(&self, payload: &str) -> crate::base::error::Result<Option<String>> {
        let Some(id) = serde_json::from_str::<Named>(payload).ok().and_then(|named| named.id.parse().ok()) else { return Ok(None) };
        let viewer = Viewer::Account(self.me);
        let Some(post) = queries::seen(&self.app.store, &viewer, PostId(id)).await? else { return Ok(None) };
        let (is_here, place) = match self.of {
            Of::Thread(root) => (post.root_id == Some(root), FilterContext::Thread),
            _ => (true, FilterContext::Home),
        };
        if !is_here {
            return Ok(None);
        }
        let shown = entries::entries(&self.app, &viewer, &[post]).await?;
        let Some(mut post) = entries::without_hidden(shown, place).pop() else { return Ok(None) };
        if matches!(self.of, Of::Thread(_) | Of::Community(_)) {
            post.community = None;
        }
        let one = One { frame: self.frame.clone(), post };
        Ok(Some(one.render().map_err(anyhow::Error::from)?))
    }
}

/// Name and payload of an event as the streams of the API write it.
fn read(message: &[u8]) -> Option<(&str, &str)> {
    let text = std::str::from_utf8(message).ok()?;
    let (name, rest) = text.strip_prefix("event: ")?.split_once('\n')?;
    Some((name, rest.strip_prefix("data: ")?.trim_end_matches('\n')))
}

/// An event: each line of what it says is a line of its own.
fn framed(event: &str, data: &str) -> Bytes {
    // a carriage return alone ends a line too
    let lines: String = data.replace("\r\n", "\n").split(['\n', '\r']).map(|line| format!("data: {line}\n")).collect();
    format!("event: {event}\n{lines}\n").into()
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/live", get(live))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_asks_for_what_there_is() {
        assert_eq!(Of::read("home"), Some(Of::Home));
        assert_eq!(Of::read("thread:7"), Some(Of::Thread(PostId(7))));
        assert_eq!(Of::read("community:9"), Some(Of::Community(AccountId(9))));
        for wrong in ["", "home:1", "thread", "thread:", "thread:x", "everything", "community:-"] {
            assert_eq!(Of::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_event_of_the_streams_is_read_and_one_for_pages_keeps_to_its_lines() {
        assert_eq!(read(b"event: update\ndata: {\"id\":\"1\"}\n\n"), Some(("update", "{\"id\":\"1\"}")));
        assert_eq!(read(b":thump\n\n"), None);
        // what somebody writes cannot end an event and begin another
        let event = framed("post", "<p>a</p>\n\nevent: gone\r\ndata: 1\revent: gone");
        assert_eq!(event, "event: post\ndata: <p>a</p>\ndata: \ndata: event: gone\ndata: data: 1\ndata: event: gone\n\n");
    }
}
