//! The outbox of a community: what is in it, answers too, each as the Announce by which the community passes it on (FEP-1b12).
//!
//! Whoever joins later reads it (FEP-f228). Inside is the whole Create where it can be believed: our own people's, since it
//! stands on their server, others' by their proof (FEP-8b32), as they signed it. What is left of a public community is named
//! by its id, for its origin answers; of a private one it is left out. Invariant (S119): nothing that the host which asks may not see.

use super::{actors::in_context, answer::Failure, asked::Asked, said};
use crate::{
    base::{
        id::PostId,
        page::{Page, Walk},
        words::Stage,
    },
    features::posts::{originals, queries, queries::Viewer},
    federation::{
        Federation,
        objects::note::{self, Facts},
        vocabulary::PUBLIC,
    },
    store::tables::{Account, Community, Post},
};
use axum::response::Response;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Activities on one page.
const PAGE: u32 = 20;
/// A page ends when it has so many bytes: whoever reads it takes documents of 1 MiB.
const PAGE_BYTES: usize = 384 * 1024;

/// The community that is read, and by whom.
pub struct Reading<'a> {
    /// Its account.
    pub account: &'a Account,
    /// The rest of it.
    pub community: &'a Community,
    /// Who reads.
    pub viewer: &'a Viewer,
}

/// What is on a page.
struct Shown {
    items: Vec<Value>,
    /// The ids of their posts.
    ids: Vec<i64>,
    /// More follows in the order of the walk.
    has_more: bool,
}

/// `GET /c/{name}/outbox?page=true`: newest first, `max_id` for older and `min_id` for newer. With `thread`, the id of a post, what
/// is in its thread, oldest first, `min_id` for newer (the `contextHistory` of FEP-f228).
pub async fn page(federation: &Federation, asked: &Asked, reading: &Reading<'_>) -> Result<Response, Failure> {
    let id = federation.app.origin.absolute(asked.path());
    let thread = asked.word("thread");
    let root = match &thread {
        Some(uri) => Some(root_of(federation, reading, uri).await?),
        None => None,
    };
    let first = Page { max_id: asked.number("max_id"), min_id: asked.number("min_id"), ..Page::first(PAGE) };
    let page = if root.is_some() { Page { max_id: None, min_id: Some(first.min_id.unwrap_or(0)), ..first } } else { first };
    let rows = queries::within(&federation.app.store, reading.viewer, (reading.account.id, root), page).await?;
    let mut shown = show(federation, reading, &rows).await?;
    let at = |name: &str, bound: Option<i64>| bound.map(|bound| format!("&{name}={bound}")).unwrap_or_default();
    let of = thread.map(|uri| format!("&thread={}", encoded(&uri))).unwrap_or_default();
    let own = format!("{id}?page=true{of}{}{}", at("max_id", first.max_id), at("min_id", first.min_id));
    let (is_ascending, last) = (page.walk() == Walk::Ascending, shown.ids.last().copied());
    if is_ascending && root.is_none() {
        shown.items.reverse();
        shown.ids.reverse();
    }
    let mut found = json!({"type": "OrderedCollectionPage", "id": own, "partOf": collection_id(&id, &of), "orderedItems": shown.items});
    let newest = shown.ids.first().copied();
    if root.is_some() {
        if let Some(last) = last.filter(|_| shown.has_more) {
            found["next"] = json!(format!("{id}?page=true{of}&min_id={last}"));
        }
    } else {
        if let Some(oldest) = shown.ids.last().filter(|_| shown.has_more || is_ascending) {
            found["next"] = json!(format!("{id}?page=true&max_id={oldest}"));
        }
        if let Some(newest) = newest {
            found["prev"] = json!(format!("{id}?page=true&min_id={newest}"));
        }
    }
    Ok(asked.document(&in_context(federation, found)?))
}

/// `GET /c/{name}/outbox?thread=…`: the collection whose pages [`page`] gives.
pub fn of_thread(federation: &Federation, asked: &Asked, thread: &str) -> Result<Response, Failure> {
    let id = federation.app.origin.absolute(asked.path());
    let of = format!("&thread={}", encoded(thread));
    let collection = json!({"type": "OrderedCollection", "id": collection_id(&id, &of), "first": format!("{id}?page=true{of}")});
    Ok(asked.document(&in_context(federation, collection)?))
}

/// Where the acts in the thread of `post`, absolute, are listed by a community of ours.
pub fn of_thread_uri(group: &str, post: &str) -> String {
    collection_id(&format!("{group}/outbox"), &format!("&thread={}", encoded(post)))
}

fn collection_id(id: &str, of: &str) -> String {
    of.strip_prefix('&').map_or_else(|| id.to_owned(), |of| format!("{id}?{of}"))
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The first post of the thread of the post with this id; for one that is not there or not in the community an id that nothing
/// has: whether it exists is not told.
async fn root_of(federation: &Federation, reading: &Reading<'_>, uri: &str) -> Result<PostId, Failure> {
    let found = queries::by_uri(&federation.app.store, federation.app.origin.stored(uri)).await?;
    let found = found.filter(|post| post.community_id == Some(reading.account.id) && post.boost_of_id.is_none());
    Ok(found.map_or(PostId(0), |post| post.root_id.unwrap_or(post.id)))
}

/// The posts in the order of the walk, as many as a page holds.
async fn show(federation: &Federation, reading: &Reading<'_>, rows: &[Post]) -> Result<Shown, Failure> {
    let store = &federation.app.store;
    let ids: Vec<PostId> = rows.iter().map(|post| post.id).collect();
    let originals = originals::of(store, &ids).await?;
    let boosts = queries::boosts_by(store, reading.account.id, &ids).await?;
    let boosts: HashMap<PostId, &Post> = boosts.iter().filter_map(|boost| Some((boost.boost_of_id?, boost))).collect();
    let mut shown = Shown { items: Vec::new(), ids: Vec::new(), has_more: rows.len() == PAGE as usize };
    let mut bytes = 0;
    for post in rows {
        let item = item(federation, reading, post, (boosts.get(&post.id).copied(), originals.get(&post.id))).await?;
        bytes += item.as_ref().map_or(0, |item| item.to_string().len());
        if bytes > PAGE_BYTES && !shown.items.is_empty() {
            shown.has_more = true;
            break;
        }
        shown.ids.push(post.id.0);
        shown.items.extend(item);
    }
    Ok(shown)
}

/// The Announce of one post; none of what nobody could believe.
async fn item(
    federation: &Federation,
    reading: &Reading<'_>,
    post: &Post,
    (boost, original): (Option<&Post>, Option<&String>),
) -> Result<Option<Value>, Failure> {
    let origin = &federation.app.origin;
    let is_public = reading.community.stage == Stage::Public;
    let object = if post.is_ours() {
        let facts = Facts::gather(federation, post).await?;
        in_context(
            federation,
            said::create(origin, post, &note::into_json(origin, post, &facts).for_groups(), &note::address(origin, post, &facts)),
        )?
    } else {
        match original.map(|body| serde_json::from_str(body)) {
            Some(Ok(signed)) => signed,
            _ if is_public => json!(origin.absolute(&post.uri)),
            _ => return Ok(None),
        }
    };
    let group = origin.absolute(&reading.account.uri);
    let followers = format!("{group}/followers");
    let (to, cc) = if is_public { (vec![PUBLIC.to_owned()], vec![followers]) } else { (vec![group.clone(), followers], Vec::new()) };
    // an answer has no boost, and so no Announce of its own that could be looked up
    let id = boost.map_or_else(|| format!("{group}/outbox#{}", post.id), |boost| origin.absolute(&boost.uri));
    let published = boost.map_or(post.created_at, |boost| boost.created_at);
    Ok(Some(json!({"type": "Announce", "id": id, "actor": group, "to": to, "cc": cc, "published": published, "object": object})))
}
