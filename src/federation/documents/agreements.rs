//! Our copy of an agreement, for the other side's node alone; anybody else finds nothing (S54, S123).

use super::{actors::in_context, answer::Failure, asked::Asked};
use crate::{
    features::{accounts, agreements::rows},
    federation::{Federation, objects::agreement},
};
use axum::{extract::State, response::Response};

/// Most versions in a copy: the latest.
const VERSIONS_MAX: usize = 5;

/// `GET /agreements/{id}`: by its own id, or by the hash of its uri, which is the same on both sides.
pub async fn copy(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let host = asked.signing_host(&federation).await.ok_or_else(Failure::not_found)?;
    if federation.is_blocked(&host).await? {
        return Err(Failure::not_found());
    }
    let (store, origin) = (&federation.app.store, &federation.app.origin);
    let is_meant = |uri: &str| asked.path() == uri || asked.path() == agreement::copy_path(&origin.absolute(uri));
    let found = rows::with_host(store, &host).await?.into_iter().find(|agreement| is_meant(&agreement.uri));
    let found = found.ok_or_else(Failure::not_found)?;
    let partner = accounts::queries::by_id(store, found.partner_id).await?.ok_or_else(Failure::not_found)?;
    let versions = rows::versions(store, found.id).await?;
    let latest = versions.get(versions.len().saturating_sub(VERSIONS_MAX)..).unwrap_or_default();
    let notices = rows::notices(store, found.id).await?;
    let copy = agreement::copy(origin, &found, (&partner.uri, origin.absolute(asked.path())), latest, &notices)?;
    Ok(asked.document(&in_context(&federation, copy)?))
}
