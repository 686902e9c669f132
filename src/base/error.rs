//! The two ways a thing can fail: we said no, or we broke.
//!
//! A [`Refusal`] is a considered "no": safe to show to whoever asked, asking again will not help.
//! A fault is ours: logged whole, shown as "something broke", worth a retry. The split chooses the
//! HTTP status at the doors and whether a job is retried.

use super::sentence::Sentence;
use std::fmt;

/// Which kind of "no" it is; each door maps it once to its own status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing is there, or the asker may not know that something is (404).
    NotFound,
    /// The asker has not shown who they are (401).
    Unauthenticated,
    /// Known, and not allowed (403).
    Forbidden,
    /// The request itself is wrong; `field` says where (422).
    Invalid,
    /// It clashes with what is already so (409).
    Conflict,
    /// Too often or too much (429).
    TooMany,
    /// Not now: a peer or part of us is away; asking again may help (503).
    Unavailable,
}

/// The code of a field that is wrong.
pub const INVALID: &str = "invalid";

/// A considered "no": a kind, a stable `code` for programs and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of refusal.
    pub kind: Kind,
    /// One stable word, `snake_case`, that programs may match on.
    pub code: &'static str,
    /// The field of the request that is wrong, for [`Kind::Invalid`].
    pub field: Option<&'static str>,
    /// What is wrong, in a plain sentence, and, where it helps, what to do. Of an [`INVALID`] one the end of the sentence "field …".
    pub said: Sentence,
}

impl Refusal {
    fn new(kind: Kind, code: &'static str, said: impl Into<Sentence>) -> Self {
        Self { kind, code, field: None, said: said.into() }
    }

    /// Nothing there that the asker may know of.
    pub fn not_found() -> Self {
        Self::missing("Record not found")
    }

    /// Likewise, where it helps to say more.
    pub fn missing(sentence: impl Into<Sentence>) -> Self {
        Self::new(Kind::NotFound, "not_found", sentence)
    }

    /// Who is asking? No or no valid credentials.
    pub fn unauthenticated(sentence: impl Into<Sentence>) -> Self {
        Self::new(Kind::Unauthenticated, "unauthenticated", sentence)
    }

    /// Known, and not allowed.
    pub fn forbidden(code: &'static str, sentence: impl Into<Sentence>) -> Self {
        Self::new(Kind::Forbidden, code, sentence)
    }

    /// `field` of the request is wrong: `problem` completes the sentence "field …".
    pub fn invalid(field: &'static str, problem: impl Into<Sentence>) -> Self {
        Self { field: Some(field), ..Self::new(Kind::Invalid, INVALID, problem) }
    }

    /// It clashes with what is already so.
    pub fn conflict(code: &'static str, sentence: impl Into<Sentence>) -> Self {
        Self::new(Kind::Conflict, code, sentence)
    }

    /// Too often or too much.
    pub fn too_many(sentence: impl Into<Sentence>) -> Self {
        Self::new(Kind::TooMany, "too_many_requests", sentence)
    }

    /// Not now; asking again later may help.
    pub fn unavailable(code: &'static str, sentence: impl Into<Sentence>) -> Self {
        Self::new(Kind::Unavailable, code, sentence)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Some(field) if self.code == INVALID => write!(f, "Validation failed: {field} {}", self.said),
            _ => self.said.fmt(f),
        }
    }
}

impl std::error::Error for Refusal {}

/// Everything an action can return in place of its result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// We said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// We, the disk, the database or the network broke.
    #[error(transparent)]
    Fault(#[from] anyhow::Error),
}

impl Error {
    /// The refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Fault(_) => None,
        }
    }
}

/// The result of anything that can be refused or break.
pub type Result<T, E = Error> = std::result::Result<T, E>;
