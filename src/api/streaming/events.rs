//! An event stream: messages as they come, and a sign of life in between.

use crate::app::streams::{Held, Open, Piece};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use std::{convert::Infallible, time::Duration};
use tokio::time::timeout;

/// Silence after which a sign of life is sent (Mastodon's).
const THUMP_AFTER: Duration = Duration::from_secs(15);
/// A comment of the format, which clients pass over.
const THUMP: &[u8] = b":thump\n\n";
/// The first words of a stream (Mastodon's), so that proxies let it begin.
const HELLO: &[u8] = b":)\n\n";

/// The answer that carries what `open` is told. Held as long as it goes on.
pub(super) fn answer(open: Open, held: Option<Held>) -> Response {
    if let Some(held) = &held {
        held.0.narrow();
    }
    let pieces = futures::stream::unfold((open, held, true), async |(open, held, is_first)| {
        let bytes = if is_first {
            Bytes::from_static(HELLO)
        } else {
            match timeout(THUMP_AFTER, open.reader.mail.next()).await {
                Ok(Piece::Message(message)) => message,
                Ok(Piece::End(_)) => return None,
                Err(_) => Bytes::from_static(THUMP),
            }
        };
        Some((Ok::<_, Infallible>(bytes), (open, held, false)))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    // nginx would keep events back
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
