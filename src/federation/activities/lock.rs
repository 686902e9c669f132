//! `Lock`: a moderator ends the discussion of a post; nothing more is taken as an answer (Lemmy). Its end is an `Undo`.

use super::Envelope;
use crate::{
    base::{
        error::Refusal,
        text::{limits, names},
    },
    federation::objects::Fields,
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Who locks.
    pub actor: String,
    /// Which post.
    pub object: String,
    /// Why; empty when nothing is said.
    pub reason: String,
}

impl Lock {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        Ok(Self { actor: envelope.actor.clone(), object: object.to_owned(), reason: reason(fields) })
    }
}

/// The reason that a moderator gives.
pub(super) fn reason(fields: Fields<'_>) -> String {
    fields.text("summary").map(|text| names::free_text(text, limits::REASON_CHARS_MAX)).unwrap_or_default()
}
