//! How to connect an app: what to type into it, or to scan.

use super::{
    super::{
        pages::{self, Frame, Result},
        qr::Qr,
        session::Visit,
    },
    owner,
};
use crate::app::App;
use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};

/// Where this page is.
const PATH: &str = "/settings/apps";

/// Apps that many people use: name, address, and the message that says where they run.
const KNOWN: &[(&str, &str, &str)] = &[
    ("Phanpy", "https://phanpy.social", "entering-app-browser"),
    ("Elk", "https://elk.zone", "entering-app-browser"),
    ("Tusky", "https://tusky.app", "entering-app-android"),
    ("Ivory", "https://tapbots.com/ivory/", "entering-app-apple"),
    ("toot", "https://toot.bezdomni.net", "entering-app-terminal"),
];

/// Connecting an app.
#[derive(Template)]
#[template(path = "apps.html")]
struct Apps {
    frame: Frame,
    /// `@name@host`.
    handle: String,
    known: &'static [(&'static str, &'static str, &'static str)],
    /// Where a phone logs in, and the same to be scanned.
    address: String,
    picture: Option<Qr>,
}

async fn show(State(app): State<App>, visit: Visit) -> Result<Response> {
    let (account, _) = owner(&visit, PATH)?;
    let address = app.origin.absolute("/login");
    let handle = format!("@{}@{}", account.username, app.origin.authority());
    let page = Apps { frame: visit.frame(), handle, known: KNOWN, picture: Qr::of(&address), address };
    Ok((visit.cookies(), pages::show(StatusCode::OK, &page)).into_response())
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route(PATH, get(show))
}
