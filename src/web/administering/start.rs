//! The first run: what an owner sets up, step by step, each of which can be skipped; and found again here, with what is done ticked.
//!
//! A step is done when it is so, not when somebody said so: each is read from what there is.

use super::{
    super::{
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin,
};
use crate::{
    app::App,
    base::{error::Refusal, page::Page, words::NodeRole},
    features::{
        accounts::queries,
        administering::{people, steps},
        affiliations,
        agreements::rows,
        communities,
        sessions::listed,
    },
    store::tables::User,
};
use askama::Template;
use axum::{
    Form, Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

/// The steps in their order: a word, and where it is done.
const STEPS: [(&str, &str); 7] = [
    ("password", "/settings"),
    ("name", "/admin/appearance"),
    ("organisation", "/admin/start#organisation"),
    ("community", "/communities/new"),
    ("partner", "/admin/partners/new"),
    ("people", "/admin/people/new"),
    ("app", "/settings/apps"),
];

/// A step.
struct Step {
    word: &'static str,
    title: String,
    words: String,
    go: String,
    href: &'static str,
    is_done: bool,
    is_skipped: bool,
    is_next: bool,
}

/// A host that the organisation calls its own.
struct Host {
    name: String,
    is_proven: bool,
}

#[derive(Template)]
#[template(path = "administering/start.html")]
struct Start {
    frame: Frame,
    steps: Vec<Step>,
    done: usize,
    organisation: String,
    /// What an app asks for: the node's host.
    authority: String,
    hosts: Vec<Host>,
    /// What proves a host.
    record: String,
    invites: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    step: String,
}

/// Where an owner who logs in for the first time begins; `None` for everybody else.
pub(in super::super) fn begins(user: &User) -> Option<&'static str> {
    (user.role == NodeRole::Owner && user.signed_in_at.is_none()).then_some("/admin/start")
}

/// Whether each step is done, in their order.
async fn done(app: &App, admin: &Admin) -> Result<[bool; 7]> {
    let store = &app.store;
    let hosts = &app.config.organisation.hosts;
    let proven = affiliations::hosts_of(store, affiliations::OURS).await?;
    let is_named = app.config.organisation.name.is_some();
    let (people, ..) = queries::counts(store).await?;
    Ok([
        admin.visit.user.as_ref().is_some_and(|user| !user.password_hash.is_empty()),
        !app.appearance().await?.name.is_empty() || is_named,
        is_named && hosts.iter().all(|host| proven.contains(host)),
        !communities::queries::here(store, Some(admin.account.id), Page::first(1)).await?.is_empty(),
        !rows::list(store, Page::first(1)).await?.is_empty(),
        people > 1 || !people::open_invites(store).await?.is_empty(),
        !listed::apps(store, admin.account.id).await?.is_empty(),
    ])
}

/// How many steps are neither done nor skipped.
pub(super) async fn open_steps(app: &App, admin: &Admin) -> Result<usize> {
    let skipped = steps::skipped(&app.store).await?;
    let open = STEPS.iter().zip(done(app, admin).await?).filter(|((word, _), is_done)| !is_done && !skipped.iter().any(|one| one == word));
    Ok(open.count())
}

async fn show(State(app): State<App>, admin: Admin) -> Result<Response> {
    let (frame, skipped, is_done) = (admin.frame(), steps::skipped(&app.store).await?, done(&app, &admin).await?);
    let is_skipped = |word: &str| skipped.iter().any(|one| one == word);
    let next = STEPS.iter().zip(is_done).find(|((word, _), is_done)| !is_done && !is_skipped(word)).map(|((word, _), _)| *word);
    let step = |((word, href), is_done): ((&'static str, &'static str), bool)| Step {
        word,
        title: frame.say(&format!("administering-step-{word}")),
        words: frame.say(&format!("administering-step-{word}-words")),
        go: frame.say(&format!("administering-step-{word}-go")),
        href,
        is_done,
        is_skipped: is_skipped(word) && !is_done,
        is_next: next == Some(word),
    };
    let proven = affiliations::hosts_of(&app.store, affiliations::OURS).await?;
    let hosts = app.config.organisation.hosts.iter().map(|host| Host { name: host.clone(), is_proven: proven.contains(host) });
    let address = app.origin.absolute(affiliations::OURS);
    let page = Start {
        steps: STEPS.into_iter().zip(is_done).map(step).collect(),
        done: is_done.iter().filter(|is_done| **is_done).count(),
        organisation: app.config.organisation_name().to_owned(),
        record: format!("_intermoot TXT \"organisation={address}\""),
        authority: app.origin.authority().to_owned(),
        hosts: hosts.collect(),
        invites: app.door().takes_invites(),
        frame,
    };
    Ok(admin.page(&Problems::default(), &page))
}

/// Skips a step, or takes it up again.
async fn skip(State(app): State<App>, admin: Admin, Form(sent): Form<Sent>) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    if !STEPS.iter().any(|(word, _)| *word == sent.step) {
        return Err(admin.failed(Refusal::not_found().into()));
    }
    let tx = app.begin().await?;
    admin.visit.acting(steps::skip(&tx, &sent.step)).await?;
    tx.commit().await?;
    Ok(admin.go("/admin/start"))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/start", get(show)).route("/admin/start/skip", post(skip))
}
