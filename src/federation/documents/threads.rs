//! Threads and answers of our posts, as collections of their ids (FEP-7888, FEP-f228): oldest first, and only what the reader may see.
//!
//! A thread belongs to its community, else to who began it. What fits on one page stands in the collection itself, for readers
//! that look no further; the rest in pages.

use super::{
    actors::in_context,
    answer::Failure,
    asked::Asked,
    history,
    posts::{Found, find},
};
use crate::{
    features::{
        accounts,
        posts::thread::{self, Listed},
    },
    federation::Federation,
    store::tables::{Account, Post},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use serde_json::{Value, json};

/// Ids on one page.
const PAGE: u32 = 50;

/// How a collection is written.
struct Form {
    /// Absolute.
    id: String,
    /// The type of the whole.
    kind: &'static str,
    /// The name of its list.
    items: &'static str,
    /// What follows `page=` in the query.
    page: &'static str,
}

/// `GET /p/{id}/replies`: direct answers, by id. With `page` in the query a page, `min_id` for later ones.
pub async fn replies(State(federation): State<Federation>, Path(id): Path<String>, asked: Asked) -> Result<Response, Failure> {
    let Found::Seen(post, viewer) = find(&federation, &asked, &id).await? else { return Err(Failure::not_found()) };
    let id = format!("{}/replies", federation.app.origin.absolute(&post.uri));
    let form = Form { id, kind: "Collection", items: "items", page: "1" };
    let collection = collection(&federation, &asked, (&form, &viewer), Listed::Replies(post.id)).await?;
    Ok(asked.document(&in_context(&federation, collection)?))
}

/// `GET /p/{id}/context`: the thread that begins with the post, itself first; `contextHistory` is the same as activities, where the
/// thread is in a community of ours. A post in the midst of a thread has none of its own: 404, its document names the thread's.
pub async fn context(State(federation): State<Federation>, Path(id): Path<String>, asked: Asked) -> Result<Response, Failure> {
    let Found::Seen(post, viewer) = find(&federation, &asked, &id).await? else { return Err(Failure::not_found()) };
    if post.root_id != Some(post.id) {
        return Err(Failure::not_found());
    }
    let origin = &federation.app.origin;
    let form =
        Form { id: format!("{}/context", origin.absolute(&post.uri)), kind: "OrderedCollection", items: "orderedItems", page: "true" };
    let mut collection = collection(&federation, &asked, (&form, &viewer), Listed::Thread(post.id)).await?;
    if !asked.is_page() {
        let owner = owner(&federation, &post).await?;
        if let Some(group) = owner.as_ref().filter(|owner| owner.is_community() && owner.is_local()) {
            collection["contextHistory"] = json!(history::of_thread_uri(&origin.absolute(&group.uri), &origin.absolute(&post.uri)));
        }
        collection["attributedTo"] = owner.map_or(Value::Null, |owner| json!(origin.absolute(&owner.uri)));
    }
    Ok(asked.document(&in_context(&federation, collection)?))
}

async fn owner(federation: &Federation, post: &Post) -> Result<Option<Account>, Failure> {
    Ok(accounts::queries::by_id(&federation.app.store, post.community_id.unwrap_or(post.author_id)).await?)
}

/// A collection, or the page of it that is asked for.
async fn collection(
    federation: &Federation,
    asked: &Asked,
    (form, viewer): (&Form, &crate::features::posts::queries::Viewer),
    listed: Listed,
) -> Result<Value, Failure> {
    let (store, origin) = (&federation.app.store, &federation.app.origin);
    let after = if asked.is_page() { asked.number("min_id") } else { None };
    let mut posts = thread::page(store, viewer, listed, (after.unwrap_or(0), PAGE + 1)).await?;
    let has_more = posts.len() > PAGE as usize;
    posts.truncate(PAGE as usize);
    let ids: Vec<String> = posts.iter().map(|post| origin.absolute(&post.uri)).collect();
    let Form { id, kind, items, page } = form;
    if !asked.is_page() {
        let total = if has_more { thread::count(store, viewer, listed).await? } else { ids.len().try_into().unwrap_or(i64::MAX) };
        let mut whole = json!({"type": kind, "id": id, "totalItems": total});
        if has_more {
            whole["first"] = json!(format!("{id}?page={page}"));
        } else {
            whole[*items] = json!(ids);
        }
        return Ok(whole);
    }
    let own = format!("{id}?page={page}{}", after.map(|after| format!("&min_id={after}")).unwrap_or_default());
    let mut found = json!({"type": format!("{kind}Page"), "id": own, "partOf": id});
    found[*items] = json!(ids);
    if let Some(last) = posts.last().filter(|_| has_more) {
        found["next"] = json!(format!("{id}?page={page}&min_id={}", last.id));
    }
    Ok(found)
}
