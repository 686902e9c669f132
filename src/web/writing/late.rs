//! A form that comes too late: its session is over, or it is from before the last log-in. Nothing of it is done, and nothing that was
//! typed is lost.

use super::{
    super::{
        pages::{self, Frame, Result},
        problems::Problems,
        session::Visit,
    },
    form::Sent,
    posting,
};
use crate::app::App;
use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

/// What was typed, for whoever is not logged in any more: kept in a form that goes on when they are.
#[derive(Template)]
#[template(path = "writing/late.html")]
struct Late {
    frame: Frame,
    sent: Sent,
}

impl Late {
    /// What the form has besides its words, as fields that are not shown.
    fn beside(&self) -> Vec<(String, String)> {
        let (sent, typed) = (&self.sent, &self.sent.typed);
        let yes = |is_so: bool| if is_so { "yes" } else { "" };
        let plain: [(&str, &str); 15] = [
            ("once", &sent.once),
            ("edit", &sent.edit),
            ("title", &typed.title),
            ("spoiler", &typed.spoiler),
            ("sensitive", yes(typed.sensitive)),
            ("language", &typed.language),
            ("goes", &typed.goes),
            ("answer", &typed.answer),
            ("multiple", yes(typed.multiple)),
            ("hides", yes(typed.hides)),
            ("lasts", &typed.lasts),
            ("at", &typed.at),
            ("zone", &typed.zone),
            ("draft", &typed.draft),
            ("page", &typed.page),
        ];
        let mut fields = plain.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        fields.extend(typed.options.iter().map(|option| ("option".to_owned(), option.clone())));
        for said in &typed.media {
            fields.push(("media".to_owned(), said.id.clone()));
            fields.push((format!("description-{}", said.id), said.description.clone()));
            fields.push((format!("focus-{}", said.id), said.focus.clone()));
        }
        fields.retain(|(_, value)| !value.is_empty());
        fields
    }
}

/// The form again, for whoever is logged in; for others what was typed, and where to log in.
pub(super) async fn given_back(app: &App, visit: &Visit, sent: Sent) -> Result<Response> {
    let mut response = if visit.account.is_some() {
        let mut problems = Problems::default();
        problems.add("", visit.say("writing-late"));
        posting::again(app, visit, sent, problems).await?
    } else {
        (visit.cookies(), pages::show(StatusCode::FORBIDDEN, &Late { frame: visit.frame(), sent })).into_response()
    };
    *response.status_mut() = StatusCode::FORBIDDEN;
    Ok(response)
}

/// Refused where it is late, for the script: it has what was typed still.
pub(super) fn must_be_in_time(visit: &Visit, sent: &Sent) -> Result<()> {
    if sent.is_late { visit.must_have_sent("") } else { Ok(()) }
}
