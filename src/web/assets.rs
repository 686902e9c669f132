//! The few files that pages and robots refer to, part of the program.
//!
//! Stylesheet and script are one file each, put together from their parts when the program is built. Their addresses name
//! their contents, so that a browser keeps them for good and never asks again (RFC 8246).

use super::{accent, pages::Failure};
use crate::{app::App, base::secret, features::appearance};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::LazyLock;

/// The stylesheet, from the ground up.
const STYLE: &str = concat!(
    include_str!("assets/style/ground.css"),
    include_str!("assets/style/frame.css"),
    include_str!("assets/style/posts.css"),
    include_str!("assets/style/forms.css"),
    include_str!("assets/style/public.css"),
    include_str!("assets/style/entering.css"),
    include_str!("assets/style/reading.css"),
    include_str!("assets/style/writing.css"),
    include_str!("assets/style/communities.css"),
    include_str!("assets/style/administering.css"),
    include_str!("assets/style/media.css"),
);

/// The script: what it does is a convenience, no page needs it.
const SCRIPT: &str = concat!(
    include_str!("assets/script/ground.js"),
    include_str!("assets/script/reading.js"),
    include_str!("assets/script/writing.js"),
    include_str!("assets/script/communities.js"),
    include_str!("assets/script/administering.js"),
);

/// The words for robots.
const ROBOTS: &str = include_str!("assets/robots.txt");

/// What a file whose address names its contents says of its age.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// A file whose address names its contents.
struct Lasting {
    /// The last part of its path.
    name: String,
    path: String,
    kind: &'static str,
    text: &'static str,
}

impl Lasting {
    fn new(stem: &str, ending: &str, kind: &'static str, text: &'static str) -> Self {
        let name = format!("{stem}-{}.{ending}", mark(text));
        Self { path: format!("/assets/{name}"), name, kind, text }
    }
}

static LASTING: LazyLock<[Lasting; 2]> = LazyLock::new(|| {
    [Lasting::new("style", "css", "text/css; charset=utf-8", STYLE), Lasting::new("script", "js", "text/javascript; charset=utf-8", SCRIPT)]
});

/// The first digits of a text's SHA-256.
fn mark(text: &str) -> String {
    secret::hex(&secret::sha256(text.as_bytes())).chars().take(16).collect()
}

/// The path of the stylesheet, in the colour of these digits; in ours without any.
pub(super) fn style(accent: &str) -> String {
    let [style, _] = &*LASTING;
    if accent.is_empty() { style.path.clone() } else { style.path.replace(".css", &format!("-{accent}.css")) }
}

/// The stylesheet in a colour, where that is what `name` asks for. The address says all that is in it: any colour may be asked for.
fn coloured(name: &str) -> Option<String> {
    let [style, _] = &*LASTING;
    let digits = name.strip_prefix(style.name.strip_suffix(".css")?)?.strip_prefix('-')?.strip_suffix(".css")?;
    Some(format!("{}{}", style.text, accent::rules(digits)?))
}

/// The path of the script.
pub(crate) fn script() -> &'static str {
    let [_, script] = &*LASTING;
    &script.path
}

/// The routes of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/assets/{name}", get(lasting)).route("/assets/logo/{mark}", get(logo)).route("/robots.txt", get(robots))
}

async fn lasting(Path(name): Path<String>) -> Response {
    let about = |kind| [(header::CACHE_CONTROL, FOR_GOOD), (header::CONTENT_TYPE, kind)];
    match LASTING.iter().find(|file| file.name == name) {
        Some(file) => (about(file.kind), file.text).into_response(),
        None => match coloured(&name) {
            Some(text) => (about("text/css; charset=utf-8"), text).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

/// The node's logo: its type is one that holds no script (S86).
async fn logo(State(app): State<App>, Path(mark): Path<String>) -> Response {
    match appearance::logo(&app.store, &mark).await {
        Ok(Some(logo)) => {
            ([(header::CACHE_CONTROL, FOR_GOOD.to_owned()), (header::CONTENT_TYPE, logo.logo_type)], logo.logo).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => Failure::from(error).into_response(),
    }
}

/// The file with where the sitemap is, or 304 when the robot has it.
async fn robots(State(app): State<App>, headers: HeaderMap) -> Response {
    let text = format!("{ROBOTS}\nSitemap: {}\n", app.origin.absolute("/sitemap.xml"));
    let tag = format!("\"{}\"", mark(&text));
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let about = [(header::ETAG, tag), (header::CACHE_CONTROL, "public, max-age=3600".to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    (about, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
