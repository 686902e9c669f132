//! Keys of our own accounts: made before the act that needs them, sealed by the node secret, opened to sign.
//!
//! For every door that makes accounts or communities, and for `federation/`, which signs. Invariant:
//! a private key leaves this file only as a [`KeyPair`]; at rest it is sealed for its own public half,
//! so that no row can be given another's key. Source: decisions.md 3.

use super::App;
use crate::{
    base::{error::Result, keys::KeyPair, seal::Secret},
    features::accounts::NewKeys,
    store::tables::Key,
};
use anyhow::Context;

/// The file of the node secret in `data.dir`.
const SECRET_FILE: &str = "node.secret";

impl App {
    /// The node secret; made on first use, in `data.dir`.
    pub fn secret(&self) -> Result<&Secret> {
        if let Some(secret) = self.secret.get() {
            return Ok(secret);
        }
        let dir = &self.config.data.dir;
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
        let secret = Secret::load_or_create(&dir.join(SECRET_FILE))?;
        Ok(self.secret.get_or_init(|| secret))
    }

    /// Makes the two keys of a new account, off the async threads (RSA takes 0.1 to 0.3 s of a core).
    pub async fn new_keys(&self) -> Result<NewKeys> {
        let make = || Ok::<_, anyhow::Error>((KeyPair::generate_rsa()?, KeyPair::generate_ed25519()?));
        let (rsa, ed25519) = tokio::task::spawn_blocking(make).await.map_err(anyhow::Error::from)??;
        let (rsa_public, ed25519_public) = (rsa.public().map_err(anyhow::Error::from)?, ed25519.public().map_err(anyhow::Error::from)?);
        let (rsa_public, ed25519_public) = (rsa_public.to_pem().map_err(anyhow::Error::from)?, ed25519_public.to_multibase());
        let secret = self.secret()?;
        Ok(NewKeys {
            rsa_sealed: secret.seal(&sealed_for(&rsa_public), &rsa.to_pkcs8()?)?,
            ed25519_sealed: secret.seal(&sealed_for(&ed25519_public), &ed25519.to_pkcs8()?)?,
            rsa_public,
            ed25519_public,
        })
    }

    /// Opens a key of ours to sign with. Fails for a key of somebody else.
    pub fn open_key(&self, key: &Key) -> Result<KeyPair> {
        let sealed = key.private_sealed.as_ref().with_context(|| format!("{} has no private half here", key.uri))?;
        Ok(KeyPair::from_pkcs8(&self.secret()?.open(&sealed_for(&key.public_key), sealed)?)?)
    }
}

/// What a private key is sealed for: its public half.
fn sealed_for(public: &str) -> String {
    format!("key:{public}")
}
