//! A forgiving reader: text where a number or boolean is meant, a map with numbers where a list is.

use crate::api::error::Failure;
use serde::{
    de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Visitor},
    forward_to_deserialize_any,
};
use serde_json::Value;
use std::fmt;

/// A value that is read forgivingly.
pub(super) struct Loose(pub Value);

/// What could not be read, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    /// Names from the outside in, joined by dots.
    path: String,
    problem: String,
}

impl Wrong {
    fn within(mut self, name: &str) -> Self {
        self.path = if self.path.is_empty() { name.to_owned() } else { format!("{name}.{}", self.path) };
        self
    }

    /// 422, naming the field.
    pub(super) fn into_failure(self) -> Failure {
        let field = if self.path.is_empty() { "request".to_owned() } else { self.path };
        let shown: String = field.chars().take(100).filter(|c| !c.is_control()).collect();
        Failure::field(shown, self.problem)
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.problem)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self { path: String::new(), problem: format!("is not right: {problem}") }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { path: field.to_owned(), problem: "is missing".to_owned() }
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self { path: String::new(), problem: format!("must be one of {}", expected.join(", ")) }
    }
}

fn wrong(problem: &str) -> Wrong {
    Wrong { path: String::new(), problem: problem.to_owned() }
}

/// Reads numbers also from text.
macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            let number = match &self.0 {
                Value::Number(number) => number.to_string().parse::<$type>().ok(),
                Value::String(text) => text.trim().parse::<$type>().ok(),
                _ => None,
            };
            visitor.$visit(number.ok_or_else(|| wrong("is not a number that fits"))?)
        }
    )+};
}

impl<'de> Deserializer<'de> for Loose {
    type Error = Wrong;

    numbers!(deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64,
        deserialize_f32 visit_f32 f32, deserialize_f64 visit_f64 f64);

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(is) => visitor.visit_bool(is),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            Value::Object(map) => visitor.visit_map(Entries { entries: map.into_iter(), value: None }),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (.., number) => visitor.visit_f64(number.unwrap_or_default()),
            },
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let said = match &self.0 {
            Value::Bool(is) => Some(*is),
            Value::Number(number) => number.as_u64().filter(|n| *n < 2).map(|n| n == 1),
            Value::String(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "t" | "1" | "on" | "yes" => Some(true),
                "false" | "f" | "0" | "off" | "no" | "" => Some(false),
                _ => None,
            },
            _ => None,
        };
        visitor.visit_bool(said.ok_or_else(|| wrong("is neither true nor false"))?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            Value::Number(number) => visitor.visit_string(number.to_string()),
            Value::Bool(is) => visitor.visit_string(is.to_string()),
            _ => Err(wrong("is not text")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_string(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    /// A list; also a map with numbers (`{"0": …, "1": …}`, in that order), or one value alone.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let items = match self.0 {
            Value::Null => Vec::new(),
            Value::Array(items) => items,
            Value::Object(map) if map.keys().all(|key| key.parse::<u32>().is_ok()) => {
                let mut numbered: Vec<(u32, Value)> = map.into_iter().filter_map(|(key, value)| Some((key.parse().ok()?, value))).collect();
                numbered.sort_by_key(|(number, _)| *number);
                numbered.into_iter().map(|(_, value)| value).collect()
            }
            one => vec![one],
        };
        visitor.visit_seq(Items(items.into_iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Object(_) => self.deserialize_any(visitor),
            _ => Err(wrong("is not a group of fields")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::String(word) => visitor.visit_enum(word.into_deserializer()),
            _ => Err(wrong("is not a word")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! { i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct map ignored_any }
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        self.0.next().map(|item| seed.deserialize(Loose(item))).transpose()
    }
}

struct Entries {
    entries: serde_json::map::IntoIter,
    value: Option<(String, Value)>,
}

impl<'de> de::MapAccess<'de> for Entries {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        let read = seed.deserialize(Loose(Value::String(key.clone())))?;
        self.value = Some((key, value));
        Ok(Some(read))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let (key, value) = self.value.take().ok_or_else(|| wrong("has no value"))?;
        seed.deserialize(Loose(value)).map_err(|error| error.within(&key))
    }
}
