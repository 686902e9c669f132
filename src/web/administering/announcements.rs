//! What administrators tell all of this node's people: written, changed, taken back.

use super::{
    super::{
        entries::Moment,
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, Came,
};
use crate::{
    app::App,
    base::{
        clock::Stamp,
        error::Refusal,
        text::compose::{Format, compose},
    },
    features::announcements::{self, Announcement, TEXT_CHARS_MAX, Wanted},
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

struct Shown {
    id: i64,
    /// Safe HTML.
    content: String,
    from: Option<Moment>,
    until: Option<Moment>,
    at: Moment,
    holds: bool,
}

#[derive(Template)]
#[template(path = "administering/announcements.html")]
struct Announcements {
    frame: Frame,
    problems: Problems,
    is_done: bool,
    all: Vec<Shown>,
    sent: Sent,
    /// Where the form is sent; it changes one rather than making one.
    path: String,
    is_change: bool,
    most: usize,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    text: String,
    starts_at: String,
    ends_at: String,
    all_day: String,
}

/// Where it is made.
const PATH: &str = "/admin/announcements";

/// A time as browsers send it (`2026-12-01T08:00`), in UTC.
fn time(field: &'static str, text: &str) -> std::result::Result<Option<Stamp>, Refusal> {
    match text.trim() {
        "" => Ok(None),
        text => {
            let at = Stamp::parse(&format!("{text}:00Z")).or_else(|| Stamp::parse(text));
            at.map(Some).ok_or_else(|| Refusal::invalid(field, "must be a time such as 2026-12-01T08:00"))
        }
    }
}

impl Sent {
    fn wanted(&self, app: &App) -> std::result::Result<Wanted, Refusal> {
        let source = self.text.replace("\r\n", "\n");
        // only what is short enough is looked through
        let tag = |tag: &str| app.origin.absolute(&format!("/tags/{tag}"));
        let content =
            if source.chars().count() > TEXT_CHARS_MAX { String::new() } else { compose(&source, Format::Plain, &|_| None, &tag).html };
        Ok(Wanted {
            content,
            starts_at: time("starts_at", &self.starts_at)?,
            ends_at: time("ends_at", &self.ends_at)?,
            all_day: !self.all_day.is_empty(),
            source,
        })
    }

    fn of(one: &Announcement) -> Self {
        let time = |at: Option<Stamp>| at.map(|at| at.utc().format("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default();
        Self {
            token: String::new(),
            text: one.source.clone(),
            starts_at: time(one.starts_at),
            ends_at: time(one.ends_at),
            all_day: if one.all_day { "yes".into() } else { String::new() },
        }
    }
}

async fn list(State(app): State<App>, admin: Admin, Query(came): Query<Came>) -> Result<Response> {
    shown(&app, &admin, (Problems::default(), came.is_done()), (Sent::default(), None)).await
}

async fn shown(app: &App, admin: &Admin, (problems, is_done): (Problems, bool), (sent, id): (Sent, Option<i64>)) -> Result<Response> {
    let now = app.store.now();
    let one = |of: Announcement| Shown {
        id: of.id,
        content: of.content,
        from: of.starts_at.map(Moment::from),
        until: of.ends_at.map(Moment::from),
        at: of.published_at.into(),
        holds: of.starts_at.is_none_or(|from| from <= now) && of.ends_at.is_none_or(|until| until > now),
    };
    let page = Announcements {
        frame: admin.frame(),
        is_done,
        all: announcements::all(&app.store).await?.into_iter().map(one).collect(),
        path: id.map_or_else(|| PATH.to_owned(), |id| format!("{PATH}/{id}")),
        is_change: id.is_some(),
        most: TEXT_CHARS_MAX,
        sent,
        problems,
    };
    Ok(admin.page(&page.problems, &page))
}

async fn publish(State(app): State<App>, admin: Admin, Form(sent): Form<Sent>) -> Result<Response> {
    kept(&app, &admin, sent, None).await
}

async fn edit(State(app): State<App>, admin: Admin, Path(id): Path<i64>) -> Result<Response> {
    let one = announcements::one(&app.store, id).await.map_err(|error| admin.failed(error))?;
    shown(&app, &admin, (Problems::default(), false), (Sent::of(&one), Some(id))).await
}

async fn change(State(app): State<App>, admin: Admin, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Result<Response> {
    kept(&app, &admin, sent, Some(id)).await
}

/// Publishes one, or changes it.
async fn kept(app: &App, admin: &Admin, sent: Sent, id: Option<i64>) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let wanted = match sent.wanted(app) {
        Ok(wanted) => wanted,
        Err(refusal) => return shown(app, admin, (refusal.into(), false), (sent, id)).await,
    };
    let tx = app.begin().await?;
    let made = match id {
        Some(id) => admin.visit.acting(announcements::change(&tx, id, wanted)).await,
        None => admin.visit.acting(announcements::publish(&tx, wanted)).await,
    };
    if let Err(error) = made {
        drop(tx);
        return shown(app, admin, (Problems::of(error)?, false), (sent, id)).await;
    }
    tx.commit().await?;
    Ok(admin.go("/admin/announcements?done=1"))
}

async fn delete(State(app): State<App>, admin: Admin, Path(id): Path<i64>, Form(sent): Form<Sent>) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let tx = app.begin().await?;
    admin.visit.acting(announcements::delete(&tx, id)).await.map_err(|error| admin.failed(error))?;
    tx.commit().await?;
    Ok(admin.go("/admin/announcements?done=1"))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(PATH, get(list).post(publish))
        .route("/admin/announcements/{id}", get(edit).post(change))
        .route("/admin/announcements/{id}/delete", post(delete))
}
