//! Our own resources, at `/api/intermoot/v1` (`contract.md`).

mod communities;
mod members;
mod partners;

use super::routes::Routes;

/// The routes of this room.
pub fn routes() -> Routes {
    Routes::new().merge(communities::routes()).merge(members::routes()).merge(partners::routes())
}
