//! Requests with files: those go to the disk as they come, everything else is read as [`super::Input`] reads it.
//!
//! A file is looked at when its first bytes are here: what is no medium is refused then, not after a hundred megabytes. No
//! word of its name or of its declared type is used (S85).

use super::{PAIRS_MAX, read, said, tree, unread};
use crate::{
    api::error::{Failure, Result},
    app::App,
    media::sniff::{self, Family, HEAD_BYTES},
    store::files::Draft,
};
use axum::{
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::Field},
    http::{StatusCode, header},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Most files of one request.
const FILES_MAX: usize = 4;
/// How much of a refused file is still read, so that its sender is there for the answer.
const DRAINED_MAX: u64 = 4 << 20;

/// What a request says, and its files by their field.
pub struct Upload<T> {
    /// Everything that is no file.
    pub asked: T,
    files: Vec<(String, Draft)>,
}

impl<T> Upload<T> {
    /// The file of this field.
    pub fn take(&mut self, name: &str) -> Option<Draft> {
        let at = self.files.iter().position(|(field, _)| field == name)?;
        Some(self.files.swap_remove(at).1)
    }
}

/// Reads a request; fields of `expected` may be files, files of other fields are dropped. 413 and 422 for what is too large or of no type that is taken.
pub async fn receive<T: DeserializeOwned>(app: &App, mut request: Request, expected: &[&str]) -> Result<Upload<T>> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        return Ok(Upload { asked: read(said(request, app).await?)?, files: Vec::new() });
    }
    let media = &app.config.media;
    let most = u64::from(media.video_bytes.max(media.image_bytes)) * expected.len() as u64 + u64::from(app.config.limits.body_bytes);
    DefaultBodyLimit::max(usize::try_from(most).unwrap_or(usize::MAX)).apply(&mut request);
    let (parts, body) = request.into_parts();
    let query = super::query(&parts)?;
    let request = Request::from_parts(parts, body);
    let mut form = Multipart::from_request(request, app).await.map_err(|error| broken(error.status()))?;
    let (mut pairs, mut files, mut words) = (Vec::new(), Vec::new(), 0);
    while let Some(mut field) = form.next_field().await.map_err(|error| broken(error.status()))? {
        let name = field.name().unwrap_or_default().to_owned();
        if expected.contains(&name.as_str()) && (field.file_name().is_some() || field.content_type().is_some()) {
            let Some(draft) = file(app, &mut field, &name).await? else { continue };
            if files.len() >= FILES_MAX {
                return Err(unread(StatusCode::UNPROCESSABLE_ENTITY, "the request has too many files"));
            }
            files.push((name, draft));
            continue;
        }
        if field.file_name().is_some() {
            // read past when the next field is asked for
            continue;
        }
        let mut text = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(|error| broken(error.status()))? {
            words += piece.len();
            if words > app.config.limits.body_bytes as usize {
                return Err(broken(StatusCode::PAYLOAD_TOO_LARGE));
            }
            text.extend_from_slice(&piece);
        }
        pairs.push((name, Value::String(String::from_utf8_lossy(&text).into_owned())));
        if pairs.len() > PAIRS_MAX {
            return Err(unread(StatusCode::UNPROCESSABLE_ENTITY, "the request has too many parameters"));
        }
    }
    let mut all = query;
    all.extend(tree::grow(pairs.into_iter())?);
    Ok(Upload { asked: read(all)?, files })
}

fn broken(status: StatusCode) -> Failure {
    unread(status, "the multipart body could not be read")
}

/// One file, on the disk; none for one that was not chosen.
async fn file(app: &App, field: &mut Field<'_>, name: &str) -> Result<Option<Draft>> {
    let (mut draft, mut head) = (app.workshop.files.draft().await?, Vec::with_capacity(HEAD_BYTES));
    let mut most = None;
    while let Some(piece) = field.chunk().await.map_err(|error| broken(error.status()))? {
        if most.is_none() {
            head.extend_from_slice(piece.get(..piece.len().min(HEAD_BYTES - head.len())).unwrap_or_default());
        }
        draft.write(&piece).await?;
        if most.is_none() && head.len() >= HEAD_BYTES {
            match limit(app, &head, name) {
                Ok(bytes) => most = Some(bytes),
                Err(failure) => return drained(field, failure).await,
            }
        }
        if let Some(bytes) = most.filter(|bytes| draft.bytes > *bytes) {
            return drained(field, Failure::field(name, format!("is larger than {bytes} bytes"))).await;
        }
    }
    if draft.bytes == 0 {
        return Ok(None);
    }
    if most.is_none() {
        limit(app, &head, name)?;
    }
    Ok(Some(draft))
}

/// Most bytes of what begins with `head`.
fn limit(app: &App, head: &[u8], name: &str) -> Result<u64> {
    let media = &app.config.media;
    match sniff::of(head).map(|format| format.family) {
        Some(Family::Image) => Ok(media.image_bytes.into()),
        Some(Family::Video | Family::Audio) if name == "file" => Ok(media.video_bytes.into()),
        Some(Family::Video | Family::Audio) => Err(Failure::field(name, "is no picture")),
        None => Err(Failure::field(name, "is of a type that is not taken here: send a JPEG, PNG, GIF or WebP picture")),
    }
}

/// The failure, after a little more of the body.
async fn drained(field: &mut Field<'_>, failure: Failure) -> Result<Option<Draft>> {
    let mut seen = 0;
    while let Ok(Some(piece)) = field.chunk().await {
        seen += piece.len() as u64;
        if seen > DRAINED_MAX {
            break;
        }
    }
    Err(failure)
}
