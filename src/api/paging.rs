//! Pages of lists: the query parameters in, the `Link` header out.
//!
//! Clients want absolute links that keep every other parameter of the request (client-api.md 12).
//! Links are on `server.url`; only where the request came to this machine's own loopback name do
//! they stay on it, so that `local_url` clients can page. No other Host is ever echoed (S92).

use super::error::Failure;
use crate::{
    app::App,
    base::page::{Cursors, Page},
};
use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{HeaderMap, HeaderValue, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::convert::Infallible;

/// The page a request asks for, and how to link to its neighbours.
#[derive(Clone, Debug)]
pub struct PageQuery {
    /// As asked; put bounds on it by [`PageQuery::clamp`].
    pub page: Page,
    /// Origin and path.
    base: String,
    /// All other parameters, as they came.
    others: String,
}

/// The parameters that a neighbouring page replaces.
const BOUNDS: [&str; 3] = ["max_id", "since_id", "min_id"];

impl PageQuery {
    /// The page with a limit of at most `max`, `default` where none was given.
    pub fn clamp(&self, default: u32, max: u32) -> Page {
        self.page.clamp(default, max)
    }

    /// The list as JSON with its `Link` header.
    pub fn answer<T: Serialize>(&self, items: Vec<T>, cursors: Cursors) -> Response {
        let mut response = json(&items);
        self.link(response.headers_mut(), cursors);
        response
    }

    /// Adds the `Link` header for `cursors`, if there is anything to link to.
    pub fn link(&self, headers: &mut HeaderMap, cursors: Cursors) {
        let next = cursors.next_max_id.map(|id| self.to("max_id", id, "next"));
        let prev = cursors.prev_min_id.map(|id| self.to("min_id", id, "prev"));
        let links: Vec<String> = [next, prev].into_iter().flatten().collect();
        if let Some(value) = (!links.is_empty()).then(|| HeaderValue::try_from(links.join(", ")).ok()).flatten() {
            headers.insert(header::LINK, value);
        }
    }

    fn to(&self, bound: &str, id: i64, rel: &str) -> String {
        let joint = if self.others.is_empty() { "" } else { "&" };
        format!("<{}?{}{joint}{bound}={id}>; rel=\"{rel}\"", self.base, self.others)
    }
}

/// As [`axum::Json`] answers, whose buffer takes every comma by itself.
fn json<T: Serialize>(items: &[T]) -> Response {
    match serde_json::to_vec(items) {
        Ok(body) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response(),
        Err(error) => Failure::from(anyhow::Error::from(error)).into_response(),
    }
}

impl FromRequestParts<App> for PageQuery {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |uri| &uri.0);
        Self::read(uri, &app.origin_for(host_of(&parts.headers)))
    }
}

impl PageQuery {
    /// The page that `uri` asks for; links begin with `origin`. Refused where a bound is no number.
    pub fn read(uri: &Uri, origin: &str) -> Result<Self, Failure> {
        let mut page = Page::default();
        let mut others = Vec::new();
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let number = || value.parse::<i64>().map_err(|_| Failure::field(name, "is not a number"));
            match name {
                _ if value.is_empty() && (BOUNDS.contains(&name) || name == "limit") => continue,
                "max_id" => page.max_id = Some(number()?),
                "since_id" => page.since_id = Some(number()?),
                "min_id" => page.min_id = Some(number()?),
                "limit" => page.limit = u32::try_from(number()?.max(0)).unwrap_or(u32::MAX),
                _ => {}
            }
            if !BOUNDS.contains(&name) {
                others.push(pair);
            }
        }
        Ok(Self { page, base: format!("{origin}{}", uri.path()), others: others.join("&") })
    }
}

/// The origin that absolute addresses in an answer begin with (see [`App::origin_for`]).
#[derive(Clone, Debug)]
pub struct RequestOrigin(pub String);

impl FromRequestParts<App> for RequestOrigin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(app.origin_for(host_of(&parts.headers))))
    }
}

fn host_of(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()
}
