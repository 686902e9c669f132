//! An app that listens: a WebSocket of the client API, as it is on the wire.

use crate::wire::Place;
use anyhow::{Context, Result, bail};
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// Longest wait for the answer to a handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A WebSocket.
#[derive(Debug)]
pub struct Ear {
    socket: WebSocketStream<TcpStream>,
}

/// How an ear came to an end, or what it heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A text.
    Text(String),
    /// The server closed with this code; none where it only hung up.
    End(Option<u16>),
}

/// Why a socket was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// With this HTTP status.
    Status(u16),
    /// There was nobody.
    Nobody,
}

impl Ear {
    /// Opens a socket of the node at `base` (`http://…`) for whoever holds `token`, on `stream` (`user`; may carry more of the query).
    pub async fn open(base: &str, token: &str, stream: &str) -> Result<Result<Self, Refused>> {
        let to = Place::of(base)?.address;
        let request = format!("ws://{to}/api/v1/streaming?stream={stream}&access_token={token}").into_client_request()?;
        let Ok(tcp) = TcpStream::connect(to).await else { return Ok(Err(Refused::Nobody)) };
        match timeout(HANDSHAKE, client_async(request, tcp)).await.context("no answer to a handshake")? {
            Ok((socket, _)) => Ok(Ok(Self { socket })),
            Err(Error::Http(answer)) => Ok(Err(Refused::Status(answer.status().as_u16()))),
            Err(_) => Ok(Err(Refused::Nobody)),
        }
    }

    /// What comes next, pings aside, which are answered.
    pub async fn next(&mut self) -> Heard {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Heard::Text(text.as_str().to_owned()),
                Some(Ok(Message::Close(frame))) => return Heard::End(frame.map(|frame| frame.code.into())),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => {}
                Some(Err(_)) | None => return Heard::End(None),
            }
        }
    }

    /// The next event with its payload, as JSON.
    pub async fn event(&mut self) -> Result<(String, Value)> {
        let Heard::Text(text) = self.next().await else { bail!("the socket ended") };
        let message: Value = serde_json::from_str(&text)?;
        let payload = message["payload"].as_str().unwrap_or_default();
        let payload = serde_json::from_str(payload).unwrap_or_else(|_| Value::String(payload.to_owned()));
        Ok((message["event"].as_str().context("no event")?.to_owned(), payload))
    }

    /// Says something.
    pub async fn say(&mut self, what: &Value) -> Result<()> {
        Ok(self.socket.send(Message::text(what.to_string())).await?)
    }
}
