//! Agreements on the wire: what stands in activities about them, and the copy that the other side may pull.
//!
//! The document itself, and what of it is signed: `features/agreements/document.rs`.

use super::fields::{Fields, wrong};
use crate::{
    base::{
        error::{Refusal, Result},
        origin::Origin,
        secret,
    },
    features::agreements::{ORGANISATION, document::TYPE},
    store::tables::{Agreement, AgreementNotice, AgreementVersion},
};
use serde_json::{Map, Value, json};

/// Longest signature, in characters: 64 bytes in base 58 and the mark before them.
const SIGNATURE_CHARS_MAX: usize = 100;

/// Whether an object is an agreement, or something about one.
pub fn is_agreement(object: &Value) -> bool {
    Fields::of(object).is_some_and(|object| object.kind() == TYPE)
}

/// The object of an answer: which version of which agreement, by its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// The agreement's id.
    pub id: String,
    /// Which version.
    pub version: i64,
    /// Its digest.
    pub digest: String,
    /// Why it was refused.
    pub reason: String,
}

impl Naming {
    /// Reads it.
    pub fn read(object: Fields<'_>) -> Result<Self, Refusal> {
        let (id, _) = object.required_url("id")?;
        let version = object.number("version").ok_or_else(|| wrong("the answer names no version"))?;
        let digest = object.text("digest").filter(|digest| digest.len() == 64).ok_or_else(|| wrong("the answer names no digest"))?;
        let reason = object.text("reason").unwrap_or_default().to_owned();
        Ok(Self { id: id.to_owned(), version: version.into(), digest: digest.to_owned(), reason })
    }

    /// Writes it.
    pub fn into_json(origin: &Origin, agreement: &Agreement, version: &AgreementVersion) -> Value {
        let mut object = json!({
            "type": TYPE, "id": origin.absolute(&agreement.uri), "version": version.version, "digest": version.digest
        });
        if !version.reason.is_empty() {
            object["reason"] = json!(version.reason);
        }
        object
    }
}

/// The signature beside an object.
pub fn signature(fields: Fields<'_>) -> Result<String, Refusal> {
    let signature = fields.text("signature").filter(|signature| signature.len() <= SIGNATURE_CHARS_MAX);
    Ok(signature.ok_or_else(|| wrong("there is no signature beside the agreement"))?.to_owned())
}

/// The path of either side's copy of the agreement with this id: the same on both.
pub fn copy_path(id: &str) -> String {
    format!("/agreements/{}", secret::hex(&secret::sha256(id.as_bytes())))
}

/// Our copy, for the other side: the versions and notices given.
pub fn copy(
    origin: &Origin,
    agreement: &Agreement,
    (partner, at): (&str, String),
    versions: &[AgreementVersion],
    notices: &[AgreementNotice],
) -> Result<Value> {
    let us = origin.absolute(ORGANISATION);
    let written = |text: &str| serde_json::from_str::<Value>(text).map_err(anyhow::Error::from);
    let mut listed = Vec::with_capacity(versions.len());
    for version in versions {
        let mut signatures = Map::new();
        for (organisation, signature) in [(us.as_str(), &version.our_signature), (partner, &version.their_signature)] {
            if !signature.is_empty() {
                signatures.insert(organisation.to_owned(), json!(signature));
            }
        }
        listed.push(json!({
            "document": written(&version.document)?, "state": version.state, "signatures": signatures, "reason": version.reason
        }));
    }
    let mut said = Vec::with_capacity(notices.len());
    for notice in notices {
        let by = if notice.is_ours { us.as_str() } else { partner };
        said.push(json!({"organisation": by, "document": written(&notice.document)?, "signature": notice.signature}));
    }
    Ok(json!({
        "type": "AgreementCopy", "id": at, "agreement": origin.absolute(&agreement.uri), "state": agreement.state,
        "versions": listed, "notices": said
    }))
}
