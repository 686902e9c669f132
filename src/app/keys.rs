//! Opening the keys of our own accounts, to sign with.

use super::{App, key_pool::sealed_for};
use crate::{
    base::{error::Result, keys::KeyPair},
    store::tables::Key,
};
use anyhow::Context;

impl App {
    /// Opens a key of ours to sign with. Fails for a key of somebody else.
    pub fn open_key(&self, key: &Key) -> Result<KeyPair> {
        let sealed = key.private_sealed.as_ref().with_context(|| format!("{} has no private half here", key.uri))?;
        Ok(KeyPair::from_pkcs8(&self.secret.open(&sealed_for(&key.public_key), sealed)?)?)
    }
}
