//! Older pages: `?before=ID`, newest first, by keyset.

use crate::base::{
    error::{Refusal, Result},
    page::Page,
};
use axum::http::Uri;

/// Posts on a page.
const POSTS: u32 = 20;

/// The stretch of a list that a request asks for. Refused when `before` is no id.
pub(super) fn asked(uri: &Uri) -> Result<Page, Refusal> {
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let before = pairs.filter(|(key, _)| key == "before").last();
    let max_id = before.map(|(_, value)| value.parse::<i64>().ok().filter(|id| *id > 0).ok_or_else(wrong)).transpose()?;
    Ok(Page { max_id, ..Page::first(POSTS) })
}

fn wrong() -> Refusal {
    Refusal::invalid("before", "must be the number of a post")
}

/// The address of what is older than a page with these ids, of the list at `path` (which may have a query); empty at the end.
pub(super) fn older(path: &str, page: &Page, ids: &[i64]) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    page.cursors(ids).next_max_id.map(|id| format!("{path}{joint}before={id}")).unwrap_or_default()
}
