//! Signs the requests that we send.

use super::{
    Scheme, cavage, digest,
    message::{Here, Message, header_value, write_date},
    rfc9421,
};
use crate::base::keys::{Algorithm, KeyPair};
use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use reqwest::{
    Method,
    header::{DATE, HeaderMap, HeaderName},
};
use sfv::{BareItem, InnerList, Item, Key, Parameters};
use url::Url;

const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");
const DIGEST: HeaderName = HeaderName::from_static("digest");
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
/// Headers that are signed where they are there: the digest of followers (FEP-8fcf).
const ALSO: [&str; 1] = ["collection-synchronization"];

/// Signs requests with one key in one scheme.
#[derive(Debug, Clone)]
pub struct Signer {
    /// The id under which peers find the public key, say `https://node.example/u/ada#main-key`.
    pub key_id: String,
    /// The private key.
    pub key: KeyPair,
    /// How to sign: cavage is the first knock, RFC 9421 the second.
    pub scheme: Scheme,
}

/// A request that is about to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Where it goes.
    pub url: &'a Url,
    /// SHA-256 of its body, needed unless it is a GET; made once for all the hosts that get the same body.
    pub body_sha256: Option<[u8; 32]>,
}

impl Signer {
    /// Sets the headers that sign `request`: `Date`, a digest of the body, `Signature` and what belongs to it.
    ///
    /// What an earlier knock left there is replaced. `Host` is signed as the HTTP client will send it (from the URL).
    /// Takes about a millisecond with an RSA key.
    pub fn sign(&self, request: &Outgoing<'_>, headers: &mut HeaderMap, now: DateTime<Utc>) -> Result<()> {
        let needs_digest = !matches!(*request.method, Method::GET | Method::HEAD);
        ensure!(!needs_digest || request.body_sha256.is_some(), "a request that acts is signed with the digest of its body");
        [SIGNATURE, SIGNATURE_INPUT, DIGEST, CONTENT_DIGEST].iter().for_each(|name| drop(headers.remove(name)));
        headers.insert(DATE, header_value(&write_date(now))?);
        let here = Here::of(request.url);
        let target = match request.url.query() {
            Some(query) => format!("{}?{query}", request.url.path()),
            None => request.url.path().to_owned(),
        };
        match self.scheme {
            Scheme::Cavage => self.sign_cavage(request, (&here, &target), headers),
            Scheme::Rfc9421 => self.sign_rfc9421(request, (&here, &target), headers, now),
        }
    }

    fn sign_cavage(&self, request: &Outgoing<'_>, (here, target): (&Here, &str), headers: &mut HeaderMap) -> Result<()> {
        ensure!(!self.key_id.contains(['"', '\\']), "a key id has no quotation marks");
        let mut names = vec!["(request-target)", "host", "date"];
        if let Some(sha256) = &request.body_sha256 {
            headers.insert(DIGEST, header_value(&digest::digest_header(sha256))?);
            names.push("digest");
        }
        names.extend(ALSO.iter().filter(|name| headers.contains_key(**name)));
        let base = cavage::base(&names, &Message { method: request.method, here, target, headers }, (None, None))?;
        // draft 12 has no name for Ed25519: there the key decides
        let algorithm = match self.key.algorithm() {
            Algorithm::RsaSha256 => "rsa-sha256",
            Algorithm::Ed25519 => "hs2019",
        };
        let signature = STANDARD.encode(self.key.sign(&base)?);
        let value = format!(r#"keyId="{}",algorithm="{algorithm}",headers="{}",signature="{signature}""#, self.key_id, names.join(" "));
        headers.insert(SIGNATURE, header_value(&value)?);
        Ok(())
    }

    fn sign_rfc9421(
        &self,
        request: &Outgoing<'_>,
        (here, target): (&Here, &str),
        headers: &mut HeaderMap,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut names = vec!["@method", "@target-uri"];
        if let Some(sha256) = &request.body_sha256 {
            headers.insert(CONTENT_DIGEST, header_value(&digest::content_digest_header(sha256))?);
            names.push("content-digest");
        }
        names.extend(ALSO.iter().filter(|name| headers.contains_key(**name)));
        let covered = self.covered(&names, now)?;
        let base = rfc9421::base(covered.clone(), &Message { method: request.method, here, target, headers })?;
        let signature = STANDARD.encode(self.key.sign(&base)?);
        headers.insert(SIGNATURE_INPUT, header_value(&format!("sig1={}", rfc9421::parameters(covered)?))?);
        headers.insert(SIGNATURE, header_value(&format!("sig1=:{signature}:"))?);
        Ok(())
    }

    /// The components with `created` and `keyid`; the algorithm is left to the key, as Mastodon does.
    fn covered(&self, names: &[&str], now: DateTime<Utc>) -> Result<InnerList> {
        let text = |text: &str| sfv::String::from_string(text.to_owned()).map_err(|(error, _)| error);
        let key = |name: &str| Key::from_string(name.to_owned()).map_err(|(error, _)| error);
        let items = names.iter().map(|name| Ok(Item::new(text(name)?))).collect::<Result<_>>()?;
        let created = sfv::Integer::try_from(now.timestamp()).ok().context("the time is out of range")?;
        let mut parameters = Parameters::new();
        parameters.insert(key("created")?, BareItem::Integer(created));
        parameters.insert(key("keyid")?, BareItem::String(text(&self.key_id)?));
        Ok(InnerList::with_params(items, parameters))
    }
}
