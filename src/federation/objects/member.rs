//! A seat's record, both directions: what its group signs, what a person's node adopts (`membership.md` 2 and 3).
//!
//! The group's proof (FEP-8b32) is over the record itself and not over the activity that brings it: so it stands alone as a
//! receipt, and can be handed back to a node that was restored. Read strictly: a word that is unknown, an address that is
//! none, or a record of another server than its group is refused whole.

use super::fields::{Fields, wrong};
use crate::{
    base::{clock::Stamp, error::Refusal, host, id::SeatId, origin::Origin, sentence::said, text::limits::REASON_CHARS_MAX},
    features::memberships::record::Record,
    federation::vocabulary,
};
use serde_json::{Value, json};
use std::str::FromStr;

/// The type of a record.
pub const KIND: &str = "Member";
/// Largest record, in bytes of JSON.
const BYTES_MAX: usize = 32 * 1024;
/// The greatest revision: what every JSON reader takes exactly.
const REV_MAX: i64 = (1 << 53) - 1;
/// Longest list of anything inside an ask.
pub const POLICIES_MAX: usize = 20;

/// A record as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its id, below its group's.
    pub id: String,
    /// What it says; uris as on the wire.
    pub record: Record,
    /// The whole of it, for its proof.
    pub document: Value,
}

/// The record of the seat `id`, as yet without proof. The uris in `record` are as stored.
pub fn into_json(origin: &Origin, id: SeatId, record: &Record) -> Value {
    let group = origin.absolute(&record.community);
    let mut document = json!({
        "@context": vocabulary::context(origin),
        "type": KIND,
        "id": format!("{group}/seats/{id}"),
        "actor": origin.absolute(&record.account),
        "object": group,
        "role": record.role,
        "status": record.status,
        "stakeholder": record.stakeholder,
        "rev": record.rev,
        "askedAt": record.asked_at,
        "historyFrom": record.history_from,
    });
    for (name, uri) in [("heldThrough", &record.organisation), ("agreement", &record.agreement), ("admittedBy", &record.admitted_by)] {
        if !uri.is_empty() {
            document[name] = json!(origin.absolute(uri));
        }
    }
    if let Some(at) = record.expires_at {
        document["expires"] = json!(at);
    }
    if !record.reason.is_empty() {
        document["summary"] = json!(record.reason);
    }
    document
}

impl Member {
    /// Reads a record. Its proof is checked by whoever knows its group's key.
    pub fn read(document: &Value) -> Result<Self, Refusal> {
        let fields = Fields::expect(document, "the record")?;
        if fields.kind() != KIND {
            return Err(wrong("this is no record of a seat"));
        }
        if document.to_string().len() > BYTES_MAX {
            return Err(wrong("the record is too long"));
        }
        let (id, _) = fields.own_id()?;
        let (account, _) = fields.required_url("actor")?;
        let (community, _) = fields.required_url("object")?;
        if number_below(id, community).is_none() {
            return Err(wrong("the record's id is not below its group's"));
        }
        let rev = fields.value("rev").and_then(Value::as_i64).filter(|rev| (1..=REV_MAX).contains(rev));
        let record = Record {
            community: community.to_owned(),
            account: account.to_owned(),
            status: word(fields, "status")?,
            role: word(fields, "role")?,
            stakeholder: word(fields, "stakeholder")?,
            organisation: address(fields, "heldThrough")?,
            agreement: address(fields, "agreement")?,
            rev: rev.ok_or_else(|| wrong("the record has no revision"))?,
            asked_at: required_time(fields, "askedAt")?,
            admitted_by: address(fields, "admittedBy")?,
            expires_at: time(fields, "expires")?,
            history_from: required_time(fields, "historyFrom")?,
            reason: sentence(fields, "summary")?,
        };
        Ok(Self { id: id.to_owned(), record, document: document.clone() })
    }

    /// What it says, with uris as this node stores them.
    pub fn stored(&self, origin: &Origin) -> Record {
        let stored = |uri: &str| origin.stored(uri).to_owned();
        Record {
            community: stored(&self.record.community),
            account: stored(&self.record.account),
            organisation: stored(&self.record.organisation),
            agreement: stored(&self.record.agreement),
            admitted_by: stored(&self.record.admitted_by),
            ..self.record.clone()
        }
    }

    /// The number of the seat, as its group numbers it.
    pub fn seat(&self) -> SeatId {
        SeatId(number_below(&self.id, &self.record.community).unwrap_or_default())
    }

    /// Its bytes, the same whichever way it came: what is kept as the receipt.
    pub fn raw(&self) -> String {
        self.document.to_string()
    }
}

/// The number in `{group}/seats/{number}`.
fn number_below(id: &str, group: &str) -> Option<i64> {
    id.strip_prefix(group)?.strip_prefix("/seats/")?.parse().ok().filter(|number| *number > 0)
}

/// A word of ours that must be there.
pub fn word<T: FromStr>(fields: Fields<'_>, name: &'static str) -> Result<T, Refusal> {
    let text = fields.value(name).and_then(Value::as_str).ok_or_else(|| wrong(said!("there is no {name}", name)))?;
    text.parse().map_err(|_| wrong(said!("the {name} is not a word that is known here", name)))
}

/// A web address that may be absent, but not be something else.
pub fn address(fields: Fields<'_>, name: &'static str) -> Result<String, Refusal> {
    match fields.value(name) {
        None => Ok(String::new()),
        Some(Value::String(url)) if url.len() <= host::URL_BYTES_MAX && host::parse(url).is_some() => Ok(url.clone()),
        Some(_) => Err(wrong(said!("the {name} is not a web address", name))),
    }
}

/// A time that may be absent, but not be something else.
pub fn time(fields: Fields<'_>, name: &'static str) -> Result<Option<Stamp>, Refusal> {
    match fields.value(name) {
        None => Ok(None),
        Some(value) => {
            let at = value.as_str().and_then(Stamp::parse).filter(|at| at.0 >= 0);
            at.map(Some).ok_or_else(|| wrong(said!("the {name} is not a time", name)))
        }
    }
}

/// A time that must be there.
pub fn required_time(fields: Fields<'_>, name: &'static str) -> Result<Stamp, Refusal> {
    time(fields, name)?.ok_or_else(|| wrong(said!("there is no {name}", name)))
}

/// A sentence for people: plain text of at most [`REASON_CHARS_MAX`] characters; '' when absent.
pub fn sentence(fields: Fields<'_>, name: &'static str) -> Result<String, Refusal> {
    match fields.value(name) {
        None => Ok(String::new()),
        Some(Value::String(text)) if text.chars().nth(REASON_CHARS_MAX).is_none() => {
            Ok(crate::base::text::names::free_text(text, REASON_CHARS_MAX))
        }
        Some(_) => Err(wrong(said!("the {name} is not a short text", name))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{
        keys::KeyPair,
        proof,
        words::{Role, SeatStatus, Stakeholder},
    };
    use proptest::prelude::*;

    fn origin(url: &str) -> Origin {
        Origin::new(&url.parse().unwrap())
    }

    fn record() -> Record {
        Record {
            community: "/c/valves".into(),
            account: "https://bolt.test/u/bo".into(),
            status: SeatStatus::Active,
            role: Role::Member,
            stakeholder: Stakeholder::Supplier,
            organisation: "https://bolt.test/org".into(),
            agreement: "/org/agreements/7".into(),
            rev: 1_700_000_000_001,
            asked_at: Stamp(1_700_000_000_000),
            admitted_by: "/u/ada".into(),
            expires_at: Some(Stamp(1_800_000_000_000)),
            history_from: Stamp(1_600_000_000_000),
            reason: "welcome".into(),
        }
    }

    fn written() -> Value {
        into_json(&origin("https://acme.test"), SeatId(9), &record())
    }

    #[test]
    fn a_record_comes_back_as_it_was_with_the_uris_of_the_reader() {
        let read = Member::read(&written()).unwrap();
        assert_eq!(read.id, "https://acme.test/c/valves/seats/9");
        assert_eq!(read.stored(&origin("https://acme.test")), record());
        let there = read.stored(&origin("https://bolt.test"));
        assert_eq!((there.account.as_str(), there.organisation.as_str()), ("/u/bo", "/org"));
        assert_eq!(
            (there.community.as_str(), there.agreement.as_str()),
            ("https://acme.test/c/valves", "https://acme.test/org/agreements/7")
        );
    }

    proptest! {
        #[test]
        fn every_record_survives_the_journey(
            role in proptest::sample::select(Role::ALL), status in proptest::sample::select(SeatStatus::ALL),
            stakeholder in proptest::sample::select(Stakeholder::ALL), rev in 1..=REV_MAX, at in 0..4_000_000_000_000_i64,
            expires in proptest::option::of(0..4_000_000_000_000_i64), reason in "[a-z ,.]{0,40}[a-z]?",
        ) {
            let record = Record { role, status, stakeholder, rev, asked_at: Stamp(at), expires_at: expires.map(Stamp), reason: reason.trim().to_owned(), ..record() };
            let here = origin("https://acme.test");
            let text = into_json(&here, SeatId(9), &record).to_string();
            let document: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(Member::read(&document).unwrap().stored(&here), record);
        }
    }

    #[test]
    fn s114_what_is_unknown_misplaced_or_too_much_is_refused_whole() {
        for (name, value) in [
            ("type", json!("Membership")),
            ("id", json!("https://evil.test/c/valves/seats/9")),
            ("id", json!("https://acme.test/c/other/seats/9")),
            ("id", json!("https://acme.test/c/valves/seats/9/x")),
            ("id", json!("https://acme.test/c/valves/seats/")),
            ("object", json!("https://evil.test/c/valves")),
            ("object", Value::Null),
            ("actor", json!("bo")),
            ("actor", Value::Null),
            ("role", json!("king")),
            ("role", json!(["owner"])),
            ("role", Value::Null),
            ("status", json!("Active")),
            ("status", json!("usable")),
            ("status", Value::Null),
            ("stakeholder", json!("boss")),
            ("rev", json!("7")),
            ("rev", json!(0)),
            ("rev", json!(-1)),
            ("rev", json!(1.5)),
            ("rev", json!(1_u64 << 60)),
            ("rev", Value::Null),
            ("askedAt", json!("soon")),
            ("askedAt", json!(5)),
            ("askedAt", Value::Null),
            ("expires", json!("never")),
            ("historyFrom", json!({})),
            ("heldThrough", json!("acme")),
            ("heldThrough", json!({"id": "https://bolt.test/org"})),
            ("agreement", json!("javascript:alert(1)")),
            ("admittedBy", json!(["https://acme.test/u/ada"])),
            ("summary", json!("x".repeat(REASON_CHARS_MAX + 1))),
            ("summary", json!({"en": "x"})),
            ("x:more", json!("x".repeat(BYTES_MAX))),
        ] {
            let mut document = written();
            document[name] = value.clone();
            assert!(Member::read(&document).is_err(), "{name}: {}", value.to_string().chars().take(80).collect::<String>());
        }
        assert!(Member::read(&json!([written()])).is_err());
    }

    #[test]
    fn s114_a_record_stands_by_its_groups_key_alone() {
        let (group, eve) = (KeyPair::generate_ed25519().unwrap(), KeyPair::generate_ed25519().unwrap());
        let mut document = written();
        proof::add_proof(&mut document, &group, "https://acme.test/c/valves#ed25519-key", Stamp(1_700_000_000_000).utc()).unwrap();
        let travelled: Value = serde_json::from_str(&Member::read(&document).unwrap().raw()).unwrap();
        assert!(proof::check_proof(&travelled, &group.public().unwrap()).is_ok());
        assert!(proof::check_proof(&travelled, &eve.public().unwrap()).is_err());
        for (name, value) in [
            ("role", json!("owner")),
            ("status", json!("ended")),
            ("rev", json!(1_900_000_000_000_i64)),
            ("actor", json!("https://bolt.test/u/eve")),
        ] {
            let mut forged = travelled.clone();
            forged[name] = value;
            assert!(Member::read(&forged).is_ok() && proof::check_proof(&forged, &group.public().unwrap()).is_err(), "{name}");
        }
    }
}
