//! What members write: posts with what belongs to them, and what becomes of them.

use crate::app::App;
use axum::Router;

/// The routes of this room.
pub(super) fn routes() -> Router<App> {
    Router::new()
}
