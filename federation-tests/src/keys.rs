//! Keys of scripted actors: RSA-2048 and Ed25519, by aws-lc-rs alone.
//!
//! Making an RSA key takes a tenth of a second and more, so actors share a small pool; two actors of one pool may thus have the
//! same key under different ids. Tests about keys ask for a fresh one.

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    ED25519, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How many RSA keys all ordinary scripted actors share.
pub const POOL: usize = 10;

/// An RSA-2048 key pair.
#[derive(Debug)]
pub struct RsaKey {
    pair: KeyPair,
    pem: String,
}

impl RsaKey {
    /// A new key pair (slow).
    pub fn fresh() -> Result<Arc<Self>> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("no RSA key could be made"))?;
        let der = pair.public_key().as_der().map_err(|_| anyhow!("an RSA key could not be written"))?;
        Ok(Arc::new(Self { pem: pem("PUBLIC KEY", der.as_ref()), pair }))
    }

    /// One of the shared keys, in turn.
    pub fn pooled() -> Result<Arc<Self>> {
        static KEYS: Mutex<Vec<Arc<RsaKey>>> = Mutex::new(Vec::new());
        static TURN: AtomicUsize = AtomicUsize::new(0);
        let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = TURN.fetch_add(1, Ordering::Relaxed) % POOL;
        while keys.len() <= turn {
            keys.push(Self::fresh()?);
        }
        keys.get(turn).cloned().context("the pool is empty")
    }

    /// The public key as SubjectPublicKeyInfo in PEM, as actor documents show it.
    pub fn public_pem(&self) -> &str {
        &self.pem
    }

    /// Signs by RSASSA-PKCS1-v1_5 with SHA-256.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).map_err(|_| anyhow!("RSA signing failed"))?;
        Ok(signature)
    }
}

/// Checks an RSASSA-PKCS1-v1_5/SHA-256 signature by a public key in PEM (SubjectPublicKeyInfo or PKCS#1).
pub fn rsa_verifies(public_pem: &str, message: &[u8], signature: &[u8]) -> Result<bool> {
    let der = from_pem(public_pem)?;
    Ok(UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).verify(message, signature).is_ok())
}

/// A public RSA key read once, for checking many signatures.
#[derive(Debug)]
pub struct ParsedRsaKey(ParsedPublicKey);

impl ParsedRsaKey {
    /// Reads PEM.
    pub fn of(public_pem: &str) -> Result<Self> {
        let parsed = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, from_pem(public_pem)?);
        parsed.map(Self).map_err(|_| anyhow!("not an RSA key"))
    }

    /// Checks an RSASSA-PKCS1-v1_5/SHA-256 signature.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

/// An Ed25519 key pair.
#[derive(Debug)]
pub struct EdKey {
    pair: Ed25519KeyPair,
}

impl EdKey {
    /// A new key pair.
    pub fn fresh() -> Result<Arc<Self>> {
        Ok(Arc::new(Self { pair: Ed25519KeyPair::generate().map_err(|_| anyhow!("no Ed25519 key could be made"))? }))
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    /// The public key as FEP-521a shows it: multibase base58btc over the multicodec prefix 0xed01 and 32 bytes.
    pub fn multibase(&self) -> String {
        ed25519_multibase(self.pair.public_key().as_ref())
    }
}

/// The 32 bytes of an Ed25519 public key in FEP-521a's multibase form.
pub fn ed25519_multibase(key: &[u8]) -> String {
    let mut bytes = vec![0xed, 0x01];
    bytes.extend_from_slice(key);
    format!("z{}", base58(&bytes))
}

/// Checks an Ed25519 signature by a public key in FEP-521a's multibase form.
pub fn ed_verifies(multibase: &str, message: &[u8], signature: &[u8]) -> Result<bool> {
    let bytes = unbase58(multibase.strip_prefix('z').context("not base58btc")?)?;
    let key = bytes.strip_prefix(&[0xed_u8, 0x01]).context("not an Ed25519 key")?;
    Ok(UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok())
}

/// `SHA-256` of bytes, in base64.
pub fn sha256_base64(bytes: &[u8]) -> String {
    BASE64.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
}

/// Base64 as headers use it.
pub fn base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Reads base64 as headers use it.
pub fn unbase64(text: &str) -> Result<Vec<u8>> {
    BASE64.decode(text).context("not base64")
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

fn from_pem(pem: &str) -> Result<Vec<u8>> {
    let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    unbase64(&body).context("a public key that is not PEM")
}

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

fn base58(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
        while carry > 0 {
            digits.push((carry % 58) as u8);
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let letters = digits.iter().rev().filter_map(|digit| ALPHABET.get(usize::from(*digit)).map(|c| char::from(*c)));
    std::iter::repeat_n('1', zeros).chain(letters).collect()
}

fn unbase58(text: &str) -> Result<Vec<u8>> {
    let mut bytes: Vec<u8> = Vec::new();
    for letter in text.bytes() {
        let mut carry = ALPHABET.iter().position(|c| *c == letter).context("not base58")? as u32;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push((carry & 0xff) as u8);
            carry >>= 8;
        }
    }
    let zeros = text.bytes().take_while(|letter| *letter == b'1').count();
    bytes.extend(std::iter::repeat_n(0, zeros));
    bytes.reverse();
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rsa_signature_is_checked_by_the_published_pem() {
        let key = RsaKey::pooled().unwrap();
        let signature = key.sign(b"moot").unwrap();
        assert!(rsa_verifies(key.public_pem(), b"moot", &signature).unwrap());
        assert!(!rsa_verifies(key.public_pem(), b"boot", &signature).unwrap());
        let parsed = ParsedRsaKey::of(key.public_pem()).unwrap();
        assert!(parsed.verifies(b"moot", &signature) && !parsed.verifies(b"boot", &signature));
        assert!(key.public_pem().starts_with("-----BEGIN PUBLIC KEY-----\n"));
    }

    #[test]
    fn an_ed25519_signature_is_checked_by_the_published_multibase() {
        let key = EdKey::fresh().unwrap();
        assert!(key.multibase().starts_with("z6Mk"));
        assert!(ed_verifies(&key.multibase(), b"moot", &key.sign(b"moot")).unwrap());
        assert!(!ed_verifies(&key.multibase(), b"boot", &key.sign(b"moot")).unwrap());
    }

    #[test]
    fn base58_agrees_with_its_published_examples() {
        assert_eq!(base58(b"Hello World!"), "2NEpo7TZRRrLZSi2U");
        assert_eq!(base58(&[0, 0, 0x28, 0x7f, 0xb4, 0xcd]), "11233QC4");
        assert_eq!(unbase58("11233QC4").unwrap(), [0, 0, 0x28, 0x7f, 0xb4, 0xcd]);
    }
}
