//! What every door holds: settings, database, our origin, and the network behind a trait.
//!
//! Features never touch the network; a door that needs something from elsewhere asks [`Network`],
//! which `federation/` implements, and acts only then.

mod keys;

use crate::{
    base::{
        config::Config,
        error::Result,
        id::{AccountId, PostId},
        origin::Origin,
        seal::Secret,
    },
    store::{Store, tables::Account},
};
use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

/// What an address (URL) turned out to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A person, community, …
    Account(AccountId),
    /// A post.
    Post(PostId),
}

/// A member of a community as its own node lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMember {
    /// The member's ActivityPub id.
    pub uri: String,
    /// Their role's word.
    pub role: String,
}

/// What the doors ask of the network. Implemented by `federation/`; every call is bounded in time
/// and fetches, and refused with a sentence that names the step which failed.
#[async_trait::async_trait]
pub trait Network: Send + Sync {
    /// Finds the account with this handle at its node (WebFinger, then its document) and keeps it.
    async fn find_account(&self, username: &str, host: &str) -> Result<Account>;
    /// Fetches what `url` names and keeps it.
    async fn find_url(&self, url: &str) -> Result<Found>;
    /// Fetches an account's document again.
    async fn refresh(&self, account: AccountId) -> Result<Account>;
    /// The members of a community elsewhere, as its node lists them to us.
    async fn members(&self, community: AccountId) -> Result<Vec<ListedMember>>;
}

/// The node, as its doors hold it. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What an [`App`] points to.
pub struct Inner {
    /// The settings.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// Our own origin.
    pub origin: Origin,
    network: OnceLock<Arc<dyn Network>>,
    secret: OnceLock<Secret>,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// The node with these settings over this database; without a network until [`App::connect`].
    pub fn new(config: Config, store: Store) -> Self {
        let origin = Origin::new(config.server.url.url());
        Self(Arc::new(Inner { config, store, origin, network: OnceLock::new(), secret: OnceLock::new() }))
    }

    /// Gives the node its network, once.
    pub fn connect(&self, network: Arc<dyn Network>) {
        // A second call changes nothing: there is one network.
        let _ = self.network.set(network);
    }

    /// The network.
    pub fn network(&self) -> Result<&dyn Network> {
        let network = self.network.get().ok_or_else(|| anyhow::anyhow!("this process has no network"))?;
        Ok(network.as_ref())
    }
}
