//! Communities as members see them: which there are, joining, and running one.

use crate::app::App;
use axum::Router;

/// The routes of this room.
pub(super) fn routes() -> Router<App> {
    Router::new()
}
