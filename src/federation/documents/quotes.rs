//! Stamps of ours, by which others may show posts of ours inside theirs (FEP-044f): there while they stand.

use super::{
    actors::in_context,
    answer::Failure,
    asked::Asked,
    posts::{Found, find},
};
use crate::{
    features::{accounts, posts::queries::Viewer, quotes},
    federation::{Federation, objects::stamp},
};
use axum::{
    extract::{Path, State},
    response::Response,
};

/// `GET /p/{id}/quotes/{stamp}`: while everybody may read the post and the stamp was not taken back; else 404.
pub async fn authorization(
    State(federation): State<Federation>,
    Path((id, stamp)): Path<(String, String)>,
    asked: Asked,
) -> Result<Response, Failure> {
    let Found::Seen(post, Viewer::Stranger) = find(&federation, &asked, &id).await? else { return Err(Failure::not_found()) };
    let stamp = stamp.parse().map_err(|_| Failure::not_found())?;
    let store = &federation.app.store;
    let stamp = quotes::stamp(store, post.id, stamp).await?.ok_or_else(Failure::not_found)?;
    let author = accounts::queries::by_id(store, post.author_id).await?.ok_or_else(Failure::not_found)?;
    let mut document = in_context(&federation, stamp::into_json(&federation.app.origin, (&post, &author), &stamp))?;
    federation.prove(&mut document, author.id).await?;
    Ok(asked.document(&document))
}
