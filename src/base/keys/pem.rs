//! PEM (RFC 7468) for public keys: actors carry theirs so, in `publicKey.publicKeyPem`.

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};

/// The longest PEM looked at; a key of 8192 bits takes about 1 500 characters.
const LENGTH_MAX: usize = 8 * 1024;

/// Peers write the padding of base64 carelessly.
const LENIENT: GeneralPurpose =
    GeneralPurpose::new(&base64::alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// The DER inside a PEM labelled `PUBLIC KEY` (SPKI) or `RSA PUBLIC KEY` (PKCS#1, as some old peers serve).
pub(super) fn decode(pem: &str) -> Option<Vec<u8>> {
    if pem.len() > LENGTH_MAX {
        return None;
    }
    ["PUBLIC KEY", "RSA PUBLIC KEY"].into_iter().find_map(|label| {
        let body = pem.trim().strip_prefix(&format!("-----BEGIN {label}-----"))?.strip_suffix(&format!("-----END {label}-----"))?;
        let letters: String = body.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
        LENIENT.decode(letters).ok()
    })
}

/// `der` as PEM with the label `PUBLIC KEY`, in lines of 64, with a line end at the end.
pub(super) fn encode(der: &[u8]) -> String {
    let letters = STANDARD.encode(der);
    let mut pem = String::with_capacity(letters.len() + letters.len() / 64 + 56);
    pem.push_str("-----BEGIN PUBLIC KEY-----\n");
    for (at, letter) in letters.chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem.push_str("\n-----END PUBLIC KEY-----\n");
    pem
}
