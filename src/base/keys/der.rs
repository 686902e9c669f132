//! The few bytes of DER (ITU-T X.690) that public keys need: reading an RSA key's two numbers,
//! and the fixed frame around an Ed25519 key (RFC 8410 §4).

/// What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo.
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The modulus and the exponent of a PKCS#1 `RSAPublicKey`, big-endian without leading zeros.
pub(super) fn rsa_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, rest) = element(0x30, der)?;
    let (modulus, after) = element(0x02, sequence)?;
    let (exponent, end) = element(0x02, after)?;
    (rest.is_empty() && end.is_empty()).then(|| (trimmed(modulus), trimmed(exponent)))
}

/// The number of bits of a big-endian number without leading zeros.
pub(super) fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

/// The 32 bytes of the key in an Ed25519 SubjectPublicKeyInfo.
pub(super) fn ed25519_of_spki(der: &[u8]) -> Option<&[u8]> {
    der.strip_prefix(&ED25519_SPKI).filter(|key| key.len() == 32)
}

/// The SubjectPublicKeyInfo of an Ed25519 key of 32 bytes.
pub(super) fn ed25519_to_spki(key: &[u8]) -> Vec<u8> {
    [&ED25519_SPKI, key].concat()
}

/// The content of the element with `tag` at the start of `input`, and what follows it.
fn element(tag: u8, input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = input.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |sum, &digit| sum << 8 | usize::from(digit)), rest)
        }
        _ => return None,
    };
    if found == tag { rest.split_at_checked(length) } else { None }
}

fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truncated_or_padded_key_has_no_numbers() {
        let key = [0x30, 0x08, 0x02, 0x02, 0x00, 0xc5, 0x02, 0x02, 0x01, 0x01];
        assert_eq!(rsa_numbers(&key), Some((&[0xc5][..], &[1, 1][..])));
        assert_eq!(rsa_numbers(&[&key[..], &[0]].concat()), None);
        assert!((0..key.len()).all(|length| rsa_numbers(&key[..length]).is_none()));
        assert_eq!((bits(&[0xc5]), bits(&[1, 1]), bits(&[])), (8, 9, 0));
    }
}
