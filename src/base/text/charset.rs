//! Bytes of a page as text: UTF-8, or what the web calls Latin 1; other letters are not read.
//!
//! Source: WHATWG Encoding (index windows-1252), WHATWG HTML 13.2.3.

/// Bytes at the start in which a page may name its letters.
const NAMED_WITHIN: usize = 2048;

/// The text of a page: UTF-8, or what the web calls Latin 1; none for other letters.
pub(super) fn decode(bytes: &[u8], content_type: &str) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = String::from_utf8_lossy(bytes.get(..bytes.len().min(NAMED_WITHIN)).unwrap_or_default()).to_ascii_lowercase();
    let named = charset(&content_type.to_ascii_lowercase()).or_else(|| charset(&start));
    match named.as_deref() {
        Some("utf-8" | "utf8") => Some(String::from_utf8_lossy(bytes).into_owned()),
        None if std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
        None | Some("iso-8859-1" | "latin1" | "windows-1252" | "us-ascii" | "ascii" | "iso-8859-15") => {
            Some(bytes.iter().map(|byte| western(*byte)).collect())
        }
        Some(_) => None,
    }
}

/// What follows `charset=`.
fn charset(text: &str) -> Option<String> {
    let (_, after) = text.split_once("charset=")?;
    let name: String =
        after.trim_start_matches(['"', '\'', ' ']).chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    (!name.is_empty()).then_some(name)
}

/// A letter of windows-1252 (WHATWG Encoding, index windows-1252).
fn western(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    byte.checked_sub(0x80).and_then(|at| HIGH.get(usize::from(at)).copied()).unwrap_or(char::from(byte))
}
