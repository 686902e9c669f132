//! Our posts, their replies and their threads.

use super::{actors::in_context, answer::Failure, asked::Asked};
use crate::{
    base::{id::PostId, words::Audience},
    features::{
        accounts,
        posts::{
            queries::{self, Viewer},
            thread,
        },
    },
    federation::{Federation, objects::note},
    store::tables::Post,
};
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use serde_json::{Value, json};

/// What somebody who asked for a post may have.
enum Found {
    /// The post, as this viewer sees it.
    Seen(Box<Post>, Viewer),
    /// It was public, and was deleted.
    Deleted(Box<Post>),
}

/// One of our posts by the path of its id: for a stranger, else for the host that signed.
async fn find(federation: &Federation, asked: &Asked, id: &str) -> Result<Found, Failure> {
    let (store, uri) = (&federation.app.store, format!("/p/{id}"));
    let id = id.parse().map(PostId).map_err(|_| Failure::not_found())?;
    let is_it = |post: &Post| post.uri == uri && post.boost_of_id.is_none();
    if let Some(post) = queries::seen(store, &Viewer::Stranger, id).await?.filter(is_it) {
        return Ok(Found::Seen(Box::new(post), Viewer::Stranger));
    }
    let raw = queries::by_id(store, id).await?.filter(is_it);
    if let Some(post) = raw.filter(|post| post.deleted_at.is_some() && post.removed_at.is_none() && post.audience <= Audience::Unlisted) {
        return Ok(Found::Deleted(Box::new(post)));
    }
    let viewer = asked.signing_viewer(federation).await.ok_or_else(Failure::not_found)?;
    let post = queries::seen(store, &viewer, id).await?.filter(is_it).ok_or_else(Failure::not_found)?;
    Ok(Found::Seen(Box::new(post), viewer))
}

/// `GET /p/{id}`.
pub async fn post(State(federation): State<Federation>, Path(id): Path<String>, asked: Asked) -> Result<Response, Failure> {
    match find(&federation, &asked, &id).await? {
        Found::Seen(post, _) => Ok(asked.document(&note::document(&federation, &post).await?)),
        Found::Deleted(post) => {
            let id = federation.app.origin.absolute(&post.uri);
            let tombstone = json!({"type": "Tombstone", "id": id, "formerType": "Note", "deleted": post.deleted_at});
            Ok(asked.gone(&in_context(&federation, tombstone)?))
        }
    }
}

/// `GET /p/{id}/replies`: the ids of direct replies, oldest first, as far as this reader may see them; with `?page=1` as the
/// one page there is.
pub async fn replies(
    State(federation): State<Federation>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    asked: Asked,
) -> Result<Response, Failure> {
    let Found::Seen(post, viewer) = find(&federation, &asked, &id).await? else { return Err(Failure::not_found()) };
    let (_, below) = thread::context(&federation.app.store, &viewer, post.id).await?;
    let origin = &federation.app.origin;
    let ids: Vec<String> =
        below.iter().filter(|reply| reply.in_reply_to_id == Some(post.id)).map(|reply| origin.absolute(&reply.uri)).collect();
    let id = format!("{}/replies", origin.absolute(&post.uri));
    let collection = match query.as_deref() {
        Some("page=1") => json!({"type": "CollectionPage", "id": format!("{id}?page=1"), "partOf": id, "items": ids}),
        _ => json!({"type": "Collection", "id": id, "totalItems": ids.len(), "items": ids}),
    };
    Ok(asked.document(&in_context(&federation, collection)?))
}

/// `GET /p/{id}/context`: the thread that begins with the post (FEP-7888), the post first and each reply after what it answers.
pub async fn context(State(federation): State<Federation>, Path(id): Path<String>, asked: Asked) -> Result<Response, Failure> {
    let Found::Seen(post, viewer) = find(&federation, &asked, &id).await? else { return Err(Failure::not_found()) };
    let origin = &federation.app.origin;
    let (_, below) = thread::context(&federation.app.store, &viewer, post.id).await?;
    let ids: Vec<String> = [&*post].into_iter().chain(&below).map(|post| origin.absolute(&post.uri)).collect();
    let owner = post.community_id.unwrap_or(post.author_id);
    let owner = accounts::queries::by_id(&federation.app.store, owner).await?.map(|owner| origin.absolute(&owner.uri));
    let id = format!("{}/context", origin.absolute(&post.uri));
    let mut collection = json!({"type": "OrderedCollection", "id": id, "totalItems": ids.len(), "orderedItems": ids});
    collection["attributedTo"] = owner.map_or(Value::Null, Value::from);
    Ok(asked.document(&in_context(&federation, collection)?))
}
