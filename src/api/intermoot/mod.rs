//! Our own resources, at `/api/intermoot/v1` (`contract.md`).

mod audit;
mod communities;
mod members;
mod policies;
mod recovery;

use super::routes::Routes;

/// The routes of this room.
pub fn routes() -> Routes {
    Routes::new()
        .merge(audit::routes())
        .merge(communities::routes())
        .merge(members::routes())
        .merge(policies::routes())
        .merge(recovery::routes())
}
