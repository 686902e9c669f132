//! Who sent this request? The one door for everything signed.
//!
//! Signature and digest first, as they cost no fetch; then the key: remembered, in the database, or fetched with at most
//! two requests in five seconds. A key that fails is fetched once more, once a minute (rotation). What may pass is answered
//! 503, never 401: peers drop what gets a 4xx (decisions.md 2). Invariant: a [`Verified`] cannot be had in any other way.

use super::{
    Federation,
    fetch::{self, Failure},
    keyring::Held,
    objects::{Fields, Introduced, introduced},
};
use crate::{
    base::{error::Error, host, keys::PublicKey, words::KeyKind},
    features::accounts,
    net::{
        Budget,
        signature::{self, KeyId, Received, SignatureError, Unverified},
    },
};
use serde_json::Value;
use std::sync::Arc;

/// A request whose sender is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    actor: String,
    host: String,
}

impl Verified {
    /// The id of the actor whose key signed.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// The host of that actor.
    pub fn host(&self) -> &str {
        &self.host
    }
}

/// Why the sender of a request is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The request is malformed: 400.
    #[error("{0}")]
    Malformed(String),
    /// It is not signed, or not by whom it says: 401.
    #[error("{0}")]
    Unauthenticated(String),
    /// The key could not be had now: 503.
    #[error("{0}")]
    Later(String),
    /// The key is not known and was not asked for.
    #[error("the sender is not known here")]
    Stranger,
}

/// What to do about a key that we do not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strangers {
    /// Fetch it.
    Ask,
    /// Leave it: [`Rejection::Stranger`].
    Ignore,
}

impl From<SignatureError> for Rejection {
    fn from(error: SignatureError) -> Self {
        if error.is_malformed() { Self::Malformed(error.to_string()) } else { Self::Unauthenticated(error.to_string()) }
    }
}

impl From<Failure> for Rejection {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Passing(sentence) => Self::Later(format!("the sender's key could not be fetched: {sentence}")),
            failure => Self::Unauthenticated(format!("the sender's key could not be fetched: {failure}")),
        }
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Unauthenticated(refusal.to_string()),
            Error::Fault(fault) => {
                tracing::error!(%fault, "a sender could not be checked");
                Self::Later("something broke here; try again later".into())
            }
        }
    }
}

/// Who signed `received`. Nothing is written for whom no signature holds (S76).
pub async fn authenticate(federation: &Federation, received: &Received<'_>, strangers: Strangers) -> Result<Verified, Rejection> {
    let claim = signature::read(received, &federation.here, federation.app.store.now().utc())?;
    match known(federation, claim.key_id()).await? {
        Some(held) => by_held(federation, &claim, &held).await,
        None if strangers == Strangers::Ignore => Err(Rejection::Stranger),
        None => by_unknown(federation, &claim).await,
    }
}

/// With a key that is remembered. It is fetched afresh where it fails, and where its owner is not kept yet: somebody used its id
/// before who could not sign with it.
async fn by_held(federation: &Federation, claim: &Unverified, held: &Arc<Held>) -> Result<Verified, Rejection> {
    match check(claim, held) {
        Ok(verified) if held.is_kept => Ok(verified),
        checked => {
            let turn = federation.keyring.turn(claim.key_id().as_str());
            let _mine = turn.lock().await;
            afresh(federation, claim, (held, checked)).await
        }
    }
}

/// In one's turn: with the key as its owner shows it now, which is fetched at most once a minute for what fails. Of several that
/// fail at the same time, as when a key rotates amid traffic, one fetches and the others wait for it (R30).
async fn afresh(
    federation: &Federation,
    claim: &Unverified,
    (held, checked): (&Arc<Held>, Result<Verified, Rejection>),
) -> Result<Verified, Rejection> {
    let (id, keyring) = (claim.key_id(), &federation.keyring);
    if let Some(fresher) = keyring.get(id.as_str()).filter(|now| now.is_kept && !Arc::ptr_eq(now, held))
        && let Ok(verified) = check(claim, &fresher)
    {
        return Ok(verified);
    }
    let has_failed = checked.is_err();
    if keyring.has_failed(id.as_str()) {
        checked?;
    }
    let fresh = fetch_noting(federation, claim).await?;
    if has_failed {
        keyring.note_failure(id.as_str());
    }
    check(claim, &fresh)
}

fn check(claim: &Unverified, held: &Held) -> Result<Verified, Rejection> {
    claim.verify(&held.key)?;
    Ok(Verified { actor: held.owner.clone(), host: held.host.clone() })
}

/// The key, remembered or from the database, if its owner still takes part.
async fn known(federation: &Federation, id: &KeyId) -> Result<Option<Arc<Held>>, Rejection> {
    if let Some(held) = federation.keyring.get(id.as_str()) {
        return Ok(Some(held));
    }
    let store = &federation.app.store;
    if federation.app.origin.is_ours(id.as_str()) {
        return Err(Rejection::Unauthenticated("our own keys do not sign what we receive".into()));
    }
    let Some(key) = accounts::queries::key(store, id.as_str()).await? else { return Ok(None) };
    let Some(owner) = accounts::queries::by_id(store, key.account_id).await? else { return Ok(None) };
    if !owner.is_active() || owner.is_local() {
        return Err(Rejection::Unauthenticated("the sender is suspended or gone".into()));
    }
    let key = match key.kind {
        KeyKind::Rsa => PublicKey::from_pem(&key.public_key),
        KeyKind::Ed25519 => PublicKey::from_multibase(&key.public_key),
    };
    let Ok(key) = key else { return Ok(None) };
    let held = Held { host: authority(&owner.uri), owner: owner.uri, key, is_kept: true };
    Ok(Some(federation.keyring.put(id.as_str(), held)))
}

/// With an unknown key; several who need the same one cause one fetch.
async fn by_unknown(federation: &Federation, claim: &Unverified) -> Result<Verified, Rejection> {
    let (id, keyring) = (claim.key_id(), &federation.keyring);
    let turn = keyring.turn(id.as_str());
    let _mine = turn.lock().await;
    if let Some(held) = keyring.get(id.as_str()) {
        return match check(claim, &held) {
            Ok(verified) if held.is_kept => Ok(verified),
            checked => afresh(federation, claim, (&held, checked)).await,
        };
    }
    if keyring.has_failed(id.as_str()) {
        return Err(Rejection::Unauthenticated("the key could not be verified a moment ago".into()));
    }
    let held = fetch_noting(federation, claim).await?;
    check(claim, &held).inspect_err(|_| {
        keyring.note_failure(id.as_str());
        keyring.count_waste(id);
    })
}

/// Fetches a key; notes what came to nothing. What may pass is asked for again, a few times a minute.
async fn fetch_noting(federation: &Federation, claim: &Unverified) -> Result<Arc<Held>, Rejection> {
    let id = claim.key_id();
    if federation.keyring.is_wasteful(id) {
        return Err(Rejection::Later("too many keys of this host could not be had; try again later".into()));
    }
    fetch_key(federation, claim).await.inspect_err(|rejection| {
        federation.keyring.count_waste(id);
        if matches!(rejection, Rejection::Unauthenticated(_)) {
            federation.keyring.note_failure(id.as_str());
        }
    })
}

/// Fetches the key's document and, when that is not the owner's, the owner (S10: both name each other). The owner is kept
/// when the signature holds; else the key is remembered for a while, so that whoever holds it is still known by it.
async fn fetch_key(federation: &Federation, claim: &Unverified) -> Result<Arc<Held>, Rejection> {
    let (id, budget) = (claim.key_id(), Budget::inline());
    let document = fetch::document(federation, id.document(), &budget).await;
    let document = match document {
        Err(failure @ Failure::Gone(_, true)) => {
            fetch::mark_gone(federation, id.owner_hint().as_str()).await?;
            return Err(failure.into());
        }
        document => owner_of(federation, document?, id, &budget).await?,
    };
    let introduced = Introduced::read(&document).map_err(Error::from)?;
    let (_, kind, text) =
        introduced.key(id.as_str()).ok_or_else(|| Rejection::Unauthenticated("the actor does not have the key named".into()))?;
    let key = match kind {
        KeyKind::Rsa => PublicKey::from_pem(text),
        KeyKind::Ed25519 => PublicKey::from_multibase(text),
    };
    let key = key.map_err(|error| Rejection::Unauthenticated(error.to_string()))?;
    let uri = &introduced.remote.uri;
    let held = Held { host: authority(uri), owner: uri.clone(), key, is_kept: false };
    let is_theirs = check(claim, &held).is_ok();
    // a forgery by a key that is as it was takes nothing from whoever holds it
    let is_kept = is_theirs
        || federation.keyring.get(id.as_str()).is_some_and(|before| before.is_kept && (&before.owner, &before.key) == (uri, &held.key));
    if is_theirs && !super::keep::actor(federation, &introduced).await?.is_active() {
        return Err(Rejection::Unauthenticated("the sender is suspended or gone".into()));
    }
    Ok(federation.keyring.put(id.as_str(), Held { is_kept, ..held }))
}

/// The actor's document, given the key's: the same, or the one it names as owner on its own origin.
async fn owner_of(federation: &Federation, document: Value, id: &KeyId, budget: &Budget) -> Result<Value, Rejection> {
    let fields = Fields::expect(&document, "the key's document").map_err(Error::from)?;
    if introduced::is_actor(fields) {
        return Ok(document);
    }
    let owner = fields.id("owner").or_else(|| fields.id("controller")).and_then(host::parse);
    let owner = owner.filter(|owner| host::same_origin(owner, id.document()));
    let owner = owner.ok_or_else(|| Rejection::Unauthenticated("the key names no owner on its own server".into()))?;
    Ok(fetch::document(federation, &owner, budget).await?)
}

fn authority(uri: &str) -> String {
    host::parse(uri).and_then(|url| host::authority(&url)).unwrap_or_default()
}
