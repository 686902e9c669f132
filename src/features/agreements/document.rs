//! The document of an agreement, and what one side says alone: read strictly, canonical, signed.
//!
//! Both sides sign the same bytes: canonical JSON (RFC 8785), Ed25519, multibase. What is read must be what we would write,
//! to the byte: unknown words, other spellings of a time, or a number as text are refused. Source: `membership.md` 4.

use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        host,
        keys::{Algorithm, KeyPair, PublicKey},
        secret,
        sentence::{Sentence, said},
        words::{History, Role, Stakeholder},
    },
    policy::agreement::Terms,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;

/// Longest document, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 64 * 1024;
/// Most communities that one agreement names.
pub const COMMUNITIES_MAX: usize = 200;
/// Most contacts.
const CONTACTS_MAX: usize = 10;
/// Longest contact, in characters.
const CONTACT_CHARS_MAX: usize = 200;
/// The largest number in a document: what every JSON reader keeps exactly.
const NUMBER_MAX: i64 = 1 << 53;
/// The `type` of both documents.
pub const TYPE: &str = "Agreement";

/// One side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its organisation's actor.
    pub organisation: String,
    /// That organisation's Ed25519 key, multibase.
    pub key: String,
}

/// What was agreed, as the document says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Agreed {
    /// Communities of either side, by absolute uri.
    pub communities: Vec<String>,
    /// Whether seats in other communities are possible by invitation.
    pub by_invitation: bool,
    /// The highest role of a guest of the other side.
    pub most_role: Role,
    /// Organisation → what its people are in the eyes of the other.
    pub stakeholder: BTreeMap<String, Stakeholder>,
    /// Most seats of one side's people with the other; none: no bound.
    pub most_seats: Option<i64>,
    /// Most of these in 24 hours.
    pub seats_per_day: Option<i64>,
    /// What newcomers read.
    pub history: History,
    /// With [`History::Since`]: since when.
    pub history_from: Option<Stamp>,
    /// Whether media travel.
    pub media: bool,
    /// How long copies are kept, in days.
    pub retention_days: Option<i64>,
    /// Whom to call: names, addresses.
    pub contacts: Vec<String>,
    /// Ends by itself.
    pub ends: Option<Stamp>,
}

/// One version of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// Its uri, on the side that drew it up.
    pub id: String,
    /// 1, 2, …
    pub version: i64,
    /// The digest of the version before.
    pub previous: Option<String>,
    /// Both sides.
    pub parties: Vec<Party>,
    /// What was agreed.
    pub terms: Agreed,
}

/// What one side may say alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Said {
    /// Seats rest.
    Suspended,
    /// They may be used again.
    Resumed,
    /// It is over.
    Ended,
    /// The offer is taken back.
    Withdrawn,
}

impl Said {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
            Self::Ended => "ended",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Something that one side says alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// [`TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// Of which agreement.
    pub id: String,
    /// The highest version that it is about.
    pub version: i64,
    /// What.
    pub state: Said,
    /// When, by the speaker's clock; strictly later than what the same side said before.
    pub at: Stamp,
    /// Why, as a sentence; may be empty.
    pub reason: String,
}

/// The canonical bytes of a document or notice.
pub fn canonical<T: Serialize>(of: &T) -> Result<String> {
    Ok(serde_json_canonicalizer::to_string(of).map_err(anyhow::Error::from)?)
}

/// Reads `value`, which must be what we would write of it, to the byte. Answers it with its canonical bytes.
pub fn read<T: Serialize + DeserializeOwned>(value: &Value) -> Result<(T, String)> {
    let given = canonical(value)?;
    if given.len() > DOCUMENT_BYTES_MAX {
        return Err(wrong("the agreement is too long").into());
    }
    let read: T = T::deserialize(value).map_err(|error| wrong(said!("the agreement cannot be read: {error}", error)))?;
    if canonical(&read)? != given {
        return Err(wrong("the agreement is not written in the one form that is signed").into());
    }
    Ok((read, given))
}

/// SHA-256 of canonical bytes, hex.
pub fn digest(bytes: &str) -> String {
    secret::hex(&secret::sha256(bytes.as_bytes()))
}

/// Signs canonical bytes; multibase (base58-btc).
pub fn sign(bytes: &str, key: &KeyPair) -> Result<String> {
    Ok(format!("z{}", bs58::encode(key.sign(bytes.as_bytes())?).into_string()))
}

/// Whether `signature` (multibase) is over `bytes` by the Ed25519 key `public` (multibase).
pub fn is_signed(bytes: &str, signature: &str, public: &str) -> bool {
    let mut raw = [0; 64];
    let length = signature.strip_prefix('z').and_then(|letters| bs58::decode(letters).onto(&mut raw).ok());
    let key = PublicKey::from_multibase(public);
    length == Some(raw.len()) && key.is_ok_and(|key| key.verify(Algorithm::Ed25519, bytes.as_bytes(), &raw).is_ok())
}

/// A key as people compare it: SHA-256 in groups of four.
pub fn fingerprint(public: &str) -> String {
    let digits = digest(public);
    let groups: Vec<&str> = (0..8).filter_map(|at| digits.get(at * 4..at * 4 + 4)).collect();
    groups.join(" ")
}

/// The refusal of a document.
pub fn wrong(sentence: impl Into<Sentence>) -> Refusal {
    Refusal::forbidden("bad_agreement", sentence)
}

impl Document {
    /// The side whose organisation is `organisation`.
    pub fn party(&self, organisation: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.organisation == organisation)
    }

    /// Checks what can be checked of a document alone: between exactly these two sides, bounded, and drawn up by one of them.
    pub fn check(&self, ours: &Party, theirs: &Party) -> Result<(), Refusal> {
        if self.kind != TYPE || self.version < 1 || self.version > 100_000 || (self.version == 1) != self.previous.is_none() {
            return Err(wrong("the agreement's type, version or digest of the version before is wrong"));
        }
        if self.parties.len() != 2 {
            return Err(wrong("an agreement has two parties"));
        }
        let ours_there = self.party(&ours.organisation).ok_or_else(|| wrong("our organisation is no party to this agreement"))?;
        let theirs_there = self.party(&theirs.organisation).ok_or_else(|| wrong("its sender is no party to this agreement"))?;
        if ours_there.key != ours.key {
            return Err(wrong("the agreement names another key than our organisation's"));
        }
        if theirs_there.key != theirs.key {
            return Err(wrong("the agreement names another key than the one known of its sender"));
        }
        if !self.is_on_a_side(&self.id) || self.id.len() > host::URL_BYTES_MAX {
            return Err(wrong("the agreement's id is on neither party's server"));
        }
        self.terms.check(&self.parties)?;
        match self.terms.communities.iter().find(|uri| !self.is_on_a_side(uri)) {
            Some(uri) => Err(wrong(said!("the community {uri} is on neither party's server", uri))),
            None => Ok(()),
        }
    }

    fn is_on_a_side(&self, uri: &str) -> bool {
        let url = host::parse(uri);
        let of =
            |party: &Party| host::parse(&party.organisation).zip(url.as_ref()).is_some_and(|(one, other)| host::same_origin(&one, other));
        self.parties.iter().any(of)
    }
}

impl Agreed {
    /// What can be compared of it.
    pub fn terms(&self) -> Terms {
        Terms {
            communities: self.communities.clone(),
            by_invitation: self.by_invitation,
            most_role: self.most_role,
            seats_max: self.most_seats,
            seats_per_day: self.seats_per_day,
            history: self.history,
            history_from: self.history_from,
            media: self.media,
            retention_days: self.retention_days,
            ends_at: self.ends,
        }
    }

    /// Whether these allow nothing new; how the people of either side are called must stay as it is.
    pub fn are_within(&self, others: &Self) -> bool {
        self.stakeholder == others.stakeholder && self.terms().are_within(&others.terms())
    }

    fn check(&self, parties: &[Party]) -> Result<(), Refusal> {
        let bounded = |number: Option<i64>| number.is_none_or(|number| (0..NUMBER_MAX).contains(&number));
        if !(bounded(self.most_seats) && bounded(self.seats_per_day) && bounded(self.retention_days)) {
            return Err(wrong(said!("a number in the terms is out of bounds")));
        }
        let mut communities = self.communities.clone();
        communities.sort_unstable();
        communities.dedup();
        if communities.len() != self.communities.len() || communities.len() > COMMUNITIES_MAX {
            return Err(wrong(said!("the terms name a community twice, or more than {max}", max = COMMUNITIES_MAX)));
        }
        if self.contacts.len() > CONTACTS_MAX || self.contacts.iter().any(|contact| contact.chars().nth(CONTACT_CHARS_MAX).is_some()) {
            return Err(wrong(said!(
                "the terms hold at most {max} contacts of {chars} characters",
                max = CONTACTS_MAX,
                chars = CONTACT_CHARS_MAX
            )));
        }
        if self.most_role >= Role::Owner {
            return Err(wrong(said!("an agreement cannot make owners")));
        }
        if (self.history == History::Since) != self.history_from.is_some() {
            return Err(wrong(said!("history and historyFrom do not fit each other")));
        }
        if self.stakeholder.len() != 2 || parties.iter().any(|party| !self.stakeholder.contains_key(&party.organisation)) {
            return Err(wrong(said!("the terms must say of both organisations what their people are to the other")));
        }
        Ok(())
    }
}

impl Notice {
    /// Checks what can be checked of it alone.
    pub fn check(&self) -> Result<(), Refusal> {
        let is_good = self.kind == TYPE && self.version >= 0 && self.reason.chars().nth(500).is_none();
        if is_good { Ok(()) } else { Err(wrong("the notice about the agreement is not as it must be")) }
    }
}

#[cfg(test)]
mod tests;
