//! Requests with files: those go to the disk as they come ([`crate::app::receiving`]), everything else is read as
//! [`super::Input`] reads it.

use super::{PAIRS_MAX, broken, read, said, tree};
use crate::{
    api::error::{Failure, Result},
    app::{
        App,
        receiving::{Bounds, Form, Takes, Unfit, Wrong},
    },
    base::id::AccountId,
    store::files::Draft,
};
use axum::{extract::Request, http::header};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a request says, and its files by their field.
pub struct Upload<T> {
    /// Everything that is no file.
    pub asked: T,
    files: Vec<(&'static str, Draft)>,
}

impl<T> Upload<T> {
    /// The file of this field.
    pub fn take(&mut self, name: &str) -> Option<Draft> {
        let at = self.files.iter().position(|(field, _)| *field == name)?;
        Some(self.files.swap_remove(at).1)
    }
}

/// Reads a request of `who`; fields of `expected` may be files, files of other fields are dropped. 413 and 422 for what is too
/// large or of no type that is taken, 429 for one file too many in a short time.
pub async fn receive<T: DeserializeOwned>(app: &App, who: AccountId, request: Request, expected: &[&'static str]) -> Result<Upload<T>> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        return Ok(Upload { asked: read(said(request, app).await?)?, files: Vec::new() });
    }
    let words = app.config.limits.body_bytes;
    let bytes = app.largest_file() * expected.len() as u64 + u64::from(words);
    let (parts, body) = request.into_parts();
    let mut all = super::query(&parts)?;
    let bounds = Bounds { bytes, held: words as usize, parts: PAIRS_MAX };
    let mut form = Form::of(&kind, body.into_data_stream(), bounds).map_err(broken)?;
    let (mut pairs, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = form.next().await.map_err(broken)? {
        let is_named = part.file_name.is_some();
        match expected.iter().copied().find(|name| *name == part.name) {
            Some(name) if is_named || part.content_type.is_some() => {
                let takes = if name == "file" { Takes::Media } else { Takes::Pictures };
                let file = form.file(app, who, (part, takes)).await.map_err(|wrong| refused(name, wrong))?;
                files.extend(file.map(|draft| (name, draft)));
            }
            _ if is_named => {}
            _ => pairs.push((part.name.clone(), Value::String(form.words(part).await.map_err(broken)?))),
        }
    }
    all.extend(tree::grow(pairs.into_iter())?);
    Ok(Upload { asked: read(all)?, files })
}

fn refused(name: &'static str, wrong: Wrong) -> Failure {
    match wrong {
        Wrong::Form(trouble) => broken(trouble),
        Wrong::File(Unfit::TooOften(wait)) => Failure::too_many(wait),
        Wrong::File(unfit) => unfit.refusal(name).into(),
        Wrong::Fault(fault) => fault.into(),
    }
}
