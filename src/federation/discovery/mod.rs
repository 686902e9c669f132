//! How servers find each other's people and learn what the other runs: WebFinger (RFC 7033), host-meta (RFC 6415), NodeInfo.
//!
//! Served cheaply, as peers ask often and call a node dead that does not answer (federation.md 4.6). Asked through the
//! guarded client alone: an address found in somebody's document is checked like any other (S24).

pub mod handles;
mod host_meta;
mod nodeinfo;
pub mod resource;
pub mod software;
pub mod step;
#[cfg(test)]
mod tests;
mod webfinger;

pub use handles::{confirm_handle, find_actor};
pub use software::learn_software;

use super::{Federation, organisation_hosts};
use crate::{base::error::Result, net::Budget};
use axum::{Router, routing::get};
use serde_json::Value;

/// The JSON document at `path` of `host`, bounded like every step of discovery.
pub async fn document_at(federation: &Federation, what: &str, host: &str, path: &str, budget: &Budget) -> Result<Value> {
    Ok(step::at_host(federation, what, host, path, budget).await?.document)
}

/// All routes of discovery. Each router counts on its own: call once.
pub fn routes() -> Router<Federation> {
    Router::new()
        .route("/.well-known/webfinger", get(webfinger::serve))
        .route("/.well-known/host-meta", get(host_meta::serve))
        .route(organisation_hosts::PATH, get(organisation_hosts::serve))
        .merge(nodeinfo::routes())
}
