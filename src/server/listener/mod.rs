//! The listener: takes connections, no more than there is room for, and keeps none that asks for nothing.
//!
//! For `serve`. A connection is *waiting* until the head of a request is whole, *busy* until the answer is out, and waiting
//! again. Waiting ends by itself (S66), and where all places are taken whoever waits longest leaves for whoever comes; a busy
//! connection is never cut for another's sake. A stream keeps its connection busy as long as it goes on. Only HTTP/1.1 is spoken (S79).

mod line;
mod rest;
mod room;
#[cfg(test)]
mod tests;

pub use room::Room;

use crate::app::streams::{Connection, Held};
use axum::{
    body::{Body, HttpBody},
    extract::{ConnectInfo, Request, connect_info::Connected},
    http::{Version, header},
    middleware::Next,
    response::Response,
    serve::IncomingStream,
};
use hyper::body::{Frame, SizeHint};
use line::{Line, Stream};
use rest::Unread;
use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::net::TcpListener;

/// How long to pause when a connection could not be taken: no file left, for example.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest that a connection which then closes stays open for what its client still sends.
const REST: Duration = Duration::from_secs(1);

/// How long a connection may be without doing something.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// From the first byte of a request (or from connecting) until its head is whole, and for what is still sent after an answer.
    pub head: Duration,
    /// Between an answer and the next request.
    pub idle: Duration,
    /// Until the client takes more of an answer.
    pub stall: Duration,
}

/// A listener with so many places.
pub struct Listener {
    inner: TcpListener,
    room: Room,
    patience: Patience,
}

impl Listener {
    /// Takes what comes to `inner`, as far as `room` has places.
    pub fn new(inner: TcpListener, room: Room, patience: Patience) -> Self {
        Self { inner, room, patience }
    }
}

impl axum::serve::Listener for Listener {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        loop {
            match self.inner.accept().await {
                Ok((stream, address)) => {
                    let place = self.room.place().await;
                    return (Stream::new(stream, Line::new(self.room.clone(), place), self.patience), address);
                }
                // the client thought better of it
                Err(error) if is_of_client(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "a connection could not be taken");
                    // each that leaves gives a file back
                    self.room.dismiss();
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

fn is_of_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// What a request knows of its connection.
#[derive(Clone)]
pub struct Visitor {
    address: SocketAddr,
    line: Arc<Line>,
    patience: Duration,
}

impl Connected<IncomingStream<'_, Listener>> for Visitor {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        let (line, patience) = (stream.io().line(), stream.io().patience().head);
        Self { address: *stream.remote_addr(), line, patience }
    }
}

impl Visitor {
    /// How long to wait for what a client still sends. One that wants the connection closed learns its answer's end by that.
    fn patience_for_rest(&self, request: &Request) -> Duration {
        let closes = request.headers().get(header::CONNECTION).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"));
        if closes || request.version() < Version::HTTP_11 { self.patience.min(REST) } else { self.patience }
    }
}

/// The outermost layer: the connection is busy from here until the last byte of the answer was handed over, and as long as a
/// handler keeps the [`Held`] of its request. What is left unread of a body is read on while the connection waits again.
pub async fn attend(mut request: Request, next: Next) -> Response {
    let Some(ConnectInfo(visitor)) = request.extensions_mut().remove::<ConnectInfo<Visitor>>() else { return next.run(request).await };
    request.extensions_mut().insert(ConnectInfo(visitor.address));
    let busy = Held(Arc::new(Busy::begin(Arc::clone(&visitor.line))));
    request.extensions_mut().insert(busy.clone());
    if !request.body().is_end_stream() {
        let (waits, patience) = (request.headers().contains_key(header::EXPECT), visitor.patience_for_rest(&request));
        request = request.map(|body| Body::new(Unread::new(body, visitor.line, patience, waits)));
    }
    next.run(request).await.map(|body| Body::new(Attended { body, _busy: busy }))
}

/// Keeps a connection busy until dropped.
struct Busy(Arc<Line>);

impl Busy {
    fn begin(line: Arc<Line>) -> Self {
        line.begin();
        Self(line)
    }
}

impl Connection for Busy {
    fn narrow(&self) {
        self.0.narrow();
    }

    fn cut(&self) {
        self.0.cut();
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The body of an answer, whose end is the end of being busy.
struct Attended {
    body: Body,
    _busy: Held,
}

impl HttpBody for Attended {
    type Data = bytes::Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
