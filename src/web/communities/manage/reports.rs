//! Reports of a community: what they name, who works on them, what came of them.

use super::{
    super::{
        super::{
            entries::{Entry, Moment},
            faces::Face,
            pages::{self, Failure, Frame, Result},
            paging,
            problems::Problems,
        },
        sent::Sent,
        show,
    },
    Above, Desk,
    side::{Asked, Room},
};
use crate::{
    app::App,
    base::{
        error::Refusal,
        id::{AccountId, PostId, ReportId},
    },
    features::{
        accounts,
        moderation::reports::{self, handling, queries},
        posts::queries::{self as posts, Viewer},
    },
    store::tables::{Account, Report},
};
use askama::Template;
use axum::response::Response;

/// A report.
pub(in super::super) struct Row {
    pub(in super::super) id: String,
    pub(in super::super) category: String,
    pub(in super::super) comment: String,
    pub(in super::super) at: Moment,
    pub(in super::super) about: Option<Face>,
    pub(in super::super) about_id: String,
    pub(in super::super) by: Option<Face>,
    pub(in super::super) worked_on_by: Option<Face>,
    pub(in super::super) is_mine: bool,
    pub(in super::super) closed: Option<Moment>,
    pub(in super::super) outcome: String,
    /// The posts that it names, as far as the reader may see them.
    pub(in super::super) posts: Vec<Entry>,
    /// Posts that it names and the reader does not see: gone, or not for them.
    pub(in super::super) missing: usize,
}

#[derive(Template)]
#[template(path = "communities/reports.html")]
struct Page {
    frame: Frame,
    above: Above,
    problems: Problems,
    is_closed: bool,
    reports: Vec<Row>,
    older: String,
    of: String,
    reason: String,
}

/// The side of this file.
pub(super) struct Reports;

impl Room for Reports {
    const KEY: &'static str = "reports";

    async fn page(asked: Asked<'_>) -> Result<Response> {
        let is_closed = asked.query("which") == "closed";
        let Asked { app, visit, desk, uri, refused, problems } = asked;
        let sent = refused.unwrap_or(Sent::none());
        let stretch = paging::asked(uri).map_err(|refusal| Failure::shown(refusal, visit))?;
        let frame = visit.frame();
        let found = queries::of_community(&app.store, desk.place.account.id, is_closed, stretch).await?;
        let ids: Vec<i64> = found.iter().map(|report| report.id.0).collect();
        let next = stretch.cursors(&ids).next_max_id;
        let shown = Page {
            above: desk.above(app, &frame, uri),
            reports: rows(app, &frame, &desk.place.me, found).await?,
            older: next
                .map(|id| format!("{}?which={}&before={id}", desk.here(), if is_closed { "closed" } else { "open" }))
                .unwrap_or_default(),
            of: sent.again("report"),
            reason: sent.again("reason"),
            problems,
            is_closed,
            frame,
        };
        Ok(pages::form(visit, &shown.problems, &shown))
    }

    async fn perform(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
        match sent.text("act") {
            "warn" | "remove" | "restore" | "lock" => desk.over(app, sent).await,
            _ => over_report(app, &desk.place.me, (Some(desk.place.account.id), sent)).await,
        }
    }
}

/// Reports with whom and what they name: three statements and those of posts, for any number.
pub(in super::super) async fn rows(app: &App, frame: &Frame, me: &Account, found: Vec<Report>) -> crate::base::error::Result<Vec<Row>> {
    let people: Vec<AccountId> =
        found.iter().flat_map(|report| [Some(report.target_id), Some(report.reporter_id), report.assigned_to]).flatten().collect();
    let people = accounts::queries::by_ids(&app.store, &people).await?;
    let named: Vec<PostId> = found.iter().flat_map(queries::posts).collect();
    let reader = Viewer::Account(me.id);
    let seen = posts::seen_many(&app.store, &reader, &named).await?;
    let shown = show::read(app, &reader, &seen).await?;
    let face = |id: AccountId| people.iter().find(|account| account.id == id).map(|account| Face::of(app, account));
    let one = |report: Report| {
        let named = queries::posts(&report);
        let posts: Vec<Entry> = shown.iter().filter(|entry| named.contains(&entry.id)).cloned().collect();
        Row {
            id: report.id.to_string(),
            category: frame.say(&format!("communities-word-report-{}", report.category)),
            comment: report.comment,
            at: report.created_at.into(),
            about: face(report.target_id),
            about_id: report.target_id.to_string(),
            by: face(report.reporter_id),
            worked_on_by: report.assigned_to.and_then(face),
            is_mine: report.assigned_to == Some(me.id),
            closed: report.resolved_at.map(Moment::from),
            outcome: report.outcome,
            missing: named.len().saturating_sub(posts.len()),
            posts,
        }
    };
    Ok(found.into_iter().map(one).collect())
}

/// What is done about a report of `community` (none: of this node). The word for what was done.
pub(in super::super) async fn over_report(
    app: &App,
    me: &Account,
    (community, sent): (Option<AccountId>, &Sent),
) -> crate::base::error::Result<&'static str> {
    let outcome = sent.reason("reason")?;
    let tx = app.begin().await?;
    let id = ReportId(sent.id("report")?);
    let report = handling::judged(&tx, me.id, id).await?;
    if report.community_id != community {
        return Err(Refusal::not_found().into());
    }
    let done = match sent.text("act") {
        "assign" => handling::assign(&tx, me, id, Some(me.id)).await.map(|_| "taken")?,
        "unassign" => handling::assign(&tx, me, id, None).await.map(|_| "given_up")?,
        "resolve" => reports::resolve(&tx, me, id, outcome).await.map(|_| "closed")?,
        "reopen" => handling::reopen(&tx, me, id).await.map(|_| "reopened")?,
        _ => return Err(Refusal::not_found().into()),
    };
    tx.commit().await?;
    app.store.settle().await;
    Ok(done)
}
