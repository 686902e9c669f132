//! RFC 9421, in the profile that Mastodon takes and sends.
//!
//! One signature; `@method` and `@target-uri` covered, and with a body `content-digest`; `created` and
//! `keyid` given. `@target-uri` is built from our own address, never from what was received (S5, S17).

use super::{
    Scheme, SignatureError, Unverified, digest, fields,
    key_id::KeyId,
    message::{Message, check_expiry, check_window, single},
};
use crate::base::keys::Algorithm;
use chrono::{DateTime, Utc};
use sfv::{BareItem, FieldType, InnerList, Item, List, ListEntry};

/// The most components a signature may name.
const COMPONENTS_MAX: usize = 32;

/// Reads and checks all that can be checked without the key.
pub(super) fn read(input: &str, message: Message<'_>, body: &[u8], now: DateTime<Utc>) -> Result<Unverified, SignatureError> {
    let (covered, signature) = the_one(input, &message)?;
    let algorithm = algorithm(&covered)?;
    let key_id = string(&covered, "keyid")?.ok_or(SignatureError::Parameter("keyid"))?;
    let key_id = KeyId::parse(key_id)?;
    check_window(integer(&covered, "created")?.ok_or(SignatureError::Parameter("created"))?, now)?;
    check_expiry(integer(&covered, "expires")?, now)?;
    check_coverage(&covered, &message)?;
    let base = base(covered, &message)?;
    if let Some(value) = single(message.headers, "content-digest", "Content-Digest")? {
        digest::check_content_digest(value, body)?;
    }
    Ok(Unverified { key_id, scheme: Scheme::Rfc9421, algorithm, base, signature })
}

/// The signature base (§2.5): one line for each component, then the list of them with its parameters.
pub(super) fn base(covered: InnerList, message: &Message<'_>) -> Result<Vec<u8>, SignatureError> {
    let mut out = Vec::with_capacity(512);
    for (at, item) in covered.items.iter().enumerate() {
        let name = name(item)?;
        if covered.items.iter().take(at).any(|earlier| earlier.bare_item == item.bare_item) {
            return Err(SignatureError::UnknownComponent);
        }
        out.push(b'"');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\": ");
        write_component(name, message, &mut out)?;
        out.push(b'\n');
    }
    out.extend_from_slice(b"\"@signature-params\": ");
    out.extend_from_slice(parameters(covered)?.as_bytes());
    Ok(out)
}

/// The list of components with its parameters, as it stands in `Signature-Input` after the label.
pub(super) fn parameters(covered: InnerList) -> Result<String, SignatureError> {
    let list: List = vec![ListEntry::InnerList(covered)];
    list.serialize().ok_or(SignatureError::Unreadable("Signature-Input"))
}

/// The request's only signature: what it covers, and its bytes.
fn the_one(input: &str, message: &Message<'_>) -> Result<(InnerList, Vec<u8>), SignatureError> {
    let value = single(message.headers, "signature", "Signature")?.ok_or(SignatureError::Unsigned)?;
    let inputs = fields::dictionary(input, "Signature-Input")?;
    // a cavage signature beside a Signature-Input is a second one, not a misspelt first
    let signatures = fields::dictionary(value, "Signature").map_err(|error| match error {
        SignatureError::Unreadable(_) if value.contains("keyId=") => SignatureError::Ambiguous,
        other => other,
    })?;
    let (mut inputs, mut signatures) = (inputs.into_iter(), signatures.into_iter());
    let (Some((label, covered)), Some((of, signature))) = (inputs.next(), signatures.next()) else {
        return Err(SignatureError::Unsigned);
    };
    if inputs.next().is_some() || signatures.next().is_some() || label != of {
        return Err(SignatureError::Ambiguous);
    }
    match (covered, signature) {
        (ListEntry::InnerList(covered), ListEntry::Item(Item { bare_item: BareItem::ByteSequence(signature), .. })) => {
            Ok((covered, signature))
        }
        (ListEntry::InnerList(_), _) => Err(SignatureError::Unreadable("Signature")),
        _ => Err(SignatureError::Unreadable("Signature-Input")),
    }
}

/// The name of a component. None of the parameters that change a component's meaning is taken (§2.1, §2.2.8).
fn name(item: &Item) -> Result<&str, SignatureError> {
    match &item.bare_item {
        BareItem::String(name) if item.params.is_empty() => Ok(name.as_str()),
        _ => Err(SignatureError::UnknownComponent),
    }
}

fn write_component(name: &str, message: &Message<'_>, out: &mut Vec<u8>) -> Result<(), SignatureError> {
    let (path, query) = message.target.split_once('?').unwrap_or((message.target, ""));
    let here = message.here;
    let parts: &[&str] = match name {
        "@method" => &[message.method.as_str()],
        "@target-uri" => &[&here.scheme, "://", &here.authority, message.target],
        "@authority" => &[&here.authority],
        "@scheme" => &[&here.scheme],
        "@request-target" => &[message.target],
        "@path" => &[path],
        "@query" => &["?", query],
        "signature" | "signature-input" => return Err(SignatureError::UnknownComponent),
        // a field's name is in lower case; other @names are unknown and not fields either
        field if !field.bytes().any(|letter| letter == b'@' || letter.is_ascii_uppercase()) => return message.write_field(field, out),
        _ => return Err(SignatureError::UnknownComponent),
    };
    parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
    Ok(())
}

/// What decides the request's effect must be signed.
fn check_coverage(covered: &InnerList, message: &Message<'_>) -> Result<(), SignatureError> {
    if covered.items.len() > COMPONENTS_MAX {
        return Err(SignatureError::UnknownComponent);
    }
    let covers = |wanted: &str| covered.items.iter().any(|item| name(item) == Ok(wanted));
    if !covers("@method") {
        return Err(SignatureError::NotCovered("@method"));
    }
    if !covers("@target-uri") {
        return Err(SignatureError::NotCovered("@target-uri"));
    }
    if message.needs_digest() {
        if !message.headers.contains_key("content-digest") {
            return Err(SignatureError::NoDigest);
        }
        if !covers("content-digest") {
            return Err(SignatureError::NotCovered("content-digest"));
        }
    }
    Ok(())
}

/// The algorithm claimed; `None` when the key decides.
fn algorithm(covered: &InnerList) -> Result<Option<Algorithm>, SignatureError> {
    match string(covered, "alg")? {
        None => Ok(None),
        Some("rsa-v1_5-sha256") => Ok(Some(Algorithm::RsaSha256)),
        Some("ed25519") => Ok(Some(Algorithm::Ed25519)),
        Some(_) => Err(SignatureError::UnknownAlgorithm),
    }
}

fn string<'a>(covered: &'a InnerList, name: &'static str) -> Result<Option<&'a str>, SignatureError> {
    match covered.params.get(name) {
        None => Ok(None),
        Some(BareItem::String(value)) => Ok(Some(value.as_str())),
        Some(_) => Err(SignatureError::Parameter(name)),
    }
}

fn integer(covered: &InnerList, name: &'static str) -> Result<Option<i64>, SignatureError> {
    match covered.params.get(name) {
        None => Ok(None),
        Some(BareItem::Integer(value)) => Ok(Some(i64::from(*value))),
        Some(_) => Err(SignatureError::Parameter(name)),
    }
}
