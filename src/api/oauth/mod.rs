//! OAuth 2 for programs: registering, exchanging, revoking. The pages for people are in `web/`.

mod apps;
mod client;
mod failure;
mod metadata;
mod revoke;
mod token;

use super::routes::Routes;

/// All routes of this room.
pub fn routes() -> Routes {
    apps::routes().merge(token::routes()).merge(revoke::routes()).merge(metadata::routes())
}
