//! The pages of administrators: people, partners, peers, and how the node does.

use crate::app::App;
use axum::Router;

/// The routes of this room.
pub(super) fn routes() -> Router<App> {
    Router::new()
}
