//! From pairs with names like `poll[options][]` to a tree of values.

use super::{DEPTH_MAX, PAIRS_MAX, unread};
use crate::api::error::Failure;
use axum::http::StatusCode;
use serde_json::{Map, Value};

/// The tree that `pairs` describe. `a[]` appends to a list, `a[b]` and `a[0]` name a place in a
/// map; of two values for one place the later counts. Refused when there are too many or too deep.
pub(super) fn grow(pairs: impl Iterator<Item = (String, Value)>) -> Result<Map<String, Value>, Failure> {
    let mut tree = Map::new();
    for (count, (name, value)) in pairs.enumerate() {
        let steps = steps(&name);
        if count >= PAIRS_MAX || steps.len() > DEPTH_MAX {
            return Err(unread(StatusCode::UNPROCESSABLE_ENTITY, "the request has too many parameters, or they are nested too deep"));
        }
        put(&mut tree, &steps, value);
    }
    Ok(tree)
}

/// `a[b][]` → `a`, `b`, ``. A name that does not follow the form is one step.
fn steps(name: &str) -> Vec<&str> {
    let whole = vec![name];
    let Some((first, rest)) = name.split_once('[') else { return whole };
    let Some(rest) = rest.strip_suffix(']').filter(|_| !first.is_empty()) else { return whole };
    let mut steps = vec![first];
    steps.extend(rest.split("]["));
    steps
}

fn put(map: &mut Map<String, Value>, steps: &[&str], value: Value) {
    let Some((first, rest)) = steps.split_first() else { return };
    match rest {
        [] => drop(map.insert((*first).to_owned(), value)),
        [""] => match map.entry(*first).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(list) => list.push(value),
            other => *other = Value::Array(vec![value]),
        },
        // `a[][b]=1&a[][c]=2`: a list of maps, a new one where a name comes again.
        ["", inner @ ..] => {
            let list = map.entry(*first).or_insert_with(|| Value::Array(Vec::new()));
            put_in_list(list, inner, value);
        }
        _ => {
            let place = map.entry(*first).or_insert_with(|| Value::Object(Map::new()));
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            if let Value::Object(inner) = place {
                put(inner, rest, value);
            }
        }
    }
}

fn put_in_list(list: &mut Value, steps: &[&str], value: Value) {
    let Value::Array(items) = list else {
        *list = Value::Array(Vec::new());
        return put_in_list(list, steps, value);
    };
    let name = steps.first().copied().unwrap_or_default();
    match items.last_mut() {
        Some(Value::Object(last)) if !last.contains_key(name) || steps.len() > 1 => put(last, steps, value),
        _ => {
            let mut fresh = Map::new();
            put(&mut fresh, steps, value);
            items.push(Value::Object(fresh));
        }
    }
}
