//! A partner's roster, read strictly: what is not exactly as it must be is refused as a whole.

use crate::{
    base::{clock::Stamp, error::Refusal, host, sentence::said, text::limits},
    features::rosters::{Listed, PEOPLE_MAX},
    federation::objects::{Fields, fields::wrong},
};
use serde_json::Value;
use std::collections::HashSet;

/// A roster as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    /// For which node it is.
    pub asked: String,
    /// What it says.
    pub listed: Listed,
}

impl Roster {
    /// Reads a roster of `organisation` (its id), whose people live on its own host or on one of `hosts`.
    pub fn read(document: &Value, organisation: &str, hosts: &[String]) -> Result<Self, Refusal> {
        let fields = Fields::expect(document, "the roster")?;
        if fields.kind() != "Roster" || fields.id("attributedTo") != Some(organisation) {
            return Err(wrong("this is not a roster of the organisation"));
        }
        let asked =
            fields.text("for").filter(|asked| asked.len() <= limits::HOST_BYTES_MAX).ok_or_else(|| wrong("the roster is for nobody"))?;
        if fields.id("id") != Some(format!("{organisation}/roster?for={asked}").as_str()) {
            return Err(wrong("the roster's id is not what it must be"));
        }
        let home = host::parse(organisation).and_then(|url| host::authority(&url)).ok_or_else(|| wrong("the organisation has no host"))?;
        let is_theirs =
            |uri: &str| host::parse(uri).and_then(|url| host::authority(&url)).is_some_and(|host| host == home || hosts.contains(&host));
        let time = |name| fields.time(name).ok_or_else(|| wrong(said!("the roster has no {name}", name)));
        let listed = Listed {
            sequence: fields
                .value("sequence")
                .and_then(Value::as_i64)
                .filter(|n| *n > 0)
                .ok_or_else(|| wrong("the roster has no sequence"))?,
            people: people(fields, "items", is_theirs)?,
            paused: people(fields, "paused", is_theirs)?,
            issued_at: time("issuedAt")?,
            valid_until: time("validUntil")?,
        };
        if listed.valid_until < listed.issued_at || listed.valid_until == Stamp(0) {
            return Err(wrong("the roster ends before it begins"));
        }
        Ok(Self { asked: asked.to_owned(), listed })
    }
}

/// The ids in the list `name`: all of them, each once, all of hosts that are the organisation's.
fn people(fields: Fields<'_>, name: &str, is_theirs: impl Fn(&str) -> bool) -> Result<Vec<String>, Refusal> {
    let list = match fields.value(name) {
        Some(Value::Array(list)) => list.as_slice(),
        None => &[],
        Some(_) => return Err(wrong("the people on the roster are not a list")),
    };
    if list.len() > PEOPLE_MAX {
        return Err(wrong(said!("the roster names more than {max} people", max = PEOPLE_MAX)));
    }
    let mut seen = HashSet::with_capacity(list.len());
    let mut people = Vec::with_capacity(list.len());
    for one in list {
        let uri = one.as_str().filter(|uri| uri.len() <= host::URL_BYTES_MAX).ok_or_else(|| wrong("somebody on the roster has no id"))?;
        if !is_theirs(uri) {
            return Err(wrong("the roster names somebody of another server"));
        }
        if seen.insert(uri) {
            people.push(uri.to_owned());
        }
    }
    Ok(people)
}
