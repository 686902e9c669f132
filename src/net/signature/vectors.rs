//! The published vectors: draft-cavage-12 Appendix C, Mastodon's cases, RFC 9421 Appendix B, structured fields.

use super::{Here, Received, SignatureError, cavage, digest, message::Message, read, rfc9421};
use crate::base::{
    keys::{Algorithm, KeyError, PublicKey},
    vectors,
};
use aws_lc_rs::signature::{RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::Value;
use sfv::{Dictionary, FieldType, Item, List, ListEntry, Parser};
use url::Url;

fn headers(of: &Value) -> HeaderMap {
    let pairs = of["headers"].as_object().unwrap().iter();
    pairs
        .map(|(name, value)| (HeaderName::try_from(name.as_str()).unwrap(), HeaderValue::from_str(value.as_str().unwrap()).unwrap()))
        .collect()
}

#[test]
fn the_strings_of_cavage_appendix_c_are_ours_and_its_short_key_is_refused() {
    let Some(vectors) = vectors::json("draft-cavage-12-appendix-c.json") else { return };
    let pem = vectors["public_key_pem"].as_str().unwrap();
    assert_eq!(PublicKey::from_pem(pem).unwrap_err(), KeyError::TooShort, "the draft's key has 1024 bits");
    let der = STANDARD.decode(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap();
    let (request, here) = (&vectors["request"], Here::of(&"https://example.com".parse().unwrap()));
    let (headers, target) = (headers(request), request["target"].as_str().unwrap());
    let message = Message { method: &Method::POST, here: &here, target, headers: &headers };
    let cases = vectors["cases"].as_array().unwrap();
    for case in cases {
        let names: Vec<&str> = case["headers"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let base = cavage::base(&names, &message, (None, None)).unwrap();
        assert_eq!(std::str::from_utf8(&base).unwrap(), case["signing_string"].as_str().unwrap());
        let signature = STANDARD.decode(case["signature"].as_str().unwrap()).unwrap();
        UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, &der).verify(&base, &signature).unwrap();
    }
    assert_eq!(cases.len(), 3);
    digest::check_digest(request["headers"]["digest"].as_str().unwrap(), request["body"].as_str().unwrap().as_bytes()).unwrap();
}

/// Mastodon takes a signature that leaves the query out; we do not, as the query decides what is asked for.
const NOT_FOLLOWED: [&str; 1] = ["query string missing from signature (compatibility quirk: accepted)"];

#[test]
fn ap074_mastodons_cases_end_as_mastodon_ends_them() {
    let Some(vectors) = vectors::json("mastodon-signature-cases.json") else { return };
    let key = PublicKey::from_pem(vectors["public_key_pem"].as_str().unwrap()).unwrap();
    let now = vectors["now"].as_str().unwrap().parse().unwrap();
    let cases: Vec<&Value> = ["cavage", "rfc9421"].iter().flat_map(|suite| vectors[suite].as_array().unwrap()).collect();
    for case in &cases {
        let request = &case["request"];
        let url: Url = request["url"].as_str().unwrap().parse().unwrap();
        let (method, headers) = (request["method"].as_str().unwrap().parse().unwrap(), headers(request));
        let body = request["body"].as_str().unwrap_or_default().as_bytes();
        let received = Received { method: &method, target: &url[url::Position::BeforePath..], headers: &headers, body };
        let outcome = read(&received, &Here::of(&url), now).and_then(|unverified| unverified.verify(&key));
        let name = case["name"].as_str().unwrap();
        let expected = case["expect"] == "verified" && !NOT_FOLLOWED.contains(&name);
        assert_eq!(outcome.is_ok(), expected, "{name}: {outcome:?}");
        if expected {
            assert_eq!(outcome.unwrap().key_id().as_str(), vectors["keyId"]);
        }
    }
    assert!(cases.len() >= 19);
}

/// Out of scope: B.2.1 to B.2.3 (RSA-PSS), B.2.4 (ECDSA, a response) and B.2.5 (HMAC), algorithms that no peer signs with.
/// Their bases are still built and compared, but for the response's.
#[test]
fn the_bases_of_rfc9421_appendix_b_are_ours_and_its_ed25519_signatures_hold() {
    let Some(vectors) = vectors::json("rfc9421-appendix-b.json") else { return };
    let request = &vectors["request"];
    let url: Url = request["target_uri"].as_str().unwrap().parse().unwrap();
    let (headers, here) = (headers(request), Here::of(&url));
    let message = Message { method: &Method::POST, here: &here, target: &url[url::Position::BeforePath..], headers: &headers };
    let mut checked = 0;
    for case in vectors["cases"].as_array().unwrap().iter().filter(|case| case["message"] == "request") {
        let inputs: Dictionary = Parser::new(case["signature_input"].as_str().unwrap()).parse().unwrap();
        let Some((_, ListEntry::InnerList(covered))) = inputs.into_iter().next() else { panic!("one inner list") };
        let base = rfc9421::base(covered, &message).unwrap();
        assert_eq!(std::str::from_utf8(&base).unwrap(), case["signature_base"].as_str().unwrap(), "{}", case["id"]);
        if case["alg"] == "ED25519" {
            let key = PublicKey::from_pem(vectors["keys"]["test-key-ed25519"]["public_pem"].as_str().unwrap()).unwrap();
            let letters = case["signature"].as_str().unwrap().split(':').nth(1).unwrap();
            key.verify(Algorithm::Ed25519, &base, &STANDARD.decode(letters).unwrap()).unwrap();
            checked += 1;
        }
    }
    assert_eq!(checked, 2);
    let rsa = PublicKey::from_pem(vectors["keys"]["test-key-rsa"]["public_pem"].as_str().unwrap()).unwrap();
    assert_eq!(rsa.algorithm(), Algorithm::RsaSha256, "a key in PKCS#1 PEM is read");
    // the RFC's digest is SHA-512 alone; we want SHA-256
    let outcome =
        digest::check_content_digest(request["headers"]["content-digest"].as_str().unwrap(), request["body"].as_str().unwrap().as_bytes());
    assert_eq!(outcome, Err(SignatureError::NoDigest));
}

/// The library's reading and writing of structured fields, as our signature bases depend on both.
#[test]
fn structured_fields_read_and_write_as_published() {
    let mut seen = 0;
    for file in
        ["examples", "dictionary", "param-dict", "string", "binary", "listlist", "param-listlist", "key-generated", "string-generated"]
    {
        let Some(cases) = vectors::json(&format!("rfc8941-structured-field-tests/codegen/structured-field-tests/{file}.json")) else {
            return;
        };
        for case in cases.as_array().unwrap() {
            let lines = |name: &str| {
                let list = case[name].as_array()?.iter().map(|line| line.as_str().unwrap());
                Some(list.collect::<Vec<_>>().join(", "))
            };
            let raw = lines("raw").unwrap();
            let written = match case["header_type"].as_str().unwrap() {
                "dictionary" => Parser::new(&raw).parse::<Dictionary>().ok().map(|value| value.serialize().unwrap_or_default()),
                "list" => Parser::new(&raw).parse::<List>().ok().map(|value| value.serialize().unwrap_or_default()),
                _ => Parser::new(&raw).parse::<Item>().ok().map(|value| value.serialize()),
            };
            if case["must_fail"] == true {
                assert_eq!(written, None, "{file}: {}", case["name"]);
            } else if case["can_fail"] != true || written.is_some() {
                assert_eq!(written, Some(lines("canonical").unwrap_or(raw)), "{file}: {}", case["name"]);
            }
            seen += 1;
        }
    }
    assert!(seen > 500, "{seen} cases");
}
