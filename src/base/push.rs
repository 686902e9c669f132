//! Web Push: messages that only one browser or phone can read, and the proof of who sends them.
//!
//! Both encodings: `aes128gcm` (RFC 8291 over RFC 8188) and the older draft `aesgcm` (draft-ietf-webpush-encryption-04) that apps
//! ask for by saying nothing. Who sends is proven by a token of ours (RFC 8292, VAPID).

use super::{clock::Stamp, secret};
use anyhow::{Context, Result, anyhow};
use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use std::time::Duration;

/// Longest text of one message, in bytes: push services take 4096 in all.
pub const TEXT_BYTES_MAX: usize = 3000;
/// The size of a record as the header of RFC 8188 says it: one record holds every message.
const RECORD: u32 = 4096;
/// How long a proof of ours counts; at most a day (RFC 8292 §2).
const PROOF_LASTS: Duration = Duration::from_secs(12 * 3600);

/// Whom a message is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// Their public key: an uncompressed point of P-256.
    pub public_key: Vec<u8>,
    /// The secret shared with them, 16 bytes.
    pub auth: Vec<u8>,
}

impl Receiver {
    /// Reads both as apps send them: base64 of either alphabet, padded or not. None where they are no such things.
    pub fn read(public_key: &str, auth: &str) -> Option<Self> {
        let read = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=').replace('+', "-").replace('/', "_")).ok();
        let (public_key, auth) = (read(public_key)?, read(auth)?);
        let is_point = public_key.len() == 65 && public_key.first() == Some(&4);
        (is_point && auth.len() == 16).then_some(Self { public_key, auth })
    }
}

/// A message as it goes out.
#[derive(Debug)]
pub struct Message {
    /// The body.
    pub body: Vec<u8>,
    /// `Content-Encoding` and what else the encoding needs.
    pub headers: Vec<(&'static str, String)>,
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF with SHA-256 (RFC 5869), both steps.
fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Result<[u8; N]> {
    let mut out = [0; N];
    let key = Salt::new(HKDF_SHA256, salt).extract(secret);
    key.expand(info, Length(N)).and_then(|okm| okm.fill(&mut out)).map_err(|_| anyhow!("a key could not be derived"))?;
    Ok(out)
}

/// Encrypts `text` for `receiver`: by RFC 8291 where they ask for the standard, else by the draft. Fails for a key that is no point
/// of the curve, and a text that is too long.
pub fn encrypt(receiver: &Receiver, text: &[u8], is_standard: bool) -> Result<Message> {
    let own = PrivateKey::generate(&ECDH_P256).map_err(|_| anyhow!("no key could be made"))?;
    encrypt_with(receiver, text, is_standard, (&own, secret::random()))
}

fn encrypt_with(receiver: &Receiver, text: &[u8], is_standard: bool, (own, salt): (&PrivateKey, [u8; 16])) -> Result<Message> {
    anyhow::ensure!(text.len() <= TEXT_BYTES_MAX, "a message is too long to be pushed");
    let public = own.compute_public_key().map_err(|_| anyhow!("a key has no public half"))?;
    let (theirs, ours) = (receiver.public_key.as_slice(), public.as_ref());
    let peer = UnparsedPublicKey::new(&ECDH_P256, theirs);
    let shared = agree(own, peer, anyhow!("their key is no point of the curve"), |shared| Ok(shared.to_vec()))?;
    if is_standard {
        let input: [u8; 32] = derive(&receiver.auth, &shared, &[b"WebPush: info\0", theirs, ours])?;
        let key = derive(&salt, &input, &[b"Content-Encoding: aes128gcm\0"])?;
        let nonce = derive(&salt, &input, &[b"Content-Encoding: nonce\0"])?;
        let mut body = [&salt[..], &RECORD.to_be_bytes(), &[u8::try_from(ours.len()).unwrap_or_default()], ours].concat();
        body.extend(seal(&key, nonce, [text, &[2]].concat())?);
        return Ok(Message { body, headers: vec![("content-encoding", "aes128gcm".to_owned())] });
    }
    let length = |key: &[u8]| u16::try_from(key.len()).unwrap_or_default().to_be_bytes();
    let context = [&b"P-256\0"[..], &length(theirs), theirs, &length(ours), ours].concat();
    let input: [u8; 32] = derive(&receiver.auth, &shared, &[b"Content-Encoding: auth\0"])?;
    let key = derive(&salt, &input, &[b"Content-Encoding: aesgcm\0", &context])?;
    let nonce = derive(&salt, &input, &[b"Content-Encoding: nonce\0", &context])?;
    // two bytes say how much padding follows: none
    let body = seal(&key, nonce, [&[0, 0], text].concat())?;
    let headers = vec![
        ("content-encoding", "aesgcm".to_owned()),
        ("encryption", format!("salt={}", URL_SAFE_NO_PAD.encode(salt))),
        ("crypto-key", format!("dh={}", URL_SAFE_NO_PAD.encode(ours))),
    ];
    Ok(Message { body, headers })
}

fn seal(key: &[u8; 16], nonce: [u8; 12], mut text: Vec<u8>) -> Result<Vec<u8>> {
    let failed = || anyhow!("a message could not be encrypted");
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).map_err(|_| failed())?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text).map_err(|_| failed())?;
    Ok(text)
}

/// The bytes that hexadecimal digits stand for; none for other text.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks_exact(2);
    if text.is_empty() || !pairs.remainder().is_empty() {
        return None;
    }
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

/// The key by which this node proves to push services that it sends.
pub struct Vapid {
    pair: EcdsaKeyPair,
}

impl Vapid {
    /// A new key, as PKCS#8.
    pub fn generate() -> Result<Vec<u8>> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        Ok(document.map_err(|_| anyhow!("no key could be made"))?.as_ref().to_vec())
    }

    /// The key in this PKCS#8.
    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes);
        Ok(Self { pair: pair.map_err(|_| anyhow!("the key for push cannot be read"))? })
    }

    /// Its public half, as apps are given it: an uncompressed point, base64.
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref())
    }

    /// The proof for the push service at `origin` that `subject` (an address of whoever runs this node) sends (RFC 8292 §2).
    pub fn proof(&self, origin: &str, subject: &str, now: Stamp) -> Result<String> {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({ "aud": origin, "exp": now.plus(PROOF_LASTS).0 / 1000, "sub": subject });
        let signed = format!("{}.{}", part(json!({ "typ": "JWT", "alg": "ES256" })), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).ok().context("a proof could not be signed")?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref())))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey as Verifier};

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// Reads a message as the browser does that holds `key` (RFC 8291 §3, and the draft).
    pub(crate) fn decrypt(key: &PrivateKey, auth: &[u8], message: &[u8], header: impl Fn(&str) -> String) -> Vec<u8> {
        let public = key.compute_public_key().unwrap();
        let is_standard = header("content-encoding") == "aes128gcm";
        let after =
            |name: &str, start: &str| bytes(header(name).split([',', ';']).find_map(|part| part.trim().strip_prefix(start)).unwrap());
        let (salt, theirs, sealed) = if is_standard {
            (message[..16].to_vec(), message[21..86].to_vec(), message[86..].to_vec())
        } else {
            (after("encryption", "salt="), after("crypto-key", "dh="), message.to_vec())
        };
        let shared = agree(key, UnparsedPublicKey::new(&ECDH_P256, &theirs), (), |shared| Ok(shared.to_vec())).unwrap();
        let (key, nonce): ([u8; 16], [u8; 12]) = if is_standard {
            let input: [u8; 32] = derive(auth, &shared, &[b"WebPush: info\0", public.as_ref(), &theirs]).unwrap();
            (
                derive(&salt, &input, &[b"Content-Encoding: aes128gcm\0"]).unwrap(),
                derive(&salt, &input, &[b"Content-Encoding: nonce\0"]).unwrap(),
            )
        } else {
            let context = [&b"P-256\0\0\x41"[..], public.as_ref(), b"\0\x41", &theirs].concat();
            let input: [u8; 32] = derive(auth, &shared, &[b"Content-Encoding: auth\0"]).unwrap();
            (
                derive(&salt, &input, &[b"Content-Encoding: aesgcm\0", &context]).unwrap(),
                derive(&salt, &input, &[b"Content-Encoding: nonce\0", &context]).unwrap(),
            )
        };
        let (key, mut text) = (LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap()), sealed);
        let open = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text).unwrap();
        if is_standard { open.strip_suffix(&[2]).unwrap().to_vec() } else { open.strip_prefix(&[0, 0]).unwrap().to_vec() }
    }

    /// A browser's key and the secret it shares.
    pub(crate) fn browser() -> (PrivateKey, Receiver) {
        let key = PrivateKey::generate(&ECDH_P256).unwrap();
        let receiver = Receiver { public_key: key.compute_public_key().unwrap().as_ref().to_vec(), auth: secret::random::<16>().to_vec() };
        (key, receiver)
    }

    #[test]
    fn rfc8291_section_5_is_encrypted_byte_for_byte() {
        let receiver = Receiver::read(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg==",
        )
        .unwrap();
        let own = PrivateKey::from_private_key(&ECDH_P256, &bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt: [u8; 16] = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let message = encrypt_with(&receiver, b"When I grow up, I want to be a watermelon", true, (&own, salt)).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(message.body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn both_encodings_are_read_by_the_browser_they_are_for_and_by_no_other() {
        for is_standard in [true, false] {
            let (key, receiver) = browser();
            let message = encrypt(&receiver, b"hello", is_standard).unwrap();
            let header =
                |name: &str| message.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()).unwrap_or_default();
            assert_eq!(decrypt(&key, &receiver.auth, &message.body, header), b"hello");
            assert_ne!(message.body, encrypt(&receiver, b"hello", is_standard).unwrap().body, "no two are alike");
            assert!(!String::from_utf8_lossy(&message.body).contains("hello"));
        }
        assert!(encrypt(&browser().1, &[0; TEXT_BYTES_MAX + 1], true).is_err());
        assert!(encrypt(&Receiver { public_key: [&[4][..], &[1; 64]].concat(), auth: vec![0; 16] }, b"x", true).is_err(), "off the curve");
        assert!(Receiver::read("AAAA", "BTBZMqHH6r4Tts7J_aSIgg").is_none() && Receiver::read("no!", "x").is_none());
    }

    #[test]
    fn rfc8292_a_proof_names_the_service_and_is_signed_by_the_key_that_apps_are_given() {
        let vapid = Vapid::from_pkcs8(&Vapid::generate().unwrap()).unwrap();
        let proof = vapid.proof("https://push.example", "https://acme.example", Stamp(1_700_000_000_000)).unwrap();
        let (signed, signature) = proof.rsplit_once('.').unwrap();
        let key = bytes(&vapid.public_key());
        assert!(Verifier::new(&ECDSA_P256_SHA256_FIXED, &key).verify(signed.as_bytes(), &bytes(signature)).is_ok());
        let claims: serde_json::Value = serde_json::from_slice(&bytes(signed.rsplit_once('.').unwrap().1)).unwrap();
        assert_eq!(claims, json!({ "aud": "https://push.example", "exp": 1_700_043_200, "sub": "https://acme.example" }));
    }
}
