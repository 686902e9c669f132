//! Public keys: read from PEM or Multikey, checked, parsed once, then only used to verify.

use super::{Algorithm, der, pem};
use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rsa,
    signature::{ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256},
};
use std::{fmt, sync::Arc};

/// RSA keys are taken from this many bits …
const RSA_BITS_MIN: usize = 2048;
/// … to this many; more would let a peer buy our time cheaply.
const RSA_BITS_MAX: usize = 8192;
/// The longest Multikey looked at (decoding base 58 takes quadratic time).
const MULTIBASE_LENGTH_MAX: usize = 1600;
/// Multicodec `ed25519-pub` (0xed) as a varint.
const ED25519_PUB: [u8; 2] = [0xed, 0x01];
/// Multicodec `rsa-pub` (0x1205) as a varint; a PKCS#1 `RSAPublicKey` follows.
const RSA_PUB: [u8; 2] = [0x85, 0x24];

/// Why a public key is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a PEM, not a Multikey, or not a key inside.
    #[error("the public key cannot be read")]
    Unreadable,
    /// A type of key that we do not know.
    #[error("the public key is of an unknown type")]
    UnknownType,
    /// Too short to be safe.
    #[error("the RSA key is shorter than 2048 bits")]
    TooShort,
    /// Longer than anybody needs.
    #[error("the RSA key is longer than 8192 bits")]
    TooLong,
    /// Below 3, or even.
    #[error("the RSA key has an unsafe public exponent")]
    UnsafeExponent,
}

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The signature claims an algorithm that this type of key does not have (S18).
    #[error("the key is of another type than the signature's algorithm")]
    OtherAlgorithm,
    /// The signature is not this key's over this message.
    #[error("the signature does not match")]
    Mismatch,
}

/// A public key, parsed and checked.
#[derive(Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    parsed: Arc<ParsedPublicKey>,
}

impl PublicKey {
    /// Reads PEM: SubjectPublicKeyInfo (RSA or Ed25519) or PKCS#1 `RSA PUBLIC KEY`.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let bytes = pem::decode(text).ok_or(KeyError::Unreadable)?;
        match der::ed25519_of_spki(&bytes) {
            Some(key) => Self::from_ed25519_bytes(key),
            None => Self::from_rsa_der(&bytes),
        }
    }

    /// Reads a Multikey's `publicKeyMultibase` (FEP-521a): base58-btc of multicodec and key.
    pub fn from_multibase(text: &str) -> Result<Self, KeyError> {
        let letters = text.strip_prefix('z').filter(|_| text.len() <= MULTIBASE_LENGTH_MAX).ok_or(KeyError::Unreadable)?;
        let bytes = bs58::decode(letters).into_vec().map_err(|_| KeyError::Unreadable)?;
        if let Some(key) = bytes.strip_prefix(&ED25519_PUB) {
            Self::from_ed25519_bytes(key)
        } else if let Some(key) = bytes.strip_prefix(&RSA_PUB) {
            Self::from_rsa_der(key)
        } else {
            Err(KeyError::UnknownType)
        }
    }

    /// Reads the 32 bytes of an Ed25519 key.
    pub fn from_ed25519_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() != 32 {
            return Err(KeyError::Unreadable);
        }
        let parsed = ParsedPublicKey::new(&ED25519, bytes).map_err(|_| KeyError::Unreadable)?;
        Ok(Self { algorithm: Algorithm::Ed25519, parsed: Arc::new(parsed) })
    }

    /// Reads an RSA key in DER, PKCS#1 or SubjectPublicKeyInfo, of 2048 to 8192 bits and with a sane exponent.
    pub fn from_rsa_der(bytes: &[u8]) -> Result<Self, KeyError> {
        // aws-lc refuses some unsafe keys itself, without saying why: look first, where the form allows
        if let Some((modulus, exponent)) = der::rsa_numbers(bytes) {
            check_rsa(modulus, exponent)?;
        }
        let key = rsa::PublicKey::from_der(bytes).map_err(|_| KeyError::Unreadable)?;
        let (modulus, exponent) = der::rsa_numbers(key.as_ref()).ok_or(KeyError::Unreadable)?;
        check_rsa(modulus, exponent)?;
        let parsed = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.as_ref()).map_err(|_| KeyError::Unreadable)?;
        Ok(Self { algorithm: Algorithm::RsaSha256, parsed: Arc::new(parsed) })
    }

    /// The one algorithm this key verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Checks that `signature` is this key's over `message`, and that `algorithm` is this key's own.
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        if algorithm != self.algorithm {
            return Err(VerifyError::OtherAlgorithm);
        }
        self.parsed.verify_sig(message, signature).map_err(|_| VerifyError::Mismatch)
    }

    /// The key as SubjectPublicKeyInfo PEM, for `publicKey.publicKeyPem`.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        if self.algorithm == Algorithm::Ed25519 {
            return Ok(pem::encode(&der::ed25519_to_spki(self.raw())));
        }
        let spki: PublicKeyX509Der<'static> = self.parsed.as_der().map_err(|_| KeyError::Unreadable)?;
        Ok(pem::encode(spki.as_ref()))
    }

    /// The key as `publicKeyMultibase` of a Multikey (FEP-521a).
    pub fn to_multibase(&self) -> String {
        let codec = match self.algorithm {
            Algorithm::Ed25519 => ED25519_PUB,
            Algorithm::RsaSha256 => RSA_PUB,
        };
        format!("z{}", bs58::encode([&codec, self.raw()].concat()).into_string())
    }

    /// The bytes it was parsed from: PKCS#1 DER or the 32 bytes of Ed25519.
    fn raw(&self) -> &[u8] {
        (*self.parsed).as_ref()
    }
}

fn check_rsa(modulus: &[u8], exponent: &[u8]) -> Result<(), KeyError> {
    match der::bits(modulus) {
        ..RSA_BITS_MIN => Err(KeyError::TooShort),
        RSA_BITS_MIN..=RSA_BITS_MAX if is_safe(exponent) => Ok(()),
        RSA_BITS_MIN..=RSA_BITS_MAX => Err(KeyError::UnsafeExponent),
        _ => Err(KeyError::TooLong),
    }
}

/// Whether an exponent without leading zeros is odd and at least 3.
fn is_safe(exponent: &[u8]) -> bool {
    exponent != [1] && exponent.last().is_some_and(|last| last % 2 == 1)
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.raw() == other.raw()
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?}, {})", self.algorithm, self.to_multibase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{keys::KeyPair, vectors};

    /// A PKCS#1 `RSAPublicKey` with an odd modulus of `bytes` bytes.
    fn rsa_der(bytes: usize, exponent: &[u8]) -> Vec<u8> {
        let number = |digits: &[u8]| {
            let zero: &[u8] = if digits[0] > 0x7f { &[0] } else { &[] };
            let digits = [zero, digits].concat();
            let length = digits.len();
            let head = if length < 0x80 { vec![0x02, length as u8] } else { vec![0x02, 0x82, (length >> 8) as u8, length as u8] };
            [head, digits].concat()
        };
        let mut modulus = vec![0xab; bytes];
        modulus[bytes - 1] |= 1;
        let body = [number(&modulus), number(exponent)].concat();
        [vec![0x30, 0x82, (body.len() >> 8) as u8, body.len() as u8], body].concat()
    }

    #[test]
    fn a_public_key_survives_pem_and_multibase() {
        for pair in [KeyPair::generate_rsa().unwrap(), KeyPair::generate_ed25519().unwrap()] {
            let key = pair.public().unwrap();
            assert_eq!(PublicKey::from_pem(&key.to_pem().unwrap()).unwrap(), key);
            assert_eq!(PublicKey::from_multibase(&key.to_multibase()).unwrap(), key);
            assert!(key.to_pem().unwrap().lines().all(|line| line.len() <= 64));
        }
    }

    #[test]
    fn s018_weak_and_oversized_rsa_keys_are_refused() {
        let f4 = [1, 0, 1];
        assert_eq!(PublicKey::from_rsa_der(&rsa_der(128, &f4)).unwrap_err(), KeyError::TooShort);
        assert_eq!(PublicKey::from_rsa_der(&rsa_der(255, &f4)).unwrap_err(), KeyError::TooShort);
        assert_eq!(PublicKey::from_rsa_der(&rsa_der(1025, &f4)).unwrap_err(), KeyError::TooLong);
        assert_eq!(PublicKey::from_rsa_der(&rsa_der(256, &[1])).unwrap_err(), KeyError::UnsafeExponent);
        assert_eq!(PublicKey::from_rsa_der(&rsa_der(256, &[2])).unwrap_err(), KeyError::UnsafeExponent);
        assert_eq!(PublicKey::from_rsa_der(&rsa_der(256, &[1, 0, 0])).unwrap_err(), KeyError::UnsafeExponent);
        assert!(PublicKey::from_rsa_der(&rsa_der(256, &f4)).is_ok());
    }

    #[test]
    fn s018_a_key_verifies_under_its_own_algorithm_alone() {
        let (rsa, ed) = (KeyPair::generate_rsa().unwrap(), KeyPair::generate_ed25519().unwrap());
        for (pair, other) in [(&rsa, Algorithm::Ed25519), (&ed, Algorithm::RsaSha256)] {
            let (key, signature) = (pair.public().unwrap(), pair.sign(b"m").unwrap());
            assert_eq!(key.verify(other, b"m", &signature), Err(VerifyError::OtherAlgorithm));
            assert_eq!(key.verify(pair.algorithm(), b"n", &signature), Err(VerifyError::Mismatch));
            assert_eq!(key.verify(pair.algorithm(), b"m", &[]), Err(VerifyError::Mismatch));
        }
        // an Ed25519 key given as RSA, and an RSA key given as Ed25519
        let as_rsa = format!("z{}", bs58::encode([&RSA_PUB, ed.public().unwrap().raw()].concat()).into_string());
        assert!(PublicKey::from_multibase(&as_rsa).is_err());
        let as_ed = format!("z{}", bs58::encode([&ED25519_PUB, rsa.public().unwrap().raw()].concat()).into_string());
        assert!(PublicKey::from_multibase(&as_ed).is_err());
    }

    #[test]
    fn nonsense_is_no_key() {
        for text in ["", "z", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----", &"z1".repeat(4000)] {
            assert!(PublicKey::from_pem(text).is_err());
            assert!(PublicKey::from_multibase(text).is_err());
        }
    }

    #[test]
    fn the_keys_of_fep_521a_read_and_write_alike() {
        let Some(vectors) = vectors::json("fep-feature-vectors.json") else { return };
        let scenarios = vectors["scenarios"].as_array();
        let mut seen = 0;
        for scenario in scenarios.unwrap().iter().filter(|scenario| scenario["file"] == "fep/521a/fep-521a.feature") {
            let step = scenario["steps"][0].as_str().unwrap();
            let digits = step.split('"').nth(1).unwrap();
            let bytes: Vec<u8> = (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap()).collect();
            let key = if bytes.len() == 32 { PublicKey::from_ed25519_bytes(&bytes) } else { PublicKey::from_rsa_der(&bytes) }.unwrap();
            let multibase = scenario["documents"][0]["publicKeyMultibase"].as_str().unwrap();
            assert_eq!(key.to_multibase(), multibase);
            assert_eq!(PublicKey::from_multibase(multibase).unwrap(), key);
            seen += 1;
        }
        assert_eq!(seen, 2, "both scenarios of FEP-521a were found");
    }
}
