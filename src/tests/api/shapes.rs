//! Whether an answer has the shape that Mastodon's documentation gives it.
//!
//! The description (`mastodon-openapi.json`) lies beside the project; without it nothing is checked, and a line says so.

use serde_json::{Map, Value};
use std::{env, fs, path::PathBuf, sync::LazyLock};

static DESCRIPTION: LazyLock<Option<Value>> = LazyLock::new(|| beside("mastodon-openapi.json"));

/// A file of JSON that lies beside the project (in `INTERMOOT_SHARED`, or `../shared`), if it is there.
pub fn beside(name: &str) -> Option<Value> {
    let shared = env::var_os("INTERMOOT_SHARED").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let text = fs::read_to_string(shared.join(name)).ok();
    if text.is_none() {
        eprintln!("not checked: {name} is not here");
    }
    Some(serde_json::from_str(&text?).expect("the description is JSON"))
}

/// Asserts that `value` is a `name` of the description: every required property is there, and what is there has its type.
#[track_caller]
pub fn assert_is(name: &str, value: &Value) {
    let Some(description) = &*DESCRIPTION else { return };
    let schema = description.pointer(&format!("/components/schemas/{name}")).unwrap_or_else(|| panic!("no schema {name}"));
    let mut wrong = Vec::new();
    compare(description, schema, value, name, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}\n{value:#}");
}

/// Asserts that `value` is a list of them.
#[track_caller]
pub fn assert_are(name: &str, value: &Value) {
    for item in value.as_array().expect("a list") {
        assert_is(name, item);
    }
}

fn compare(all: &Value, schema: &Value, value: &Value, path: &str, wrong: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = all.pointer(reference.trim_start_matches('#')).expect("a reference leads somewhere");
        return compare(all, target, value, path, wrong);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = |choice: &Value| {
            let mut wrong = Vec::new();
            compare(all, choice, value, path, &mut wrong);
            wrong.is_empty()
        };
        if !choices.iter().any(fits) {
            wrong.push(format!("{path} is none of its choices: {value}"));
        }
        return;
    }
    if !has_type(&schema["type"], value) {
        wrong.push(format!("{path} is {value}, not {}", schema["type"]));
    }
    if let Some(words) = schema["enum"].as_array().filter(|words| !words.contains(value)) {
        wrong.push(format!("{path} is {value}, none of {words:?}"));
    }
    match value {
        Value::Object(object) => compare_object(all, schema, object, path, wrong),
        Value::Array(items) if !schema["items"].is_null() => {
            for (at, item) in items.iter().enumerate() {
                compare(all, &schema["items"], item, &format!("{path}[{at}]"), wrong);
            }
        }
        _ => {}
    }
}

fn compare_object(all: &Value, schema: &Value, object: &Map<String, Value>, path: &str, wrong: &mut Vec<String>) {
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !object.contains_key(name) {
            wrong.push(format!("{path}.{name} is missing"));
        }
    }
    for (name, described) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = object.get(name) {
            compare(all, described, value, &format!("{path}.{name}"), wrong);
        }
    }
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    let is = |word: &str| match word {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    match wanted {
        Value::String(word) => is(word),
        Value::Array(words) => words.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

#[test]
fn a_missing_or_mistyped_property_is_noticed() {
    let schema = serde_json::json!({ "type": "object", "required": ["id"], "properties": { "bot": { "type": "boolean" }, "id": { "type": "string" } } });
    let wrong = |value: Value| {
        let mut wrong = Vec::new();
        compare(&Value::Null, &schema, &value, "it", &mut wrong);
        wrong.len()
    };
    assert_eq!(wrong(serde_json::json!({ "id": "1", "bot": true })), 0);
    assert_eq!(wrong(serde_json::json!({ "id": 1, "bot": "yes" })), 2);
    assert_eq!(wrong(serde_json::json!({})), 1);
}
