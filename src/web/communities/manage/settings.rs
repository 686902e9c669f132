//! What a community is for and how one comes in; and closing it for good.

use super::{
    super::{
        super::{
            pages::{self, Frame, Result},
            problems::Problems,
        },
        sent::Sent,
        words::{self, Choice},
    },
    Above, Desk,
    side::{Asked, Room},
};
use crate::{
    app::App,
    base::{error::Refusal, words::History},
    features::communities::{self, Changes},
};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "communities/settings.html")]
struct Page {
    frame: Frame,
    above: Above,
    problems: Problems,
    title: String,
    purpose: String,
    question: String,
    doors: Vec<Choice>,
    reads_from_joining: bool,
    announce_replies: bool,
    stakeholders_shown: bool,
    log_public: bool,
    newcomer_posts: String,
    is_closed: bool,
}

/// The side of this file.
pub(super) struct Settings;

impl Room for Settings {
    const KEY: &'static str = "settings";

    async fn page(asked: Asked<'_>) -> Result<Response> {
        let Asked { app, visit, desk, uri, refused, problems } = asked;
        // of closing it nothing was typed
        let sent = refused.filter(|sent| sent.text("act") != "close");
        let (frame, facts) = (visit.frame(), &desk.place.facts);
        let text = |field: &str, now: &str| sent.map_or_else(|| now.to_owned(), |sent| sent.again(field));
        let is = |field: &str, now: bool| sent.map_or(now, |sent| sent.is(field));
        let shown = Page {
            above: desk.above(app, &frame, uri),
            title: text("title", &desk.place.account.display_name),
            purpose: text("purpose", &facts.purpose),
            question: text("question", &facts.question),
            doors: words::doors(&frame, sent.and_then(|sent| sent.word("join").ok()).unwrap_or(facts.join_rule)),
            reads_from_joining: sent.map_or(facts.history == History::Join, |sent| sent.text("history") == "join"),
            announce_replies: is("announce_replies", facts.announce_replies),
            stakeholders_shown: is("stakeholders_shown", facts.stakeholders_shown),
            log_public: is("log_public", facts.log_public),
            newcomer_posts: text("newcomer_posts", &facts.newcomer_posts.to_string()),
            is_closed: facts.closed_at.is_some(),
            problems,
            frame,
        };
        Ok(pages::form(visit, &shown.problems, &shown))
    }

    async fn perform(app: &App, desk: &Desk, sent: &Sent) -> crate::base::error::Result<&'static str> {
        let (me, id) = (&desk.place.me, desk.place.account.id);
        if sent.text("act") == "close" {
            if !sent.is("confirm") {
                return Err(Refusal {
                    field: Some("confirm"),
                    ..Refusal::conflict("unconfirmed", "Tick the box: a closed community is not opened again.")
                }
                .into());
            }
            let tx = app.begin().await?;
            communities::close(&tx, me, id).await?;
            tx.commit().await?;
            app.store.settle().await;
            return Ok("shut");
        }
        let posts = sent.text("newcomer_posts").trim().parse().map_err(|_| Refusal::invalid("newcomer_posts", "must be a number"))?;
        let changes = Changes {
            title: Some(sent.text("title").to_owned()),
            purpose: Some(sent.text("purpose").to_owned()),
            join_rule: Some(sent.word("join")?),
            question: Some(sent.text("question").to_owned()),
            announce_replies: Some(sent.is("announce_replies")),
            history: Some(if sent.text("history") == "join" { History::Join } else { History::All }),
            stakeholders_shown: Some(sent.is("stakeholders_shown")),
            log_public: Some(sent.is("log_public")),
            newcomer_posts: Some(posts),
            ..Changes::default()
        };
        let tx = app.begin().await?;
        communities::change(&tx, me, id, changes).await?;
        tx.commit().await?;
        app.store.settle().await;
        Ok("changed")
    }
}
