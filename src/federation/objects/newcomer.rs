//! `Newcomer`: a community that is not public says that a company is new in it, and from when its people are admitted
//! (`membership.md` 4). Told to hosts with a usable seat there, and to nobody else. A term of ours.

use super::{
    fields::{Fields, wrong},
    member::required_time,
};
use crate::{
    base::{clock::Stamp, error::Refusal, text::limits},
    features::{memberships::Present, peers},
};
use serde_json::{Value, json};

/// Its type.
pub const KIND: &str = "Newcomer";

/// What is said of a company that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The community, absolute.
    pub community: String,
    /// The company's host.
    pub host: String,
    /// Announced.
    pub announced_at: Stamp,
    /// Its people are admitted from then on.
    pub admitted_from: Stamp,
}

/// Whether an object is one.
pub fn is_newcomer(object: &Value) -> bool {
    Fields::of(object).is_some_and(|object| object.kind() == KIND)
}

/// Writes what `present` says.
pub fn into_json(group: &str, present: &Present) -> Value {
    json!({
        "type": KIND, "object": group, "host": present.host, "announcedAt": present.announced_at, "admittedFrom": present.admitted_from
    })
}

impl Newcomer {
    /// Reads it.
    pub fn read(object: Fields<'_>) -> Result<Self, Refusal> {
        let (community, _) = object.required_url("object")?;
        let host = object.text("host").filter(|host| host.len() <= limits::HOST_BYTES_MAX);
        let host = host.filter(|host| peers::normal(host).is_ok_and(|normal| normal == **host));
        Ok(Self {
            community: community.to_owned(),
            host: host.ok_or_else(|| wrong("the newcomer has no host"))?.to_owned(),
            announced_at: required_time(object, "announcedAt")?,
            admitted_from: required_time(object, "admittedFrom")?,
        })
    }
}
