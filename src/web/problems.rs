//! What is wrong with a form that was sent, by field: it is said beside the field, and what was typed stays.

use super::pages::{Result, sentence};
use crate::base::error::{Error, Refusal};

/// What is wrong with a form; nothing, before it was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Problems(Vec<(&'static str, String)>);

impl Problems {
    /// What an act was refused for. A fault goes on as one.
    pub(super) fn of(error: Error) -> Result<Self> {
        match error {
            Error::Refused(refusal) => Ok(Self::from(refusal)),
            fault => Err(fault.into()),
        }
    }

    /// One more: a sentence about a field; about the whole form with `""`.
    pub(super) fn add(&mut self, field: &'static str, sentence: String) {
        self.0.push((field, sentence));
    }

    /// What is wrong with it besides.
    pub(super) fn join(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with `field`; empty for nothing.
    pub(super) fn at(&self, field: &str) -> &str {
        self.0.iter().find(|(at, _)| *at == field).map_or("", |(_, sentence)| sentence)
    }

    /// What is wrong with none of `fields`: it stands above the form.
    pub(super) fn elsewhere(&self, fields: &[&str]) -> Vec<&str> {
        self.0.iter().filter(|(at, _)| !fields.contains(at)).map(|(_, sentence)| sentence.as_str()).collect()
    }
}

impl From<Refusal> for Problems {
    fn from(refusal: Refusal) -> Self {
        Self(vec![(refusal.field.unwrap_or_default(), sentence(&refusal))])
    }
}
