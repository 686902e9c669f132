//! draft-cavage-http-signatures-12, as the fediverse speaks it.
//!
//! Every peer understands it, so it is our first knock. The draft asks for less than is safe:
//! here `(request-target)`, `host`, `date` or `(created)`, and with a body `digest` must be signed (S4).

use super::{
    Scheme, SignatureError, Unverified, digest,
    key_id::KeyId,
    message::{Message, check_expiry, check_window, read_date, single},
};
use crate::base::keys::Algorithm;
use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use chrono::{DateTime, Utc};
use std::borrow::Cow;

/// The most headers a signature may name.
const NAMES_MAX: usize = 32;

/// Peers write the padding of base64 carelessly.
const LENIENT: GeneralPurpose =
    GeneralPurpose::new(&base64::alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// The parameters in a `Signature` header.
#[derive(Default)]
struct Parameters<'a> {
    key_id: Option<&'a str>,
    algorithm: Option<&'a str>,
    headers: Option<&'a str>,
    signature: Option<&'a str>,
    created: Option<i64>,
    expires: Option<i64>,
}

/// Reads and checks all that can be checked without the key.
pub(super) fn read(value: &str, message: Message<'_>, body: &[u8], now: DateTime<Utc>) -> Result<Unverified, SignatureError> {
    let parameters = Parameters::parse(value)?;
    let algorithm = parameters.algorithm()?;
    let key_id = KeyId::parse(parameters.key_id.ok_or(SignatureError::Parameter("keyId"))?)?;
    let letters = parameters.signature.ok_or(SignatureError::Parameter("signature"))?;
    let signature = LENIENT.decode(letters).map_err(|_| SignatureError::Unreadable("Signature"))?;

    let names = parameters.names()?;
    parameters.check_coverage(&names, &message)?;
    parameters.check_time(&names, &message, now)?;
    let base = base(&names, &message, (parameters.created, parameters.expires))?;
    if let Some(value) = single(message.headers, "digest", "Digest")? {
        digest::check_digest(value, body)?;
    }
    Ok(Unverified { key_id, scheme: Scheme::Cavage, algorithm, base, signature })
}

/// The signing string (§2.3): one line for each name, which must be in lower case; `times` are (created) and (expires).
pub(super) fn base<N: AsRef<str>>(
    names: &[N],
    message: &Message<'_>,
    times: (Option<i64>, Option<i64>),
) -> Result<Vec<u8>, SignatureError> {
    let mut out = Vec::with_capacity(384);
    for name in names.iter().map(N::as_ref) {
        if !out.is_empty() {
            out.push(b'\n');
        }
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        match name {
            "(request-target)" => {
                out.extend(message.method.as_str().bytes().map(|letter| letter.to_ascii_lowercase()));
                out.push(b' ');
                out.extend_from_slice(message.target.as_bytes());
            }
            "(created)" => out.extend_from_slice(times.0.ok_or(SignatureError::Parameter("created"))?.to_string().as_bytes()),
            "(expires)" => out.extend_from_slice(times.1.ok_or(SignatureError::Parameter("expires"))?.to_string().as_bytes()),
            _ => message.write_field(name, &mut out)?,
        }
    }
    Ok(out)
}

impl<'a> Parameters<'a> {
    /// Reads `name="value"` and `name=number`, separated by commas; a name twice is refused (S3), unknown ones are let be.
    fn parse(value: &'a str) -> Result<Self, SignatureError> {
        let mut found = Self::default();
        let mut rest = value.trim();
        while !rest.is_empty() {
            let (name, after) = rest.split_once('=').ok_or(SignatureError::Unreadable("Signature"))?;
            let (value, after) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').ok_or(SignatureError::Unreadable("Signature"))?,
                None => after.find(',').map_or((after, ""), |comma| after.split_at(comma)),
            };
            found.set(name.trim(), value.trim())?;
            let after = after.trim_start();
            rest = match after.strip_prefix(',') {
                Some(more) => more.trim_start(),
                None if after.is_empty() => after,
                None => return Err(SignatureError::Unreadable("Signature")),
            };
        }
        Ok(found)
    }

    fn set(&mut self, name: &str, value: &'a str) -> Result<(), SignatureError> {
        let is_repeated = match name {
            "keyId" => self.key_id.replace(value).is_some(),
            "algorithm" => self.algorithm.replace(value).is_some(),
            "headers" => self.headers.replace(value).is_some(),
            "signature" => self.signature.replace(value).is_some(),
            "created" => self.created.replace(seconds(value)?).is_some(),
            "expires" => self.expires.replace(seconds(value)?).is_some(),
            _ => false,
        };
        if is_repeated { Err(SignatureError::Repeated("Signature")) } else { Ok(()) }
    }

    /// The algorithm claimed; `None` when the key decides (`hs2019`, or nothing claimed).
    fn algorithm(&self) -> Result<Option<Algorithm>, SignatureError> {
        match self.algorithm {
            None | Some("hs2019") => Ok(None),
            Some("rsa-sha256") => Ok(Some(Algorithm::RsaSha256)),
            Some("ed25519") => Ok(Some(Algorithm::Ed25519)),
            Some(_) => Err(SignatureError::UnknownAlgorithm),
        }
    }

    /// What is signed, in order and in lower case. Without a list the draft means `(created)` alone.
    fn names(&self) -> Result<Vec<Cow<'a, str>>, SignatureError> {
        let mut names: Vec<Cow<'a, str>> = Vec::with_capacity(8);
        for name in self.headers.unwrap_or("(created)").split_ascii_whitespace() {
            let name = if name.bytes().any(|letter| letter.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() };
            if names.len() == NAMES_MAX || names.contains(&name) {
                return Err(SignatureError::Unreadable("Signature"));
            }
            names.push(name);
        }
        Ok(names)
    }

    /// All four that decide what a request does must be signed (S4).
    fn check_coverage(&self, names: &[Cow<'_, str>], message: &Message<'_>) -> Result<(), SignatureError> {
        let covers = |name: &str| names.iter().any(|covered| covered == name);
        if !covers("(request-target)") {
            return Err(SignatureError::NotCovered("(request-target)"));
        }
        if !covers("host") {
            return Err(SignatureError::NotCovered("host"));
        }
        if !covers("date") && !covers("(created)") {
            return Err(SignatureError::NotCovered("date"));
        }
        // §2.3: the pseudo-headers belong to hs2019 alone
        if self.algorithm == Some("rsa-sha256") && (covers("(created)") || covers("(expires)")) {
            return Err(SignatureError::UnknownComponent);
        }
        if message.needs_digest() {
            if !message.headers.contains_key("digest") {
                return Err(SignatureError::NoDigest);
            }
            if !covers("digest") {
                return Err(SignatureError::NotCovered("digest"));
            }
        }
        Ok(())
    }

    /// Every time that is signed must be near now; an end is honoured, signed or not (S7).
    fn check_time(&self, names: &[Cow<'_, str>], message: &Message<'_>, now: DateTime<Utc>) -> Result<(), SignatureError> {
        if names.iter().any(|name| name == "date") {
            let date = single(message.headers, "date", "Date")?.ok_or(SignatureError::Missing("Date"))?;
            check_window(read_date(date)?, now)?;
        }
        if let Some(created) = self.created {
            check_window(created, now)?;
        }
        check_expiry(self.expires, now)
    }
}

/// Unix seconds; peers write them bare, quoted or with a fraction.
fn seconds(value: &str) -> Result<i64, SignatureError> {
    let whole = value.split_once('.').map_or(value, |(whole, _)| whole);
    whole.parse().map_err(|_| SignatureError::Unreadable("Signature"))
}
