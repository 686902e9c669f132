//! Key pairs and public keys of actors, for signatures on requests and proofs on objects.
//!
//! Keys are parsed once and then only used: verifying with a parsed RSA key takes some 25 µs,
//! parsing its PEM as much again. Both types are cheap to clone and free to share.
//! Invariant: a key of one type never signs or verifies under the algorithm of another (S18).

mod der;
mod pem;
mod public;

pub use public::{KeyError, PublicKey, VerifyError};

use anyhow::{Result, anyhow};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use std::{fmt, sync::Arc};

/// How a signature is made; each type of key knows exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017): what every peer understands.
    RsaSha256,
    /// Ed25519 (RFC 8032).
    Ed25519,
}

/// A private key with its public half.
#[derive(Clone)]
pub enum KeyPair {
    /// RSA, 2048 bits when made by us.
    Rsa(Arc<RsaKeyPair>),
    /// Ed25519.
    Ed25519(Arc<Ed25519KeyPair>),
}

impl KeyPair {
    /// Makes an RSA key of 2048 bits. Takes 0.1 to 0.3 s of one core: call it off the async threads.
    pub fn generate_rsa() -> Result<Self> {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("no RSA key could be made"))?;
        Ok(Self::Rsa(Arc::new(key)))
    }

    /// Makes an Ed25519 key.
    pub fn generate_ed25519() -> Result<Self> {
        let key = Ed25519KeyPair::generate().map_err(|_| anyhow!("no Ed25519 key could be made"))?;
        Ok(Self::Ed25519(Arc::new(key)))
    }

    /// The Ed25519 key of a 32-byte seed (RFC 8032 §5.1.5).
    pub fn from_ed25519_seed(seed: &[u8; 32]) -> Result<Self> {
        let key = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| anyhow!("this is no Ed25519 seed"))?;
        Ok(Self::Ed25519(Arc::new(key)))
    }

    /// Reads a private key of either type from PKCS#8 DER (RFC 5208, RFC 8410).
    pub fn from_pkcs8(der: &[u8]) -> Result<Self> {
        if let Ok(key) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
            return Ok(Self::Ed25519(Arc::new(key)));
        }
        let key = RsaKeyPair::from_pkcs8(der).map_err(|_| anyhow!("this is no RSA or Ed25519 private key in PKCS#8"))?;
        Ok(Self::Rsa(Arc::new(key)))
    }

    /// The private key as PKCS#8 DER. Seal it before it is kept (`base/seal.rs`).
    pub fn to_pkcs8(&self) -> Result<Vec<u8>> {
        let der: Pkcs8V1Der<'static> = match self {
            Self::Rsa(key) => key.as_der(),
            Self::Ed25519(key) => key.as_der(),
        }
        .map_err(|_| anyhow!("the private key could not be written as PKCS#8"))?;
        Ok(der.as_ref().to_vec())
    }

    /// The algorithm this key signs with.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::RsaSha256,
            Self::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// Signs `message` with this key's algorithm. RSA takes about a millisecond, Ed25519 some 20 µs.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| anyhow!("signing with an RSA key failed"))?;
                Ok(signature)
            }
            Self::Ed25519(key) => {
                let signature = key.try_sign(message).map_err(|_| anyhow!("signing with an Ed25519 key failed"))?;
                Ok(signature.as_ref().to_vec())
            }
        }
    }

    /// The public half.
    pub fn public(&self) -> Result<PublicKey, KeyError> {
        match self {
            Self::Rsa(key) => PublicKey::from_rsa_der(key.public_key().as_ref()),
            Self::Ed25519(key) => PublicKey::from_ed25519_bytes(key.public_key().as_ref()),
        }
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({:?}, private part not shown)", self.algorithm())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_survives_pkcs8() {
        for key in [KeyPair::generate_rsa().unwrap(), KeyPair::generate_ed25519().unwrap()] {
            let again = KeyPair::from_pkcs8(&key.to_pkcs8().unwrap()).unwrap();
            assert_eq!(again.algorithm(), key.algorithm());
            let signature = again.sign(b"hello").unwrap();
            key.public().unwrap().verify(key.algorithm(), b"hello", &signature).unwrap();
        }
        assert!(KeyPair::from_pkcs8(b"not a key").is_err());
    }

    #[test]
    fn a_private_key_is_never_shown() {
        let key = KeyPair::from_ed25519_seed(&[7; 32]).unwrap();
        assert_eq!(format!("{key:?}"), "KeyPair(Ed25519, private part not shown)");
    }
}
