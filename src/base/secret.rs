//! Randomness, tokens and digests: the one place that makes secrets.
//!
//! Tokens (sessions, access tokens, invitations, log-in links) are shown once and kept only as
//! their SHA-256, so that a stolen database gives no way in. They carry 256 bits, so a plain
//! digest is enough; passwords are another matter and go through argon2.

use aws_lc_rs::{
    constant_time, digest,
    rand::{SecureRandom, SystemRandom},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// `N` random bytes from the system's generator.
#[expect(clippy::expect_used, reason = "the generator of aws-lc ends the process rather than fail; without it nothing is safe")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// A new token: 32 random bytes as base64url without padding (43 characters).
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// A SHA-256 that grows piece by piece.
#[derive(Clone)]
pub struct Sum(digest::Context);

impl Default for Sum {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Sum {
    /// Adds the next piece.
    pub fn add(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The sum of all pieces, as 64 lower-case hexadecimal digits.
    pub fn hex(self) -> String {
        hex(self.0.finish().as_ref())
    }
}

/// SHA-512 of `bytes`.
pub fn sha512(bytes: &[u8]) -> [u8; 64] {
    let mut out = [0; 64];
    out.copy_from_slice(digest::digest(&digest::SHA512, bytes).as_ref());
    out
}

/// What is kept of a token: its SHA-256.
pub fn hash(token: &str) -> [u8; 32] {
    sha256(token.as_bytes())
}

/// What is kept of a token, as 64 lower-case hexadecimal digits.
pub fn hash_hex(token: &str) -> String {
    hex(&hash(token))
}

/// Lower-case hexadecimal digits of `bytes`.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Whether two secrets are equal, in time that depends on their length alone (S109).
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(one, other).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_carry_32_bytes() {
        let (one, other) = (token(), token());
        assert_ne!(one, other);
        assert_eq!(URL_SAFE_NO_PAD.decode(&one).unwrap().len(), 32);
    }

    #[test]
    fn a_token_is_kept_as_its_sha256() {
        // FIPS 180-4, example "abc"
        assert_eq!(hash_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let mut sum = Sum::default();
        for piece in [&b"a"[..], b"", b"bc"] {
            sum.add(piece);
        }
        assert_eq!(sum.hex(), hash_hex("abc"));
        assert!(hex(&sha512(b"abc")).starts_with("ddaf35a193617abacc417349ae204131"));
    }

    #[test]
    fn only_equal_secrets_are_equal() {
        assert!(equal(b"one", b"one"));
        assert!(!equal(b"one", b"two"));
        assert!(!equal(b"one", b"ones"));
    }
}
