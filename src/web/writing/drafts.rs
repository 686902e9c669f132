//! `/drafts`: what was kept and not sent, and posts to come.

use super::{
    super::{
        entries::Moment,
        pages::{self, Frame, Result},
        refusals,
        session::Visit,
    },
    form::Typed,
};
use crate::{
    app::{App, writing::asked_in},
    base::{page::Page, text::limits::cut_chars},
    features::{
        drafts::{self as kept, Draft},
        media, scheduled,
    },
    store::tables::Account,
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::time::Duration;

/// How long files are kept for a draft after it was last touched.
const FILES_KEPT: Duration = Duration::from_hours(30 * 24);
/// Characters of a draft that are shown.
const SHOWN_CHARS: usize = 200;
/// Posts to come that are shown.
const TO_COME_MAX: u32 = 300;

/// The page.
#[derive(Template)]
#[template(path = "writing/drafts.html")]
struct Drafts {
    frame: Frame,
    drafts: Vec<Shown>,
    to_come: Vec<Shown>,
}

/// One of either.
struct Shown {
    id: i64,
    title: String,
    /// How its words begin.
    text: String,
    files: usize,
    /// When it was kept, or is to be published.
    at: Moment,
    /// Why it could not be published; empty for what could, or waits.
    refusal: String,
}

/// What stood in the form.
pub(super) fn typed_in(draft: &Draft) -> Typed {
    serde_json::from_str(&draft.said).unwrap_or_default()
}

/// Keeps what was typed as a draft, and its files with it; where that is then.
pub(super) async fn keep(app: &App, me: &Account, typed: &Typed) -> crate::base::error::Result<String> {
    let tx = app.begin().await?;
    let id = hold(&tx, me, typed).await?;
    tx.commit().await?;
    Ok(format!("/drafts#d{id}"))
}

/// The same within an act.
pub(super) async fn hold(tx: &crate::store::Tx, me: &Account, typed: &Typed) -> crate::base::error::Result<i64> {
    let said = serde_json::to_string(typed).map_err(anyhow::Error::from)?;
    media::hold(tx, me.id, &typed.files(), tx.now.plus(FILES_KEPT)).await?;
    kept::keep(tx, me.id, typed.draft.parse().ok(), said).await
}

pub(super) async fn list(State(app): State<App>, visit: Visit) -> Result<Response> {
    let me = visit.member()?;
    let drafts = kept::all(&app.store, me.id).await?.into_iter().map(|draft| {
        let typed = typed_in(&draft);
        let (text, files) = (cut_chars(&typed.text, SHOWN_CHARS).to_owned(), typed.media.len());
        Shown { id: draft.id, title: typed.title, text, files, at: draft.changed_at.into(), refusal: String::new() }
    });
    let mut to_come = scheduled::page(&app.store, me.id, Page { limit: TO_COME_MAX, ..Page::first(TO_COME_MAX) }).await?;
    to_come.sort_by_key(|row| row.due_at);
    let to_come = to_come.into_iter().map(|row| {
        let asked = asked_in(&row);
        Shown {
            id: row.id,
            title: asked.intermoot.and_then(|ours| ours.title).unwrap_or_default(),
            text: cut_chars(asked.status.as_deref().unwrap_or_default(), SHOWN_CHARS).to_owned(),
            files: asked.media_ids.len(),
            at: row.due_at.into(),
            refusal: refusals::said_again(&row.refusal),
        }
    });
    let page = Drafts { frame: visit.frame(), drafts: drafts.collect(), to_come: to_come.collect() };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Bare {
    pub(super) token: String,
}

pub(super) async fn delete(State(app): State<App>, visit: Visit, Path(id): Path<i64>, Form(bare): Form<Bare>) -> Result<Response> {
    visit.must_have_sent(&bare.token)?;
    let me = visit.member()?;
    let tx = app.begin().await?;
    kept::forget(&tx, me.id, id).await?;
    tx.commit().await?;
    Ok((visit.cookies(), Redirect::to("/drafts")).into_response())
}

/// Cancels a post to come. What it says is kept as a draft, so that nothing is lost.
pub(super) async fn cancel(State(app): State<App>, visit: Visit, Path(id): Path<i64>, Form(bare): Form<Bare>) -> Result<Response> {
    visit.must_have_sent(&bare.token)?;
    let me = visit.member()?;
    let tx = app.begin().await?;
    if let Some(row) = scheduled::find(&tx, me.id, id).await? {
        scheduled::cancel(&tx, me.id, id).await?;
        match hold(&tx, me, &Typed::from(asked_in(&row))).await {
            Ok(_) => tx.commit().await?,
            Err(crate::base::error::Error::Refused(refusal)) => return Err(pages::Failure::shown(refusal, &visit)),
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok((visit.cookies(), Redirect::to("/drafts")).into_response())
}
