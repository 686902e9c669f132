//! One JSON object from elsewhere, read property by property.
//!
//! ActivityStreams lets a value be one or many, a thing be embedded or named by its id; these readers take either form.
//! Lists are cut at [`LISTED_MAX`]; texts are bounded by their users.

use crate::{
    base::{
        clock::Stamp,
        error::Refusal,
        host,
        sentence::{Sentence, said},
    },
    federation::vocabulary,
};
use serde_json::{Map, Value};
use url::Url;

/// Most entries of a list that are looked at.
pub const LISTED_MAX: usize = 100;

/// A JSON object, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// The fields of `value`, when it is an object.
    pub fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// The same, or the refusal that says what should be an object.
    pub fn expect(value: &'a Value, what: &'static str) -> Result<Self, Refusal> {
        Self::of(value).ok_or_else(|| wrong(said!("{what} is not an object", what)))
    }

    /// The `type`; the first of several.
    pub fn kind(self) -> &'a str {
        self.text("type").unwrap_or_default()
    }

    /// A value as it stands; null counts as absent.
    pub fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// One or many.
    pub fn list(self, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
        let values = match self.value(name) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        values.iter().take(LISTED_MAX)
    }

    /// A text; the first of several.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.list(name).next().and_then(Value::as_str)
    }

    /// A yes or no.
    pub fn flag(self, name: &str) -> Option<bool> {
        self.value(name).and_then(Value::as_bool)
    }

    /// A number of pixels and the like.
    pub fn number(self, name: &str) -> Option<u32> {
        self.value(name).and_then(Value::as_u64).and_then(|number| number.try_into().ok())
    }

    /// A time (RFC 3339).
    pub fn time(self, name: &str) -> Option<Stamp> {
        self.text(name).and_then(Stamp::parse)
    }

    /// An embedded object; the first of several.
    pub fn object(self, name: &str) -> Option<Self> {
        self.list(name).next().and_then(Self::of)
    }

    /// The id of a thing that is embedded or named; the first of several.
    pub fn id(self, name: &str) -> Option<&'a str> {
        self.list(name).find_map(id_of)
    }

    /// Where what is named is to be read further: another address than `at`, on the same server (S69). Whoever follows it
    /// counts how often.
    pub fn further(self, name: &str, at: &Url) -> Option<Url> {
        self.id(name).and_then(host::parse).filter(|url| host::same_origin(url, at) && url != at)
    }

    /// The ids of things that are embedded or named.
    pub fn ids(self, name: &str) -> Vec<&'a str> {
        self.list(name).filter_map(id_of).collect()
    }

    /// Its own id, when it is an acceptable web address without user, blanks or tricks.
    pub fn own_id(self) -> Result<(&'a str, Url), Refusal> {
        self.required_url("id")
    }

    /// The id of a thing that must be there and be a web address.
    pub fn required_url(self, name: &'static str) -> Result<(&'a str, Url), Refusal> {
        let text = self.id(name).ok_or_else(|| wrong(said!("there is no {name}", name)))?;
        Ok((text, host::parse(text).ok_or_else(|| wrong(said!("the {name} is not a web address", name)))?))
    }

    /// Whether everyone is addressed in `name`.
    pub fn addresses_everyone(self, name: &str) -> bool {
        self.list(name).filter_map(id_of).any(vocabulary::is_public)
    }
}

/// The id of a thing that is embedded, named, or linked to.
pub fn id_of(value: &Value) -> Option<&str> {
    let id = match value {
        Value::String(id) => id,
        Value::Object(object) => object.get("id").or_else(|| object.get("href"))?.as_str()?,
        _ => return None,
    };
    (!id.is_empty() && id.len() <= host::URL_BYTES_MAX).then_some(id)
}

/// Whether both are web addresses of one origin.
pub fn same_origin(one: &str, other: &str) -> bool {
    matches!((host::parse(one), host::parse(other)), (Some(one), Some(other)) if host::same_origin(&one, &other))
}

/// The refusal of a document that is not as it must be.
pub fn wrong(sentence: impl Into<Sentence>) -> Refusal {
    Refusal::forbidden("bad_document", sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_or_many_and_embedded_or_named_are_read_alike() {
        for to in [
            json!("https://a.test/u/x"),
            json!(["https://a.test/u/x"]),
            json!({"id": "https://a.test/u/x"}),
            json!([{"href": "https://a.test/u/x"}]),
        ] {
            let object = json!({"to": to});
            assert_eq!(Fields::of(&object).unwrap().ids("to"), ["https://a.test/u/x"]);
        }
    }

    #[test]
    fn what_has_another_form_counts_as_absent() {
        let object = json!({"id": 7, "to": [1, null, {}], "name": {"x": 1}, "sensitive": "yes", "published": "soon", "height": -3});
        let fields = Fields::of(&object).unwrap();
        assert!(fields.own_id().is_err() && fields.ids("to").is_empty() && fields.text("name").is_none());
        assert_eq!((fields.flag("sensitive"), fields.time("published"), fields.number("height")), (None, None, None));
    }

    #[test]
    fn lists_are_cut() {
        let object = json!({"to": vec!["https://a.test/"; 5000]});
        assert_eq!(Fields::of(&object).unwrap().ids("to").len(), LISTED_MAX);
    }
}
