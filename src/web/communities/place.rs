//! A community as one of this node's people finds it: what it is, which seat they hold there, and what that seat gives now.
//!
//! What somebody may not know of answers like what is not there (S54); the rule is `communities::queries::seen`, as in the API.

use super::super::{
    faces::Face,
    pages::{Failure, Result},
    session::Visit,
};
use crate::{
    app::App,
    base::{error::Refusal, words::Role},
    features::{
        accounts,
        communities::{self, seats},
        memberships,
    },
    store::tables::{Account, Community, Seat},
};

/// A community before somebody who is logged in.
#[derive(Clone, Debug)]
pub(in super::super) struct Place {
    pub(in super::super) account: Account,
    pub(super) facts: Community,
    /// Who looks.
    pub(super) me: Account,
    /// Their seat, whatever its status.
    pub(super) seat: Option<Seat>,
    /// What the seat gives now.
    pub(super) role: Option<Role>,
    /// As what they act: the role, or owner for administrators of a community without a usable owner.
    pub(super) rank: Option<Role>,
}

/// The community called `name` here, or `name@host` elsewhere, for whoever is logged in.
pub(in super::super) async fn find(app: &App, visit: &Visit, name: &str) -> Result<Place> {
    let me = visit.member()?.clone();
    let nothing = || Failure::shown(Refusal::not_found(), visit);
    let (name, host) = name.split_once('@').unwrap_or((name, ""));
    let host = if host.eq_ignore_ascii_case(app.origin.authority()) { "" } else { host };
    let known = accounts::queries::by_handle(&app.store, name, host).await?.ok_or_else(nothing)?;
    let (account, facts) = communities::queries::seen(&app.store, Some(me.id), known.id).await?.ok_or_else(nothing)?;
    let seat = seats::seat(&app.store, account.id, me.id).await?;
    let role = seats::role(&app.store, account.id, me.id).await?;
    let rank = memberships::queries::rank(&app.store, account.id, me.id).await?;
    Ok(Place { account, facts, me, seat, role, rank })
}

/// Where a community is found on this node: `/c/name`, or `/c/name@host` for one elsewhere.
pub(in super::super) fn path_of(account: &Account) -> String {
    if account.is_local() { account.uri.clone() } else { format!("/c/{}@{}", account.username, account.host) }
}

/// A community as pages for our people name it: one elsewhere is read here too.
pub(super) fn face(app: &App, account: &Account) -> Face {
    Face { href: path_of(account), away: false, ..Face::of(app, account) }
}

impl Place {
    /// Where it is found.
    pub(super) fn path(&self) -> String {
        path_of(&self.account)
    }

    /// Whether somebody with this rank acts here.
    pub(super) fn is_at_least(&self, role: Role) -> bool {
        self.rank >= Some(role)
    }
}
