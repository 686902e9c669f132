//! Fuzz bodies (R37): one function for each thing that strangers write, given any bytes.
//!
//! Driven by the suite (`tests/fuzz.rs`: mutated fixtures and arbitrary bytes) and by `fuzz/` under cargo-fuzz; in no other
//! build. A body panics when what came of the bytes breaks what the code promises; that some bytes are refused is no failure.

mod letters;
mod requests;
mod signatures;
mod words;

pub use letters::{inbox, jrd};
pub use requests::{body, link, webfinger};
pub use signatures::{cavage, rfc9421, signed};
pub use words::{html, url};

/// Where the node lives that the bytes are for.
const HERE: &str = "https://acme.example";

/// A body: any bytes in, a panic when a promise is broken.
pub type Body = fn(&[u8]);

/// All of them by name.
pub const ALL: [(&str, Body); 10] = [
    ("inbox", inbox),
    ("jrd", jrd),
    ("cavage", cavage),
    ("rfc9421", rfc9421),
    ("signed", signed),
    ("webfinger", webfinger),
    ("link", link),
    ("body", body),
    ("html", html),
    ("url", url),
];

/// Bytes as text, the way the doors take them.
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
