//! What waits in this node, what was given up, and what it takes up.

use super::{
    super::{
        entries::Moment,
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, Came, Reasoned,
};
use crate::{
    app::App,
    features::administering::figures::{self, FailedEvent},
    store::Searching,
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    response::Response,
    routing::{get, post},
};
use std::path::{Path, PathBuf};

/// Events given up that are listed.
const FAILED_MAX: u32 = 20;
/// Files that are counted in a folder.
const FILES_MAX: usize = 200_000;

/// One line of a table of figures.
struct Line {
    label: &'static str,
    value: String,
    /// Something to look after.
    is_bad: bool,
}

struct Failed {
    at: Moment,
    error: String,
}

#[derive(Template)]
#[template(path = "administering/jobs.html")]
struct Jobs {
    frame: Frame,
    is_done: bool,
    queues: Vec<Line>,
    failed: Vec<Failed>,
}

#[derive(Template)]
#[template(path = "administering/storage.html")]
struct Storage {
    frame: Frame,
    sizes: Vec<Line>,
    counts: Vec<Line>,
    data_dir: String,
}

async fn jobs(State(app): State<App>, admin: Admin, Query(came): Query<Came>) -> Result<Response> {
    let (now, frame) = (figures::queues(&app.store).await?, admin.frame());
    let line = |(label, count, is_bad): (&'static str, i64, bool)| Line { label, value: frame.number(count), is_bad: is_bad && count > 0 };
    let queues = [
        ("administering-queue-inbox", now.inbox, false),
        ("administering-queue-again", now.inbox_again, true),
        ("administering-queue-events", now.events, false),
        ("administering-queue-failed", now.events_failed, true),
        ("administering-queue-media", now.media, false),
        ("administering-queue-unfit", now.media_failed, false),
        ("administering-queue-letters", now.letters, false),
        ("administering-queue-pushes", now.pushes, false),
        ("administering-queue-scheduled", now.scheduled, false),
        ("administering-queue-backfills", now.backfills, false),
    ];
    let failed = figures::failed_events(&app.store, FAILED_MAX).await?;
    let page = Jobs {
        queues: queues.into_iter().map(line).collect(),
        failed: failed.into_iter().map(|FailedEvent { failed_at, error, .. }| Failed { at: failed_at.into(), error }).collect(),
        is_done: came.is_done(),
        frame,
    };
    Ok(admin.page(&Problems::default(), &page))
}

async fn retry(State(app): State<App>, admin: Admin, Form(sent): Form<Reasoned>) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let tx = app.begin().await?;
    admin.visit.acting(figures::retry_events(&tx)).await?;
    tx.commit().await?;
    app.store.bell.notify_one();
    Ok(admin.go("/admin/jobs?done=1"))
}

/// Bytes as people read them.
fn bytes(frame: &Frame, bytes: i64) -> String {
    let (unit, size) = match bytes {
        ..=9_999 => ("administering-bytes", bytes),
        10_000..=9_999_999 => ("administering-kilobytes", bytes / 1000),
        _ => ("administering-megabytes", bytes / 1_000_000),
    };
    frame.count(unit, size)
}

/// The bytes of the files below a folder, and whether there are more than were looked at.
fn below(folder: &Path) -> (i64, bool) {
    let (mut folders, mut sum, mut seen) = (vec![folder.to_owned()], 0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            seen += 1;
            if seen > FILES_MAX {
                return (sum, true);
            }
            match entry.metadata() {
                Ok(meta) if meta.is_dir() => folders.push(entry.path()),
                Ok(meta) => sum += i64::try_from(meta.len()).unwrap_or_default(),
                // it went meanwhile
                Err(_) => {}
            }
        }
    }
    (sum, false)
}

async fn folder(frame: &Frame, folder: PathBuf) -> Result<String> {
    let (size, is_more) =
        tokio::task::spawn_blocking(move || below(&folder)).await.map_err(|error| crate::base::error::Error::Fault(error.into()))?;
    let size = bytes(frame, size);
    Ok(if is_more { frame.name("administering-at-least", &size) } else { size })
}

async fn storage(State(app): State<App>, admin: Admin) -> Result<Response> {
    let frame = admin.frame();
    let held = Searching::settled(figures::holdings(&app.store).await).map_err(|error| admin.failed(error))?;
    let size = |label, size| Line { label, value: bytes(&frame, size), is_bad: false };
    let count = |label, count: i64| Line { label, value: frame.number(count), is_bad: false };
    let files = |label, value| Line { label, value, is_bad: false };
    let page = Storage {
        sizes: vec![
            size("administering-size-database", held.database),
            size("administering-size-inbox", held.inbox),
            size("administering-size-log", held.log),
            size("administering-size-emojis", held.emojis),
            files("administering-size-cache", folder(&frame, app.config.data.dir.join("cache")).await?),
            files("administering-size-data", folder(&frame, app.config.data.dir.clone()).await?),
        ],
        counts: vec![
            count("administering-count-accounts", held.accounts),
            count("administering-count-posts", held.posts),
            count("administering-count-media", held.media),
        ],
        data_dir: app.config.data.dir.display().to_string(),
        frame: frame.clone(),
    };
    Ok(admin.page(&Problems::default(), &page))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/jobs", get(jobs)).route("/admin/jobs/retry", post(retry)).route("/admin/storage", get(storage))
}
