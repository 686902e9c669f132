//! Custom emoji of this node: put here from a page, and taken away.

use super::{
    super::{
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, Came, form,
};
use crate::{
    app::App,
    features::emojis::{self, Emoji},
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, Request, State},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "administering/emojis.html")]
struct Emojis {
    frame: Frame,
    problems: Problems,
    is_done: bool,
    emojis: Vec<Emoji>,
    shortcode: String,
    category: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    shortcode: String,
}

async fn list(State(app): State<App>, admin: Admin, Query(came): Query<Came>) -> Result<Response> {
    shown(&app, &admin, (Problems::default(), came.is_done()), ("", "")).await
}

async fn shown(app: &App, admin: &Admin, (problems, is_done): (Problems, bool), (shortcode, category): (&str, &str)) -> Result<Response> {
    let (shortcode, category) = (shortcode.to_owned(), category.to_owned());
    let page = Emojis { frame: admin.frame(), is_done, emojis: emojis::all(&app.store).await?, problems, shortcode, category };
    Ok(admin.page(&page.problems, &page))
}

async fn add(State(app): State<App>, admin: Admin, request: Request) -> Result<Response> {
    let filled = form::read(&admin, request, "image").await?;
    admin.visit.must_have_sent(filled.say("token"))?;
    let (shortcode, category) = (filled.say("shortcode").trim().trim_matches(':').to_owned(), filled.say("category").trim().to_owned());
    let tx = app.begin().await?;
    if let Err(error) = admin.visit.acting(emojis::put(&tx, &shortcode, &category, filled.picture)).await {
        drop(tx);
        return shown(&app, &admin, (Problems::of(error)?, false), (&shortcode, &category)).await;
    }
    tx.commit().await?;
    Ok(admin.go("/admin/emojis?done=1"))
}

async fn remove(State(app): State<App>, admin: Admin, Form(sent): Form<Sent>) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let tx = app.begin().await?;
    admin.visit.acting(emojis::remove(&tx, &sent.shortcode)).await.map_err(|error| admin.failed(error))?;
    tx.commit().await?;
    Ok(admin.go("/admin/emojis?done=1"))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/emojis", get(list).post(add)).route("/admin/emojis/remove", post(remove))
}
