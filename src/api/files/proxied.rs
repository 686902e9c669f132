//! Files of others through this node: whoever looks is seen by nobody else, and pages over https show what is on http (S91, S136).
//!
//! No open proxy: only addresses that this node made are followed. Whatever comes is sniffed; drawings (SVG) and pages are not
//! shown. What is not for everybody is asked for with our signature, and only for a reader who may see its post now.

use super::{
    body::{Shown, answer},
    failed, nothing,
};
use crate::{
    app::App,
    base::error::Result,
    features::posts::queries::{self as posts, Viewer},
    store::files::Stored,
};
use axum::{
    extract::{Path, RawQuery, State},
    http::HeaderMap,
    response::Response,
};

/// `GET /proxy/{tag}/{address in base64url}`.
pub async fn serve(
    State(app): State<App>,
    Path((tag, named)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match found(&app, (&tag, &named), &query.unwrap_or_default(), &headers).await {
        Ok(Some(response)) => response,
        Ok(None) => nothing(),
        Err(error) => failed(&error),
    }
}

async fn found(app: &App, (tag, named): (&str, &str), query: &str, headers: &HeaderMap) -> Result<Option<Response>> {
    if !app.config.media.proxy {
        return Ok(None);
    }
    let Some((url, pass)) = app.proxied(tag, named, query) else { return Ok(None) };
    if let Some(pass) = pass
        && posts::seen(&app.store, &Viewer::Account(pass.reader), pass.post).await?.is_none()
    {
        return Ok(None);
    }
    let kept = app.cache.get(app, &url, pass.is_some()).await?;
    let file = Stored::File(app.cache.path(&kept));
    let shown = Shown { file: &file, media_type: kept.media_type, name: &kept.name, is_for_all: pass.is_none() };
    Ok(Some(answer(shown, headers).await?))
}
