//! Streaming: what is new, told to apps at once, over WebSockets and event streams.
//!
//! A projection like notifications: committed acts leave news ([`crate::store::news`]), [`projection`] works out who of those
//! connected has what of it on which timeline, renders it once for each way it looks, and puts it into the readers' mailboxes
//! ([`crate::app::streams`]), which [`socket`] and [`events`] empty. Invariant: nothing is streamed that REST would not show the
//! same reader at that moment (S60). Source: docs.joinmastodon.org/methods/streaming; client-api.md 28, 29.

mod door;
mod events;
mod frames;
mod index;
mod projection;
mod rendering;
mod socket;
mod watch;

pub use door::routes;

use crate::app::App;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long the streams get to close when the node ends.
const CLOSING: Duration = Duration::from_secs(2);

/// Tells what is new until `end`, then closes all streams.
pub async fn run(app: App, end: CancellationToken) {
    let close = async {
        end.cancelled().await;
        if tokio::time::timeout(CLOSING, app.streams.close()).await.is_err() {
            tracing::warn!("some streams did not close in time and were cut off");
        }
    };
    tokio::select! {
        () = close => {}
        () = projection::run(&app) => {}
        () = watch::run(&app) => {}
    }
}
