//! `Update` of an organisation with which we have an agreement: a new key counts that the pinned one signed (`membership.md` 7, S112).
//!
//! The proof (FEP-8b32) of such an Update is by the key before. Without one, or by any other key, the agreement is held until
//! administrators compared fingerprints; what is older than the pinned key is refused.

use super::Scene;
use crate::{
    base::{clock::Stamp, error::Result, keys::PublicKey, proof, words::KeyKind},
    features::agreements::{self, Endorsed},
    federation::objects::{Introduced, fields::wrong},
    store::tables::{Account, Agreement},
};
use serde_json::Value;

/// Takes the key of `organisation`'s new document where the pinned key proves the activity. The caller keeps the document.
pub(super) async fn receive(scene: Scene<'_>, organisation: &Account, (activity, introduced): (&Value, &Introduced)) -> Result<()> {
    let shown = introduced.remote.keys.iter().find(|(_, kind, _)| *kind == KeyKind::Ed25519);
    let Some((_, _, key)) = shown.filter(|_| introduced.remote.uri == organisation.uri) else { return Ok(()) };
    let with = agreements::with_pinned_key(scene.tx, organisation.id).await?;
    let others: Vec<&Agreement> = with.iter().filter(|agreement| agreement.partner_key != *key).collect();
    let Some(at) = made_at(activity).filter(|_| !others.is_empty()) else { return Ok(()) };
    if others.iter().any(|agreement| at <= agreement.key_at) {
        return Err(wrong("this change of the organisation's key is older than the key that counts").into());
    }
    let proves = |agreement: &&&Agreement| {
        PublicKey::from_multibase(&agreement.partner_key).is_ok_and(|pinned| proof::check_proof(activity, &pinned).is_ok())
    };
    match others.iter().find(proves) {
        Some(agreement) => {
            let endorsed = Endorsed { by: &agreement.partner_key, at };
            agreements::key_seen(scene.tx, organisation.id, key, Some(endorsed)).await
        }
        None => Ok(()),
    }
}

/// When its proof says that it was made.
fn made_at(activity: &Value) -> Option<Stamp> {
    Stamp::parse(activity.get("proof")?.get("created")?.as_str()?)
}
