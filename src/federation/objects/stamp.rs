//! A stamp: the word of a post's author that another post may show it (`QuoteAuthorization`, FEP-044f).

use super::fields::{Fields, same_origin, wrong};
use crate::{
    base::{error::Refusal, origin::Origin},
    features::quotes,
    store::tables::{Account, Post, QuoteRequest},
};
use serde_json::{Value, json};

/// Its type, and the same as an IRI.
const KINDS: [&str; 2] = ["QuoteAuthorization", "https://w3id.org/fep/044f#QuoteAuthorization"];

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Who gives it.
    pub by: String,
    /// The post that quotes.
    pub quoting: String,
    /// The post that is quoted.
    pub quoted: String,
}

impl Stamp {
    /// Reads a stamp from where it is. Refused unless it is on the server of whoever gives it, and of what is quoted.
    pub fn read(document: &Value) -> Result<Self, Refusal> {
        let fields = Fields::expect(document, "the stamp")?;
        if !fields.list("type").filter_map(Value::as_str).any(|kind| KINDS.contains(&kind)) {
            return Err(wrong("this is no stamp for a quote"));
        }
        let (id, _) = fields.own_id()?;
        let of = |name: &'static str| fields.required_url(name).map(|(url, _)| url.to_owned());
        let stamp = Self { by: of("attributedTo")?, quoting: of("interactingObject")?, quoted: of("interactionTarget")? };
        if !same_origin(id, &stamp.by) || !same_origin(id, &stamp.quoted) {
            return Err(wrong("a stamp is given by the author of what is quoted, on their own server"));
        }
        Ok(stamp)
    }
}

/// A stamp of ours for `post` by its `author`, without context and proof.
pub fn into_json(origin: &Origin, (post, author): (&Post, &Account), stamp: &QuoteRequest) -> Value {
    json!({
        "type": "QuoteAuthorization",
        "id": origin.absolute(&quotes::stamp_uri(post.id, stamp.id)),
        "attributedTo": origin.absolute(&author.uri),
        "interactingObject": origin.absolute(&stamp.quoting_uri),
        "interactionTarget": origin.absolute(&post.uri),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_on_the_server_of_whoever_gives_it() {
        let stamp = |id: &str, by: &str, quoted: &str| json!({"type": "QuoteAuthorization", "id": id, "attributedTo": by, "interactingObject": "https://b.test/n/1", "interactionTarget": quoted});
        let good = stamp("https://a.test/s/1", "https://a.test/u/ada", "https://a.test/p/1");
        let read = Stamp::read(&good).unwrap();
        assert_eq!(
            (read.by.as_str(), read.quoting.as_str(), read.quoted.as_str()),
            ("https://a.test/u/ada", "https://b.test/n/1", "https://a.test/p/1")
        );
        for bad in [
            stamp("https://b.test/s/1", "https://a.test/u/ada", "https://a.test/p/1"),
            stamp("https://a.test/s/1", "https://b.test/u/bo", "https://a.test/p/1"),
            stamp("https://a.test/s/1", "https://a.test/u/ada", "https://b.test/p/1"),
            json!({"type": "Note", "id": "https://a.test/s/1", "attributedTo": "https://a.test/u/ada", "interactingObject": "https://b.test/n/1", "interactionTarget": "https://a.test/p/1"}),
            json!({"type": "QuoteAuthorization", "id": "https://a.test/s/1", "attributedTo": "https://a.test/u/ada"}),
        ] {
            assert!(Stamp::read(&bad).is_err(), "{bad}");
        }
    }
}
