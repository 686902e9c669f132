//! Who may not be in a community: people and whole nodes; lifting that.

use super::{
    super::{
        super::{
            entries::Moment,
            faces::Face,
            pages::{self, Frame, Result},
            problems::Problems,
        },
        sent::Sent,
    },
    Above, Desk,
    side::{Asked, Room},
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
use axum::response::Response;

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

/// The side of this file.
pub(super) struct Bans;

impl Room for Bans {
    const KEY: &'static str = "bans";

    async fn page(asked: Asked<'_>) -> Result<Response> {
        let Asked { app, visit, desk, uri, refused, problems } = asked;
        let sent = refused.unwrap_or(Sent::none());
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
        Ok(pages::form(visit, &shown.problems, &shown))
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
}
