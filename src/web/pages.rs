//! Pages that several handlers share, and how a page is answered with; the others stand beside their handlers.

pub(super) use super::{
    failure::{Failure, Result},
    frame::Frame,
    personal::{
        Codes, Confirmation, Forgotten, Invites, NewPassword, OpenInvite, SecondFactor, SecondStep, Sessions, Settings, Shown, SignUp, Ways,
    },
};

use super::{
    about::Head,
    entries::{Entry, Moment},
    faces::Face,
    problems::Problems,
    session::Visit,
};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

/// Logging in with a password.
#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct Login {
    pub(super) frame: Frame,
    pub(super) problem: String,
    pub(super) login: String,
    pub(super) next: String,
    pub(super) ways: Ways,
}

/// Logging in with a link: a button, since programs that preview links also open them.
#[derive(Template)]
#[template(path = "link.html")]
pub(super) struct Link {
    pub(super) frame: Frame,
    pub(super) name: String,
}

/// An invitation by e-mail: to what it is, and the two ways to accept it.
#[derive(Template)]
#[template(path = "invitation.html")]
pub(super) struct Invitation {
    pub(super) frame: Frame,
    /// The path of this page.
    pub(super) path: String,
    pub(super) problems: Problems,
    /// Who invites to what, as what.
    pub(super) said: String,
    pub(super) inviter: Face,
    pub(super) community: Face,
    pub(super) purpose: String,
    /// Until when the link works, and a guest stays.
    pub(super) open_until: Moment,
    pub(super) guest_until: Moment,
    /// What was typed.
    pub(super) handle: String,
    pub(super) username: String,
    pub(super) display_name: String,
    pub(super) accepts: bool,
    /// Fewest characters of a password.
    pub(super) characters: usize,
    /// Titles, and safe HTML.
    pub(super) policies: Vec<(String, String)>,
}

/// An invitation that was accepted: where to go on.
#[derive(Template)]
#[template(path = "invited.html")]
pub(super) struct Invited {
    pub(super) frame: Frame,
    pub(super) community: Face,
    /// `@name@host`.
    pub(super) community_handle: String,
    /// The account that it is for now.
    pub(super) handle: String,
    /// Until when a guest stays; none where the account lives elsewhere.
    pub(super) guest_until: Option<Moment>,
}

/// May this app?
#[derive(Template)]
#[template(path = "consent.html")]
pub(super) struct Consent {
    pub(super) frame: Frame,
    pub(super) app_name: String,
    pub(super) website: String,
    pub(super) handle: String,
    pub(super) goes_to: String,
    /// Keys of messages.
    pub(super) rights: Vec<&'static str>,
    pub(super) hidden: Vec<(&'static str, String)>,
}

/// A code to be copied.
#[derive(Template)]
#[template(path = "code.html")]
pub(super) struct Code {
    pub(super) frame: Frame,
    pub(super) app_name: String,
    pub(super) code: String,
}

/// Something to be told.
#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct Message {
    pub(super) frame: Frame,
    pub(super) title: String,
    pub(super) sentence: String,
}

/// A community's page.
#[derive(Template)]
#[template(path = "community.html")]
pub(super) struct Community {
    pub(super) frame: Frame,
    pub(super) head: Head,
    pub(super) who: Face,
    pub(super) purpose: String,
    /// Safe HTML.
    pub(super) note: String,
    pub(super) readers: &'static str,
    pub(super) join: &'static str,
    /// None where only members may know.
    pub(super) members: Option<i64>,
    pub(super) closed: bool,
    pub(super) posts: Vec<Entry>,
    pub(super) newest: String,
    pub(super) older: String,
}

/// A page as an answer.
pub(super) fn show(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => Failure::plain(anyhow::Error::from(error).into()).into_response(),
    }
}

/// A page with a form for whoever is logged in: with 422 where something is wrong with what was sent.
pub(super) fn form(visit: &Visit, problems: &Problems, page: &impl Template) -> Response {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    (visit.cookies(), show(status, page)).into_response()
}

/// A page that everybody may see: strangers get no cookie with it.
pub(super) fn public(visit: &Visit, page: &impl Template) -> Response {
    let shown = show(StatusCode::OK, page);
    if visit.account.is_some() { (visit.cookies(), shown).into_response() } else { shown }
}
