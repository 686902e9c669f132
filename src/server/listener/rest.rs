//! What a client still sends when its answer is out.
//!
//! A request is often refused before its body was read, and many clients send head and body apart. Nobody can be told to stop
//! sending: hyper ends such a connection after the answer without a word of it, so that a client that asks for the next thing on
//! it gets nothing, and what is on its way may take the answer along (RFC 9112 9.6). So the rest is read and thrown away, within
//! bounds.

use crate::app::streams::Held;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use futures::StreamExt;
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::runtime::Handle;

/// The most that is read for nothing, in bytes: beyond, the connection ends.
const BYTES_MAX: usize = 16 << 20;

/// The body of a request, whose rest is read when nobody wants it any more.
pub struct Unread {
    body: Body,
    /// Keeps the connection from being taken for idle.
    busy: Held,
    patience: Duration,
}

impl Unread {
    /// `body`, with so much time for the rest of it.
    pub fn new(body: Body, busy: Held, patience: Duration) -> Self {
        Self { body, busy, patience }
    }
}

impl HttpBody for Unread {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if !matches!(frame, Some(Ok(_))) {
            self.body = Body::empty();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        if self.body.is_end_stream() {
            return;
        }
        // none while the program ends
        if let Ok(runtime) = Handle::try_current() {
            let (body, busy) = (std::mem::take(&mut self.body), self.busy.clone());
            let reading = tokio::time::timeout(self.patience, discard(body));
            drop(runtime.spawn(async move { (reading.await, busy) }));
        }
    }
}

async fn discard(body: Body) {
    let (mut parts, mut bytes) = (body.into_data_stream(), 0);
    while let Some(Ok(part)) = parts.next().await {
        bytes += part.len();
        if bytes > BYTES_MAX {
            return;
        }
    }
}
