//! What every activity has: an id on the origin of its actor, and a type.

use crate::{
    base::error::Refusal,
    federation::objects::{
        Fields,
        fields::{same_origin, wrong},
    },
};
use serde_json::Value;

/// The types of activities that do something here.
const KINDS: [&str; 23] = [
    "Follow",
    "Accept",
    "Reject",
    "Undo",
    "Create",
    "Update",
    "Delete",
    "Like",
    "Dislike",
    "EmojiReact",
    "Add",
    "Remove",
    "Move",
    "Announce",
    "Join",
    "Leave",
    "Offer",
    "Block",
    "Lock",
    "Warn",
    "Flag",
    "Resolve",
    "QuoteRequest",
];

/// What every activity has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Its id, on the actor's origin.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// Who does it.
    pub actor: String,
}

impl Envelope {
    /// Reads what every activity has; its id must be on its actor's origin.
    pub fn read(document: &Value) -> Result<Self, Refusal> {
        let fields = Fields::expect(document, "the activity")?;
        let (id, _) = fields.own_id()?;
        let (actor, _) = fields.required_url("actor")?;
        let kind = kind(fields);
        if kind.is_empty() {
            return Err(wrong("the activity has no type"));
        }
        if !same_origin(id, actor) {
            return Err(wrong("the activity's id is not on its actor's server"));
        }
        Ok(Self { id: id.to_owned(), kind: kind.to_owned(), actor: actor.to_owned() })
    }
}

/// The type of an activity: of several the first that we know, else the first.
fn kind(fields: Fields<'_>) -> &str {
    let known = fields.list("type").filter_map(Value::as_str).find(|kind| KINDS.contains(kind));
    known.unwrap_or_else(|| fields.kind())
}
