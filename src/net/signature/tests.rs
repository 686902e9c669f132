//! Signing and checking together: what holds; what is refused stands in `refusals`.

use super::{Here, Outgoing, Received, Scheme, SignatureError, Signer, Unverified, Verified, cavage, message::Message, read};
use crate::{
    base::{
        keys::{KeyPair, PublicKey},
        secret::sha256,
    },
    tests::support::keys::lent_rsa,
};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use std::sync::LazyLock;
use url::Url;

mod refusals;

const INBOX: &str = "https://node.test/u/ada/inbox?x=1";
const BODY: &[u8] = br#"{"type":"Like"}"#;
const SCHEMES: [Scheme; 2] = [Scheme::Cavage, Scheme::Rfc9421];

static RSA: LazyLock<KeyPair> = LazyLock::new(lent_rsa);
static ED: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::from_ed25519_seed(&[5; 32]).unwrap());
static RSA_PUBLIC: LazyLock<PublicKey> = LazyLock::new(|| RSA.public().unwrap());
static ED_PUBLIC: LazyLock<PublicKey> = LazyLock::new(|| ED.public().unwrap());

fn now() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

/// A request on its way, to be tampered with.
#[derive(Clone)]
struct Request {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Request {
    fn signed(scheme: Scheme, key: &KeyPair) -> Self {
        Self::sent(&Method::POST, INBOX, BODY, &signer(scheme, key))
    }

    fn sent(method: &Method, url: &str, body: &[u8], signer: &Signer) -> Self {
        let url: Url = url.parse().unwrap();
        let mut headers = HeaderMap::new();
        let body_sha256 = (*method != Method::GET).then(|| sha256(body));
        signer.sign(&Outgoing { method, url: &url, body_sha256 }, &mut headers, now()).unwrap();
        let mut request =
            Self { method: method.clone(), target: url[url::Position::BeforePath..].to_owned(), headers, body: body.to_vec() };
        request.set("host", &Here::of(&url).authority);
        request
    }

    fn set(&mut self, name: &str, value: &str) {
        self.headers.insert(HeaderName::try_from(name).unwrap(), HeaderValue::from_str(value).unwrap());
    }

    fn append(&mut self, name: &str, value: &str) {
        self.headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::from_str(value).unwrap());
    }

    fn get(&self, name: &str) -> String {
        self.headers[name].to_str().unwrap().to_owned()
    }

    fn edit(&mut self, name: &str, from: &str, to: &str) {
        let value = self.get(name);
        assert!(value.contains(from), "{name}: {value} has no {from}");
        self.set(name, &value.replacen(from, to, 1));
    }

    fn read_at(&self, now: DateTime<Utc>) -> Result<Unverified, SignatureError> {
        let received = Received { method: &self.method, target: &self.target, headers: &self.headers, body: &self.body };
        read(&received, &Here::of(&"https://node.test".parse().unwrap()), now)
    }

    fn check(&self, key: &PublicKey) -> Result<Verified, SignatureError> {
        self.read_at(now())?.verify(key)
    }

    /// Signs with cavage over any names and parameters, as a careless or evil peer might.
    fn cavage(method: &Method, names: &str, algorithm: &str, times: (Option<i64>, Option<i64>)) -> Self {
        let mut request = Self::sent(method, INBOX, BODY, &signer(Scheme::Cavage, &RSA));
        let here = Here::of(&INBOX.parse().unwrap());
        let message = Message { method, here: &here, target: &request.target, headers: &request.headers };
        let names_list: Vec<&str> = names.split(' ').collect();
        let base = cavage::base(&names_list, &message, times).unwrap();
        let letters = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, RSA.sign(&base).unwrap());
        let time = |name: &str, at: Option<i64>| at.map_or(String::new(), |at| format!(",{name}={at}"));
        let (created, expires) = (time("created", times.0), time("expires", times.1));
        let value = format!(
            r#"keyId="https://peer.test/u/bo#main-key",algorithm="{algorithm}"{created}{expires},headers="{names}",signature="{letters}""#
        );
        request.set("signature", &value);
        request
    }
}

fn signer(scheme: Scheme, key: &KeyPair) -> Signer {
    Signer { key_id: "https://peer.test/u/bo#main-key".to_owned(), key: key.clone(), scheme }
}

#[test]
fn ap078_what_we_sign_holds_in_both_schemes_with_both_keys() {
    for scheme in SCHEMES {
        for (key, public) in [(&RSA, &RSA_PUBLIC), (&ED, &ED_PUBLIC)] {
            for method in [Method::POST, Method::GET] {
                let verified = Request::sent(&method, INBOX, BODY, &signer(scheme, key)).check(public).unwrap();
                assert_eq!((verified.scheme(), verified.key_id().as_str()), (scheme, "https://peer.test/u/bo#main-key"));
            }
        }
    }
}

#[test]
fn a_second_knock_replaces_the_first() {
    let url: Url = INBOX.parse().unwrap();
    let mut request = Request::signed(Scheme::Rfc9421, &RSA);
    let outgoing = Outgoing { method: &Method::POST, url: &url, body_sha256: Some(sha256(BODY)) };
    signer(Scheme::Cavage, &RSA).sign(&outgoing, &mut request.headers, now()).unwrap();
    assert_eq!(request.check(&RSA_PUBLIC).unwrap().scheme(), Scheme::Cavage);
    assert!(!request.headers.contains_key("signature-input") && !request.headers.contains_key("content-digest"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_signed_holds_and_one_changed_byte_breaks_it(
        rfc9421: bool, rsa: bool, path in "/[a-z0-9/_-]{0,20}", query in "(\\?[a-z0-9=&%]{0,20})?",
        body in prop::collection::vec(any::<u8>(), 1..200), part in 0..4usize, at: prop::sample::Index, flip in 1..=255u8,
    ) {
        let scheme = if rfc9421 { Scheme::Rfc9421 } else { Scheme::Cavage };
        let (key, public) = if rsa { (&RSA, &RSA_PUBLIC) } else { (&ED, &ED_PUBLIC) };
        let mut request = Request::sent(&Method::POST, &format!("https://node.test{path}{query}"), &body, &signer(scheme, key));
        prop_assert!(request.check(public).is_ok());
        match part {
            0 => { let at = at.index(body.len()); request.body[at] ^= flip; }
            1 => {
                let at = at.index(request.target.len());
                let mut bytes = request.target.clone().into_bytes();
                bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
                request.target = String::from_utf8(bytes).unwrap();
            }
            _ => {
                // the digest of another body, and a changed signature
                let names = if rfc9421 { ["content-digest", "signature"] } else { ["digest", "signature"] };
                let name = names[part - 2];
                let value = request.get(name);
                let start = value.rfind(if name == "signature" && !rfc9421 { "signature=\"" } else { "=" }).unwrap();
                let start = if name == "signature" && rfc9421 { value.find("=:").unwrap() + 2 }
                    else if name == "signature" { start + 11 } else { value.find('=').unwrap() + 2 };
                let at = start + at.index(40);
                let mut bytes = value.into_bytes();
                bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
                request.set(name, std::str::from_utf8(&bytes).unwrap());
            }
        }
        prop_assert!(request.check(public).is_err());
    }

    #[test]
    fn no_header_makes_the_reader_fail_otherwise_than_by_refusing(value in "[ -~]{0,120}", input in prop::option::of("[ -~]{0,120}")) {
        let mut request = Request::signed(Scheme::Cavage, &ED);
        request.set("signature", &value);
        if let Some(input) = input {
            request.set("signature-input", &input);
        }
        prop_assert!(request.check(&ED_PUBLIC).is_err());
    }
}
