//! One's own profile: name, words, pictures, and how others may come near.

use super::{
    super::{
        faces::Face,
        pages::{self, Frame, Result},
        problems::Problems,
        session::Visit,
    },
    at, owner,
    sent::{self, Sent},
};
use crate::{
    app::{
        App,
        links::Sight,
        profiles::{Portrait, Words},
    },
    base::{
        error::Error,
        text::limits::{BIO_CHARS_MAX, PROFILE_FIELDS_MAX},
        words::media::MediumPlace,
    },
    features::accounts::Changes,
    media::Shape,
    store::{
        files::Draft,
        tables::{Account, Field},
    },
};
use askama::Template;
use axum::{
    Router,
    extract::{Query, Request, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

/// Where this page is.
const PATH: &str = "/settings/profile";

/// One's own profile.
#[derive(Template)]
#[template(path = "profile.html")]
struct Profile {
    frame: Frame,
    is_done: bool,
    problems: Problems,
    /// Where others see it.
    href: String,
    /// Addresses of the pictures; empty for none.
    avatar: String,
    header: String,
    display_name: String,
    note: String,
    note_max: usize,
    /// Lines of the table, empty ones to be filled in at its end.
    fields: Vec<(String, String)>,
    locked: bool,
    discoverable: bool,
    bot: bool,
    /// Largest picture.
    megabytes: u64,
    works_for: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Came {
    done: String,
}

async fn show(State(app): State<App>, visit: Visit, Query(came): Query<Came>) -> Result<Response> {
    let (account, _) = match owner(&app, &visit, PATH).await? {
        Ok(owner) => owner,
        Err(response) => return Ok(response),
    };
    let fields: Vec<Field> = serde_json::from_str(&account.fields).unwrap_or_default();
    let held = Sent {
        display_name: account.display_name.clone(),
        note: account.note_source.clone(),
        field_names: fields.iter().map(|field| field.name.clone()).collect(),
        field_values: fields.into_iter().map(|field| field.value).collect(),
        locked: account.locked,
        discoverable: account.discoverable,
        bot: account.bot,
        ..Sent::default()
    };
    Ok(page(&app, &visit, &account, held, !came.done.is_empty()))
}

/// The page with what `shown` holds, and what is wrong with it.
fn page(app: &App, visit: &Visit, account: &Account, shown: Sent, is_done: bool) -> Response {
    let picture = |path: &str| if path.is_empty() { String::new() } else { app.shown_url(path, Sight::Everybody) };
    let face = Face::of(app, account);
    let mut fields = lines(&shown);
    fields.resize(fields.len().max(PROFILE_FIELDS_MAX), Default::default());
    let page = Profile {
        frame: visit.frame(),
        is_done,
        problems: shown.problems,
        href: face.href,
        avatar: picture(&account.avatar_url),
        header: picture(&account.header_url),
        display_name: shown.display_name,
        note: shown.note,
        note_max: BIO_CHARS_MAX,
        fields,
        locked: shown.locked,
        discoverable: shown.discoverable,
        bot: shown.bot,
        megabytes: u64::from(app.config.media.image_bytes) / 1_000_000,
        works_for: face.works_for,
    };
    pages::form(visit, &page.problems, &page)
}

/// Names and texts of the table's lines, as they stand side by side in the form.
fn lines(sent: &Sent) -> Vec<(String, String)> {
    let values = sent.field_values.iter().map(String::as_str).chain(std::iter::repeat(""));
    sent.field_names.iter().cloned().zip(values.map(str::to_owned)).collect()
}

async fn change(State(app): State<App>, visit: Visit, request: Request) -> Result<Response> {
    // before anything is received: pictures of strangers are not even read
    let (account, _) = match owner(&app, &visit, PATH).await? {
        Ok(owner) => owner,
        Err(response) => return Ok(response),
    };
    let mut sent = sent::receive(&app, &visit, request).await?;
    let words = Words { display_name: Some(sent.display_name.clone()), note: Some(sent.note.clone()), fields: Some(lines(&sent)) };
    let changes = match app.profile_of(&account, words).await {
        Ok(changes) if sent.problems.is_empty() => changes,
        Ok(_) => return Ok(page(&app, &visit, &account, sent, false)),
        Err(error) => {
            sent.problems = beside(error)?;
            return Ok(page(&app, &visit, &account, sent, false));
        }
    };
    let discoverable = Some(sent.discoverable).filter(|wish| *wish != account.discoverable);
    let changes = Changes { locked: Some(sent.locked), bot: Some(sent.bot), discoverable, ..changes };
    // last, as they leave files
    let avatar = portrait(&app, (Shape::Avatar, "avatar"), sent.avatar.take()).await?;
    let header = portrait(&app, (Shape::Header, "header"), sent.header.take()).await?;
    let (avatar, header) = match (avatar, header) {
        (Ok(avatar), Ok(header)) => (avatar, header),
        (Ok(made), Err(problems)) | (Err(problems), Ok(made)) => {
            if let Some((folder, _)) = made {
                app.workshop.files.remove(&folder).await?;
            }
            sent.problems = problems;
            return Ok(page(&app, &visit, &account, sent, false));
        }
        (Err(problems), Err(_)) => {
            sent.problems = problems;
            return Ok(page(&app, &visit, &account, sent, false));
        }
    };
    let put = |made: Option<Portrait>, is_none: bool| made.map(Some).or_else(|| is_none.then_some(None));
    let pictures = [(MediumPlace::Avatar, put(avatar, sent.no_avatar)), (MediumPlace::Header, put(header, sent.no_header))];
    app.change_profile(&account, changes, pictures).await?.commit().await?;
    app.bearers.forget_all();
    Ok((visit.cookies(), Redirect::to(&format!("{PATH}?done=yes"))).into_response())
}

/// What is wrong, beside its part of the form.
fn beside(error: Error) -> Result<Problems> {
    match error.refusal().and_then(|refusal| refusal.field) {
        Some(field) if field.starts_with("fields_attributes") => at("fields_attributes", error),
        _ => Problems::of(error),
    }
}

/// The picture that was sent, made ready; none where none was.
async fn portrait(
    app: &App,
    (shape, field): (Shape, &'static str),
    draft: Option<Draft>,
) -> Result<std::result::Result<Option<Portrait>, Problems>> {
    let Some(draft) = draft else { return Ok(Ok(None)) };
    match app.portray(draft, shape).await {
        Ok(made) => Ok(Ok(Some(made))),
        Err(error) => Ok(Err(at(field, error)?)),
    }
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route(PATH, get(show).post(change))
}
