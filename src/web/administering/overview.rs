//! The first page of administrators: what waits for them, with the way to it, and everything else they may do.

use super::{
    super::{
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, partners, start,
};
use crate::{
    app::{App, heads},
    base::page::Page,
    features::{
        accounts::{self, queries},
        administering::figures,
        moderation::reports,
        off_boarding,
        peers::{self, Kind},
        recovery,
    },
};
use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};

/// What is counted at most: beyond it the exact number tells nobody more.
const COUNTED_MAX: u32 = 100;

/// Something that waits.
struct Item {
    words: String,
    href: String,
    is_bad: bool,
}

#[derive(Template)]
#[template(path = "administering/overview.html")]
struct Overview {
    frame: Frame,
    waiting: Vec<Item>,
    /// What the settings say that an administrator should know.
    notes: Vec<String>,
    people: i64,
    active: i64,
    peers: i64,
    mode: String,
    version: &'static str,
    /// Steps of the first run that are not done.
    steps: usize,
}

/// What waits for administrators.
async fn waiting(app: &App, frame: &Frame) -> Result<Vec<Item>> {
    let store = &app.store;
    let asks = accounts::waiting(store, COUNTED_MAX).await?.len();
    let reports = reports::queries::of_node(store, false, Page::first(COUNTED_MAX)).await?.len();
    let failing = peers::page(store, Some(Kind::Failing), Page::first(COUNTED_MAX)).await?.len();
    let lost = peers::page(store, Some(Kind::Suspended), Page::first(COUNTED_MAX)).await?.len();
    let held = off_boarding::list(store, None, COUNTED_MAX).await?;
    let held = held.iter().filter(|act| act.held_at.is_some() && act.confirmed_at.is_none() && act.undone_at.is_none()).count();
    let failed = usize::try_from(figures::queues(store).await?.events_failed).unwrap_or_default();
    let recovering = usize::from(recovery::reason(store).await?.is_some());
    let no_heads = usize::from(heads::read(&app.config.data.dir).is_err());
    let all = [
        ("administering-waits-recovering", recovering, "/admin/audit", true),
        ("administering-waits-held", held, "/admin/off-boardings", true),
        ("administering-waits-people", asks, "/admin/people?state=pending", false),
        ("administering-waits-offers", partners::waiting(app).await?, "/admin/partners", false),
        ("administering-waits-reports", reports, "/moderation", false),
        ("administering-waits-failed", failed, "/admin/jobs", true),
        ("administering-waits-heads", no_heads, "/admin/audit", true),
        ("administering-waits-lost", lost, "/admin/peers?state=suspended", true),
        ("administering-waits-failing", failing, "/admin/peers?state=failing", true),
    ];
    let item =
        |(key, count, href, is_bad): (&str, usize, &str, bool)| Item { words: frame.count(key, count), href: href.to_owned(), is_bad };
    Ok(all.into_iter().filter(|(_, count, ..)| *count > 0).map(item).collect())
}

async fn overview(State(app): State<App>, admin: Admin) -> Result<Response> {
    let frame = admin.frame();
    let (people, active, _) = queries::counts(&app.store).await?;
    let page = Overview {
        waiting: waiting(&app, &frame).await?,
        // it was checked at the start with what was allowed then; what stands against it was told then
        notes: app.config.check(true).unwrap_or_default(),
        people,
        active,
        peers: peers::count(&app.store).await?,
        mode: admin.word(app.federation_mode(&app.store).await?.as_str()),
        version: env!("CARGO_PKG_VERSION"),
        steps: start::open_steps(&app, &admin).await?,
        frame,
    };
    Ok(admin.page(&Problems::default(), &page))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin", get(overview))
}
