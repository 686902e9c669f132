//! OEmbed: a public post of this node, for pages that quote it. Source: oembed.com; docs.joinmastodon.org/methods/oembed.
//!
//! What is handed out is a quotation with a link, no frame and no script, all of it escaped (S83).

use super::statuses::seen;
use crate::{
    api::{
        body::Query,
        entities::status,
        error::Result,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        error::Refusal,
        text::{html::escape, plain::to_plain},
    },
    features::{
        accounts,
        posts::queries::{self, Viewer},
    },
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

/// How long others may keep it, in seconds.
const KEPT_SECONDS: u32 = 86_400;
/// Width unless asked, in pixels.
const WIDTH: u32 = 400;

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().get("/api/oembed", Access::Open, "A public post of this node, for embedding", embed)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    url: String,
    maxwidth: Option<u32>,
    maxheight: Option<u32>,
}

async fn embed(State(app): State<App>, Query(asked): Query<Asked>) -> Result<Json<Value>> {
    if !app.origin.is_ours(&asked.url) {
        return Err(Refusal::not_found().into());
    }
    let known = queries::by_uri(&app.store, &stored(&app, &asked.url)).await?.ok_or_else(Refusal::not_found)?;
    let post = seen(&app, &Viewer::Stranger, known.id).await?;
    let shown = status::status(&app, &Viewer::Stranger, &post).await?;
    let author = accounts::queries::by_id(&app.store, post.author_id).await?.ok_or_else(Refusal::not_found)?;
    let name = author.name();
    let words = if shown.spoiler_text.is_empty() { to_plain(&shown.content) } else { shown.spoiler_text.clone() };
    let html = format!(
        "<blockquote cite=\"{url}\"><p>{words}</p><footer>{name} (<a href=\"{url}\">{url}</a>)</footer></blockquote>",
        url = escape(&shown.url),
        words = escape(&words),
        name = escape(name),
    );
    Ok(Json(json!({
        "type": "rich",
        "version": "1.0",
        "title": format!("New post by {name}"),
        "author_name": name,
        "author_url": app.origin.absolute(&author.url),
        "provider_name": app.name().await?,
        "provider_url": app.origin.base(),
        "cache_age": KEPT_SECONDS,
        "html": html,
        "width": asked.maxwidth.unwrap_or(WIDTH),
        "height": asked.maxheight.map(|height| height.to_string()),
    })))
}

/// The post that an address of ours names: `/p/{id}` or `/@{name}/{id}`.
fn stored(app: &App, url: &str) -> String {
    let path = app.origin.stored(url).split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_owned();
    match path.strip_prefix("/@").and_then(|rest| rest.split_once('/')) {
        Some((_, id)) => format!("/p/{id}"),
        None => path,
    }
}
