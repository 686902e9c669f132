//! Key ids: the URL under which a peer's key is found, and whose origin the request speaks for.
//!
//! Only plain URLs are taken. A URL that two readers may understand differently (user name before
//! the host, backslash, dot segments, encoded slashes) could be fetched from one place and believed
//! to be of another (S11).

use super::SignatureError;
use std::fmt;
use url::Url;

/// The longest key id taken.
const LENGTH_MAX: usize = 2048;

/// A key id that is a plain http or https URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyId {
    text: String,
    document: Url,
}

impl KeyId {
    /// Reads a key id; refuses every URL that is not plain.
    pub fn parse(text: &str) -> Result<Self, SignatureError> {
        if text.len() > LENGTH_MAX || !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte)) {
            return Err(SignatureError::BadKeyId);
        }
        let mut document = Url::parse(text).map_err(|_| SignatureError::BadKeyId)?;
        let (main, fragment) = text.split_once('#').unwrap_or((text, ""));
        let fragment_is_plain = fragment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte));
        // the origin must stand there letter by letter as the parser understands it
        let rest = main.strip_prefix(&document.origin().ascii_serialization());
        if !matches!(document.scheme(), "http" | "https") || !fragment_is_plain || !rest.is_some_and(is_plain_path) {
            return Err(SignatureError::BadKeyId);
        }
        document.set_fragment(None);
        Ok(Self { text: text.to_owned(), document })
    }

    /// The key id as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The document to fetch for the key: the key id without its fragment.
    pub fn document(&self) -> &Url {
        &self.document
    }

    /// Whose key this probably is, to look for among the actors we know: the document, or for the form
    /// `…/main-key` (GoToSocial) what stands before it. A hint: the key's document has the word.
    pub fn owner_hint(&self) -> Url {
        let mut owner = self.document.clone();
        if let Some(actor) = self.document.path().strip_suffix("/main-key").filter(|actor| !actor.is_empty()) {
            owner.set_path(actor);
        }
        owner
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether path and query are the same to every reader: no empty or dot segments, nothing encoded that divides.
fn is_plain_path(rest: &str) -> bool {
    let path = rest.split_once('?').map_or(rest, |(path, _)| path).to_ascii_lowercase();
    let divides = ["//", "%2f", "%5c", "%2e", "%00", "%23", "%3f"].iter().any(|part| path.contains(part));
    let has_dots = path.split('/').any(|segment| segment == "." || segment == "..");
    (path.is_empty() || path.starts_with('/')) && !divides && !has_dots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s011_key_ids_with_tricks_are_refused() {
        for text in [
            "",
            "Test",
            "acct:a@p.test",
            "ftp://p.test/a#k",
            "javascript:alert(1)",
            "https://p.test@e.test/a#main-key",
            "https://p.test:x@e.test/a",
            "https://p.test\\@e.test/a",
            "https:p.test/a#main-key",
            "https:///p.test/a",
            "https://P.test/a#main-key",
            "https://p.test./../a",
            "https://p.test/a/../b#main-key",
            "https://p.test/a/./b#main-key",
            "https://p.test/a%2f..%2Fb",
            "https://p.test/%2e%2e/b",
            "https://p.test//a#main-key",
            "https://p.test/a\t#main-key",
            "https://p.test/a #main-key",
            " https://p.test/a",
            "https://p.test#@e.test/",
            "https://p.test/a#b#c",
            "https://p.test/a#../b",
            "https://p.test:443/a",
            "https://p\u{430}.test/a",
            "https://0x7f.1/a",
        ] {
            assert_eq!(KeyId::parse(text), Err(SignatureError::BadKeyId), "{text}");
        }
    }

    #[test]
    fn plain_key_ids_name_their_document_and_owner() {
        for (text, document, owner) in [
            ("https://p.test/u/a#main-key", "https://p.test/u/a", "https://p.test/u/a"),
            ("https://p.test/u/a/main-key", "https://p.test/u/a/main-key", "https://p.test/u/a"),
            ("https://p.test/main-key", "https://p.test/main-key", "https://p.test/main-key"),
            ("https://p.test/#main-key", "https://p.test/", "https://p.test/"),
            ("http://a.localhost:4001/?author=1#main-key", "http://a.localhost:4001/?author=1", "http://a.localhost:4001/?author=1"),
            ("https://p.test/@a", "https://p.test/@a", "https://p.test/@a"),
        ] {
            let key_id = KeyId::parse(text).unwrap();
            assert_eq!((key_id.as_str(), key_id.document().as_str(), key_id.owner_hint().as_str()), (text, document, owner));
        }
    }
}
