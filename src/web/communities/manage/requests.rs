//! Who asks to join, what they answered, and letting them in or not.

use super::{
    super::{
        super::{
            entries::Moment,
            faces::Face,
            pages::{self, Frame, Result},
            problems::Problems,
            refusals,
        },
        sent::Sent,
    },
    Above, Desk,
    side::{Asked, Room},
};
use crate::{
    app::App,
    base::{
        error::{Error, Refusal},
        page::Page as Stretch,
    },
    features::memberships::{self, Decision},
    store::tables::{Account, Seat},
};
use askama::Template;
use axum::response::Response;

/// Requests on the page, the oldest of which come first.
const LISTED_MAX: u32 = 80;

/// Somebody who asks.
struct Row {
    id: String,
    who: Face,
    at: Moment,
    answer: String,
    /// Why it waits, where not for a moderator.
    why: String,
    /// Whether they ask through their organisation.
    is_through_organisation: bool,
}

#[derive(Template)]
#[template(path = "communities/requests.html")]
struct Page {
    frame: Frame,
    above: Above,
    problems: Problems,
    question: String,
    requests: Vec<Row>,
    /// Whose form was refused, and what was typed there.
    of: String,
    reason: String,
}

/// The side of this file.
pub(super) struct Requests;

impl Room for Requests {
    const KEY: &'static str = "requests";

    async fn page(asked: Asked<'_>) -> Result<Response> {
        let Asked { app, visit, desk, uri, refused, mut problems } = asked;
        let sent = refused.unwrap_or(Sent::none());
        let place = &desk.place;
        let found = match place.account.is_local() {
            true => memberships::queries::requests(&app.store, place.account.id, Stretch::first(LISTED_MAX)).await,
            false => app.requests_elsewhere(place.me.id, &place.account).await,
        };
        let rows = match found {
            Ok(rows) => rows,
            Err(Error::Refused(refusal)) => {
                problems.add("", refusals::said(&refusal));
                Vec::new()
            }
            Err(fault) => return Err(fault.into()),
        };
        let frame = visit.frame();
        let shown = Page {
            above: desk.above(app, &frame, uri),
            question: place.facts.question.clone(),
            requests: rows.into_iter().rev().map(|found| row(app, found)).collect(),
            of: sent.again("account"),
            reason: sent.again("reason"),
            problems,
            frame,
        };
        Ok(pages::form(visit, &shown.problems, &shown))
    }

    async fn perform(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
        let who = desk.person(app, sent).await?;
        let decision = match sent.text("act") {
            "admit" => (Decision::Admit, "admitted"),
            "refuse" => (Decision::Refuse { reason: sent.reason("reason")?.to_owned() }, "refused"),
            _ => return Err(Refusal::not_found().into()),
        };
        desk.decide(app, &who, decision).await
    }
}

fn row(app: &App, (seat, account): (Seat, Account)) -> Row {
    Row {
        id: account.id.to_string(),
        who: Face::of(app, &account),
        at: seat.asked_at.into(),
        answer: seat.answer,
        why: seat.reason,
        is_through_organisation: !seat.organisation.is_empty(),
    }
}
