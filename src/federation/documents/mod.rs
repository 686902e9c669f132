//! What we say of ourselves: actors, posts, activities and collections, as ActivityPub documents.
//!
//! Invariant: a stranger is shown only what is public, whatever the address (S50); what somebody may not see answers like
//! what is not there, byte for byte (S54). Only where a stranger sees nothing is a signature looked at: peers must be able
//! to read our keys while we fetch theirs, and public things cost no verification (federation.md 5). Secure mode asks before
//! all of this who it is (`federation/secure.rs`).
//! What answers a signed request is never kept by a cache (S53). Source: ActivityPub §3 and §5, FEP-1b12, FEP-f228.

mod accept;
mod activities;
mod actors;
mod agreements;
pub mod answer;
pub(in crate::federation) mod asked;
mod collections;
mod history;
mod log;
mod members;
mod outbox;
mod posts;
mod quotes;
mod requests;
pub mod said;
mod seats;
#[cfg(test)]
pub(in crate::federation) mod tests;
mod threads;

pub use accept::wants_activity;
pub use actors::{in_context, is_told_to_signer, is_told_to_strangers};
pub use asked::Asked;

use super::{Federation, rosters, vocabulary};
use axum::{Router, routing::get};

/// All documents. `GET` answers `HEAD` too; inboxes are elsewhere and answer 405 to both.
pub fn routes() -> Router<Federation> {
    let mut routes = Router::new()
        .route("/", get(actors::node))
        .route("/@{name}", get(actors::by_handle))
        .route("/p/{id}", get(posts::post))
        .route("/p/{id}/replies", get(threads::replies))
        .route("/p/{id}/context", get(threads::context))
        .route("/p/{id}/quotes/{stamp}", get(quotes::authorization))
        .route("/activities/{id}", get(activities::activity))
        .route("/c/{name}/moderators", get(members::moderators))
        .route("/c/{name}/members", get(members::members))
        .route("/agreements/{id}", get(agreements::copy))
        .route("/org/roster", get(rosters::roster))
        .route("/c/{name}/requests", get(requests::requests))
        .route("/c/{name}/seats", get(seats::since))
        .route("/c/{name}/seats/{id}", get(seats::seat))
        .route("/c/{name}/log", get(log::log))
        .route("/u/{name}/tags", get(collections::featured_tags))
        .route("/u/{name}/followers_synchronization", get(collections::followers_there))
        .route("/ns/v1", get(vocabulary::serve));
    for actor in ["/u/{name}", "/c/{name}", "/actor", "/org"] {
        routes = routes
            .route(actor, get(actors::actor))
            .route(&format!("{actor}/outbox"), get(outbox::outbox))
            .route(&format!("{actor}/followers"), get(collections::followers))
            .route(&format!("{actor}/following"), get(collections::following))
            .route(&format!("{actor}/featured"), get(collections::featured));
    }
    routes
}
