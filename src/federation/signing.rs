//! Signing what we send: requests with an account's RSA key, fetches with the node actor's, objects with Ed25519.
//!
//! Our first knock is draft-cavage (decisions.md 3); key ids are `{actor}#main-key` and `#ed25519-key`.

use super::Federation;
use crate::{
    base::{clock::Clock, error::Result, id::AccountId, proof, secret::sha256, words::KeyKind},
    features::accounts,
    net::{
        Method, SignRequest,
        header::HeaderMap,
        signature::{Outgoing, Scheme, Signer},
    },
};
use anyhow::Context;
use serde_json::Value;
use url::Url;

/// Signs requests as one of our accounts, at the time of sending.
pub struct RequestSigner {
    signer: Signer,
    clock: Clock,
}

impl SignRequest for RequestSigner {
    fn sign(&self, method: &Method, url: &Url, headers: &mut HeaderMap, body: Option<&[u8]>) -> anyhow::Result<()> {
        let request = Outgoing { method, url, body_sha256: body.map(sha256) };
        self.signer.sign(&request, headers, self.clock.now().utc())
    }
}

impl Federation {
    /// What signs requests for `account`, one of ours, in `scheme`.
    pub async fn signer(&self, account: AccountId, scheme: Scheme) -> Result<RequestSigner> {
        let key = self.own_key(account, KeyKind::Rsa).await?;
        let signer = Signer { key_id: key.0.clone(), key: key.1.clone(), scheme };
        Ok(RequestSigner { signer, clock: self.app.store.clock.clone() })
    }

    /// What signs our fetches: the node actor.
    pub async fn node_signer(&self) -> Result<RequestSigner> {
        let node = match self.node_id.get() {
            Some(id) => *id,
            None => {
                let node = accounts::queries::by_uri(&self.app.store, "/actor").await?.context("this node has no actor yet")?;
                *self.node_id.get_or_init(|| node.id)
            }
        };
        self.signer(node, Scheme::Cavage).await
    }

    /// Adds the proof (FEP-8b32) of `account`, one of ours, to an object or activity.
    pub async fn prove(&self, object: &mut Value, account: AccountId) -> Result<()> {
        let key = self.own_key(account, KeyKind::Ed25519).await?;
        Ok(proof::add_proof(object, &key.1, &key.0, self.app.store.clock.now().utc())?)
    }
}
