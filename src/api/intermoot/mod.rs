//! Our own resources, at `/api/intermoot/v1` (`contract.md`).

mod communities;
mod invitations;
mod members;

use super::routes::Routes;

/// The routes of this room.
pub fn routes() -> Routes {
    Routes::new().merge(communities::routes()).merge(invitations::routes()).merge(members::routes())
}
