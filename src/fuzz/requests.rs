//! Requests: what is asked for in addresses, and bodies in the forms that apps send.

use super::{HERE, text};
use crate::{
    api::{
        body::{self as read, DEPTH_MAX, PAIRS_MAX},
        paging::PageQuery,
    },
    base::{host, origin::Origin, page::Cursors},
    federation::discovery::resource::{Query, Resource},
};
use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, Uri, header},
};
use serde_json::Value;
use url::{Url, form_urlencoded};

/// A WebFinger query: what is understood is the same when it is asked in the plainest words.
pub fn webfinger(input: &[u8]) {
    let (asked, Ok(here)) = (text(input), Url::parse(HERE)) else { return };
    let ours = Origin::new(&here);
    let Some(query) = Query::read(&asked, &ours) else { return };
    assert!(query.rels.len() <= asked.len());
    let plainly = |resource: &str| form_urlencoded::Serializer::new(String::new()).append_pair("resource", resource).finish();
    let again = match &query.resource {
        Resource::Handle(name, at) => {
            assert!(!name.is_empty() && !name.contains(['@', '/', '\\']) && !name.contains(char::is_control), "{name}");
            assert!(host::parse(&format!("https://{at}/")).is_some_and(|url| url.path() == "/"), "{at} is no host");
            // a name that holds what encodes is decoded once more
            if name.contains(['%', '+', '&', '=']) {
                return;
            }
            format!("acct:{name}@{at}")
        }
        Resource::Page(url) => {
            assert!(host::is_plain(url));
            url.to_string()
        }
        Resource::Other => return,
    };
    let again = Query::read(&plainly(&again).replace('+', "%20"), &ours);
    assert!(again.is_none_or(|again| again.resource == query.resource), "{asked}");
}

/// A target with bounds of a page: the `Link` header leads to this node, in exactly two links, each with its bound.
pub fn link(input: &[u8]) {
    let Ok(uri) = Uri::try_from(input) else { return };
    let Ok(page) = PageQuery::read(&uri, HERE) else { return };
    assert!((1..=80).contains(&page.clamp(20, 80).limit));
    let mut headers = HeaderMap::new();
    page.link(&mut headers, Cursors { next_max_id: Some(11), prev_min_id: Some(22) });
    let Some(value) = headers.get(header::LINK) else { return };
    let shown = text(value.as_bytes()).into_owned();
    let links: Vec<&str> = shown.split(", <").collect();
    assert_eq!(links.len(), 2, "{shown}");
    for (link, (bound, rel)) in links.iter().zip([("max_id=11", "next"), ("min_id=22", "prev")]) {
        let parts = link.trim_start_matches('<').split_once('>');
        let (target, rest) = parts.unwrap_or_default();
        assert_eq!(rest, format!("; rel=\"{rel}\""), "{shown}");
        assert!(target.ends_with(bound), "{shown}");
        assert!(!uri.path().starts_with('/') || target.starts_with(HERE), "{shown}");
    }
}

/// A body as an app sends it; the first byte says in which form: multipart, form, JSON, or no form at all.
pub fn body(input: &[u8]) {
    let (first, rest) = input.split_first().unwrap_or((&0, &[]));
    let kinds = ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded", "application/json", ""];
    let kind = kinds.get(usize::from(*first) % kinds.len()).copied().unwrap_or_default();
    let request = Request::builder().method(Method::POST).uri("/x").header(header::CONTENT_TYPE, kind).body(Body::from(rest.to_vec()));
    let (Ok(request), Ok(runtime)) = (request, tokio::runtime::Builder::new_current_thread().build()) else { return };
    let Ok(said) = runtime.block_on(read::said(request, &())) else { return };
    let tree = Value::Object(said);
    if kind != "application/json" && !(kind.is_empty() && rest.starts_with(b"{")) {
        assert!(leaves(&tree) <= PAIRS_MAX, "{} values", leaves(&tree));
        // a map for each step of a name, lists between them
        assert!(depth(&tree) <= 2 * DEPTH_MAX, "{} deep", depth(&tree));
    }
    assert!(tree.to_string().len() <= 64 + 12 * rest.len(), "{} bytes of {}", tree.to_string().len(), rest.len());
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(leaves).sum(),
        // what stands for a file
        Value::Object(fields) if fields.contains_key("content_type") => 1,
        Value::Object(fields) => fields.values().map(leaves).sum(),
        _ => 1,
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
