//! Our posts. Their answers and threads are in `threads.rs`.

use super::{actors::in_context, answer::Failure, asked::Asked};
use crate::{
    base::{id::PostId, words::Audience},
    features::posts::queries::{self, Viewer},
    federation::{Federation, objects::note},
    store::tables::Post,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use serde_json::json;

/// What somebody who asked for a post may have.
pub(super) enum Found {
    /// The post, as this viewer sees it.
    Seen(Box<Post>, Viewer),
    /// It was public, and was deleted.
    Deleted(Box<Post>),
}

/// One of our posts by the path of its id: for a stranger, else for the host that signed.
pub(super) async fn find(federation: &Federation, asked: &Asked, id: &str) -> Result<Found, Failure> {
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
