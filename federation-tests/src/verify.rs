//! Checking the signature of a request that reached a scripted peer, as a strict other server would.
//!
//! draft-cavage-12 and RFC 9421, RSA and Ed25519. The key is fetched from its id over HTTP; Date, Digest and Host are
//! checked too, since a server that sends them wrong is refused by somebody out there.

use crate::clock::{now, parse_http_date};
use crate::keys::{ed_verifies, rsa_verifies, sha256_base64, unbase64};
use crate::sign::rfc9421_base;
use crate::wire;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What arrived, as far as a signature is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Arrived<'a> {
    /// The method.
    pub method: &'a str,
    /// The host the peer knows itself by, with port.
    pub authority: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// Names in lower case, values, in order.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

impl Arrived<'_> {
    fn one(&self, name: &str) -> Result<&str> {
        let mut values = self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = values.next().with_context(|| format!("no {name} header"))?;
        ensure!(values.next().is_none(), "{name} stands there twice");
        Ok(value)
    }
}

/// A key as found at its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The actor it belongs to.
    pub owner: String,
    /// PEM (RSA) or multibase (Ed25519).
    pub text: String,
}

/// Keys already fetched, by id.
#[derive(Debug, Default)]
pub struct KeyRing {
    known: Mutex<HashMap<String, PublicKey>>,
}

impl KeyRing {
    /// Checks a request; answers the id of the actor who signed.
    pub async fn check(&self, arrived: Arrived<'_>) -> Result<String> {
        ensure!(arrived.one("host")? == arrived.authority, "Host is {:?}, not {:?}", arrived.one("host")?, arrived.authority);
        if arrived.headers.iter().any(|(name, _)| name == "signature-input") {
            self.check_rfc9421(arrived).await
        } else {
            self.check_cavage(arrived).await
        }
    }

    async fn key(&self, id: &str) -> Result<PublicKey> {
        if let Some(key) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(key.clone());
        }
        let answer = wire::get(id).await.with_context(|| format!("fetching key {id}"))?;
        ensure!(answer.is_success(), "fetching key {id}: status {}", answer.status);
        let key = key_in(&serde_json::from_slice(&answer.body)?, id).with_context(|| format!("no key {id} in its document"))?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), key.clone());
        Ok(key)
    }

    async fn check_cavage(&self, arrived: Arrived<'_>) -> Result<String> {
        let parameters = cavage_parameters(arrived.one("signature")?)?;
        let get = |name: &str| parameters.get(name).map(String::as_str);
        let covered: Vec<&str> = get("headers").context("no headers parameter")?.split(' ').collect();
        let needed: &[&str] =
            if arrived.method == "POST" { &["(request-target)", "host", "date", "digest"] } else { &["(request-target)", "host", "date"] };
        for name in needed {
            ensure!(covered.contains(name), "{name} is not covered");
        }
        fresh(parse_http_date(arrived.one("date")?).context("odd Date")?.timestamp())?;
        if arrived.method == "POST" {
            let wanted = format!("SHA-256={}", sha256_base64(arrived.body));
            ensure!(arrived.one("digest")? == wanted, "Digest is {:?}, the body's is {wanted:?}", arrived.one("digest")?);
        }
        let mut lines = Vec::new();
        for name in covered {
            lines.push(match name {
                "(request-target)" => format!("(request-target): {} {}", arrived.method.to_lowercase(), arrived.target),
                other => format!("{other}: {}", arrived.one(other)?),
            });
        }
        let key = self.key(get("keyId").context("no keyId")?).await?;
        let signature = unbase64(get("signature").context("no signature")?)?;
        ensure!(rsa_verifies(&key.text, lines.join("\n").as_bytes(), &signature)?, "the signature does not match {lines:?}");
        Ok(key.owner)
    }

    async fn check_rfc9421(&self, arrived: Arrived<'_>) -> Result<String> {
        let (label, params) = arrived.one("signature-input")?.split_once('=').context("odd Signature-Input")?;
        let covered: Vec<String> =
            between(params, "(", ")").context("nothing covered")?.split(' ').map(|name| name.trim_matches('"').to_owned()).collect();
        let method = covered.iter().any(|name| name == "@method");
        let target = covered.iter().any(|name| name == "@target-uri")
            || (covered.iter().any(|name| name == "@authority") && covered.iter().any(|name| name == "@path"));
        ensure!(method && target, "method or target is not covered: {covered:?}");
        if arrived.method == "POST" {
            ensure!(covered.iter().any(|name| name == "content-digest"), "content-digest is not covered");
            let wanted = format!("sha-256=:{}:", sha256_base64(arrived.body));
            ensure!(arrived.one("content-digest")?.contains(&wanted), "Content-Digest does not match the body");
        }
        let created = params.split(';').find_map(|part| part.trim().strip_prefix("created=")).context("no created")?;
        fresh(created.parse().context("odd created")?)?;
        let id = between(params, "keyid=\"", "\"").context("no keyid")?;
        let url = format!("http://{}{}", arrived.authority, arrived.target);
        let base = rfc9421_base(&covered, params, arrived.method, &url, |name| arrived.one(name).ok().map(str::to_owned));
        let signature = unbase64(between(arrived.one("signature")?, &format!("{label}=:"), ":").context("odd Signature")?)?;
        let key = self.key(id).await?;
        let good = if key.text.starts_with('z') {
            ed_verifies(&key.text, base.as_bytes(), &signature)?
        } else {
            rsa_verifies(&key.text, base.as_bytes(), &signature)?
        };
        ensure!(good, "the signature does not match {base:?}");
        Ok(key.owner)
    }
}

fn fresh(timestamp: i64) -> Result<()> {
    let age = (now().timestamp() - timestamp).abs();
    ensure!(age <= 3600, "signed {age} s away from now");
    Ok(())
}

/// The parameters of draft-cavage's Signature header; a repeated one is refused.
fn cavage_parameters(header: &str) -> Result<HashMap<String, String>> {
    let mut parameters = HashMap::new();
    let mut rest = header.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').context("a parameter without a value")?;
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').context("an open quote")?,
            None => after.split_once(',').map_or((after, ""), |(value, _)| (value, after.get(value.len()..).unwrap_or_default())),
        };
        if parameters.insert(name.trim().to_owned(), value.to_owned()).is_some() {
            bail!("parameter {name} stands there twice");
        }
        rest = after.trim_start_matches(',').trim_start();
    }
    Ok(parameters)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(inner, _)| inner)
}

/// Finds a key in an actor or key document: `publicKey` (one or several), `assertionMethod` (FEP-521a), or the document itself.
pub fn key_in(document: &Value, id: &str) -> Option<PublicKey> {
    let listed = ["publicKey", "assertionMethod"].iter().filter_map(|name| document.get(name)).flat_map(|value| match value {
        Value::Array(list) => list.iter().collect::<Vec<_>>(),
        other => vec![other],
    });
    let all: Vec<&Value> = listed.chain([document]).collect();
    all.iter().find_map(|key| {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        let material = text("publicKeyPem").or(text("publicKeyMultibase"))?;
        let owner = text("owner").or(text("controller"))?;
        (text("id") == Some(id)).then(|| PublicKey { owner: owner.to_owned(), text: material.to_owned() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{EdKey, RsaKey};
    use crate::sign::{Digest, Scheme, SignOptions, Signer, signed_post};

    const URL: &str = "http://peer1.localhost:4711/inbox?x=1";

    fn signer() -> Signer {
        Signer {
            rsa: RsaKey::pooled().unwrap(),
            ed25519: Some(EdKey::fresh().unwrap()),
            rsa_key_id: "http://e.localhost/u/eve#main-key".to_owned(),
            ed25519_key_id: "http://e.localhost/u/eve#ed25519-key".to_owned(),
        }
    }

    fn ring(signer: &Signer) -> KeyRing {
        let ring = KeyRing::default();
        let mut known = ring.known.lock().unwrap();
        let owner = "http://e.localhost/u/eve".to_owned();
        known.insert(signer.rsa_key_id.clone(), PublicKey { owner: owner.clone(), text: signer.rsa.public_pem().to_owned() });
        known.insert(signer.ed25519_key_id.clone(), PublicKey { owner, text: signer.ed25519.as_ref().unwrap().multibase() });
        drop(known);
        ring
    }

    async fn verdict(options: SignOptions) -> Result<String> {
        let signer = signer();
        let request = signed_post(&signer, URL, b"{\"a\":1}".to_vec(), &options).unwrap();
        let headers: Vec<(String, String)> = request.headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect();
        let arrived =
            Arrived { method: "POST", authority: "peer1.localhost:4711", target: &request.target, headers: &headers, body: &request.body };
        ring(&signer).check(arrived).await
    }

    #[tokio::test]
    async fn every_faultless_scheme_is_accepted() {
        for scheme in [Scheme::Cavage, Scheme::CavageHs2019, Scheme::Rfc9421, Scheme::Rfc9421Ed25519] {
            assert_eq!(verdict(SignOptions::by(scheme)).await.unwrap(), "http://e.localhost/u/eve", "{scheme:?}");
        }
    }

    #[tokio::test]
    async fn every_fault_is_refused_under_every_scheme() {
        for scheme in [Scheme::Cavage, Scheme::CavageHs2019, Scheme::Rfc9421, Scheme::Rfc9421Ed25519] {
            let sound = SignOptions::by(scheme);
            let faults = [
                SignOptions { skew_seconds: -3700, ..sound.clone() },
                SignOptions { skew_seconds: 3700, ..sound.clone() },
                SignOptions { digest: Digest::OfOther(b"other".to_vec()), ..sound.clone() },
                SignOptions { digest: Digest::Absent, ..sound.clone() },
                SignOptions { signed_host: Some("other.localhost".to_owned()), ..sound.clone() },
                SignOptions { signed_target: Some("/u/other/inbox".to_owned()), ..sound.clone() },
                SignOptions { covered: Some(vec!["digest".to_owned()]), ..sound.clone() },
            ];
            for fault in faults {
                assert!(verdict(fault.clone()).await.is_err(), "{fault:?}");
            }
        }
        assert!(verdict(SignOptions::by(Scheme::Unsigned)).await.is_err());
    }
}
