//! Founding a community: what each stage exposes is said before it is chosen.

use super::{
    super::{
        pages::{self, Failure, Frame, Result},
        problems::Problems,
        session::Visit,
    },
    place,
    sent::Sent,
    words::{self, Choice},
};
use crate::{
    app::App,
    base::{
        error::Refusal,
        text::names::local_name,
        words::{JoinRule, Stage},
    },
    features::communities::{self, Founding},
    store::tables::Account,
};
use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

#[derive(Template)]
#[template(path = "communities/founding.html")]
struct Page {
    frame: Frame,
    problems: Problems,
    name: String,
    title: String,
    purpose: String,
    question: String,
    stages: Vec<Choice>,
    doors: Vec<Choice>,
}

/// Refuses guests, who found nothing.
fn founder(visit: &Visit) -> Result<&Account> {
    let me = visit.member()?;
    if me.guest().is_some() {
        return Err(Failure::shown(Refusal::forbidden("guest", "Guests do not found communities; ask your sponsor to."), visit));
    }
    Ok(me)
}

/// `GET /communities/new`
pub(super) async fn show(visit: Visit) -> Result<Response> {
    founder(&visit)?;
    Ok(page(&visit, &Sent::default(), Problems::default()))
}

fn page(visit: &Visit, sent: &Sent, problems: Problems) -> Response {
    let frame = visit.frame();
    let shown = Page {
        stages: words::stages(&frame, sent.word("stage").unwrap_or(Stage::Local), |_| true),
        doors: words::doors(&frame, sent.word("join").unwrap_or(JoinRule::Open)),
        name: sent.again("name"),
        title: sent.again("title"),
        purpose: sent.again("purpose"),
        question: sent.again("question"),
        frame,
        problems,
    };
    pages::form(visit, &shown.problems, &shown)
}

/// `POST /communities/new`
pub(super) async fn found(State(app): State<App>, visit: Visit, Form(sent): Form<Sent>) -> Result<Response> {
    visit.must_have_sent(sent.text("token"))?;
    let me = founder(&visit)?;
    match visit.acting(make(&app, me, &sent)).await {
        Ok(account) => Ok((visit.cookies(), Redirect::to(&place::path_of(&account))).into_response()),
        Err(error) => Ok(page(&visit, &sent, Problems::of(error)?)),
    }
}

async fn make(app: &App, me: &Account, sent: &Sent) -> crate::base::error::Result<Account> {
    let stage: Stage = sent.word("stage")?;
    let founding = Founding {
        name: local_name(sent.text("name"), app.origin.authority()).map_err(named)?,
        title: sent.text("title").to_owned(),
        purpose: sent.text("purpose").to_owned(),
        stage,
        join_rule: sent.word("join")?,
        question: sent.text("question").to_owned(),
        least_level: communities::least_level(stage),
        keys: app.new_keys().await?,
    };
    let tx = app.begin().await?;
    let (account, _) = communities::found(&tx, me, founding).await.map_err(|error| match error {
        crate::base::error::Error::Refused(refusal) => named(refusal).into(),
        fault => fault,
    })?;
    tx.commit().await?;
    app.store.settle().await;
    Ok(account)
}

/// What is wrong with a user name is wrong with the field `name` of this form.
pub(super) fn named(refusal: Refusal) -> Refusal {
    let field = refusal.field.map(|field| if field == "username" { "name" } else { field });
    Refusal { field, ..refusal }
}
