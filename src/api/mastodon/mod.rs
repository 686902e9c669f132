//! The Mastodon API, one file a resource. Source: docs.joinmastodon.org/methods.

mod accounts;
mod directory;
mod empty;
mod find;
mod instance;
mod preferences;
mod profile;
mod sign_up;

use super::routes::Routes;

/// All routes of this room.
pub fn routes() -> Routes {
    let people = accounts::routes().merge(profile::routes()).merge(sign_up::routes()).merge(directory::routes());
    people.merge(preferences::routes()).merge(instance::routes()).merge(empty::routes())
}
