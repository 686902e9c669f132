//! The form of a profile as browsers send it, with pictures (RFC 7578).
//!
//! Pictures go to the disk as they come, and only after the token of the form was right. What a picture is by its bytes is looked
//! at when it is made ready (S85); its name and its declared type are never used.

use super::super::{
    pages::{Failure, Result},
    problems::Problems,
    session::Visit,
};
use crate::{
    app::App,
    base::{error::Refusal, sentence::Sentence},
    store::files::Draft,
};
use axum::{
    extract::{
        DefaultBodyLimit, FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::header,
};

/// Most bytes of everything that is no picture.
const WORDS_BYTES_MAX: usize = 64 * 1024;
/// Most lines of the profile's table that are read.
const LINES_MAX: usize = 16;

/// What was sent.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) display_name: String,
    pub(super) note: String,
    pub(super) field_names: Vec<String>,
    pub(super) field_values: Vec<String>,
    pub(super) locked: bool,
    pub(super) discoverable: bool,
    pub(super) bot: bool,
    pub(super) hides_circles: bool,
    pub(super) no_avatar: bool,
    pub(super) no_header: bool,
    pub(super) avatar: Option<Draft>,
    pub(super) header: Option<Draft>,
    /// What is wrong with the pictures.
    pub(super) problems: Problems,
}

/// Reads the form. Refused like a stale form unless its token comes before everything else and is right (S90).
pub(super) async fn receive(app: &App, visit: &Visit, mut request: Request) -> Result<Sent> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        visit.must_have_sent("")?;
    }
    let picture_bytes = u64::from(app.config.media.image_bytes);
    // room to read a picture that is too large to its end, so that its sender is there for the answer
    let most = usize::try_from(4 * picture_bytes).unwrap_or(usize::MAX).saturating_add(2 * WORDS_BYTES_MAX);
    DefaultBodyLimit::max(most).apply(&mut request);
    let mut form = Multipart::from_request(request, app).await.map_err(|_| unread(visit))?;
    let (mut sent, mut words, mut is_ours) = (Sent::default(), 0, false);
    while let Some(mut field) = form.next_field().await.map_err(|error| broken(visit, &error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if !is_ours {
            let token = if name == "token" { text(visit, &mut field, &mut words).await? } else { String::new() };
            visit.must_have_sent(&token)?;
            is_ours = true;
            continue;
        }
        match name.as_str() {
            "avatar" => sent.avatar = picture(app, visit, (&mut field, "avatar"), &mut sent.problems).await?,
            "header" => sent.header = picture(app, visit, (&mut field, "header"), &mut sent.problems).await?,
            _ if field.file_name().is_some() => {}
            _ => {
                let typed = text(visit, &mut field, &mut words).await?;
                sent.put(&name, typed);
            }
        }
    }
    if is_ours { Ok(sent) } else { Err(unread(visit)) }
}

impl Sent {
    fn put(&mut self, name: &str, typed: String) {
        let is_yes = typed == "yes";
        match name {
            "display_name" => self.display_name = typed,
            // forms say line ends as CRLF (HTML, multipart/form-data encoding)
            "note" => self.note = typed.replace("\r\n", "\n"),
            "field_name" if self.field_names.len() < LINES_MAX => self.field_names.push(typed),
            "field_value" if self.field_values.len() < LINES_MAX => self.field_values.push(typed),
            "locked" => self.locked = is_yes,
            "discoverable" => self.discoverable = is_yes,
            "bot" => self.bot = is_yes,
            "hides_circles" => self.hides_circles = is_yes,
            "no_avatar" => self.no_avatar = is_yes,
            "no_header" => self.no_header = is_yes,
            _ => {}
        }
    }
}

fn unread(visit: &Visit) -> Failure {
    Failure::shown(Refusal::invalid("request", Sentence::verbatim(visit.say("entering-unread"))), visit)
}

fn broken(visit: &Visit, error: &MultipartError) -> Failure {
    tracing::debug!(%error, "a form with pictures could not be read");
    unread(visit)
}

/// The text of a field; all of them together are bounded.
async fn text(visit: &Visit, field: &mut Field<'_>, words: &mut usize) -> Result<String> {
    let mut text = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|error| broken(visit, &error))? {
        *words += piece.len();
        if *words > WORDS_BYTES_MAX {
            return Err(unread(visit));
        }
        text.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A picture on the disk; none where none was chosen, or where it is too large, which is said.
async fn picture(
    app: &App,
    visit: &Visit,
    (field, name): (&mut Field<'_>, &'static str),
    problems: &mut Problems,
) -> Result<Option<Draft>> {
    let most = u64::from(app.config.media.image_bytes);
    let (mut draft, mut seen) = (app.workshop.files.draft().await?, 0);
    while let Some(piece) = field.chunk().await.map_err(|error| broken(visit, &error))? {
        if seen == 0 && !piece.is_empty() {
            // before any of it is kept (S75)
            let me = visit.member()?.id.to_string();
            app.quotas.uploads.take(&me).map_err(|left| Failure::too_many(left.wait, visit))?;
        }
        seen += piece.len() as u64;
        if seen <= most {
            draft.write(&piece).await?;
        }
    }
    if seen > most {
        problems.add(name, visit.frame().count("entering-picture-too-large", most / 1_000_000));
    }
    Ok((1..=most).contains(&seen).then_some(draft))
}
