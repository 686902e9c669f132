//! The policy of a community: its versions, and the next one.

use super::{
    super::{
        super::{
            entries::Moment,
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
    features::policies,
};
use askama::Template;
use axum::response::Response;

/// Versions on the page.
const LISTED_MAX: u32 = 20;

/// A version.
struct Version {
    number: i64,
    title: String,
    at: Moment,
    /// Safe HTML.
    content: String,
}

#[derive(Template)]
#[template(path = "communities/policy.html")]
struct Page {
    frame: Frame,
    above: Above,
    problems: Problems,
    title: String,
    text: String,
    is_required: bool,
    versions: Vec<Version>,
}

/// The side of this file.
pub(super) struct Policy;

impl Room for Policy {
    const KEY: &'static str = "policy";

    async fn page(asked: Asked<'_>) -> Result<Response> {
        let Asked { app, visit, desk, uri, refused: sent, problems } = asked;
        let (frame, place) = (visit.frame(), &desk.place);
        let found = policies::versions(&app.store, place.account.id, Stretch::first(LISTED_MAX)).await?;
        let (title, text) = match (sent, found.first()) {
            (Some(sent), _) => (sent.again("title"), sent.text("text").to_owned()),
            (None, Some(current)) => (current.title.clone(), current.source.clone()),
            (None, None) => (String::new(), String::new()),
        };
        let version = |of: crate::store::tables::PolicyVersion| Version {
            number: of.version,
            title: of.title,
            at: of.published_at.into(),
            content: of.content,
        };
        let shown = Page {
            above: desk.above(app, &frame, uri),
            is_required: sent.map_or(place.facts.policy_required, |sent| sent.is("required")),
            versions: found.into_iter().map(version).collect(),
            problems,
            title,
            text,
            frame,
        };
        Ok(pages::form(visit, &shown.problems, &shown))
    }

    async fn perform(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
        let (me, community, required) = (&desk.place.me, &desk.place.account, sent.is("required"));
        let tx = app.begin().await?;
        let done = match sent.text("act") {
            "publish" => {
                policies::publish_requiring(&tx, me, community, (sent.text("title"), sent.text("text")), Some(required)).await?;
                "published"
            }
            "require" => policies::require(&tx, me, community, required).await.map(|()| "changed")?,
            _ => return Err(Refusal::not_found().into()),
        };
        tx.commit().await?;
        app.store.settle().await;
        Ok(done)
    }
}
