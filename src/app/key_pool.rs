//! New keys, kept ready: an RSA pair takes up to 0.3 s of a core, and nobody should wait for it.

use crate::{
    base::{error::Result, keys::KeyPair, seal::Secret},
    features::accounts::NewKeys,
};
use anyhow::anyhow;
use std::sync::{Arc, Mutex, PoisonError};

/// How many pairs are kept ready.
const READY: usize = 2;

/// A few RSA pairs, made ahead of need on a blocking thread.
#[derive(Default)]
pub struct KeyPool {
    ready: Arc<Mutex<Vec<KeyPair>>>,
}

impl KeyPool {
    /// New keys for one account, their private halves sealed by `secret`; the pool is filled up again behind them.
    pub async fn take(&self, secret: &Secret) -> Result<NewKeys> {
        let kept = self.ready.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let rsa = match kept {
            Some(pair) => pair,
            None => tokio::task::spawn_blocking(make).await.map_err(anyhow::Error::from)??,
        };
        self.refill();
        sealed(&rsa, &KeyPair::generate_ed25519()?, secret)
    }

    /// Makes pairs until enough are ready, in the background.
    pub fn refill(&self) {
        let ready = self.ready.clone();
        let missing = move |ready: &Mutex<Vec<KeyPair>>| ready.lock().unwrap_or_else(PoisonError::into_inner).len() < READY;
        if missing(&ready) {
            tokio::task::spawn_blocking(move || {
                while missing(&ready) {
                    let Ok(pair) = make() else { return };
                    ready.lock().unwrap_or_else(PoisonError::into_inner).push(pair);
                }
            });
        }
    }
}

/// Makes a pair; tests borrow one.
fn make() -> anyhow::Result<KeyPair> {
    #[cfg(test)]
    return Ok(crate::tests::support::keys::lent_rsa());
    #[cfg(not(test))]
    KeyPair::generate_rsa()
}

fn sealed(rsa: &KeyPair, ed25519: &KeyPair, secret: &Secret) -> Result<NewKeys> {
    let public = |pair: &KeyPair| pair.public().map_err(|error| anyhow!("a fresh key has no public half: {error}"));
    let rsa_public = public(rsa)?.to_pem().map_err(|error| anyhow!("a fresh key cannot be written as PEM: {error}"))?;
    let ed25519_public = public(ed25519)?.to_multibase();
    Ok(NewKeys {
        rsa_sealed: secret.seal(&sealed_for(&rsa_public), &rsa.to_pkcs8()?)?,
        ed25519_sealed: secret.seal(&sealed_for(&ed25519_public), &ed25519.to_pkcs8()?)?,
        rsa_public,
        ed25519_public,
    })
}

/// What a private key is sealed for: its public half, so that no row can be given another's key.
pub(super) fn sealed_for(public: &str) -> String {
    format!("key:{public}")
}
