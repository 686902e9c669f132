//! Reads JSON from strangers, strictly: no key twice, and never too deep, too much or too long.
//!
//! Two parsers that see different values for a repeated key would let a checker approve one
//! document and a handler act on another (S14). The limits end a hostile document early (S71).

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// How much of a document is taken.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the whole text.
    pub bytes: usize,
    /// Arrays and objects inside one another; serde_json itself stops at 128.
    pub depth: usize,
    /// Values of every kind, all levels together.
    pub values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1024 * 1024, depth: 32, values: 20_000 }
    }
}

/// Why a text is not taken as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON (RFC 8259); the parser's own words.
    #[error("this is not JSON: {0}")]
    Syntax(String),
    /// An object has this key more than once.
    #[error("the key “{0}” is given twice")]
    DuplicateKey(String),
    /// Arrays and objects are nested too deep.
    #[error("the JSON is nested too deep")]
    TooDeep,
    /// There are too many values.
    #[error("the JSON holds too many values")]
    TooMany,
    /// The text is too long.
    #[error("the JSON is too long")]
    TooLong,
}

/// Reads one JSON value that fills `text`, within `limits`.
pub fn parse_strict(text: &[u8], limits: Limits) -> Result<Value, JsonError> {
    if text.len() > limits.bytes {
        return Err(JsonError::TooLong);
    }
    let mut budget = Budget { values: limits.values, depth: limits.depth, refusal: None };
    let mut parser = serde_json::Deserializer::from_slice(text);
    let parsed = Node { budget: &mut budget }.deserialize(&mut parser).and_then(|value| parser.end().map(|()| value));
    parsed.map_err(|error| budget.refusal.unwrap_or_else(|| JsonError::Syntax(error.to_string())))
}

/// What may still be read.
struct Budget {
    values: usize,
    depth: usize,
    /// Why reading was ended by us; serde's own error carries text only.
    refusal: Option<JsonError>,
}

impl Budget {
    fn refuse<E: serde::de::Error>(&mut self, refusal: JsonError) -> E {
        self.refusal = Some(refusal);
        E::custom("refused")
    }

    fn enter<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.depth = self.depth.checked_sub(1).ok_or_else(|| self.refuse(JsonError::TooDeep))?;
        Ok(())
    }
}

/// Reads one value, counting it.
struct Node<'b> {
    budget: &'b mut Budget,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<Value, D::Error> {
        self.budget.values = self.budget.values.checked_sub(1).ok_or_else(|| self.budget.refuse(JsonError::TooMany))?;
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.budget.enter()?;
        let mut list = Vec::new();
        while let Some(value) = entries.next_element_seed(Node { budget: self.budget })? {
            list.push(value);
        }
        self.budget.depth += 1;
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.budget.enter()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(self.budget.refuse(JsonError::DuplicateKey(key.chars().take(64).collect())));
            }
            let value = entries.next_value_seed(Node { budget: self.budget })?;
            object.insert(key, value);
        }
        self.budget.depth += 1;
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn parse(text: &str) -> Result<Value, JsonError> {
        parse_strict(text.as_bytes(), Limits::default())
    }

    #[test]
    fn s014_a_key_given_twice_is_refused_at_every_depth() {
        for text in [
            r#"{"actor":"a","actor":"b"}"#,
            r#"{"actor":"a","actor":"a"}"#,
            r#"{"object":[{"x":{"id":1,"type":"Note","id":2}}]}"#,
            r#"{"actor":1,"\u0061ctor":2}"#,
        ] {
            assert!(matches!(parse(text), Err(JsonError::DuplicateKey(_))), "{text}");
        }
        // other keys, however alike, are other keys; nobody reads them
        assert!(parse(r#"{"actor":1,"Actor":2,"as:actor":3,"a":{"actor":4}}"#).is_ok());
    }

    #[test]
    fn s071_hostile_documents_end_early() {
        let deep = "[".repeat(100_000);
        let keys: String = (0..100_000).map(|at| format!("\"k{at}\":{{}},")).collect();
        let cases = [
            (deep, JsonError::TooDeep),
            ("{\"a\":".repeat(100_000), JsonError::TooDeep),
            (format!("{{{keys}\"z\":1}}").chars().take(1024 * 1024).collect(), JsonError::TooMany),
            (format!("[{}1]", "1,".repeat(500_000)), JsonError::TooMany),
            (format!("\"{}\"", "x".repeat(2_000_000)), JsonError::TooLong),
        ];
        for (text, refusal) in cases {
            let start = Instant::now();
            assert_eq!(parse(&text), Err(refusal));
            assert!(start.elapsed() < Duration::from_secs(2));
        }
        assert!(matches!(parse("[1e999]"), Err(JsonError::Syntax(_))));
    }

    #[test]
    fn depth_and_count_are_taken_up_to_their_limits() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(32)).is_ok());
        assert_eq!(parse(&nested(33)), Err(JsonError::TooDeep));
        assert!(parse(&format!("[{}]", vec!["[]"; 1000].join(","))).is_ok(), "neighbours are not nested");
        let limits = Limits { values: 4, ..Limits::default() };
        assert!(parse_strict(b"[1,2,3]", limits).is_ok());
        assert_eq!(parse_strict(b"[1,2,3,4]", limits), Err(JsonError::TooMany));
        assert!(parse_strict(b"{} {}", limits).is_err());
        assert!(parse_strict(b"{\"a\":\"\xff\"}", limits).is_err());
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map_into(),
            any::<i64>().prop_map_into(),
            any::<f64>().prop_map_into(),
            ".{0,8}".prop_map_into()
        ];
        leaf.prop_recursive(6, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map_into(),
                prop::collection::btree_map(".{0,4}", inner, 0..8).prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn honest_documents_are_read_whole(value in any_value()) {
            prop_assert_eq!(parse(&value.to_string()).unwrap(), value);
        }

        #[test]
        fn what_is_taken_is_what_serde_json_reads(text in r#"[\[\]{}:,"a-c0-9\. \\eE+-]{0,40}"#) {
            if let Ok(value) = parse(&text) {
                prop_assert_eq!(value, serde_json::from_str::<Value>(&text).unwrap());
            }
        }
    }
}
