//! What every part of this door holds: the node, the guarded client and keys. Cheap to clone.

use crate::{
    app::App,
    base::{error::Result, id::AccountId, keys::KeyPair, words::KeyKind},
    features::accounts,
    net::Client,
};
use anyhow::Context;
use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

/// Keys of ours that are remembered.
const REMEMBERED_MAX: u64 = 10_000;

/// The federation door of a node.
#[derive(Clone)]
pub struct Federation(Arc<Parts>);

/// What a [`Federation`] points to.
pub struct Parts {
    /// The node.
    pub app: App,
    /// The guarded HTTP client.
    pub client: Client,
    pub(super) node_id: OnceLock<AccountId>,
    own_keys: moka::sync::Cache<(AccountId, KeyKind), Arc<(String, KeyPair)>>,
}

impl Deref for Federation {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Federation {
    /// Opens the door with a client made by the caller.
    pub fn with_client(app: App, client: Client) -> Self {
        let own_keys = moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).build();
        Self(Arc::new(Parts { app, client, node_id: OnceLock::new(), own_keys }))
    }

    /// A key of one of our accounts, with its absolute key id; opened once and kept in memory.
    pub async fn own_key(&self, account: AccountId, kind: KeyKind) -> Result<Arc<(String, KeyPair)>> {
        if let Some(known) = self.own_keys.get(&(account, kind)) {
            return Ok(known);
        }
        let key = accounts::queries::key_of(&self.app.store, account, kind).await?;
        let key = key.with_context(|| format!("account {} has no {} key", account.0, kind.word()))?;
        let pair = Arc::new((self.app.origin.absolute(&key.uri), self.app.open_key(&key)?));
        self.own_keys.insert((account, kind), Arc::clone(&pair));
        Ok(pair)
    }
}
