//! The offer of the source of what runs here, to everyone who uses it (AGPL-3.0 §13).

use super::{
    pages::{self, Result},
    session::Visit,
};
use crate::{app::App, features::accounts::queries};
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

/// Leads to the page that the settings name, or says whom to ask.
async fn source(State(app): State<App>, visit: Visit) -> Result<Response> {
    if let Some(address) = &app.config.server.source_url {
        return Ok(Redirect::to(address.as_str()).into_response());
    }
    let owner = queries::owner(&app.store).await?;
    let frame = visit.frame();
    let handle = |username: &str| format!("@{username}@{}", app.origin.authority());
    let whom = owner.map_or_else(|| frame.say("public-source-administrator"), |owner| handle(&owner.username));
    let sentence = frame.names("public-source-ask", env!("CARGO_PKG_VERSION"), &whom);
    let page = pages::Message { title: frame.say("frame-source"), sentence, frame };
    Ok(pages::public(&visit, &page))
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/source", get(source))
}
