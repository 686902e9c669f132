//! Who may not be in a community: people and whole nodes; lifting that.

use super::{
    super::{
        super::{
            entries::Moment,
            faces::Face,
            pages::{self, Frame, Result},
            problems::Problems,
            session::Visit,
        },
        sent::Sent,
    },
    Above, Desk, open,
};
use crate::{
    app::App,
    base::{error::Refusal, page::Page as Stretch},
    features::{
        memberships::{self, lists},
        moderation::{self, Deed, Said},
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};

/// Bans of people on the page.
const LISTED_MAX: u32 = 80;

/// A ban.
struct Row {
    /// The account's id, or the node's host.
    id: String,
    who: Face,
    reason: String,
    at: Moment,
    until: Option<Moment>,
}

#[derive(Template)]
#[template(path = "communities/bans.html")]
struct Page {
    frame: Frame,
    above: Above,
    problems: Problems,
    people: Vec<Row>,
    hosts: Vec<Row>,
    /// Whole nodes are banned where the community lives.
    is_local: bool,
    acct: String,
    host: String,
    reason: String,
    days: String,
}

/// `GET /c/{name}/manage/bans`
pub(super) async fn show(State(app): State<App>, visit: Visit, Path(name): Path<String>, uri: Uri) -> Result<Response> {
    let desk = open(&app, &visit, &name, "bans").await?;
    page(&app, &visit, &desk, (&uri, Problems::default(), &Sent::default())).await
}

async fn page(app: &App, visit: &Visit, desk: &Desk, (uri, problems, sent): (&Uri, Problems, &Sent)) -> Result<Response> {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (frame, id) = (visit.frame(), desk.place.account.id);
    let people = lists::bans(&app.store, id, Stretch::first(LISTED_MAX)).await?.into_iter().map(|(ban, account)| Row {
        id: account.id.to_string(),
        who: Face::of(app, &account),
        reason: ban.reason,
        at: ban.created_at.into(),
        until: ban.expires_at.map(Moment::from),
    });
    let hosts = lists::host_bans(&app.store, id).await?.into_iter().map(|ban| Row {
        id: ban.host,
        who: Face::default(),
        reason: ban.reason,
        at: ban.created_at.into(),
        until: ban.expires_at.map(Moment::from),
    });
    let shown = Page {
        above: desk.above(app, &frame, uri),
        people: people.collect(),
        hosts: hosts.collect(),
        is_local: desk.place.account.is_local(),
        acct: sent.again("acct"),
        host: sent.again("host"),
        reason: sent.again("reason"),
        days: sent.again("days"),
        problems,
        frame,
    };
    Ok((visit.cookies(), pages::show(status, &shown)).into_response())
}

/// `POST /c/{name}/manage/bans`
pub(super) async fn act(
    State(app): State<App>,
    visit: Visit,
    Path(name): Path<String>,
    uri: Uri,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    visit.must_have_sent(sent.text("token"))?;
    let desk = open(&app, &visit, &name, "bans").await?;
    match visit.acting(perform(&app, &desk, &sent)).await {
        Ok(done) => Ok(desk.back(&visit, done)),
        Err(error) => page(&app, &visit, &desk, (&uri, Problems::of(error)?, &sent)).await,
    }
}

async fn perform(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
    let (me, community) = (&desk.place.me, &desk.place.account);
    match sent.text("act") {
        "unban" => desk.over(app, sent).await,
        "bar" => {
            let account = app.meant(sent.text("acct")).await?;
            let tx = app.begin().await?;
            let deed = Deed::Ban { account: &account, until: sent.until("days", tx.now)?, removes_data: sent.is("remove_posts") };
            moderation::perform(&tx, Said { by: me, community, reason: sent.reason("reason")?, uri: None }, deed).await?;
            tx.commit().await?;
            app.store.settle().await;
            Ok(if community.is_local() { "banned" } else { "asked_there" })
        }
        "bar_host" => {
            let tx = app.begin().await?;
            let (host, until) = (sent.text("host").trim(), sent.until("days", tx.now)?);
            memberships::ban_host(&tx, me, community, host, (sent.reason("reason")?, until)).await?;
            tx.commit().await?;
            Ok("banned")
        }
        "unbar_host" => {
            let tx = app.begin().await?;
            memberships::unban_host(&tx, me, community, sent.text("host")).await?;
            tx.commit().await?;
            Ok("unbanned")
        }
        _ => Err(Refusal::not_found().into()),
    }
}
