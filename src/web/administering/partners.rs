//! Agreements with other nodes: listed with how they stand, and offered.

use super::{
    super::{
        entries::Moment,
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, Came,
    partner::find,
    terms::{self, Choices, Typed},
};
use crate::{
    app::{
        App,
        partners::{self as verbs, Act},
    },
    base::{id::AgreementId, page::Page, words::AgreementState},
    features::agreements::{quarantine, rows, watch},
    store::tables::Agreement,
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    response::Response,
    routing::get,
};

/// Agreements on a page.
const AGREEMENTS: u32 = 40;

struct Row {
    href: String,
    host: String,
    state: String,
    mark: &'static str,
    /// Suspended by whom, held, in quarantine, alarm: in words.
    more: Vec<String>,
    version: i64,
    at: Moment,
    /// Waits for our answer.
    waits: bool,
}

#[derive(Template)]
#[template(path = "administering/partners.html")]
struct Partners {
    frame: Frame,
    partners: Vec<Row>,
    older: String,
}

#[derive(Template)]
#[template(path = "administering/terms.html")]
pub(super) struct Terms {
    pub(super) frame: Frame,
    pub(super) problems: Problems,
    pub(super) typed: Typed,
    pub(super) choices: Choices,
    /// Where it is sent.
    pub(super) path: String,
    /// A change of what is in force with that host, rather than a first offer.
    pub(super) is_change: bool,
    pub(super) organisation: String,
}

/// How an agreement looks in a list.
pub(super) fn mark(agreement: &Agreement) -> &'static str {
    match agreement.state {
        AgreementState::InForce if agreement.suspended_here || agreement.suspended_there || agreement.held => "warn",
        AgreementState::InForce => "good",
        AgreementState::Proposed | AgreementState::Offered => "warn",
        AgreementState::Ended | AgreementState::Rejected | AgreementState::Lapsed => "",
    }
}

/// What stands beside the state, in words.
pub(super) fn remarks(admin: &Admin, agreement: &Agreement) -> Vec<String> {
    let frame = admin.frame();
    let marks = [
        (agreement.suspended_here, "administering-suspended-here"),
        (agreement.suspended_there, "administering-suspended-there"),
        (agreement.held, "administering-held"),
    ];
    marks.into_iter().filter(|(is_so, _)| *is_so).map(|(_, key)| frame.say(key)).collect()
}

async fn list(State(app): State<App>, admin: Admin, Query(came): Query<Came>) -> Result<Response> {
    let page = Page { max_id: came.before(), ..Page::first(AGREEMENTS) };
    let found = verbs::list(&app, page).await?;
    let hosts: Vec<String> = found.iter().map(|agreement| agreement.host.clone()).collect();
    let apart = quarantine::of(&app.store, &hosts).await?;
    let alarms = watch::lately(&app.store, &hosts).await?;
    let frame = admin.frame();
    let row = |agreement: &Agreement| {
        let mut more = remarks(&admin, agreement);
        if apart.iter().any(|one| one.host == agreement.host) {
            more.push(frame.say("administering-quarantined"));
        }
        if alarms.iter().any(|one| one.host == agreement.host) {
            more.push(frame.say("administering-alarm"));
        }
        Row {
            href: format!("/admin/partners/{}", agreement.id),
            host: agreement.host.clone(),
            state: admin.word(agreement.state.word()),
            mark: mark(agreement),
            more,
            version: agreement.version,
            at: agreement.updated_at.into(),
            waits: agreement.state == AgreementState::Offered,
        }
    };
    let ids: Vec<i64> = found.iter().map(|agreement| agreement.id.0).collect();
    let older = page.cursors(&ids).next_max_id.map(|id| format!("/admin/partners?before={id}")).unwrap_or_default();
    Ok(admin.page(&Problems::default(), &Partners { partners: found.iter().map(row).collect(), older, frame: frame.clone() }))
}

async fn form(State(app): State<App>, admin: Admin) -> Response {
    shown(&app, &admin, Problems::default(), Typed::first())
}

fn shown(app: &App, admin: &Admin, problems: Problems, typed: Typed) -> Response {
    let page = Terms {
        frame: admin.frame(),
        choices: terms::choices(admin, &typed),
        path: "/admin/partners/new".into(),
        is_change: false,
        organisation: app.config.organisation_name().to_owned(),
        problems,
        typed,
    };
    admin.page(&page.problems, &page)
}

async fn propose(State(app): State<App>, admin: Admin, Form(typed): Form<Typed>) -> Result<Response> {
    admin.visit.must_have_sent(&typed.token)?;
    let chosen = match typed.chosen() {
        Ok(chosen) => chosen,
        Err(refusal) => return Ok(shown(&app, &admin, refusal.into(), typed)),
    };
    match admin.visit.acting(verbs::propose(&app, &admin.account.acct(), &typed.host, chosen)).await {
        Ok(agreement) => Ok(admin.go(&format!("/admin/partners/{}?done=1", agreement.id))),
        Err(error) => Ok(shown(&app, &admin, Problems::of(error)?, typed)),
    }
}

async fn change_form(State(app): State<App>, admin: Admin, Path(id): Path<AgreementId>) -> Result<Response> {
    let agreement = find(&app, &admin, id).await?;
    let missing = || admin.visit.nothing();
    let now = rows::version(&app.store, id, agreement.version).await?.ok_or_else(missing)?;
    let typed = Typed::of(&app, &agreement.host, &rows::document(&now)?.terms);
    Ok(change_shown(&app, &admin, id, (Problems::default(), typed)))
}

fn change_shown(app: &App, admin: &Admin, id: AgreementId, (problems, typed): (Problems, Typed)) -> Response {
    let page = Terms {
        frame: admin.frame(),
        choices: terms::choices(admin, &typed),
        path: format!("/admin/partners/{id}/terms"),
        is_change: true,
        organisation: app.config.organisation_name().to_owned(),
        problems,
        typed,
    };
    admin.page(&page.problems, &page)
}

async fn change(State(app): State<App>, admin: Admin, Path(id): Path<AgreementId>, Form(typed): Form<Typed>) -> Result<Response> {
    admin.visit.must_have_sent(&typed.token)?;
    let host = find(&app, &admin, id).await?.host;
    let typed = Typed { host, ..typed };
    let terms = match typed.chosen() {
        Ok(chosen) => Box::new(chosen),
        Err(refusal) => return Ok(change_shown(&app, &admin, id, (refusal.into(), typed))),
    };
    match admin.visit.acting(verbs::perform(&app, &admin.account.acct(), id, Act::Renew { terms })).await {
        Ok(_) => app.store.settle().await,
        Err(error) => return Ok(change_shown(&app, &admin, id, (Problems::of(error)?, typed))),
    }
    Ok(admin.go(&format!("/admin/partners/{id}?done=1")))
}

/// How many offers wait for an answer of ours.
pub(super) async fn waiting(app: &App) -> crate::base::error::Result<usize> {
    let found = rows::list(&app.store, Page::first(AGREEMENTS)).await?;
    Ok(found.iter().filter(|agreement| agreement.state == AgreementState::Offered).count())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/partners", get(list))
        .route("/admin/partners/new", get(form).post(propose))
        .route("/admin/partners/{id}/terms", get(change_form).post(change))
}
