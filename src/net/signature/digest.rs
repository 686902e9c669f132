//! Digests of bodies: `Digest` (RFC 3230) with draft-cavage, `Content-Digest` (RFC 9530) with RFC 9421.
//!
//! SHA-256 must be there. Every algorithm that we know is checked; no algorithm may be given twice,
//! or one reader would check the first and another the last (S1 to S3).

use super::{SignatureError, fields};
use crate::base::secret::{sha256, sha512};
use base64::{Engine, engine::general_purpose::STANDARD};
use sfv::{BareItem, ListEntry};

/// Checks a `Digest` header against the body.
pub(super) fn check_digest(value: &str, body: &[u8]) -> Result<(), SignatureError> {
    let mut seen: Vec<String> = Vec::with_capacity(2);
    for entry in value.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        let (name, letters) = entry.split_once('=').ok_or(SignatureError::Unreadable("Digest"))?;
        let name = name.trim().to_ascii_lowercase();
        if seen.contains(&name) {
            return Err(SignatureError::Repeated("Digest"));
        }
        let given = STANDARD.decode(letters.trim()).ok();
        check_one(&name, given.as_deref().unwrap_or_default(), body)?;
        seen.push(name);
    }
    check_algorithms(seen.iter().map(String::as_str))
}

/// Checks a `Content-Digest` header against the body.
pub(super) fn check_content_digest(value: &str, body: &[u8]) -> Result<(), SignatureError> {
    let members = fields::dictionary(value, "Content-Digest")?;
    for (name, entry) in &members {
        let ListEntry::Item(item) = entry else { return Err(SignatureError::Unreadable("Content-Digest")) };
        let BareItem::ByteSequence(given) = &item.bare_item else { return Err(SignatureError::Unreadable("Content-Digest")) };
        check_one(name.as_str(), given, body)?;
    }
    check_algorithms(members.keys().map(|name| name.as_str()))
}

/// The value of a `Digest` header for a body with this SHA-256.
pub(super) fn digest_header(sha256: &[u8; 32]) -> String {
    format!("SHA-256={}", STANDARD.encode(sha256))
}

/// The value of a `Content-Digest` header for a body with this SHA-256.
pub(super) fn content_digest_header(sha256: &[u8; 32]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(sha256))
}

/// Checks one digest; what we do not know says nothing, good or bad.
fn check_one(name: &str, given: &[u8], body: &[u8]) -> Result<(), SignatureError> {
    let holds = match name {
        "sha-256" => given == sha256(body),
        "sha-512" => given == sha512(body),
        _ => true,
    };
    if holds { Ok(()) } else { Err(SignatureError::OtherBody) }
}

/// Wants SHA-256 among the algorithms given; says apart when none of them is known.
fn check_algorithms<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), SignatureError> {
    let (mut is_empty, mut any_known) = (true, false);
    for name in names {
        if name == "sha-256" {
            return Ok(());
        }
        is_empty = false;
        any_known |= name == "sha-512";
    }
    Err(if is_empty || any_known { SignatureError::NoDigest } else { SignatureError::UnknownDigest })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"Hello world";
    const GOOD: &str = "SHA-256=ZOyIygCyaOW6GjVnihtTFtIS9PNmskdyMlNKiuyjfzw=";

    fn sha512_header(body: &[u8]) -> String {
        format!("SHA-512={}", STANDARD.encode(sha512(body)))
    }

    #[test]
    fn s001_another_body_does_not_match_its_digest() {
        assert_eq!(digest_header(&sha256(BODY)), GOOD);
        assert_eq!(check_digest(GOOD, BODY), Ok(()));
        assert_eq!(check_digest(GOOD, b"Hello world!"), Err(SignatureError::OtherBody));
        let content = content_digest_header(&sha256(BODY));
        assert_eq!(check_content_digest(&content, BODY), Ok(()));
        assert_eq!(check_content_digest(&content, b"hello world"), Err(SignatureError::OtherBody));
    }

    #[test]
    fn s002_a_body_needs_a_readable_sha256() {
        for (value, error) in [
            ("", SignatureError::NoDigest),
            ("SHA-256=", SignatureError::OtherBody),
            ("SHA-256=!!!", SignatureError::OtherBody),
            ("SHA-256", SignatureError::Unreadable("Digest")),
            (&sha512_header(BODY), SignatureError::NoDigest),
            ("MD5=1B2M2Y8AsgTpgAmY7PhCfg==", SignatureError::UnknownDigest),
            ("SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", SignatureError::OtherBody),
        ] {
            assert_eq!(check_digest(value, BODY), Err(error), "{value}");
        }
        for (value, error) in [
            ("", SignatureError::NoDigest),
            ("sha-256", SignatureError::Unreadable("Content-Digest")),
            ("sha-256=:!:", SignatureError::Unreadable("Content-Digest")),
            ("sha-256=::", SignatureError::OtherBody),
            ("md5=:1B2M2Y8AsgTpgAmY7PhCfg==:", SignatureError::UnknownDigest),
            (GOOD, SignatureError::Unreadable("Content-Digest")),
        ] {
            assert_eq!(check_content_digest(value, BODY), Err(error), "{value}");
        }
    }

    #[test]
    fn several_algorithms_are_all_checked() {
        assert_eq!(check_digest(&format!("{}, {GOOD}", sha512_header(BODY)), BODY), Ok(()));
        assert_eq!(check_digest(&format!("md5=x,{GOOD}"), BODY), Ok(()));
        assert_eq!(check_digest(&format!("{GOOD},{}", sha512_header(b"other")), BODY), Err(SignatureError::OtherBody));
    }

    #[test]
    fn s003_an_algorithm_given_twice_is_refused() {
        let forged = digest_header(&sha256(b"forged"));
        for value in [format!("{GOOD},{GOOD}"), format!("{GOOD}, sha-256=x")] {
            assert_eq!(check_digest(&value, BODY), Err(SignatureError::Repeated("Digest")));
        }
        assert!(check_digest(&format!("{forged},{GOOD}"), BODY).is_err());
        let twice = format!("{0}, {0}", content_digest_header(&sha256(BODY)));
        assert_eq!(check_content_digest(&twice, BODY), Err(SignatureError::Repeated("Content-Digest")));
    }
}
