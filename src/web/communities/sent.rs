//! What a form of these pages sent: names and values in their order, each of which may stand there several times.

use crate::base::{
    clock::Stamp,
    error::Refusal,
    sentence::said,
    text::limits::{REASON_CHARS_MAX, cut_bytes},
};
use serde::Deserialize;
use std::{str::FromStr, time::Duration};

/// Longest line that a form shows again after it was refused.
const LINE_BYTES_MAX: usize = 4000;
/// Longest end that can be asked for: a hundred years.
const DAYS_MAX: u64 = 36_600;

/// The fields of a form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Sent(Vec<(String, String)>);

impl Sent {
    /// A form that was not sent.
    pub(super) fn none() -> &'static Self {
        static NONE: Sent = Sent(Vec::new());
        &NONE
    }

    /// The field as it was typed; empty where it was not sent.
    pub(super) fn text(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
    }

    /// The same to be shown again.
    pub(super) fn again(&self, field: &str) -> String {
        cut_bytes(self.text(field), LINE_BYTES_MAX).to_owned()
    }

    /// Whether a box was ticked.
    pub(super) fn is(&self, field: &str) -> bool {
        !self.text(field).is_empty()
    }

    /// Every number that was sent under this name.
    pub(super) fn ids(&self, field: &str) -> Vec<i64> {
        self.0.iter().filter(|(name, _)| name == field).filter_map(|(_, value)| value.parse().ok()).collect()
    }

    /// A number that names something; what is none names nothing.
    pub(super) fn id(&self, field: &str) -> Result<i64, Refusal> {
        self.text(field).parse().map_err(|_| Refusal::not_found())
    }

    /// One of the words of `T`.
    pub(super) fn word<T: FromStr<Err = Refusal>>(&self, field: &'static str) -> Result<T, Refusal> {
        self.text(field).parse().map_err(|_| Refusal::invalid(field, "is not one of the choices"))
    }

    /// A reason as it may be kept. Refused when it is too long.
    pub(super) fn reason(&self, field: &'static str) -> Result<&str, Refusal> {
        let reason = self.text(field).trim();
        if reason.chars().nth(REASON_CHARS_MAX).is_some() {
            return Err(Refusal::invalid(field, said!("must not be longer than {max} characters", max = REASON_CHARS_MAX)));
        }
        Ok(reason)
    }

    /// So many days from `now`; none for an empty field or 0. Refused for what is no number, and beyond a hundred years.
    pub(super) fn until(&self, field: &'static str, now: Stamp) -> Result<Option<Stamp>, Refusal> {
        let typed = self.text(field).trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let days: u64 =
            typed.parse().ok().filter(|days| *days <= DAYS_MAX).ok_or_else(|| Refusal::invalid(field, "must be a number of days"))?;
        Ok((days > 0).then(|| now.plus(Duration::from_secs(days * 86_400))))
    }
}
