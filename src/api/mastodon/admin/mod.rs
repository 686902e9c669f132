//! Mastodon's API for administrators and moderators, so that their tools work here. Source: docs.joinmastodon.org/methods/admin.
//!
//! A token needs the scope and its owner the standing at each use: moderators handle accounts and reports and see figures;
//! administrators alone decide about hosts, about who may sign up, and delete accounts.

mod accounts;
mod acts;
mod allows;
mod figures;
mod hosts;
mod newcomers;
mod reports;
mod trends;

use crate::api::routes::Routes;

/// Every route of this room.
pub(super) fn routes() -> Routes {
    Routes::new()
        .merge(accounts::routes())
        .merge(acts::routes())
        .merge(reports::routes())
        .merge(hosts::routes())
        .merge(allows::routes())
        .merge(trends::routes())
        .merge(figures::routes())
        .merge(newcomers::routes())
}
