//! What a client still sends when its answer is out.
//!
//! A request is often refused before its body was read, and many clients send head and body apart. Nobody can be told to stop
//! sending: hyper ends such a connection after the answer without a word of it, so that a client that asks for the next thing on
//! it gets nothing, and what is on its way may take the answer along (RFC 9112 9.6). So the rest is read and thrown away, within
//! bounds.

use super::line::Line;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use futures::StreamExt;
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{runtime::Handle, time::timeout};

/// The most that is read for nothing, in bytes: beyond, the connection ends.
const BYTES_MAX: usize = 16 << 20;
/// What each piece counts beside its bytes.
const PIECE_BYTES: usize = 64;

/// The body of a request, whose rest is read when nobody wants it any more. Its connection counts as waiting meanwhile, not as busy:
/// whoever needs the place may have it.
pub struct Unread {
    body: Body,
    line: Arc<Line>,
    patience: Duration,
    waits: bool,
}

impl Unread {
    /// `body`, with so much time for the rest of it. `waits`: the client sends it only once it is asked for (RFC 9110 10.1.1), so
    /// that one which nobody began to read has no rest.
    pub fn new(body: Body, line: Arc<Line>, patience: Duration, waits: bool) -> Self {
        Self { body, line, patience, waits }
    }
}

impl HttpBody for Unread {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.waits = false;
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
        if self.waits || self.body.is_end_stream() {
            return;
        }
        // none while the program ends
        if let Ok(runtime) = Handle::try_current() {
            let (body, line, patience) = (std::mem::take(&mut self.body), Arc::clone(&self.line), self.patience);
            drop(runtime.spawn(async move {
                if timeout(patience, discard(body)).await.is_ok_and(|is_whole| is_whole) {
                    line.rest_came();
                }
            }));
        }
    }
}

/// Whether all of it came.
async fn discard(body: Body) -> bool {
    let (mut parts, mut bytes) = (body.into_data_stream(), 0);
    while let Some(part) = parts.next().await {
        let Ok(part) = part else { return false };
        bytes += part.len() + PIECE_BYTES;
        if bytes > BYTES_MAX {
            return false;
        }
    }
    true
}
