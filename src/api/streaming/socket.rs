//! A WebSocket: subscriptions come in, messages go out.
//!
//! Every way in which a client may be slow or a nuisance ends it: messages too large, too many, no answer to a ping, nothing
//! taken for ten seconds.

use super::door::{Asked, channel};
use crate::{
    api::{caller::Caller, error::Failure},
    app::{
        App,
        streams::{End, Held, Open, PATIENCE, Piece},
    },
};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};
use tokio::time::{MissedTickBehavior, interval_at, timeout};

/// How often a client is asked whether it is there; it must answer before the next time.
const PING: Duration = Duration::from_secs(30);
/// Most messages of a client in [`WINDOW`].
const MESSAGES_MAX: u32 = 100;
/// For counting messages.
const WINDOW: Duration = Duration::from_secs(10);
/// How long a client gets to take the news that it is over.
const FAREWELL: Duration = Duration::from_millis(500);

/// A socket and whose it is.
pub(super) struct Session {
    pub(super) app: App,
    pub(super) caller: Caller,
    pub(super) open: Open,
    pub(super) held: Option<Held>,
}

/// What a client says.
#[derive(Deserialize)]
struct Said {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    stream: String,
    #[serde(default)]
    tag: Value,
    #[serde(default)]
    list: Value,
}

impl Said {
    fn asked(&self) -> Asked {
        // some send ids as numbers, and Mastodon takes the first of several
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Array(all) => all.first().and_then(Value::as_str).map(str::to_owned),
            _ => None,
        };
        Asked { tag: text(&self.tag), list: text(&self.list), ..Asked::default() }
    }
}

/// How much a client said lately.
struct Budget {
    since: Instant,
    count: u32,
}

impl Budget {
    /// Counts one more; false for one too many.
    fn take(&mut self) -> bool {
        if self.since.elapsed() > WINDOW {
            *self = Self { since: Instant::now(), count: 0 };
        }
        self.count += 1;
        self.count <= MESSAGES_MAX
    }
}

impl Session {
    /// Serves the socket until either side ends it; `asked` is what its address asked for.
    pub(super) async fn run(self, mut socket: WebSocket, asked: Asked) {
        if let Some(held) = &self.held {
            held.0.narrow();
        }
        let first = match &asked.stream {
            Some(name) => self.subscribe(&mut socket, name, &asked).await,
            None => ControlFlow::Continue(()),
        };
        if let ControlFlow::Break(Some(frame)) = if first.is_break() { ControlFlow::Break(None) } else { self.serve(&mut socket).await } {
            // whoever does not take it is gone anyway
            let _ = timeout(FAREWELL, socket.send(Message::Close(Some(frame)))).await;
            let _ = timeout(FAREWELL, socket.recv()).await;
        }
    }

    /// Until the end, and with which word.
    async fn serve(&self, socket: &mut WebSocket) -> ControlFlow<Option<CloseFrame>> {
        let mut clock = interval_at(tokio::time::Instant::now() + PING, PING);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut is_there, mut budget) = (true, Budget { since: Instant::now(), count: 0 });
        loop {
            tokio::select! {
                piece = self.open.reader.mail.next() => match piece {
                    Piece::Message(bytes) => self.send(socket, text(bytes)).await?,
                    Piece::End(end) => return ControlFlow::Break(farewell(end)),
                },
                said = socket.recv() => {
                    is_there = true;
                    let Some(Ok(said)) = said else { return ControlFlow::Break(None) };
                    if !budget.take() {
                        return ControlFlow::Break(Some(word(close_code::POLICY, "Too many messages")));
                    }
                    self.hear(socket, said).await?;
                }
                _ = clock.tick() => {
                    if !is_there {
                        return ControlFlow::Break(None);
                    }
                    is_there = false;
                    self.send(socket, Message::Ping(Bytes::new())).await?;
                }
            }
        }
    }

    /// Sends one message, unless the client does not take it in time or the stream ends meanwhile.
    async fn send(&self, socket: &mut WebSocket, message: Message) -> ControlFlow<Option<CloseFrame>> {
        tokio::select! {
            sent = timeout(PATIENCE, socket.send(message)) => match sent {
                Ok(Ok(())) => ControlFlow::Continue(()),
                Ok(Err(_)) | Err(_) => ControlFlow::Break(None),
            },
            end = self.open.reader.mail.ended() => ControlFlow::Break(farewell(end)),
        }
    }

    async fn hear(&self, socket: &mut WebSocket, said: Message) -> ControlFlow<Option<CloseFrame>> {
        let text = match said {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => return ControlFlow::Continue(()),
            Message::Close(_) => return ControlFlow::Break(None),
            Message::Binary(_) => return ControlFlow::Break(Some(word(close_code::UNSUPPORTED, "Binary messages are not understood"))),
        };
        // as Mastodon: what is not understood is passed over
        let Ok(said) = serde_json::from_str::<Said>(&text) else { return ControlFlow::Continue(()) };
        match said.kind.as_str() {
            "subscribe" => self.subscribe(socket, &said.stream, &said.asked()).await,
            "unsubscribe" => {
                if let Ok(channel) = channel(&self.app, &self.caller, &said.stream, &said.asked()).await {
                    self.open.unsubscribe(&channel);
                }
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        }
    }

    async fn subscribe(&self, socket: &mut WebSocket, name: &str, asked: &Asked) -> ControlFlow<Option<CloseFrame>> {
        let failure = match channel(&self.app, &self.caller, name, asked).await {
            Ok(channel) if self.open.subscribe(&channel) => return ControlFlow::Continue(()),
            Ok(_) => Failure::new(axum::http::StatusCode::TOO_MANY_REQUESTS, "too_many_subscriptions", "Too many subscriptions"),
            Err(failure) => failure,
        };
        let answer = json!({ "error": failure.sentence, "status": failure.status.as_u16() });
        self.send(socket, Message::Text(answer.to_string().into())).await
    }
}

/// A message that was made here as text.
fn text(bytes: Bytes) -> Message {
    Utf8Bytes::try_from(bytes).map_or_else(|_| Message::Ping(Bytes::new()), Message::Text)
}

fn word(code: u16, reason: &'static str) -> CloseFrame {
    CloseFrame { code, reason: Utf8Bytes::from_static(reason) }
}

/// The last word to a client; none for one that takes nothing.
fn farewell(end: End) -> Option<CloseFrame> {
    match end {
        End::Revoked => Some(word(close_code::POLICY, "Access was ended")),
        End::Slow => None,
        End::Torn => Some(word(close_code::AGAIN, "Connect again")),
        End::Shutdown => Some(word(close_code::AWAY, "The server ends")),
    }
}
