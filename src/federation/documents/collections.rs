//! Collections of which only the number is told, and what hangs empty on every actor.

use super::{
    actors::{here, in_context},
    answer::Failure,
    asked::Asked,
};
use crate::federation::Federation;
use axum::{extract::State, response::Response};
use serde_json::{Value, json};

/// `GET …/followers`: how many; who they are is nobody else's business.
pub async fn followers(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let (account, _) = here(&federation, &asked, asked.owner()).await?;
    serve(&federation, &asked, json!({"type": "Collection", "totalItems": account.followers_count.max(0)}))
}

/// `GET …/following`: how many.
pub async fn following(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let (account, _) = here(&federation, &asked, asked.owner()).await?;
    serve(&federation, &asked, json!({"type": "Collection", "totalItems": account.following_count.max(0)}))
}

/// `GET …/featured`: nothing is pinned.
pub async fn featured(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    here(&federation, &asked, asked.owner()).await?;
    serve(&federation, &asked, json!({"type": "OrderedCollection", "totalItems": 0, "orderedItems": []}))
}

/// Answers with a collection whose id is the path asked for.
pub fn serve(federation: &Federation, asked: &Asked, mut collection: Value) -> Result<Response, Failure> {
    collection["id"] = json!(federation.app.origin.absolute(asked.path()));
    Ok(asked.document(&in_context(federation, collection)?))
}
