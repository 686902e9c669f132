//! Signing requests: draft-cavage-12 as Mastodon and Lemmy do it, and RFC 9421.
//!
//! [`SignOptions`] says what to do wrong, too: another key id, another date, less covered, another body digested. What is signed
//! can still be changed afterwards, since the result is a plain [`OutgoingRequest`].

use crate::clock::{http_date, now_plus};
use crate::keys::{EdKey, RsaKey, base64, sha256_base64};
use crate::wire::OutgoingRequest;
use anyhow::{Context, Result};
use std::sync::Arc;

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scheme {
    /// draft-cavage, `algorithm="rsa-sha256"` (Mastodon).
    #[default]
    Cavage,
    /// draft-cavage, `algorithm="hs2019"` over RSA-SHA256, Date not created (Lemmy, GoToSocial).
    CavageHs2019,
    /// RFC 9421, `rsa-v1_5-sha256`, with Content-Digest (Mastodon 4.7).
    Rfc9421,
    /// RFC 9421, `ed25519`, with Content-Digest.
    Rfc9421Ed25519,
    /// Not at all.
    Unsigned,
}

/// Which digest of the body the request states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Digest {
    /// The true SHA-256.
    #[default]
    Right,
    /// The SHA-256 of other bytes.
    OfOther(Vec<u8>),
    /// This value of the header, whole.
    Written(String),
    /// None at all.
    Absent,
}

/// Who signs.
#[derive(Debug, Clone)]
pub struct Signer {
    /// The RSA key.
    pub rsa: Arc<RsaKey>,
    /// The Ed25519 key, for [`Scheme::Rfc9421Ed25519`].
    pub ed25519: Option<Arc<EdKey>>,
    /// Key id of the RSA key.
    pub rsa_key_id: String,
    /// Key id of the Ed25519 key.
    pub ed25519_key_id: String,
}

/// What to sign and what to do wrong; the default is a faultless cavage signature.
#[derive(Debug, Clone, Default)]
pub struct SignOptions {
    /// The scheme.
    pub scheme: Scheme,
    /// Another key id than the signer's.
    pub key_id: Option<String>,
    /// Seconds to add to the clock for Date and created.
    pub skew_seconds: i64,
    /// Another list of what is covered (lower case, in order).
    pub covered: Option<Vec<String>>,
    /// The digest stated.
    pub digest: Digest,
    /// Another host in the signed string than the one the request goes to.
    pub signed_host: Option<String>,
    /// Another path in the signed string.
    pub signed_target: Option<String>,
    /// Another content type.
    pub content_type: Option<String>,
}

impl SignOptions {
    /// A faultless signature by the given scheme.
    pub fn by(scheme: Scheme) -> Self {
        Self { scheme, ..Self::default() }
    }

    /// A faultless signature under another key id.
    pub fn under_key_id(key_id: impl Into<String>) -> Self {
        Self { key_id: Some(key_id.into()), ..Self::default() }
    }
}

/// A signed `POST` of `body` to `url`.
pub fn signed_post(signer: &Signer, url: &str, body: Vec<u8>, options: &SignOptions) -> Result<OutgoingRequest> {
    let mut request = OutgoingRequest::new("POST", url)?;
    request.body = body;
    request
        .add("User-Agent", "federation-tests")
        .add("Content-Type", options.content_type.as_deref().unwrap_or("application/activity+json"))
        .add("Date", http_date(now_plus(options.skew_seconds)));
    sign(signer, &mut request, url, options)?;
    Ok(request)
}

/// A signed `GET` of `url`.
pub fn signed_get(signer: &Signer, url: &str, options: &SignOptions) -> Result<OutgoingRequest> {
    let mut request = OutgoingRequest::new("GET", url)?;
    request
        .add("User-Agent", "federation-tests")
        .add("Accept", "application/activity+json")
        .add("Date", http_date(now_plus(options.skew_seconds)));
    sign(signer, &mut request, url, options)?;
    Ok(request)
}

fn sign(signer: &Signer, request: &mut OutgoingRequest, url: &str, options: &SignOptions) -> Result<()> {
    match options.scheme {
        Scheme::Unsigned => Ok(()),
        Scheme::Cavage => cavage(signer, request, "rsa-sha256", options),
        Scheme::CavageHs2019 => cavage(signer, request, "hs2019", options),
        Scheme::Rfc9421 | Scheme::Rfc9421Ed25519 => rfc9421(signer, request, url, options),
    }
}

fn cavage(signer: &Signer, request: &mut OutgoingRequest, algorithm: &str, options: &SignOptions) -> Result<()> {
    let is_post = request.method == "POST";
    match &options.digest {
        Digest::Absent => {}
        _ if !is_post => {}
        Digest::Right => {
            let digest = sha256_base64(&request.body);
            request.add("Digest", format!("SHA-256={digest}"));
        }
        Digest::OfOther(bytes) => {
            request.add("Digest", format!("SHA-256={}", sha256_base64(bytes)));
        }
        Digest::Written(value) => {
            request.add("Digest", value.clone());
        }
    }
    let usual: &[&str] = if is_post { &["(request-target)", "host", "date", "digest"] } else { &["(request-target)", "host", "date"] };
    let covered = options.covered.clone().unwrap_or_else(|| usual.iter().map(|name| (*name).to_owned()).collect());
    let target = options.signed_target.as_deref().unwrap_or(&request.target);
    let lines: Vec<String> = covered
        .iter()
        .map(|name| match name.as_str() {
            "(request-target)" => format!("(request-target): {} {target}", request.method.to_lowercase()),
            "host" => format!("host: {}", options.signed_host.as_deref().or(request.header("host")).unwrap_or_default()),
            other => format!("{other}: {}", request.header(other).unwrap_or_default()),
        })
        .collect();
    let signature = base64(&signer.rsa.sign(lines.join("\n").as_bytes())?);
    let key_id = options.key_id.as_deref().unwrap_or(&signer.rsa_key_id);
    let value = format!(r#"keyId="{key_id}",algorithm="{algorithm}",headers="{}",signature="{signature}""#, covered.join(" "));
    request.add("Signature", value);
    Ok(())
}

fn rfc9421(signer: &Signer, request: &mut OutgoingRequest, url: &str, options: &SignOptions) -> Result<()> {
    let is_post = request.method == "POST";
    match &options.digest {
        Digest::Absent => {}
        _ if !is_post => {}
        Digest::Right => {
            let digest = sha256_base64(&request.body);
            request.add("Content-Digest", format!("sha-256=:{digest}:"));
        }
        Digest::OfOther(bytes) => {
            request.add("Content-Digest", format!("sha-256=:{}:", sha256_base64(bytes)));
        }
        Digest::Written(value) => {
            request.add("Content-Digest", value.clone());
        }
    }
    let usual: &[&str] = if is_post { &["@method", "@target-uri", "content-digest"] } else { &["@method", "@target-uri"] };
    let covered = options.covered.clone().unwrap_or_else(|| usual.iter().map(|name| (*name).to_owned()).collect());
    let ed25519 = options.scheme == Scheme::Rfc9421Ed25519;
    let own_id = if ed25519 { &signer.ed25519_key_id } else { &signer.rsa_key_id };
    let names: Vec<String> = covered.iter().map(|name| format!("\"{name}\"")).collect();
    let params = format!(
        r#"({});created={};keyid="{}";alg="{}""#,
        names.join(" "),
        now_plus(options.skew_seconds).timestamp(),
        options.key_id.as_deref().unwrap_or(own_id),
        if ed25519 { "ed25519" } else { "rsa-v1_5-sha256" },
    );
    let signed_url = match (&options.signed_host, &options.signed_target) {
        (None, None) => url.to_owned(),
        (host, target) => {
            let host = host.as_deref().or(request.header("host")).unwrap_or_default();
            format!("http://{host}{}", target.as_deref().unwrap_or(&request.target))
        }
    };
    let base = rfc9421_base(&covered, &params, &request.method, &signed_url, |name| request.header(name).map(str::to_owned));
    let signature = if ed25519 {
        signer.ed25519.as_ref().context("this actor has no Ed25519 key")?.sign(base.as_bytes())
    } else {
        signer.rsa.sign(base.as_bytes())?
    };
    request.add("Signature-Input", format!("sig1={params}")).add("Signature", format!("sig1=:{}:", base64(&signature)));
    Ok(())
}

/// The signature base of RFC 9421 §2.5 for the components fediverse software uses.
pub fn rfc9421_base(covered: &[String], params: &str, method: &str, url: &str, header: impl Fn(&str) -> Option<String>) -> String {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (authority, path) = after_scheme.split_once('/').unwrap_or((after_scheme, ""));
    let mut lines: Vec<String> = covered
        .iter()
        .map(|name| {
            let value = match name.as_str() {
                "@method" => method.to_owned(),
                "@target-uri" => url.to_owned(),
                "@authority" => authority.to_lowercase(),
                "@path" => format!("/{}", path.split('?').next().unwrap_or_default()),
                other => header(other).unwrap_or_default(),
            };
            format!("\"{name}\": {value}")
        })
        .collect();
    lines.push(format!("\"@signature-params\": {params}"));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_of_rfc9421_stands_as_in_its_section_2_5() {
        let covered = ["@method", "@authority", "@path", "content-digest"].map(str::to_owned);
        let params = r#"("@method" "@authority" "@path" "content-digest");created=1618884473;keyid="test-key-rsa-pss""#;
        let base = rfc9421_base(&covered, params, "POST", "http://example.com/foo?param=Value", |_| Some("sha-512=:x:".to_owned()));
        let wanted = "\"@method\": POST\n\"@authority\": example.com\n\"@path\": /foo\n\"content-digest\": sha-512=:x:\n\"@signature-params\": (\"@method\" \"@authority\" \"@path\" \"content-digest\");created=1618884473;keyid=\"test-key-rsa-pss\"";
        assert_eq!(base, wanted);
    }

    /// RFC 9421 appendix B.2.6, from the shared vectors: our base is theirs, and their signature holds over it.
    #[test]
    fn the_ed25519_example_of_rfc9421_is_built_and_verified_alike() {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_owned();
        let folder = std::env::var("INTERMOOT_SHARED").unwrap_or(beside);
        let Ok(text) = std::fs::read_to_string(format!("{folder}/vectors/rfc9421-appendix-b.json")) else {
            eprintln!("no shared vectors at hand: the example of RFC 9421 was not tried");
            return;
        };
        let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
        let case = vectors["cases"].as_array().unwrap().iter().find(|case| case["id"] == "B.2.6").unwrap();
        let (_, params) = case["signature_input"].as_str().unwrap().split_once('=').unwrap();
        let names = params.split_once(')').unwrap().0.trim_start_matches('(');
        let covered: Vec<String> = names.split(' ').map(|name| name.trim_matches('"').to_owned()).collect();
        let headers = [("date", "Tue, 20 Apr 2021 02:07:55 GMT"), ("content-type", "application/json"), ("content-length", "18")];
        let header = |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let base = rfc9421_base(&covered, params, "POST", "http://example.com/foo?param=Value&Pet=dog", header);
        assert_eq!(base, case["signature_base"].as_str().unwrap());
        let pem = vectors["keys"]["test-key-ed25519"]["public_pem"].as_str().unwrap();
        let der = crate::keys::unbase64(pem.lines().nth(1).unwrap()).unwrap();
        let (_, key) = der.split_at(der.len() - 32);
        let signature =
            crate::keys::unbase64(case["signature"].as_str().unwrap().trim_start_matches("sig-b26=").trim_matches(':')).unwrap();
        let multibase = crate::keys::ed25519_multibase(key);
        assert!(crate::keys::ed_verifies(&multibase, base.as_bytes(), &signature).unwrap());
        assert!(!crate::keys::ed_verifies(&multibase, b"another", &signature).unwrap());
    }
}
