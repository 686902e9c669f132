//! What members read: their home, notifications, what they find, and what they do with a post.

mod deeds;
mod details;
mod live;
mod notices;
mod reports;
mod search;
mod shelves;
mod telling;

use crate::app::App;
use axum::Router;

/// The routes of this room.
pub(super) fn routes() -> Router<App> {
    deeds::routes()
        .merge(details::routes())
        .merge(live::routes())
        .merge(notices::routes())
        .merge(reports::routes())
        .merge(search::routes())
        .merge(shelves::routes())
}

/// A way to a page beside the one that is shown.
struct Tab {
    href: String,
    words: String,
    is_here: bool,
}
