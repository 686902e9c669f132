//! `GET /org/roster?for={host}`: for that partner's node or organisation alone; everybody else finds nothing there (S123).

use super::{document, signed_agreement};
use crate::{
    base::words::AccountKind,
    features::{accounts, affiliations, agreements, rosters},
    federation::{
        Federation,
        documents::{Asked, answer::Failure, in_context},
    },
};
use axum::{extract::State, response::Response};

/// Answers with our roster for the host that asks, where an agreement with it is in force.
pub async fn roster(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let host = asked.word("for").ok_or_else(Failure::not_found)?;
    let signer = asked.signing_actor(&federation).await.filter(|signer| signer.host() == host).ok_or_else(Failure::not_found)?;
    let store = &federation.app.store;
    let account = accounts::queries::by_uri(store, signer.actor()).await?;
    let is_entitled =
        account.is_some_and(|account| matches!(account.kind, AccountKind::Node | AccountKind::Organisation) && !account.is_local());
    if !is_entitled || federation.is_blocked(&host).await? || agreements::in_force(store, &host).await?.is_none() {
        return Err(Failure::not_found());
    }
    let organisation = accounts::queries::by_uri(store, affiliations::OURS).await?.ok_or_else(Failure::not_found)?;
    let tx = store.begin().await?;
    if signed_agreement(&tx, &host).await?.is_none() {
        return Err(Failure::not_found());
    }
    let listed = rosters::issue(&tx, &host).await?;
    tx.commit().await?;
    let mut document = in_context(&federation, document(&federation.app.origin, &host, &listed))?;
    federation.prove(&mut document, organisation.id).await?;
    Ok(asked.document(&document))
}
