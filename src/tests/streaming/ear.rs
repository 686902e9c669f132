//! An app that listens: a WebSocket client that knows what comes.

use futures::{SinkExt, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderName, HeaderValue},
    },
};

/// Nothing that comes takes so long.
const LONG: Duration = Duration::from_secs(10);

pub struct Ear {
    pub socket: WebSocketStream<TcpStream>,
    /// The protocol that the server chose.
    pub protocol: Option<String>,
}

/// What came.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    pub stream: Value,
    pub event: String,
    /// JSON, or text where it is none.
    pub payload: Value,
}

impl Ear {
    pub async fn connect(to: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Result<Self, StatusCode> {
        let mut request = format!("ws://{to}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap());
        }
        let stream = TcpStream::connect(to).await.unwrap();
        match client_async(request, stream).await {
            Ok((socket, answer)) => {
                let protocol = answer.headers().get("sec-websocket-protocol").map(|value| value.to_str().unwrap().to_owned());
                Ok(Self { socket, protocol })
            }
            Err(Error::Http(answer)) => Err(StatusCode::from_u16(answer.status().as_u16()).unwrap()),
            Err(other) => panic!("no answer: {other}"),
        }
    }

    pub async fn say(&mut self, what: Value) {
        self.socket.send(Message::text(what.to_string())).await.unwrap();
    }

    pub async fn subscribe(&mut self, stream: &str) {
        self.say(json!({ "type": "subscribe", "stream": stream })).await;
        // subscriptions are not answered: a ping is, after them
        self.meet().await;
    }

    /// Waits until the server has read what was said.
    pub async fn meet(&mut self) {
        self.socket.send(Message::Ping(vec![7].into())).await.unwrap();
        loop {
            match timeout(LONG, self.socket.next()).await.expect("an answer").unwrap().unwrap() {
                Message::Pong(_) => return,
                Message::Ping(_) => {}
                other => panic!("{other:?} came instead of a pong"),
            }
        }
    }

    /// The next text, as JSON.
    pub async fn raw(&mut self) -> Value {
        loop {
            match timeout(LONG, self.socket.next()).await.expect("a message").expect("an open socket").unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The next message.
    pub async fn next(&mut self) -> Heard {
        read(self.raw().await)
    }

    /// The id of the post that comes next, on `stream`, as `event`.
    pub async fn hears(&mut self, stream: Value, event: &str) -> String {
        let heard = self.next().await;
        assert_eq!((&heard.stream, heard.event.as_str()), (&stream, event), "{heard:?}");
        if event == "delete" {
            heard.payload.as_str().unwrap_or(&heard.payload.to_string()).to_owned()
        } else {
            heard.payload["id"].as_str().unwrap().to_owned()
        }
    }

    /// Nothing came until now.
    pub async fn hears_nothing(&mut self) {
        match timeout(Duration::from_millis(250), self.socket.next()).await {
            Err(_) => {}
            Ok(came) => panic!("{came:?}"),
        }
    }

    /// The code with which the server ends within `most`; none where it only hangs up.
    pub async fn ends_within(&mut self, most: Duration) -> Option<u16> {
        timeout(most, async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        })
        .await
        .expect("the end")
    }
}

/// A message as it means.
pub fn read(message: Value) -> Heard {
    let payload = message["payload"].as_str().unwrap_or_default();
    Heard {
        stream: message["stream"].clone(),
        event: message["event"].as_str().unwrap_or_else(|| panic!("{message}")).to_owned(),
        payload: serde_json::from_str(payload).unwrap_or_else(|_| json!(payload)),
    }
}
