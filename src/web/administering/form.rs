//! Forms with one small picture: read whole, since it is bounded.

use super::{super::pages::Failure, Admin};
use crate::{
    app::receiving::{Bounds, Form},
    base::error::Refusal,
};
use axum::{extract::Request, http::header};
use std::collections::BTreeMap;

/// Largest request of such a form, in bytes: the largest picture and some words.
const BYTES_MAX: usize = 320 * 1024;
/// Most fields of one.
const FIELDS_MAX: usize = 20;

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

/// Reads a form whose picture is in `field`. Refused for what is too large or none.
pub(super) async fn read(admin: &Admin, request: Request, field: &str) -> Result<Filled, Failure> {
    let broken = |_| {
        let sentence = "The form could not be read: the picture may be larger than 256 KiB. Go back and choose a smaller one.";
        Failure::shown(Refusal::invalid("picture", sentence), &admin.visit)
    };
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let bounds = Bounds { bytes: BYTES_MAX as u64, held: BYTES_MAX, parts: FIELDS_MAX };
    let mut form = Form::of(&kind, request.into_body().into_data_stream(), bounds).map_err(broken)?;
    let mut filled = Filled::default();
    while let Some(part) = form.next().await.map_err(broken)? {
        if part.name == field {
            filled.picture = form.whole(part).await.map_err(broken)?;
        } else {
            filled.words.insert(part.name.clone(), form.words(part).await.map_err(broken)?);
        }
    }
    Ok(filled)
}
