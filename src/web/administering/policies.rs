//! The node's policy: its versions and who accepted them, a new one with a preview.

use super::{
    super::{
        entries::Moment,
        pages::{Frame, Result},
        problems::Problems,
    },
    Admin, Came,
};
use crate::{
    app::App,
    base::{
        page::Page,
        text::{
            compose::{Format, compose},
            limits::SOURCE_BYTES_MAX,
        },
    },
    features::{
        administering::figures::{self, Acceptance},
        policies,
    },
    store::tables::PolicyVersion,
};
use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    response::Response,
    routing::get,
};
use serde::Deserialize;

/// Versions on the page.
const VERSIONS: u32 = 40;
/// Acceptances on a page.
const ACCEPTED_MAX: u32 = 500;

struct Version {
    number: i64,
    title: String,
    href: String,
    at: Moment,
    people: i64,
    communities: i64,
}

#[derive(Template)]
#[template(path = "administering/policies.html")]
struct Policies {
    frame: Frame,
    problems: Problems,
    is_done: bool,
    versions: Vec<Version>,
    title: String,
    text: String,
    /// Safe HTML; empty without a preview.
    preview: String,
}

/// One who accepted.
struct Who {
    handle: String,
    community: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "administering/policy_version.html")]
struct VersionPage {
    frame: Frame,
    title: String,
    number: i64,
    at: Moment,
    digest: String,
    /// Safe HTML.
    content: String,
    accepted: Vec<Who>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    token: String,
    title: String,
    text: String,
    /// `publish`, or only to look at it.
    what: String,
}

async fn list(State(app): State<App>, admin: Admin, Query(came): Query<Came>) -> Result<Response> {
    let node = policies::node(&app.store).await?;
    let now = policies::current(&app.store, node.id).await?;
    let (title, text) = now.map(|now| (now.title, now.source)).unwrap_or_default();
    shown(&app, &admin, (Problems::default(), came.is_done()), (title, text, String::new())).await
}

async fn shown(
    app: &App,
    admin: &Admin,
    (problems, is_done): (Problems, bool),
    (title, text, preview): (String, String, String),
) -> Result<Response> {
    let node = policies::node(&app.store).await?;
    let found = policies::versions(&app.store, node.id, Page::first(VERSIONS)).await?;
    let accepted = figures::acceptances(&app.store, node.id).await?;
    let version = |of: PolicyVersion| {
        let (people, communities) = accepted.iter().find(|one| one.id == of.id).map_or((0, 0), |one| (one.people, one.communities));
        let href = format!("/admin/policies/{}", of.version);
        Version { number: of.version, title: of.title, href, at: of.published_at.into(), people, communities }
    };
    let versions = found.into_iter().map(version).collect();
    let page = Policies { frame: admin.frame(), is_done, versions, title, text, preview, problems };
    Ok(admin.page(&page.problems, &page))
}

async fn publish(State(app): State<App>, admin: Admin, Form(sent): Form<Sent>) -> Result<Response> {
    admin.visit.must_have_sent(&sent.token)?;
    let is_short = sent.text.len() <= SOURCE_BYTES_MAX;
    let preview = if is_short { compose(&sent.text, Format::Markdown, &|_| None, &|_| String::new()).html } else { String::new() };
    if sent.what != "publish" && is_short {
        return shown(&app, &admin, (Problems::default(), false), (sent.title, sent.text, preview)).await;
    }
    let tx = app.begin().await?;
    let node = policies::node(&tx).await?;
    // a form sends CR LF; what is published is what was typed
    let text = sent.text.replace("\r\n", "\n");
    if let Err(error) = admin.visit.acting(policies::publish(&tx, &admin.account, &node, (&sent.title, &text))).await {
        drop(tx);
        return shown(&app, &admin, (Problems::of(error)?, false), (sent.title, sent.text, preview)).await;
    }
    tx.commit().await?;
    Ok(admin.go("/admin/policies?done=1"))
}

async fn one(State(app): State<App>, admin: Admin, Path(number): Path<i64>) -> Result<Response> {
    let node = policies::node(&app.store).await?;
    let found = policies::version(&app.store, node.id, number).await?;
    let version = found.ok_or_else(|| admin.visit.nothing())?;
    let who = |one: Acceptance| Who {
        handle: if one.host.is_empty() { one.username } else { format!("{}@{}", one.username, one.host) },
        community: one.community,
        at: one.accepted_at.into(),
    };
    let page = VersionPage {
        frame: admin.frame(),
        accepted: figures::accepted_by(&app.store, &version.digest, ACCEPTED_MAX).await?.into_iter().map(who).collect(),
        title: version.title,
        number: version.version,
        at: version.published_at.into(),
        digest: version.digest,
        content: version.content,
    };
    Ok(admin.page(&Problems::default(), &page))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/policies", get(list).post(publish)).route("/admin/policies/{number}", get(one))
}
