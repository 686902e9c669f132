//! The form of a profile as browsers send it, with pictures: those are received only after the token of the form was right.

use super::super::{
    pages::{Failure, Result, sentence},
    problems::Problems,
    session::Visit,
};
use crate::{
    app::{
        App,
        receiving::{Bounds, Form, Part, Takes, Trouble, Unfit, Wrong},
    },
    base::{error::Refusal, sentence::Sentence},
    store::files::Draft,
};
use axum::{extract::Request, http::header};

/// Most bytes of everything that is no picture.
const WORDS_BYTES_MAX: usize = 64 * 1024;
/// Most fields, and lines of the profile's table, that are read.
const FIELDS_MAX: usize = 100;
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
pub(super) async fn receive(app: &App, visit: &Visit, request: Request) -> Result<Sent> {
    let unread = |trouble| unread(visit, trouble);
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        visit.must_have_sent("")?;
    }
    // room to read a picture that is too large to its end, so that its sender is there for the answer
    let bytes = 4 * u64::from(app.config.media.image_bytes) + 2 * WORDS_BYTES_MAX as u64;
    let bounds = Bounds { bytes, held: WORDS_BYTES_MAX, parts: FIELDS_MAX };
    let mut form = Form::of(&kind, request.into_body().into_data_stream(), bounds).map_err(unread)?;
    let token = match form.next().await.map_err(unread)? {
        Some(first) if first.name == "token" => form.words(first).await.map_err(unread)?,
        Some(_) => String::new(),
        None => return Err(unread(Trouble::Broken)),
    };
    visit.must_have_sent(&token)?;
    let mut sent = Sent::default();
    while let Some(part) = form.next().await.map_err(unread)? {
        match part.name.as_str() {
            "avatar" => sent.avatar = picture(app, visit, (&mut form, part), ("avatar", &mut sent.problems)).await?,
            "header" => sent.header = picture(app, visit, (&mut form, part), ("header", &mut sent.problems)).await?,
            _ if part.file_name.is_some() => {}
            _ => sent.put(&part.name.clone(), form.words(part).await.map_err(unread)?),
        }
    }
    Ok(sent)
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

fn unread(visit: &Visit, trouble: Trouble) -> Failure {
    tracing::debug!(?trouble, "a form with pictures could not be read");
    Failure::shown(Refusal::invalid("request", Sentence::verbatim(visit.say("entering-unread"))), visit)
}

/// A picture on the disk; none where none was chosen, or where it is not taken, which is said.
async fn picture(
    app: &App,
    visit: &Visit,
    (form, part): (&mut Form, Part),
    (name, problems): (&'static str, &mut Problems),
) -> Result<Option<Draft>> {
    let wrong = match form.file(app, visit.member()?.id, (part, Takes::Pictures)).await {
        Ok(draft) => return Ok(draft),
        Err(wrong) => wrong,
    };
    match wrong {
        Wrong::Form(trouble) => return Err(unread(visit, trouble)),
        Wrong::File(Unfit::TooOften(wait)) => return Err(Failure::too_many(wait, visit)),
        Wrong::File(Unfit::TooLarge(most)) => problems.add(name, visit.frame().count("entering-picture-too-large", most / 1_000_000)),
        Wrong::File(unfit) => problems.add(name, sentence(&unfit.refusal(name))),
        Wrong::Fault(fault) => return Err(fault.into()),
    }
    Ok(None)
}
