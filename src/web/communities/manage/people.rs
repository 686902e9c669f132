//! Who is in a community, for those who run it: giving roles, warning, putting out, barring.

use super::{
    super::{
        super::{
            pages::{self, Failure, Frame, Result},
            paging,
            problems::Problems,
        },
        people::{self, Row},
        sent::Sent,
        words::{self, Choice},
    },
    Above, Desk,
    side::{Asked, Room},
};
use crate::{
    app::App,
    base::{error::Refusal, text::limits::cut_bytes, words::Role},
    features::memberships::{
        Decision,
        lists::{self, Wanted},
    },
    policy::membership::{may_appoint, may_moderate},
};
use askama::Template;
use axum::response::Response;

/// Longest words that are looked for.
const WORDS_BYTES_MAX: usize = 200;

/// A member, and what may be done about them.
struct Member {
    row: Row,
    /// The roles that may be given, theirs among them; empty where none may.
    roles: Vec<Choice>,
    /// Whether they may be warned, put out and barred.
    is_below: bool,
}

#[derive(Template)]
#[template(path = "communities/roles.html")]
struct Page {
    frame: Frame,
    above: Above,
    problems: Problems,
    words: String,
    members: Vec<Member>,
    older: String,
    /// Whose form was refused, and what was typed there.
    of: String,
    reason: String,
}

/// The side of this file.
pub(super) struct People;

impl Room for People {
    const KEY: &'static str = "people";

    async fn page(asked: Asked<'_>) -> Result<Response> {
        let typed = asked.query("q");
        let Asked { app, visit, desk, uri, refused, problems } = asked;
        let sent = refused.unwrap_or(Sent::none());
        let stretch = paging::asked(uri).map_err(|refusal| Failure::shown(refusal, visit))?;
        let (frame, place) = (visit.frame(), &desk.place);
        let words = cut_bytes(typed.trim(), WORDS_BYTES_MAX).to_owned();
        let (rows, next) = if place.account.is_local() {
            let wanted = Wanted { words: words.clone(), ..Wanted::default() };
            let found = lists::members(&app.store, place.account.id, &wanted, stretch).await?;
            let ids: Vec<i64> = found.iter().map(|(seat, _)| seat.id.0).collect();
            let rows: Vec<Row> = found.iter().map(|found| people::row(app, &frame, found, true)).collect();
            (rows, stretch.cursors(&ids).next_max_id)
        } else {
            let listed = people::listed(app, place).await.unwrap_or_default();
            (people::elsewhere(app, &frame, listed, (&words, "", None)).await?, None)
        };
        let me = place.me.id.to_string();
        let asked: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
        let member = |row: Row| {
            let is_known = !row.id.is_empty();
            let held = row.held.unwrap_or(Role::Observer);
            let may = |to: Role| may_appoint(place.rank, held, to);
            let roles = words::roles(&frame, held, |to| to == held || may(to));
            Member {
                is_below: is_known && row.id != me && may_moderate(place.rank, row.held),
                roles: if is_known && roles.len() > 1 { roles } else { Vec::new() },
                row,
            }
        };
        let shown = Page {
            above: desk.above(app, &frame, uri),
            older: next.map(|id| format!("{}?q={asked}&before={id}", desk.here())).unwrap_or_default(),
            members: rows.into_iter().map(member).collect(),
            of: sent.again("account"),
            reason: sent.again("reason"),
            problems,
            words,
            frame,
        };
        Ok(pages::form(visit, &shown.problems, &shown))
    }

    async fn perform(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
        match sent.text("act") {
            "appoint" => {
                let who = desk.person(app, sent).await?;
                desk.decide(app, &who, (Decision::Appoint { role: sent.word("role")? }, "appointed")).await
            }
            "put_out" => {
                let who = desk.person(app, sent).await?;
                desk.decide(app, &who, (Decision::Remove { reason: sent.reason("reason")?.to_owned() }, "put_out")).await
            }
            "warn" | "ban" => desk.over(app, sent).await,
            _ => Err(Refusal::not_found().into()),
        }
    }
}
