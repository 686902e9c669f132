//! Door: pages for people with a browser, at the addresses that other servers and apps link to: what strangers may see, what
//! members read and write, communities and those who run them, moderation, administration; coming in, and one's own account.
//!
//! Pages for everybody read as a stranger (`posts::queries::Viewer::Stranger`), those of members as their reader (`Visit::viewer`).
//! No page needs JavaScript and none is ever framed. Forms carry a token that a cookie repeats
//! (S90). No `Cross-Origin-Opener-Policy` and no `form-action`: web clients open these pages in a
//! popup and are sent back to from a form (client-api.md 7).

mod about;
mod accent;
mod administering;
mod agents;
mod assets;
mod communities;
mod confirmation;
mod consent;
mod entries;
mod faces;
mod failure;
mod frame;
mod home;
mod icons;
mod invitation;
pub(crate) mod language;
mod login;
mod pages;
mod paging;
mod passwords;
mod people;
mod personal;
mod places;
mod policies;
mod problems;
mod public;
mod qr;
mod reader;
mod reading;
pub(crate) mod refusals;
mod second_step;
mod session;
mod settings;
mod sign_up;
mod source;
mod threads;
mod writing;

use crate::app::App;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, header},
    middleware::{Next, from_fn},
    response::Response,
};

#[cfg(test)]
pub(crate) use assets::script;

/// The web door of `app`.
pub fn router(app: &App) -> Router {
    login::routes()
        .merge(consent::routes())
        .merge(home::routes())
        .merge(invitation::routes())
        .merge(people::routes())
        .merge(places::routes())
        .merge(policies::routes())
        .merge(sign_up::routes())
        .merge(confirmation::routes())
        .merge(passwords::routes())
        .merge(second_step::routes())
        .merge(settings::routes())
        .merge(threads::routes())
        .merge(source::routes())
        .merge(public::routes())
        .merge(reading::routes())
        .merge(writing::routes())
        .merge(communities::routes())
        .merge(administering::routes())
        .fallback(nothing)
        .layer(from_fn(private))
        .merge(assets::routes())
        .layer(DefaultBodyLimit::max(64 * 1024))
        .layer(from_fn(guarded))
        .layer(from_fn(reader::kept))
        .with_state(app.clone())
}

/// Where nothing is.
async fn nothing(visit: session::Visit) -> pages::Failure {
    visit.nothing()
}

/// The pages depend on who is logged in: nobody keeps them. The same address may be a document.
async fn private(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    // What is the same for everybody says so itself.
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What every page tells the browser to refuse.
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; \
        media-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'";
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
