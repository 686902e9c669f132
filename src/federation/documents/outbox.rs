//! Outboxes: the public `Create`s and `Announce`s of an actor, newest first, in pages. Of a community: `history.rs`.

use super::{
    activities::of_post,
    actors::{here, in_context},
    answer::Failure,
    asked::Asked,
    history,
    members::insider,
};
use crate::{base::page::Page, features::posts::queries, federation::Federation};
use axum::{extract::State, response::Response};
use serde_json::json;

/// Activities on one page.
const PAGE: u32 = 20;

/// `GET …/outbox`: an `OrderedCollection`; with `page` in the query an `OrderedCollectionPage`, keyset by the post's id
/// (`max_id` for older, `min_id` for newer). Of a community that is not public: for hosts with a seat alone.
pub async fn outbox(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let (account, community) = here(&federation, &asked, asked.owner()).await?;
    let viewer = insider(&federation, &asked, community.as_ref()).await?;
    let id = federation.app.origin.absolute(asked.path());
    if let Some(community) = &community {
        match asked.word("thread") {
            Some(thread) if !asked.is_page() => return history::of_thread(&federation, &asked, &thread),
            _ if asked.is_page() => {
                return history::page(&federation, &asked, &history::Reading { account: &account, community, viewer: &viewer }).await;
            }
            _ => {}
        }
    }
    if !asked.is_page() {
        let collection = json!({
            "type": "OrderedCollection",
            "id": id,
            "totalItems": account.posts_count.max(0),
            "first": format!("{id}?page=true"),
            "last": format!("{id}?page=true&min_id=0"),
        });
        return Ok(asked.document(&in_context(&federation, collection)?));
    }
    let page = Page { max_id: asked.number("max_id"), min_id: asked.number("min_id"), ..Page::first(PAGE) };
    let posts = queries::outbox(&federation.app.store, &viewer, account.id, page).await?;
    let mut items = Vec::with_capacity(posts.len());
    for post in &posts {
        items.extend(of_post(&federation, post).await?);
    }
    let at = |name: &str, bound: Option<i64>| bound.map(|bound| format!("&{name}={bound}")).unwrap_or_default();
    let own = format!("{id}?page=true{}{}", at("max_id", page.max_id), at("min_id", page.min_id));
    let mut found = json!({"type": "OrderedCollectionPage", "id": own, "partOf": id, "orderedItems": items});
    let cursors = page.cursors(&posts.iter().map(|post| post.id.0).collect::<Vec<_>>());
    if let Some(next) = cursors.next_max_id {
        found["next"] = json!(format!("{id}?page=true&max_id={next}"));
    }
    if let Some(previous) = cursors.prev_min_id {
        found["prev"] = json!(format!("{id}?page=true&min_id={previous}"));
    }
    Ok(asked.document(&in_context(&federation, found)?))
}
