//! A new key for our organisation, which its partners take because the one before signs it (`membership.md` 7).

use super::App;
use crate::{
    base::error::{Refusal, Result},
    features::{
        accounts,
        agreements::{self, ORGANISATION, Ours, document::fingerprint},
        recovery,
    },
    store::{audit::Entry, event::Event},
};
use anyhow::Context;
use serde_json::json;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The fingerprint of the key that counts from now on.
    pub fingerprint: String,
    /// That of the one before.
    pub before: String,
    /// Agreements, present and past, whose other side is told.
    pub told: usize,
}

/// Replaces our organisation's Ed25519 key and has all partners told. Refused while this node recovers, and while an offer of
/// ours waits, which names the key before.
pub async fn rotate_key(app: &App) -> Result<Rotated> {
    let fresh = app.new_keys().await?;
    let tx = app.begin().await?;
    if recovery::reason(&tx).await?.is_some() {
        let sentence = "This node is recovering: confirm it first (recover confirm).";
        return Err(Refusal::conflict("recovering", sentence).into());
    }
    let organisation = accounts::queries::by_uri(&tx, ORGANISATION).await?.context("this node has no organisation yet")?;
    let (before, key) = accounts::rotate(&tx, organisation.id, &fresh).await?;
    let pair = app.open_key(&key)?;
    let told = agreements::rekeyed(&tx, Ours { origin: &app.origin, key: &pair }).await?;
    let rotated = Rotated { fingerprint: fingerprint(&key.public_key), before: fingerprint(&before.public_key), told };
    tx.audit(Entry::of("organisation.key", ORGANISATION).with(json!({ "fingerprint": rotated.fingerprint, "before": rotated.before })));
    tx.record(Event::KeyReplaced { account: organisation.id });
    tx.commit().await?;
    Ok(rotated)
}
