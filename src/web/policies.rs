//! The policies of the node and of communities, to be read before they are accepted.

use super::{
    about::Head,
    communities,
    entries::Moment,
    frame::Frame,
    pages::{self, Result},
    places::known,
    session::Visit,
};
use crate::{app::App, features::policies, store::tables::Account};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};

/// A policy in its current version.
#[derive(Template)]
#[template(path = "policy.html")]
struct Policy {
    frame: Frame,
    head: Head,
    title: String,
    /// Whose it is, as shown.
    owner: String,
    version: i64,
    since: Moment,
    digest: String,
    /// Safe HTML.
    content: String,
}

async fn of_node(State(app): State<App>, visit: Visit) -> Result<Response> {
    let node = policies::node(&app.store).await?;
    show(&app, &visit, (&node, &app.name().await?)).await
}

async fn of_community(State(app): State<App>, visit: Visit, Path(name): Path<String>) -> Result<Response> {
    let community = match visit.account {
        // Members read the policy of a community that strangers may not know of too.
        Some(_) => communities::for_member(&app, &visit, &name).await?.account,
        None => known(&app, &visit, &name).await?.0,
    };
    show(&app, &visit, (&community, &community.display_name)).await
}

async fn show(app: &App, visit: &Visit, (owner, name): (&Account, &str)) -> Result<Response> {
    let version = policies::current(&app.store, owner.id).await?.ok_or_else(|| visit.nothing())?;
    let page = Policy {
        frame: visit.frame(),
        head: Head { canonical: app.origin.absolute(&policies::page_of(owner)), ..Head::default() },
        title: version.title,
        owner: name.to_owned(),
        version: version.version,
        since: version.published_at.into(),
        digest: version.digest,
        content: version.content,
    };
    Ok(pages::public(visit, &page))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/policy", get(of_node)).route("/c/{name}/policy", get(of_community))
}
