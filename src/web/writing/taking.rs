//! Reading what the form of a post sends.
//!
//! Everything that was typed is read before a file is looked at, so that nothing of it is lost when a file is refused. A form that
//! comes too late is read as well, so that it can be given back; its files are left where they are (S85, S90).

use super::{
    super::{
        pages::{Failure, Result},
        session::Visit,
    },
    form::{FILES_MAX, Sent, file},
};
use crate::{app::App, base::error::Refusal};
use axum::{
    Form,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request},
    http::header,
};

/// Most fields that are read, and bytes of their words.
const FIELDS_MAX: usize = 200;
const WORDS_BYTES_MAX: usize = 400_000;

/// Reads a form of `visit`. Refused where another site sent it; where it is late, that is said in it.
pub(super) async fn read(app: &App, visit: &Visit, mut request: Request) -> Result<Sent> {
    visit.must_be_from_here()?;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut sent = Sent::default();
    if kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        let media = &app.config.media;
        let most = u64::from(media.video_bytes.max(media.image_bytes)) * FILES_MAX as u64 + WORDS_BYTES_MAX as u64;
        DefaultBodyLimit::max(usize::try_from(most).unwrap_or(usize::MAX)).apply(&mut request);
        let form = Multipart::from_request(request, app).await.map_err(|_| Failure::shown(unread(), visit))?;
        parts(app, visit, form, &mut sent).await?;
    } else {
        DefaultBodyLimit::max(WORDS_BYTES_MAX).apply(&mut request);
        let Form(pairs): Form<Vec<(String, String)>> =
            Form::from_request(request, app).await.map_err(|_| Failure::shown(unread(), visit))?;
        for (name, value) in pairs.into_iter().take(FIELDS_MAX) {
            sent.take(&name, value);
        }
    }
    sent.is_late = is_late(visit, &sent);
    sent.typed.media.retain(|said| !said.is_dropped);
    Ok(sent)
}

/// Whether nobody is logged in, or the form is not of this session (S90).
fn is_late(visit: &Visit, sent: &Sent) -> bool {
    visit.account.is_none() || !visit.has_sent(&sent.token)
}

fn unread() -> Refusal {
    Refusal::invalid("form", "could not be read, or is too long")
}

async fn parts(app: &App, visit: &Visit, mut form: Multipart, sent: &mut Sent) -> Result<()> {
    let (mut fields, mut words) = (0, 0);
    loop {
        let mut field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(()),
            // the end is missing, or it is longer than it may be: what was read stands
            Err(_) if !sent.token.is_empty() => {
                sent.refused.push(Refusal::invalid("file", "is too large, or did not come whole"));
                return Ok(());
            }
            Err(_) => return Err(Failure::shown(unread(), visit)),
        };
        fields += 1;
        let name = field.name().unwrap_or_default().to_owned();
        if fields > FIELDS_MAX {
            return Err(Failure::shown(unread(), visit));
        }
        if field.file_name().is_some() {
            if is_late(visit, sent) {
                return Ok(());
            }
            match file(app, visit, (&mut field, sent.files.len())).await? {
                Ok(draft) => sent.files.extend(draft),
                Err(refusal) => sent.refused.push(refusal),
            }
            continue;
        }
        let mut text = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(|_| Failure::shown(unread(), visit))? {
            words += piece.len();
            if words > WORDS_BYTES_MAX {
                return Err(Failure::shown(unread(), visit));
            }
            text.extend_from_slice(&piece);
        }
        sent.take(&name, String::from_utf8_lossy(&text).into_owned());
    }
}
