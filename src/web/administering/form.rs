//! Forms with one small picture: read whole, since it is bounded.

use super::{super::pages::Failure, Admin};
use crate::base::error::Refusal;
use axum::extract::{DefaultBodyLimit, Multipart};
use std::collections::BTreeMap;

/// Largest request of such a form, in bytes: the largest picture and some words.
const BYTES_MAX: usize = 320 * 1024;

/// What such a form says.
#[derive(Default)]
pub(super) struct Filled {
    words: BTreeMap<String, String>,
    /// The picture; empty where none was chosen.
    pub(super) picture: Vec<u8>,
}

impl Filled {
    /// The words of a field.
    pub(super) fn say(&self, field: &str) -> &str {
        self.words.get(field).map_or("", String::as_str)
    }
}

/// The bound of such a form's route.
pub(super) fn bound() -> DefaultBodyLimit {
    DefaultBodyLimit::max(BYTES_MAX)
}

/// Reads a form whose picture is in `field`. Refused for what is too large or none.
pub(super) async fn read(admin: &Admin, mut form: Multipart, field: &str) -> Result<Filled, Failure> {
    let broken = |_| {
        let sentence = "The form could not be read: the picture may be larger than 256 KiB. Go back and choose a smaller one.";
        Failure::shown(Refusal::invalid("picture", sentence), &admin.visit)
    };
    let mut filled = Filled::default();
    while let Some(part) = form.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(broken)?;
        if name == field {
            filled.picture = bytes.to_vec();
        } else {
            filled.words.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(filled)
}
