//! Reading what the form of a post sends.
//!
//! Everything that was typed is read before a file is looked at, so that nothing of it is lost when a file is refused. A form that
//! comes too late is read as well, so that it can be given back. Files are received only for who is logged in and sent the form's
//! token before them (S90).

use super::{
    super::{
        pages::{Failure, Result},
        session::Visit,
    },
    form::Sent,
};
use crate::{
    app::{
        App,
        receiving::{Bounds, Form, Takes, Trouble, Unfit, Wrong},
    },
    base::{error::Refusal, sentence::Sentence},
};
use axum::{
    extract::{DefaultBodyLimit, FromRequest, Request},
    http::header,
};

/// For how many of the largest files there is room in one form.
const FILES_MAX: u64 = 4;
/// Most fields that are read, and bytes of their words.
const FIELDS_MAX: usize = 200;
const WORDS_BYTES_MAX: usize = 400_000;

/// Reads a form of `visit`. Refused where another site sent it; where it is late, it says so.
pub(super) async fn read(app: &App, visit: &Visit, mut request: Request) -> Result<Sent> {
    visit.must_be_from_here()?;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let mut sent = Sent::default();
    if kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        let bytes = app.largest_file() * FILES_MAX + WORDS_BYTES_MAX as u64;
        let bounds = Bounds { bytes, held: WORDS_BYTES_MAX, parts: FIELDS_MAX };
        let form = Form::of(&kind, request.into_body().into_data_stream(), bounds).map_err(|_| unread(visit))?;
        parts(app, visit, form, &mut sent).await?;
    } else {
        DefaultBodyLimit::max(WORDS_BYTES_MAX).apply(&mut request);
        let pairs: axum::Form<Vec<(String, String)>> = axum::Form::from_request(request, app).await.map_err(|_| unread(visit))?;
        for (name, value) in pairs.0.into_iter().take(FIELDS_MAX) {
            sent.take(&name, value);
        }
    }
    sent.is_late = is_late(visit, &sent);
    sent.typed.media.retain(|said| !said.is_dropped);
    Ok(sent)
}

/// Whether nobody is logged in, or the form is not of this session.
fn is_late(visit: &Visit, sent: &Sent) -> bool {
    visit.account.is_none() || !visit.has_sent(&sent.token)
}

fn unread(visit: &Visit) -> Failure {
    Failure::shown(Refusal::invalid("form", "could not be read, or is too long"), visit)
}

async fn parts(app: &App, visit: &Visit, mut form: Form, sent: &mut Sent) -> Result<()> {
    let cut_off = || Refusal::invalid("file", "is too large, or did not come whole");
    loop {
        let part = match form.next().await {
            Ok(Some(part)) => part,
            Ok(None) => return Ok(()),
            // the end is missing, or it is longer than it may be: what was read stands
            Err(Trouble::Broken | Trouble::TooLong) if !sent.token.is_empty() => {
                sent.refused.push(cut_off());
                return Ok(());
            }
            Err(_) => return Err(unread(visit)),
        };
        if part.file_name.is_none() {
            let name = part.name.clone();
            let value = form.words(part).await.map_err(|_| unread(visit))?;
            sent.take(&name, value);
            continue;
        }
        if is_late(visit, sent) {
            part.pass().await;
            return Ok(());
        }
        match form.file(app, visit.member()?.id, (part, Takes::Media)).await {
            Ok(draft) => sent.files.extend(draft),
            Err(Wrong::Form(_)) => {
                sent.refused.push(cut_off());
                return Ok(());
            }
            Err(Wrong::File(Unfit::TooOften(_))) => {
                sent.refused.push(Refusal::too_many(Sentence::verbatim(visit.say("writing-too-often"))))
            }
            Err(Wrong::File(unfit)) => sent.refused.push(unfit.refusal("file")),
            Err(Wrong::Fault(fault)) => return Err(fault.into()),
        }
    }
}
