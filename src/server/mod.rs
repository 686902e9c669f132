//! Puts the house together: logs, routes, listener, background work, graceful end.

pub mod control;
pub mod health;
pub mod logs;
pub mod node;
pub mod routes;
pub mod serve;
/// stub
pub mod worker { pub async fn run(_: crate::federation::Federation, _: tokio_util::sync::CancellationToken) {} }
/// stub
pub mod housekeeping { pub async fn run(_: crate::federation::Federation, _: tokio_util::sync::CancellationToken) {} }
