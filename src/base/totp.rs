//! Codes of six digits that a phone shows, new every 30 seconds: the second step of logging in.
//!
//! Source: RFC 6238 with SHA-1 and six digits, since that is what every authenticator app knows; RFC 4226 (HOTP) under it,
//! RFC 4648 §6 for the key as text. Who uses a code up is none of this file's business.

use super::{clock::Stamp, secret};
use aws_lc_rs::hmac;
use std::fmt::Write;

/// Length of a key in bytes: that of SHA-1 (RFC 4226 §4, R6).
pub const KEY_BYTES: usize = 20;
/// How long a code is shown, in milliseconds.
const STEP_MILLISECONDS: i64 = 30_000;
/// How many steps a phone's clock may be wrong, either way.
const DRIFT: i64 = 1;
/// The letters of base32.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new key.
pub fn new_key() -> [u8; KEY_BYTES] {
    secret::random()
}

/// The step in which `now` lies.
pub fn step(now: Stamp) -> i64 {
    now.0.div_euclid(STEP_MILLISECONDS)
}

/// The code of `key` in this step.
pub fn code(key: &[u8], step: i64) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key), &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag.last().copied().unwrap_or_default() & 15);
    let number = tag.iter().skip(at).take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// The step whose code was typed, if one around `now` has it. Takes the same time whichever it is, or none (S102).
pub fn step_of(key: &[u8], typed: &str, now: Stamp) -> Option<i64> {
    let now = step(now);
    let mut found = None;
    for step in now - DRIFT..=now + DRIFT {
        if secret::equal(code(key, step).as_bytes(), typed.as_bytes()) {
            found = Some(step);
        }
    }
    found
}

/// `bytes` in base32 without padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for five in bytes.chunks(5) {
        let number = (0..5).fold(0_u64, |number, at| (number << 8) | u64::from(five.get(at).copied().unwrap_or_default()));
        let letters = (five.len() * 8).div_ceil(5);
        for at in 0..letters {
            let letter = usize::try_from((number >> (35 - 5 * at)) & 31).unwrap_or_default();
            text.push(char::from(ALPHABET.get(letter).copied().unwrap_or(b'A')));
        }
    }
    text
}

/// The address that authenticator apps read: `otpauth://totp/ISSUER:NAME?secret=…`.
pub fn address(issuer: &str, name: &str, key: &[u8]) -> String {
    let (issuer, name) = (escaped(issuer), escaped(name));
    format!("otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30", base32(key))
}

/// `text` as part of an address: everything but letters, digits, `-`, `.` and `_` by its bytes (RFC 3986 §2.1).
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B (SHA-1), the last six of its eight digits.
        for (seconds, wanted) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(KEY, step(Stamp(seconds * 1000))), wanted, "{seconds}");
        }
    }

    #[test]
    fn a_code_fits_one_step_before_and_after_and_no_more() {
        let now = Stamp(1_234_567_890_000);
        for away in -3..=3 {
            let typed = code(KEY, step(now) + away);
            let fits = step_of(KEY, &typed, now);
            assert_eq!(fits, (away.abs() <= 1).then_some(step(now) + away), "{away}");
        }
        for wrong in ["", "00592", "0059244", "005 924", "abcdef"] {
            assert_eq!(step_of(KEY, wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn base32_is_that_of_the_rfc() {
        // RFC 4648, section 10, without padding.
        for (plain, wanted) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(plain.as_bytes()), wanted);
        }
    }

    #[test]
    fn nothing_of_a_name_breaks_the_address() {
        let address = address("acme.localhost:4001", "a&b?c", b"foobar");
        assert_eq!(
            address,
            "otpauth://totp/acme.localhost%3A4001:a%26b%3Fc?secret=MZXW6YTBOI&issuer=acme.localhost%3A4001&algorithm=SHA1&digits=6&period=30"
        );
    }
}
