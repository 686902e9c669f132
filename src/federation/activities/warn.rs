//! `Warn`: a moderator says something to a member, perhaps about a post of theirs (Lemmy 1.0).

use super::{Envelope, lock::reason};
use crate::{
    base::error::Refusal,
    federation::{
        objects::{Fields, fields::wrong},
        vocabulary,
    },
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warn {
    /// Who warns.
    pub actor: String,
    /// The post that it is for, or the person.
    pub object: String,
    /// Who is warned.
    pub person: String,
    /// In which community.
    pub community: String,
    /// What is said.
    pub reason: String,
}

impl Warn {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        let community = fields.id("audience").or_else(|| fields.id("target")).ok_or_else(|| wrong("the warning names no community"))?;
        let person = fields.ids("to").into_iter().find(|uri| *uri != community && !vocabulary::is_public(uri)).unwrap_or(object);
        let own = |text: &str| text.to_owned();
        Ok(Self {
            actor: envelope.actor.clone(),
            object: own(object),
            person: own(person),
            community: own(community),
            reason: reason(fields),
        })
    }
}
