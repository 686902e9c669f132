//! `Retraction`: what a partner is to forget of one community when its agreement ended (S118), and its answer.
//!
//! The community signs the list itself (FEP-8b32), so that it stands alone as the record of what had been shared. Terms of ours.

use super::fields::{Fields, wrong};
use crate::{
    base::{error::Refusal, host, origin::Origin, sentence::said},
    features::retractions::{ITEMS_MAX, Retraction as Row},
};
use serde_json::{Value, json};

/// Its type.
pub const KIND: &str = "Retraction";

/// Whether an object is a list of what is to be forgotten, or names one.
pub fn is_retraction(object: &Value) -> bool {
    Fields::of(object).is_some_and(|object| object.kind() == KIND)
}

/// The id of a list: below its community.
pub fn id(group: &str, number: i64) -> String {
    format!("{group}/retractions/{number}")
}

/// Community (absolute) and number in such an id.
pub fn parts(id: &str) -> Option<(&str, i64)> {
    let (group, number) = id.rsplit_once("/retractions/")?;
    let number: i64 = number.parse().ok().filter(|number| *number > 0)?;
    (id == self::id(group, number)).then_some((group, number))
}

/// Our list, to be proven by the community.
pub fn into_json(origin: &Origin, (group, agreement): (&str, &str), row: &Row) -> anyhow::Result<Value> {
    let items: Vec<String> = serde_json::from_str(&row.items)?;
    let group = origin.absolute(group);
    Ok(json!({
        "type": KIND, "id": id(&group, row.id), "attributedTo": group, "agreement": origin.absolute(agreement),
        "items": items.iter().map(|uri| origin.absolute(uri)).collect::<Vec<_>>(), "published": row.created_at
    }))
}

/// Our answer to such a list of a community elsewhere.
pub fn answer(uri: &str, forgotten: i64) -> Value {
    json!({ "type": KIND, "id": uri, "forgotten": forgotten })
}

/// The posts that a list names: all of them, or it is refused whole.
pub fn items(object: Fields<'_>) -> Result<Vec<String>, Refusal> {
    let Some(Value::Array(list)) = object.value("items") else { return Err(wrong("what is to be forgotten is not a list")) };
    if list.len() > ITEMS_MAX {
        return Err(wrong(said!("more than {max} things are to be forgotten at once", max = ITEMS_MAX)));
    }
    let one = |item: &Value| item.as_str().filter(|uri| uri.len() <= host::URL_BYTES_MAX && host::parse(uri).is_some()).map(str::to_owned);
    list.iter().map(|item| one(item).ok_or_else(|| wrong("something to be forgotten has no id"))).collect()
}
