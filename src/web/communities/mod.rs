//! Communities as this node's people see them: which there are, joining, who is in one, and running it.
//!
//! Each act is the verb of `features` that the API calls too; what the reader may not do is not offered, and the verb decides anyway.

mod founding;
mod manage;
mod moderation;
mod overview;
mod people;
mod place;
mod seat;
mod sent;
mod show;
mod standing;
mod words;

pub(super) use place::{find as for_member, path_of};
pub(super) use show::community;

use super::{frame::Frame, language::Language};
use crate::app::App;
use axum::{Router, http::Uri, routing::get};

/// The routes of this room. `/c/{name}` itself is in `places`: strangers see another page there.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/communities", get(overview::show))
        .route("/communities/new", get(founding::show).post(founding::found))
        .route("/c/{name}/members", get(people::show))
        .route("/c/{name}/seat", get(seat::back).post(seat::act))
        .route("/moderation", get(moderation::show).post(moderation::act))
        .route("/moderation/people", get(moderation::people).post(moderation::decide))
        .merge(manage::routes())
}

/// What was just done, in words, from the word behind `?done=`; empty for nothing, and for a word that we never said.
fn done(frame: &Frame, uri: &Uri) -> String {
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let word = pairs.filter(|(key, _)| key == "done").map(|(_, word)| word.into_owned()).last().unwrap_or_default();
    let key = format!("communities-done-{word}");
    if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') && Language::English.knows(&key) {
        frame.say(&key)
    } else {
        String::new()
    }
}

/// Whether a request came to this very path.
fn is_at(uri: &Uri, path: &str) -> bool {
    uri.path() == path
}
