//! What members read: their home, notifications, what they find, and one another.

use crate::app::App;
use axum::Router;

/// The routes of this room.
pub(super) fn routes() -> Router<App> {
    Router::new()
}
