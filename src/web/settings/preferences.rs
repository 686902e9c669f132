//! Preferences: the language of the pages, and how new posts begin.

use super::{
    super::{
        language::Language,
        pages::{self, Frame, Result},
        problems::Problems,
        session::Visit,
    },
    at, owner,
};
use crate::{
    app::{App, profiles},
    base::{text::limits::cut_bytes, words::Audience},
    features::accounts::{self, Changes},
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

/// Where this page is.
const PATH: &str = "/settings/preferences";
/// Longest line that is shown again.
const LINE_BYTES_MAX: usize = 100;

/// Audiences that new posts may begin with: the word of the form (Mastodon's), and its message.
const AUDIENCES: &[(&str, &str)] = &[
    ("public", "entering-audience-public"),
    ("unlisted", "entering-audience-unlisted"),
    ("private", "entering-audience-private"),
    ("direct", "entering-audience-direct"),
];

/// Languages that are offered for posts, each named in itself; any other may be typed.
const LANGUAGES: &[(&str, &str)] = &[
    ("ar", "العربية"),
    ("cs", "Čeština"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt-BR", "Português (Brasil)"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("zh", "中文"),
];

/// Preferences.
#[derive(Template)]
#[template(path = "preferences.html")]
struct Preferences {
    frame: Frame,
    is_done: bool,
    problems: Problems,
    locales: Vec<(&'static str, &'static str)>,
    locale: String,
    audiences: &'static [(&'static str, &'static str)],
    audience: String,
    languages: &'static [(&'static str, &'static str)],
    language: String,
    sensitive: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    locale: String,
    audience: String,
    language: String,
    sensitive: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Came {
    done: String,
}

async fn show(visit: Visit, Query(came): Query<Came>) -> Result<Response> {
    let (_, user) = owner(&visit, PATH)?;
    let held = Sent {
        token: String::new(),
        locale: user.locale,
        audience: word(user.posting_audience).to_owned(),
        language: user.posting_language,
        sensitive: if user.posting_sensitive { "yes".to_owned() } else { String::new() },
    };
    Ok(page(&visit, held, Problems::default(), !came.done.is_empty()))
}

fn page(visit: &Visit, shown: Sent, problems: Problems, is_done: bool) -> Response {
    let page = Preferences {
        frame: visit.frame(),
        is_done,
        problems,
        locales: Language::ALL.map(|language| (language.code(), language.name())).to_vec(),
        locale: shown.locale,
        audiences: AUDIENCES,
        audience: shown.audience,
        languages: LANGUAGES,
        language: cut_bytes(&shown.language, LINE_BYTES_MAX).to_owned(),
        sensitive: shown.sensitive == "yes",
    };
    pages::form(visit, &page.problems, &page)
}

/// The form's word for an audience; whatever is narrower than followers and no message to somebody is theirs.
fn word(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "public",
        Audience::Unlisted => "unlisted",
        Audience::Direct => "direct",
        _ => "private",
    }
}

/// What the form asks for, or all that is wrong with it.
fn wished(visit: &Visit, sent: &Sent) -> Result<std::result::Result<Changes, Problems>> {
    let mut problems = Problems::default();
    if !sent.locale.is_empty() && Language::of(&sent.locale).is_none() {
        problems.add("locale", visit.say("entering-no-such-choice"));
    }
    let audience = profiles::audience(&sent.audience);
    if audience.is_err() {
        problems.add("audience", visit.say("entering-no-such-choice"));
    }
    let language = match profiles::language(sent.language.trim()) {
        Ok(language) => language,
        Err(refusal) => {
            problems.add("language", at("language", refusal.into())?.at("language").to_owned());
            String::new()
        }
    };
    let (true, Ok(audience)) = (problems.is_empty(), audience) else { return Ok(Err(problems)) };
    let (posting_sensitive, posting_language) = (Some(sent.sensitive == "yes"), Some(language));
    Ok(Ok(Changes { posting_audience: audience, posting_sensitive, posting_language, ..Changes::default() }))
}

async fn change(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(&sent.token)?;
    let (account, _) = owner(&visit, PATH)?;
    let changes = match wished(&visit, &sent)? {
        Ok(changes) => changes,
        Err(problems) => return Ok(page(&visit, sent, problems, false)),
    };
    let tx = app.begin().await?;
    accounts::change_profile(&tx, &account, changes).await?;
    accounts::set_locale(&tx, account.id, &sent.locale).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok((visit.cookies(), Redirect::to(&format!("{PATH}?done=yes"))).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route(PATH, get(show).post(change))
}
