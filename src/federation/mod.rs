//! The federation door: the only room that knows ActivityPub.
//!
//! [`Federation`] is what all of it holds. In: `inbox` keeps what `verify` lets through, `process` applies it from the table
//! through `activities/`, which call the features' verbs. Out: `documents` and `discovery` say who we are. `fetch` gets things
//! from elsewhere, within limits. Parsing is by property and strict; no JSON-LD processing (federation.md).

pub mod activities;
pub mod agreements;
pub mod backfill;
mod context;
pub mod deliver;
pub mod discovery;
pub mod documents;
mod downloads;
pub mod drift;
pub mod featured_tags;
pub mod fetch;
pub mod followers;
pub mod heard;
mod hints;
pub mod inbox;
pub mod keep;
mod keyring;
mod mod_logs;
mod network;
pub mod objects;
pub mod organisation_hosts;
pub mod outbox;
pub mod process;
pub mod recovery;
pub mod rosters;
pub mod seats;
mod secure;
pub mod signing;
pub mod successors;
#[cfg(test)]
mod tests;
pub mod upkeep;
pub mod verify;
pub mod vocabulary;
pub mod voices;
pub mod watch;

pub use context::Federation;
pub use documents::wants_activity;

use crate::{
    app::App,
    base::{error::Result, words::AccountKind},
    features::accounts,
};
use axum::Router;

/// All routes of this door. `/u/…`, `/c/…`, `/p/…` and `/` answer 406 to whoever does not ask for ActivityPub: the server
/// dispatches by [`wants_activity`] before it asks here.
pub fn router(federation: &Federation) -> Router {
    let routes = inbox::routes().merge(documents::routes()).merge(discovery::routes()).merge(recovery::routes());
    secure::guarded(federation, routes).with_state(federation.clone())
}

/// Makes the accounts of the node (its host without port, `/actor`) and of its organisation (`org`, `/org`) on the first start.
pub async fn bootstrap(app: &App) -> Result<()> {
    let host = app.config.server.url.host().to_owned();
    let name = app.config.organisation_name().to_owned();
    for (path, kind, username, display_name) in
        [("/actor", AccountKind::Node, host.clone(), host), ("/org", AccountKind::Organisation, "org".to_owned(), name)]
    {
        if accounts::queries::by_uri(&app.store, path).await?.is_some() {
            continue;
        }
        let keys = app.new_keys().await?;
        let tx = app.store.begin().await?;
        accounts::create(&tx, accounts::New { username, kind, display_name, locked: false, keys }).await?;
        tx.commit().await?;
    }
    Ok(())
}
