//! Delivery: takes the activities of the log to the inboxes of other nodes.
//!
//! One dispatcher holds a [`line::Line`] for each host that has something waiting, made when needed
//! and forgotten when empty, so that a thousand known hosts cost nothing while nothing happens. The
//! log is read once for all hosts that keep up; a host that is behind reads it from its own cursor.
//! What a crash may repeat is bounded by the window of each line (R2). Source: decisions.md 2,
//! reliability.md B2, performance.md A3 (2) and (4).

mod allowed;
mod background;
mod backoff;
mod beside;
mod dispatcher;
mod flights;
mod line;
mod nudges;
mod parcel;
mod pump;
mod reader;
mod recorder;
mod send;
#[cfg(test)]
pub(in crate::federation) mod tests;
mod verdict;

use super::Federation;
use crate::features::peers::Software;
use futures::future::BoxFuture;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Asks a host (authority) for its NodeInfo; none when it has none or does not answer.
pub type AskSoftware = Arc<dyn Fn(String) -> BoxFuture<'static, Option<Software>> + Send + Sync>;

/// Delivers until `shutdown`; then lets what is on its way end, for a few seconds, and records it.
pub async fn run(federation: Federation, ask: AskSoftware, shutdown: CancellationToken) {
    dispatcher::Dispatcher::new(federation, ask).run(shutdown).await;
}
