//! Our own resources, at `/api/intermoot/v1` (`contract.md`).

mod communities;
mod hosts;
mod members;
mod moderation;
mod reports;

use super::routes::Routes;

/// The routes of this room.
pub fn routes() -> Routes {
    Routes::new()
        .merge(communities::routes())
        .merge(members::routes())
        .merge(moderation::routes())
        .merge(reports::routes())
        .merge(hosts::routes())
}
