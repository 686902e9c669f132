//! Our own resources, at `/api/intermoot/v1` (`contract.md`).

mod announcements;
mod audit;
mod communities;
mod federation;
mod hosts;
mod invitations;
mod mailed;
mod members;
mod moderation;
mod moves;
mod organisation;
mod partners;
mod peers;
mod policies;
mod present;
mod recovery;
mod reports;
mod sessions;
mod stages;

use super::routes::Routes;

/// The routes of this room.
pub fn routes() -> Routes {
    Routes::new()
        .merge(communities::routes())
        .merge(stages::routes())
        .merge(moves::routes())
        .merge(members::routes())
        .merge(invitations::routes())
        .merge(mailed::routes())
        .merge(present::routes())
        .merge(organisation::routes())
        .merge(audit::routes())
        .merge(announcements::routes())
        .merge(policies::routes())
        .merge(recovery::routes())
        .merge(moderation::routes())
        .merge(reports::routes())
        .merge(hosts::routes())
        .merge(peers::routes())
        .merge(federation::routes())
        .merge(partners::routes())
        .merge(sessions::routes())
}
