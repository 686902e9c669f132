//! Proofs on objects (FEP-8b32): an object that carries its author's signature inside.
//!
//! Cryptosuite `eddsa-jcs-2022` (W3C Data Integrity EdDSA §3.3): the object without its proof and
//! the proof without its value are each canonicalised (RFC 8785), hashed, and the two hashes signed.
//! A proof says who holds the key; whether the key's owner may speak for the object is asked
//! elsewhere (FEP-fe34).

use super::{
    keys::{Algorithm, KeyPair, PublicKey},
    secret::sha256,
};
use anyhow::{Context, Result, ensure};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value, json};

const TYPE: &str = "DataIntegrityProof";
const CRYPTOSUITE: &str = "eddsa-jcs-2022";
const PURPOSE: &str = "assertionMethod";

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is none, or several, or it is not an object.
    #[error("the object has no single proof")]
    Missing,
    /// Another type, cryptosuite or purpose than ours.
    #[error("the proof is not an eddsa-jcs-2022 proof for assertionMethod")]
    OtherKind,
    /// It names no verification method, has no readable value or time, or asks for what we do not check.
    #[error("the proof cannot be read")]
    Unreadable,
    /// The object's context does not begin with the proof's.
    #[error("the proof was made for another context")]
    OtherContext,
    /// The signature is not the key's over this object.
    #[error("the proof does not match the object")]
    Mismatch,
}

/// Adds a proof by `key` (Ed25519), named `verification_method`, made at `created` (whole seconds are kept).
///
/// A proof that is there already is replaced. The object's `@context`, if any, is repeated in the proof.
pub fn add_proof(object: &mut Value, key: &KeyPair, verification_method: &str, created: DateTime<Utc>) -> Result<()> {
    ensure!(key.algorithm() == Algorithm::Ed25519, "a proof is made with an Ed25519 key");
    let object = object.as_object_mut().context("only an object can carry a proof")?;
    let mut proof = Map::new();
    if let Some(context) = object.get("@context") {
        proof.insert("@context".to_owned(), context.clone());
    }
    for (name, value) in [
        ("type", json!(TYPE)),
        ("cryptosuite", json!(CRYPTOSUITE)),
        ("verificationMethod", json!(verification_method)),
        ("proofPurpose", json!(PURPOSE)),
        ("created", json!(created.to_rfc3339_opts(SecondsFormat::Secs, true))),
    ] {
        proof.insert(name.to_owned(), value);
    }
    let signature = key.sign(&signed_bytes(object, &proof).context("canonicalising an object")?)?;
    proof.insert("proofValue".to_owned(), json!(format!("z{}", bs58::encode(signature).into_string())));
    object.insert("proof".to_owned(), Value::Object(proof));
    Ok(())
}

/// The verification method (a key's id) that the object's proof names; nothing is checked yet.
pub fn verification_method_of(object: &Value) -> Option<&str> {
    object.get("proof")?.get("verificationMethod")?.as_str()
}

/// Checks the object's proof against `key`, which the caller found under [`verification_method_of`].
///
/// A Linked Data `signature` beside the proof is left out of what is checked (FEP-8b32): ignore it.
pub fn check_proof(object: &Value, key: &PublicKey) -> Result<(), ProofError> {
    let object = object.as_object().ok_or(ProofError::Missing)?;
    let proof = object.get("proof").and_then(Value::as_object).ok_or(ProofError::Missing)?;
    let is = |name: &str, value: &str| proof.get(name).and_then(Value::as_str) == Some(value);
    if !(is("type", TYPE) && is("cryptosuite", CRYPTOSUITE) && is("proofPurpose", PURPOSE)) {
        return Err(ProofError::OtherKind);
    }
    check_terms(proof)?;
    if let Some(context) = proof.get("@context") {
        check_context(object.get("@context"), context)?;
    }
    let letters = proof.get("proofValue").and_then(Value::as_str).and_then(|value| value.strip_prefix('z'));
    let mut signature = [0; 64];
    let length = letters.and_then(|letters| bs58::decode(letters).onto(&mut signature).ok());
    if length != Some(signature.len()) {
        return Err(ProofError::Unreadable);
    }
    let bytes = signed_bytes(object, proof).map_err(|_| ProofError::Unreadable)?;
    key.verify(Algorithm::Ed25519, &bytes, &signature).map_err(|_| ProofError::Mismatch)
}

/// What else the proof says must be readable, and nothing that we would have to check but do not.
fn check_terms(proof: &Map<String, Value>) -> Result<(), ProofError> {
    let created_is_good = proof.get("created").is_none_or(|at| at.as_str().is_some_and(|at| DateTime::parse_from_rfc3339(at).is_ok()));
    let names_a_method = proof.get("verificationMethod").is_some_and(Value::is_string);
    let asks_for_more = ["expires", "domain", "challenge", "previousProof"].iter().any(|name| proof.contains_key(*name));
    if created_is_good && names_a_method && !asks_for_more { Ok(()) } else { Err(ProofError::Unreadable) }
}

/// The object's context must begin with all of the proof's, in order (§3.3.2 step 4).
fn check_context(object: Option<&Value>, proof: &Value) -> Result<(), ProofError> {
    fn entries(context: &Value) -> &[Value] {
        context.as_array().map_or(std::slice::from_ref(context), Vec::as_slice)
    }
    let begins = object.is_some_and(|object| entries(object).starts_with(entries(proof)));
    if begins { Ok(()) } else { Err(ProofError::OtherContext) }
}

/// Hash of the canonical proof options, then hash of the canonical object: 64 bytes.
fn signed_bytes(object: &Map<String, Value>, proof: &Map<String, Value>) -> serde_json::Result<[u8; 64]> {
    let options = Part { of: proof, without: &["proofValue"], context: None };
    let document = Part { of: object, without: &["proof", "signature"], context: proof.get("@context") };
    let mut bytes = [0; 64];
    let (first, second) = bytes.split_at_mut(32);
    first.copy_from_slice(&sha256(&serde_json_canonicalizer::to_vec(&options)?));
    second.copy_from_slice(&sha256(&serde_json_canonicalizer::to_vec(&document)?));
    Ok(bytes)
}

/// An object without some of its keys and with another context, written without being copied.
struct Part<'a> {
    of: &'a Map<String, Value>,
    without: &'a [&'a str],
    context: Option<&'a Value>,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.of.iter().filter(|(name, _)| !self.without.contains(&name.as_str())) {
            let value = self.context.filter(|_| name == "@context").unwrap_or(value);
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{secret::hex, vectors};

    const CREATED: &str = "2023-02-24T23:36:38Z";

    /// The key pair of the FEP's and the W3C's vectors, which are the same.
    fn published_key() -> KeyPair {
        let bytes = bs58::decode("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq").into_vec().unwrap();
        let key = KeyPair::from_ed25519_seed(bytes[2..].try_into().unwrap()).unwrap();
        assert_eq!(key.public().unwrap().to_multibase(), "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2");
        key
    }

    fn signed() -> Value {
        let mut object = json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"],
            "id": "https://a.test/1", "type": "Like", "actor": "https://a.test/u/ada", "n": -71.184902
        });
        add_proof(&mut object, &published_key(), "https://a.test/u/ada#ed25519-key", CREATED.parse().unwrap()).unwrap();
        object
    }

    #[test]
    fn a_proof_holds_until_anything_is_changed() {
        let (object, key) = (signed(), published_key().public().unwrap());
        check_proof(&object, &key).unwrap();
        assert_eq!(verification_method_of(&object), Some("https://a.test/u/ada#ed25519-key"));
        let other = KeyPair::from_ed25519_seed(&[9; 32]).unwrap().public().unwrap();
        assert_eq!(check_proof(&object, &other), Err(ProofError::Mismatch));
        for (path, value) in [
            ("/id", json!("https://a.test/2")),
            ("/n", json!(-71.184903)),
            ("/@context", json!(["https://www.w3.org/ns/activitystreams"])),
            ("/proof/created", json!("2023-02-24T23:36:39Z")),
            ("/proof/verificationMethod", json!("https://b.test/#k")),
            ("/proof/proofPurpose", json!("authentication")),
            ("/proof/cryptosuite", json!("eddsa-rdfc-2022")),
            ("/proof/proofValue", json!("z1")),
            ("/proof", json!([])),
        ] {
            let mut changed = object.clone();
            *changed.pointer_mut(path).unwrap() = value;
            assert!(check_proof(&changed, &key).is_err(), "{path}");
        }
        for name in ["type", "cryptosuite", "proofPurpose"] {
            let mut other = object.clone();
            other["proof"][name] = json!("other");
            assert_eq!(check_proof(&other, &key), Err(ProofError::OtherKind), "{name}");
        }
        let mut more = object.clone();
        more["to"] = json!("https://www.w3.org/ns/activitystreams#Public");
        assert_eq!(check_proof(&more, &key), Err(ProofError::Mismatch));
    }

    #[test]
    fn a_linked_data_signature_beside_the_proof_is_left_out() {
        let mut object = signed();
        object["signature"] = json!({"type": "RsaSignature2017"});
        check_proof(&object, &published_key().public().unwrap()).unwrap();
    }

    #[test]
    fn a_context_may_only_be_added_at_the_end() {
        let (mut object, key) = (signed(), published_key().public().unwrap());
        object["@context"].as_array_mut().unwrap().push(json!("https://a.test/ns"));
        check_proof(&object, &key).unwrap();
        object["@context"].as_array_mut().unwrap().rotate_right(1);
        assert_eq!(check_proof(&object, &key), Err(ProofError::OtherContext));
    }

    #[test]
    fn an_rsa_key_neither_makes_nor_checks_a_proof() {
        let rsa = KeyPair::generate_rsa().unwrap();
        assert!(add_proof(&mut json!({}), &rsa, "x", CREATED.parse().unwrap()).is_err());
        assert!(check_proof(&signed(), &rsa.public().unwrap()).is_err());
    }

    #[test]
    fn the_vectors_of_fep_8b32_and_c390_are_made_and_checked_alike() {
        let Some(vectors) = vectors::json("fep-feature-vectors.json") else { return };
        let (mut made, mut checked) = (0, 0);
        let proofs = vectors["scenarios"].as_array().unwrap();
        let objects = proofs.iter().flat_map(|scenario| scenario["documents"].as_array().unwrap()).flat_map(|document| {
            let inner = document["attachment"].as_array().cloned().unwrap_or_default();
            std::iter::once(document.clone()).chain(inner)
        });
        for object in objects.filter(|object| object.get("proof").is_some()) {
            check_proof(&object, &published_key().public().unwrap()).unwrap();
            checked += 1;
            let mut again = object.clone();
            again.as_object_mut().unwrap().remove("proof");
            add_proof(&mut again, &published_key(), verification_method_of(&object).unwrap(), CREATED.parse().unwrap()).unwrap();
            assert_eq!(again, object);
            made += 1;
        }
        assert!(made >= 4 && checked >= 4, "all documents with a proof were found");
    }

    /// Out of scope: eddsa-rdfc-2022, Ed25519Signature2020 and proof sets and chains, which need RDF canonicalisation (JSON-LD).
    #[test]
    fn the_w3c_vectors_of_eddsa_jcs_2022_agree_step_by_step() {
        let folder = "w3c-vc-di-eddsa/TestVectors/eddsa-jcs-2022";
        let Some(signed) = vectors::json(&format!("{folder}/signedJCS.json")) else { return };
        let expected = |name: &str| vectors::text(&format!("{folder}/{name}")).unwrap().trim().to_owned();
        let (object, proof) = (signed.as_object().unwrap(), signed["proof"].as_object().unwrap());
        let canonical = serde_json_canonicalizer::to_string(&Part { of: object, without: &["proof"], context: None }).unwrap();
        assert_eq!(canonical, expected("canonDocJCS.txt"));
        let bytes = signed_bytes(object, proof).unwrap();
        assert_eq!(hex(&bytes), expected("combinedHashJCS.txt"));
        assert_eq!(hex(&published_key().sign(&bytes).unwrap()), expected("sigHexJCS.txt"));
        assert_eq!(proof["proofValue"], expected("sigBTC58JCS.txt"));
        check_proof(&signed, &published_key().public().unwrap()).unwrap();
    }
}
