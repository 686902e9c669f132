//! Proofs inside what a community passes on: the inner actor's own Ed25519 signature (FEP-8b32).
//!
//! Invariant: the key is the inner actor's, and that actor is on the origin of the activity (FEP-fe34).

use super::{Scene, announce::Inner};
use crate::{
    base::{
        error::{Refusal, Result},
        keys::PublicKey,
        proof,
        sentence::Sentence,
        words::KeyKind,
    },
    features::accounts,
    federation::{Federation, objects::fields::wrong},
    store::{Source, tables::Account},
};
use serde_json::Value;

/// Whether an activity carries a proof that names a key.
pub fn has_proof(document: &Value) -> bool {
    proof::verification_method_of(document).is_some()
}

/// Checks the proof of an inner activity with its actor's key.
pub async fn check(scene: Scene<'_>, inner: &Inner) -> Result<()> {
    check_by(scene.federation, scene.tx, &inner.document, scene.account(&inner.envelope.actor)?).await
}

/// Checks that the proof on `document` is `owner`'s own. Refused when there is none, or it is another's.
pub async fn check_by(federation: &Federation, from: &impl Source, document: &Value, owner: &Account) -> Result<()> {
    let method = proof::verification_method_of(document).unwrap_or_default();
    let key = accounts::queries::key(from, federation.app.origin.stored(method)).await?;
    let key = key.filter(|key| key.account_id == owner.id && key.kind == KeyKind::Ed25519);
    let key = key.ok_or_else(|| wrong("the proof inside names a key that is not its actor's"))?;
    verify(document, &key.public_key)?;
    Ok(())
}

fn verify(document: &Value, multibase: &str) -> Result<(), Refusal> {
    let key = PublicKey::from_multibase(multibase).map_err(|error| wrong(Sentence::verbatim(error.to_string())))?;
    proof::check_proof(document, &key).map_err(|error| wrong(Sentence::verbatim(error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{clock::Stamp, keys::KeyPair};
    use serde_json::json;

    #[test]
    fn s015_a_proof_by_another_key_or_over_other_words_is_refused() {
        let (pat, eve) = (KeyPair::generate_ed25519().unwrap(), KeyPair::generate_ed25519().unwrap());
        let mut activity =
            json!({"type": "Create", "id": "https://p.test/a/1", "actor": "https://p.test/u/pat", "object": {"content": "hi"}});
        assert!(!has_proof(&activity));
        proof::add_proof(&mut activity, &pat, "https://p.test/u/pat#ed25519-key", Stamp(1_700_000_000_000).utc()).unwrap();
        assert!(has_proof(&activity));
        let text = |pair: &KeyPair| pair.public().unwrap().to_multibase();
        assert!(verify(&activity, &text(&pat)).is_ok());
        assert!(verify(&activity, &text(&eve)).is_err());
        activity["object"]["content"] = json!("forged");
        assert!(verify(&activity, &text(&pat)).is_err());
    }
}
