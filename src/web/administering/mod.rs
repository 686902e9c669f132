//! The pages of administrators: people, partners, peers, what the node tells everybody, and how it does.
//!
//! Only for who runs the node ([`Admin`]): to everybody else who is logged in nothing is here. Each page does what the command line
//! and the API do, by the same verbs, and each act leaves their entry in the audit log (S126).

mod announcements;
mod appearance;
mod audit;
mod emojis;
mod form;
mod health;
mod invites;
mod jobs;
mod off_boarding;
mod overview;
mod partner;
mod partners;
mod peers;
mod people;
mod person;
mod plots;
mod policies;
pub(super) mod start;
mod terms;

use super::{
    pages::{self, Failure, Frame},
    problems::Problems,
    session::Visit,
};
use crate::{
    app::App,
    base::{error::Refusal, sentence::said, text::limits::REASON_CHARS_MAX, words::NodeRole},
    store::tables::Account,
};
use askama::Template;
use axum::{
    Router,
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// A visit by somebody who runs this node.
struct Admin {
    visit: Visit,
    account: Account,
    role: NodeRole,
}

impl FromRequestParts<App> for Admin {
    type Rejection = Failure;

    /// Whoever is not logged in is sent to log in; to whoever runs nothing, nothing is here.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let visit = Visit::from_request_parts(parts, app).await?;
        let account = visit.member()?.clone();
        match visit.user.as_ref().map(|user| user.role).filter(|role| *role >= NodeRole::Admin) {
            Some(role) => Ok(Self { visit, account, role }),
            None => Err(visit.nothing()),
        }
    }
}

impl Admin {
    fn frame(&self) -> Frame {
        self.visit.frame()
    }

    /// A page; 422 where something is wrong with the form that it shows.
    fn page(&self, problems: &Problems, page: &impl Template) -> Response {
        pages::form(&self.visit, problems, page)
    }

    /// On to another page, after an act.
    fn go(&self, path: &str) -> Response {
        (self.visit.cookies(), Redirect::to(path)).into_response()
    }

    /// A word of the glossary, in the language of the page.
    fn word(&self, word: &str) -> String {
        self.visit.say(&format!("administering-word-{}", word.replace([' ', '.'], "-")))
    }

    /// An act that has no form to be shown again was refused, or broke.
    fn failed(&self, error: crate::base::error::Error) -> Failure {
        Failure::of(error, &self.visit)
    }
}

/// What the forms send that have a reason and nothing else.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Reasoned {
    token: String,
    reason: String,
}

/// What is wrong with a reason.
fn too_long(reason: &str) -> Problems {
    if reason.chars().nth(REASON_CHARS_MAX).is_some() {
        return Refusal::invalid("reason", said!("must not be longer than {max} characters", max = REASON_CHARS_MAX)).into();
    }
    Problems::default()
}

/// What a link or a redirect says behind its path.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Came {
    /// Whether something was done just now.
    done: String,
    before: String,
    state: String,
}

impl Came {
    fn is_done(&self) -> bool {
        !self.done.is_empty()
    }

    fn before(&self) -> Option<i64> {
        self.before.parse().ok().filter(|id| *id > 0)
    }
}

/// One choice of a select or a row of links.
struct Choice {
    value: String,
    words: String,
    is_chosen: bool,
}

/// The routes of this room.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .merge(overview::routes())
        .merge(people::routes())
        .merge(person::routes())
        .merge(off_boarding::routes())
        .merge(invites::routes())
        .merge(partners::routes())
        .merge(partner::routes())
        .merge(peers::routes())
        .merge(policies::routes())
        .merge(announcements::routes())
        .merge(emojis::routes())
        .merge(appearance::routes())
        .merge(audit::routes())
        .merge(jobs::routes())
        .merge(health::routes())
        .merge(start::routes())
}
