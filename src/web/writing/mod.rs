//! What members write: posts with what belongs to them, and what becomes of them.
//!
//! Words are Markdown; the verbs are those of the API (`app::writing`, `features::posts`). A form that is refused comes back with
//! all that was typed, and its files are kept. [`Compose`] with `writing/compose.html` may stand in other pages.

mod beginning;
mod completing;
mod compose;
mod drafts;
mod editing;
mod files;
mod form;
mod going;
mod hour;
mod late;
mod posting;
mod taking;
mod tongues;

pub(super) use compose::Compose;

use crate::app::App;
use axum::{
    Router,
    routing::{get, post},
};

/// The routes of this room.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/write", get(posting::open).post(posting::send))
        .route("/write/preview", post(posting::preview))
        .route("/write/media", post(posting::add))
        .route("/write/complete", get(completing::complete))
        .route("/drafts", get(drafts::list))
        .route("/drafts/{id}/delete", post(drafts::delete))
        .route("/drafts/{id}/cancel", post(drafts::cancel))
        .route("/p/{id}/edit", get(editing::open).post(editing::send))
        .route("/p/{id}/rewrite", post(editing::rewrite))
}
