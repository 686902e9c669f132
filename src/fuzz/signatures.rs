//! Signatures: headers that anybody wrote, and requests that somebody changed on the way.

use super::{HERE, text};
use crate::{
    base::{
        keys::{KeyPair, PublicKey},
        secret::sha256,
    },
    net::{
        Method,
        header::{HeaderMap, HeaderName, HeaderValue},
        signature::{self, Here, Outgoing, Received, Scheme, Signer, Unverified},
    },
};
use chrono::{DateTime, Utc};
use std::sync::LazyLock;
use url::Url;

/// The second in which every request comes: 2026-11-22T12:00:00Z.
const NOW: i64 = 1_795_348_800;
const KEY_ID: &str = "https://p.example/u/pat#main-key";
const BODY: &[u8] = b"{\"type\":\"Like\"}";

/// The key of somebody, the same in every run; none if the library refuses it.
static KEY: LazyLock<Option<(KeyPair, PublicKey)>> = LazyLock::new(|| {
    let pair = KeyPair::from_ed25519_seed(&[7; 32]).ok()?;
    let public = pair.public().ok()?;
    Some((pair, public))
});

/// A request to the inbox.
struct Letter {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Letter {
    fn new(body: &[u8]) -> Self {
        let headers = [("host", "acme.example"), ("date", "Sun, 22 Nov 2026 12:00:00 GMT"), ("content-type", "application/activity+json")];
        let headers = headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Self { method: Method::POST, target: "/inbox".to_owned(), headers: headers.into_iter().collect(), body: body.to_vec() }
    }

    /// What is read of its signature.
    fn read(&self) -> Option<Unverified> {
        let received = Received { method: &self.method, target: &self.target, headers: &self.headers, body: &self.body };
        signature::read(&received, &Here::of(&Url::parse(HERE).ok()?), DateTime::<Utc>::from_timestamp(NOW, 0)?).ok()
    }

    fn set(&mut self, name: &'static str, value: &[u8]) {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// A `Signature` header of draft-cavage. What is taken covers what decides the effect, and stands for this very request.
pub fn cavage(input: &[u8]) {
    let mut letter = Letter::new(BODY);
    let digest = format!("SHA-256={}", base64(&sha256(BODY)));
    letter.set("digest", digest.as_bytes());
    letter.set("signature", input);
    let Some(claim) = letter.read() else { return };
    assert_eq!(claim.scheme(), Scheme::Cavage);
    let base = text(claim.base()).into_owned();
    for line in ["(request-target): post /inbox", "host: acme.example", &format!("digest: {digest}")] {
        assert!(base.split('\n').any(|have| have == line), "{line} is not signed: {base}");
    }
    told(&claim, &letter);
}

/// `Signature-Input`, a line break, `Signature`: the headers of RFC 9421.
pub fn rfc9421(input: &[u8]) {
    let (first, second) = input.split_at(input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len()));
    let mut letter = Letter::new(BODY);
    let digest = format!("sha-256=:{}:", base64(&sha256(BODY)));
    letter.set("content-digest", digest.as_bytes());
    letter.set("signature-input", first);
    letter.set("signature", second.trim_ascii());
    let Some(claim) = letter.read() else { return };
    let base = text(claim.base()).into_owned();
    if claim.scheme() == Scheme::Rfc9421 {
        for line in ["\"@method\": POST", "\"@target-uri\": https://acme.example/inbox", &format!("\"content-digest\": {digest}")] {
            assert!(base.split('\n').any(|have| have == line), "{line} is not signed: {base}");
        }
    }
    told(&claim, &letter);
}

/// What holds of everything that is read: the key id is plain, nobody's key signed it by chance, and it is read alike again.
fn told(claim: &Unverified, letter: &Letter) {
    let id = claim.key_id();
    assert!(matches!(id.document().scheme(), "http" | "https") && id.document().username().is_empty());
    assert!(id.as_str().starts_with(&id.document().origin().ascii_serialization()), "{id}");
    assert!(KEY.as_ref().is_none_or(|(_, public)| claim.verify(public).is_err()), "a signature was made up: {id}");
    let again = letter.read();
    assert!(again.is_some_and(|again| again.base() == claim.base() && again.key_id() == id));
}

/// A request that was signed rightly and changed as the bytes say: it is refused, or says what was signed.
///
/// The first byte chooses scheme and method; then, three bytes each, what to change, where, and into what.
pub fn signed(input: &[u8]) {
    let Some((pair, public)) = KEY.as_ref() else { return };
    let (first, changes) = input.split_first().unwrap_or((&0, &[]));
    let (is_rfc, is_get) = (first & 1 == 1, first & 2 == 2);
    let scheme = if is_rfc { Scheme::Rfc9421 } else { Scheme::Cavage };
    let mut letter = Letter::new(if is_get { b"" } else { BODY });
    if is_get {
        (letter.method, letter.target) = (Method::GET, "/u/ada?page=1".to_owned());
    }
    let signer = Signer { key_id: KEY_ID.to_owned(), key: pair.clone(), scheme };
    let (Ok(url), Some(now)) = (Url::parse(&format!("{HERE}{}", letter.target)), DateTime::<Utc>::from_timestamp(NOW, 0)) else { return };
    let outgoing = Outgoing { method: &letter.method, url: &url, body_sha256: (!is_get).then(|| sha256(&letter.body)) };
    if signer.sign(&outgoing, &mut letter.headers, now).is_err() {
        return;
    }
    let right = (letter.method.clone(), letter.target.clone(), letter.body.clone());
    let base = letter.read().map(|claim| claim.base().to_vec());
    assert!(base.is_some() && letter.read().is_some_and(|claim| claim.verify(public).is_ok()), "what was signed rightly is refused");
    changes.chunks_exact(3).for_each(|change| apply(&mut letter, change));
    let Some(claim) = letter.read().filter(|claim| claim.verify(public).is_ok()) else { return };
    assert_eq!(Some(claim.base()), base.as_deref(), "another text has the same signature");
    assert_eq!(claim.scheme(), scheme);
    // draft-cavage signs no key id: what is said under another is said by the owner of that one (S10)
    assert!(!is_rfc || claim.key_id().as_str() == KEY_ID);
    assert_eq!((&letter.method, &letter.target), (&right.0, &right.1));
    assert!(is_get || letter.body == right.2, "another body has the same signature");
}

/// One change: of the method, the target, the body, or a byte of a header.
fn apply(letter: &mut Letter, change: &[u8]) {
    let [what, at, into] = [0, 1, 2].map(|nth| change.get(nth).copied().unwrap_or_default());
    let names = ["host", "date", "signature", "signature-input", "digest", "content-digest"];
    let put = |bytes: &mut Vec<u8>| match bytes.len() {
        0 => bytes.push(into),
        length => bytes[usize::from(at) % length] = into,
    };
    match what % 10 {
        0 => letter.method = if into & 1 == 0 { Method::DELETE } else { Method::PUT },
        1 => {
            let mut target = letter.target.clone().into_bytes();
            put(&mut target);
            letter.target = text(&target).into_owned();
        }
        2 => put(&mut letter.body),
        3 => letter.body.truncate(usize::from(at)),
        nth => {
            let Some(name) = names.get(usize::from(nth) - 4).copied() else { return };
            let Some(mut value) = letter.headers.get(name).map(|value| value.as_bytes().to_vec()) else { return };
            put(&mut value);
            letter.set(name, &value);
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}
