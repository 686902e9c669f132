//! Mastodon's client API, one file a resource.

mod compose;
mod follow_requests;
mod lists;
mod markers;
mod notifications;
mod reactions;
mod relationships;
mod search;
mod statuses;
mod timelines;
mod written;

use super::{caller::MaybeCaller, routes::Routes};
use crate::features::posts::queries::Viewer;

/// Every route of this room.
pub fn routes() -> Routes {
    Routes::new()
        .merge(compose::routes())
        .merge(statuses::routes())
        .merge(reactions::routes())
        .merge(timelines::routes())
        .merge(search::routes())
        .merge(relationships::routes())
        .merge(follow_requests::routes())
        .merge(lists::routes())
        .merge(notifications::routes())
        .merge(markers::routes())
}

/// As whom a request reads.
fn viewer(caller: &MaybeCaller) -> Viewer {
    caller.id().map_or(Viewer::Stranger, Viewer::Account)
}
