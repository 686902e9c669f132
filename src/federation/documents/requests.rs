//! Who waits to be let into a community of ours, for its moderators wherever they live.
//!
//! Answered only to a request signed by the key of a moderator whose seat is usable now: the person's own key, for that a
//! node has some moderator gives the node nothing (S121). Everybody else gets the same 404 as for what is not there.

use super::{actors::in_context, answer::Failure, asked::Asked};
use crate::{
    base::{
        page::Page,
        words::{Role, SeatStatus},
    },
    features::{accounts, memberships::queries},
    federation::Federation,
    store::tables::{Account, Seat},
};
use axum::{extract::State, response::Response};
use serde_json::{Value, json};

/// Requests on one page: what a reader looks at in one list.
const PAGE: u32 = 100;

/// `GET /c/{name}/requests`: each as a `Member` with the answer to the community's question, and the revision on which a
/// decision is to be based.
pub async fn requests(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let store = &federation.app.store;
    let found = accounts::queries::by_uri(store, asked.owner()).await?;
    let community = found.filter(|account| account.is_local() && account.is_community() && account.is_active());
    let community = community.ok_or_else(Failure::not_found)?;
    let signer = asked.signing_actor(&federation).await.ok_or_else(Failure::not_found)?;
    let moderator = accounts::queries::by_uri(store, signer.actor()).await?.ok_or_else(Failure::not_found)?;
    let role = queries::role(store, community.id, moderator.id).await?;
    if federation.is_blocked(signer.host()).await? || role < Some(Role::Moderator) {
        return Err(Failure::not_found());
    }
    let page = Page { max_id: asked.number("max_id"), ..Page::first(PAGE) };
    let waiting = queries::requests(store, community.id, page).await?;
    let group = federation.app.origin.absolute(&community.uri);
    let id = |max_id: Option<i64>| format!("{group}/requests{}", max_id.map(|id| format!("?max_id={id}")).unwrap_or_default());
    let mut listed = json!({
        "type": "OrderedCollectionPage",
        "id": id(page.max_id),
        "orderedItems": waiting.iter().map(|found| item(&federation, &group, found)).collect::<Vec<_>>(),
    });
    let seats: Vec<i64> = waiting.iter().map(|(seat, _)| seat.id.0).collect();
    if let Some(next) = page.cursors(&seats).next_max_id {
        listed["next"] = json!(id(Some(next)));
    }
    Ok(asked.document(&in_context(&federation, listed)?))
}

fn item(federation: &Federation, group: &str, (seat, account): &(Seat, Account)) -> Value {
    let origin = &federation.app.origin;
    let mut item = json!({
        "type": "Member",
        "id": format!("{group}/seats/{}", seat.id),
        "actor": origin.absolute(&account.uri),
        "object": group,
        "status": SeatStatus::Requested,
        "rev": seat.rev,
        "askedAt": seat.asked_at,
    });
    if !seat.answer.is_empty() {
        item["answers"] = json!(seat.answer);
    }
    if !seat.organisation.is_empty() {
        item["heldThrough"] = json!(origin.absolute(&seat.organisation));
    }
    item
}
