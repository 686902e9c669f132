//! How the node presents itself: name, sentence, colour, logo.

use super::{
    super::{
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, Came, form,
};
use crate::{
    app::App,
    features::appearance::{DESCRIPTION_CHARS_MAX, NAME_CHARS_MAX, Wanted},
};
use askama::Template;
use axum::{
    Router,
    extract::{Query, Request, State},
    response::Response,
    routing::get,
};

#[derive(Template)]
#[template(path = "administering/appearance.html")]
struct Appearance {
    frame: Frame,
    problems: Problems,
    is_done: bool,
    name: String,
    /// The name that the settings give.
    usual: String,
    description: String,
    accent: String,
    name_most: usize,
    description_most: usize,
}

async fn show(State(app): State<App>, admin: Admin, Query(came): Query<Came>) -> Result<Response> {
    let set = app.appearance().await?;
    let typed = (set.name.clone(), set.description.clone(), if set.accent.is_empty() { String::new() } else { format!("#{}", set.accent) });
    Ok(shown(&app, &admin, (Problems::default(), came.is_done()), typed))
}

fn shown(
    app: &App,
    admin: &Admin,
    (problems, is_done): (Problems, bool),
    (name, description, accent): (String, String, String),
) -> Response {
    let usual = app.config.organisation_name().to_owned();
    let (name_most, description_most) = (NAME_CHARS_MAX, DESCRIPTION_CHARS_MAX);
    let page = Appearance { frame: admin.frame(), is_done, name, usual, description, accent, name_most, description_most, problems };
    admin.page(&page.problems, &page)
}

async fn change(State(app): State<App>, admin: Admin, request: Request) -> Result<Response> {
    let filled = form::read(&admin, request, "logo").await?;
    admin.visit.must_have_sent(filled.say("token"))?;
    let typed = ["name", "description", "accent"].map(|field| filled.say(field).to_owned());
    let is_away = !filled.say("no_logo").is_empty();
    let [name, description, accent] = typed.clone();
    let wanted = Wanted {
        name: Some(name),
        description: Some(description),
        accent: Some(accent),
        // nothing chosen: the logo stays, unless it is to go
        logo: (is_away || !filled.picture.is_empty()).then_some(filled.picture),
    };
    if let Err(error) = admin.visit.acting(app.present(wanted)).await {
        return Ok(shown(&app, &admin, (Problems::of(error)?, false), typed.into()));
    }
    Ok(admin.go("/admin/appearance?done=1"))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/appearance", get(show).post(change))
}
