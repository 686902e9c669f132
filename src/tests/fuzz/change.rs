//! Changes to what is known to be good: one at a time, at a place, into something that readers fall for.

use serde_json::{Map, Value, json};

/// Numbers that say what to do: which change, where, and which of the possible.
pub type Change = (u8, u16, u16);

/// Keys that mean something.
const KEYS: [&str; 14] = [
    "id",
    "type",
    "actor",
    "object",
    "attributedTo",
    "to",
    "cc",
    "content",
    "contentMap",
    "tag",
    "attachment",
    "url",
    "inbox",
    "publicKey",
];

/// Pieces of text that readers disagree about.
const PIECES: [&str; 12] =
    ["\u{0}", "\u{202e}", "#", "@", "//", "\\", "%2f", "<script>", "\u{fffd}", "\n", "https://e.example/", "ﬃ\u{301}"];

/// A document with these changes, as text.
pub fn changed_json(document: &Value, changes: &[Change]) -> Vec<u8> {
    let mut document = document.clone();
    let mut text_changes = Vec::new();
    for change @ (what, at, into) in changes.iter().copied() {
        let count = count(&document);
        let mut nth = usize::from(at) % count;
        match what % 12 {
            0..=2 => at_node(&mut document, &mut nth, &mut |value| *value = odd(into)),
            3 | 4 => at_node(&mut document, &mut nth, &mut |value| remove(value, into)),
            5 => at_node(&mut document, &mut nth, &mut |value| *value = json!([value.clone(), value.clone()])),
            6 => at_node(&mut document, &mut nth, &mut |value| *value = nested(value.clone(), usize::from(into % 40))),
            7 | 8 => at_node(&mut document, &mut nth, &mut |value| rewrite(value, into)),
            9 | 10 => at_node(&mut document, &mut nth, &mut |value| add(value, into)),
            _ => text_changes.push(change),
        }
    }
    changed_text(document.to_string().as_bytes(), &text_changes, &["{", "\"id\":1,", "]", "\\ud800", "1e999", ",\"type\":\"Like\""])
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// Does something to the value that is the `nth` in reading order.
fn at_node(value: &mut Value, nth: &mut usize, act: &mut dyn FnMut(&mut Value)) {
    if *nth == 0 {
        *nth = usize::MAX;
        return act(value);
    }
    *nth -= 1;
    let inner: Vec<&mut Value> = match value {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(fields) => fields.values_mut().collect(),
        _ => Vec::new(),
    };
    for inner in inner {
        if *nth > usize::MAX / 2 {
            return;
        }
        at_node(inner, nth, act);
    }
}

fn odd(into: u16) -> Value {
    let long = || "x".repeat(usize::from(into) % 5000);
    match into % 16 {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(1e308),
        4 => json!(u64::MAX),
        5 => json!(""),
        6 => json!([]),
        7 => json!({}),
        8 => json!(long()),
        9 => json!(format!("https://e.example/{}", long())),
        10 => json!("https://p.example@e.example/u/pat"),
        11 => json!("javascript:alert(1)"),
        12 => json!(vec![json!({"type": "Mention", "href": "https://e.example/u/x"}); usize::from(into % 300)]),
        13 => json!({"id": "https://e.example/n/1", "type": ["Note", "Person"], "attributedTo": ["https://e.example/u/eve", 7]}),
        14 => json!("9999-99-99T99:99:99Z"),
        _ => json!("https://acme.example/u/ada"),
    }
}

fn remove(value: &mut Value, into: u16) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let key = fields.keys().nth(usize::from(into) % fields.len()).cloned().unwrap_or_default();
            fields.remove(&key);
        }
        other => *other = Value::Null,
    }
}

fn add(value: &mut Value, into: u16) {
    let key = KEYS[usize::from(into) % KEYS.len()].to_owned();
    match value {
        Value::Object(fields) => drop(fields.insert(key, odd(into / 16))),
        other => *other = Value::Object(Map::from_iter([(key, other.clone())])),
    }
}

fn rewrite(value: &mut Value, into: u16) {
    let Value::String(text) = value else { return };
    let at = text.floor_char_boundary(usize::from(into) % (text.len() + 1));
    text.insert_str(at, PIECES[usize::from(into / 7) % PIECES.len()]);
}

fn nested(value: Value, depth: usize) -> Value {
    (0..depth).fold(value, |value, nth| if nth % 2 == 0 { json!([value]) } else { json!({"object": value}) })
}

/// A text with these changes: a word put in, a stretch left out or said twice, a byte exchanged.
pub fn changed_text(text: &[u8], changes: &[Change], words: &[&str]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for (what, at, into) in changes.iter().copied() {
        let at = usize::from(at) % (bytes.len() + 1);
        let end = bytes.len().min(at + usize::from(into % 24));
        match what % 6 {
            0..=2 => drop(bytes.splice(at..at, words[usize::from(into) % words.len()].bytes())),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let twice = bytes[at..end].to_vec();
                bytes.splice(at..at, twice);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = into as u8;
                }
            }
        }
    }
    bytes
}
