//! Signing what we send: requests as one of our accounts, fetches as the node actor, objects with Ed25519.
//!
//! How a request is signed is a matter of the host ([`Voice`]); key ids are `{actor}#main-key` and `#ed25519-key`.

use super::{Federation, voices::Voice};
use crate::{
    base::{clock::Clock, error::Result, id::AccountId, proof, secret::sha256, words::KeyKind},
    features::accounts,
    net::{
        Method, SignRequest,
        header::HeaderMap,
        signature::{Outgoing, Signer},
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
    /// What signs requests for `account`, one of ours, in `voice`.
    pub async fn signer(&self, account: AccountId, voice: Voice) -> Result<RequestSigner> {
        let key = self.own_key(account, voice.key()).await?;
        let signer = Signer { key_id: key.0.clone(), key: key.1.clone(), scheme: voice.scheme() };
        Ok(RequestSigner { signer, clock: self.app.store.clock.clone() })
    }

    /// The actor of this node, as whom we fetch.
    pub async fn node_actor(&self) -> Result<AccountId> {
        Ok(match self.node_id.get() {
            Some(id) => *id,
            None => {
                let node = accounts::queries::by_uri(&self.app.store, "/actor").await?.context("this node has no actor yet")?;
                *self.node_id.get_or_init(|| node.id)
            }
        })
    }

    /// What signs as the node actor, in the way that `host` is known to take.
    pub async fn node_signer(&self, host: &str) -> Result<RequestSigner> {
        let (voice, _) = self.voices.of(self, host).await?;
        self.signer(self.node_actor().await?, voice).await
    }

    /// Adds the proof (FEP-8b32) of `account`, one of ours, to an object or activity.
    pub async fn prove(&self, object: &mut Value, account: AccountId) -> Result<()> {
        let key = self.own_key(account, KeyKind::Ed25519).await?;
        Ok(proof::add_proof(object, &key.1, &key.0, self.app.store.now().utc())?)
    }
}
