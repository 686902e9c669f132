//! Mastodon's client API, one file a resource. Source: docs.joinmastodon.org/methods.

mod accounts;
mod admin;
mod announcements;
mod annual;
mod collections;
mod compose;
mod conversations;
mod directory;
mod emojis;
mod filters;
mod find;
mod follow_requests;
mod instance;
mod lists;
mod markers;
mod marks;
mod media;
mod notification_policy;
mod notifications;
mod oembed;
mod polls;
mod preferences;
mod profile;
mod push;
mod quotes;
mod reactions;
mod relationships;
mod reports;
mod scheduled;
mod search;
mod showing;
mod sign_up;
mod statuses;
mod suggestions;
mod tags;
mod timelines;
mod translations;
mod trends;

use super::{caller::MaybeCaller, routes::Routes};
use crate::features::posts::queries::Viewer;

/// Every route of this room.
pub fn routes() -> Routes {
    Routes::new()
        .merge(accounts::routes())
        .merge(profile::routes())
        .merge(showing::routes())
        .merge(sign_up::routes())
        .merge(directory::routes())
        .merge(preferences::routes())
        .merge(instance::routes())
        .merge(media::routes())
        .merge(compose::routes())
        .merge(statuses::routes())
        .merge(reactions::routes())
        .merge(polls::routes())
        .merge(push::routes())
        .merge(quotes::routes())
        .merge(scheduled::routes())
        .merge(timelines::routes())
        .merge(tags::routes())
        .merge(trends::routes())
        .merge(translations::routes())
        .merge(announcements::routes())
        .merge(annual::routes())
        .merge(emojis::routes())
        .merge(oembed::routes())
        .merge(conversations::routes())
        .merge(suggestions::routes())
        .merge(collections::routes())
        .merge(search::routes())
        .merge(relationships::routes())
        .merge(follow_requests::routes())
        .merge(marks::routes())
        .merge(lists::routes())
        .merge(filters::routes())
        .merge(notifications::routes())
        .merge(notification_policy::routes())
        .merge(markers::routes())
        .merge(reports::routes())
        .merge(admin::routes())
}

/// As whom a request reads.
fn viewer(caller: &MaybeCaller) -> Viewer {
    caller.id().map_or(Viewer::Stranger, Viewer::Account)
}
