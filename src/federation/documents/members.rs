//! Who moderates a community, and who its members are.
//!
//! Everyone gets the number of members; their names go to the hosts that hold a usable seat, in a signed `GET`, each as
//! `Member` with `actor`, `object`, `role`, `status` and what the community lets its members see (federation.md 1).

use super::{
    actors::{here, in_context},
    answer::Failure,
    asked::Asked,
    collections::serve,
};
use crate::{
    base::{page::Page, words::Stage},
    features::{
        memberships::{self, queries},
        posts::queries::Viewer,
    },
    federation::Federation,
    store::tables::{Account, Community, Seat},
};
use axum::{extract::State, response::Response};
use serde_json::{Value, json};

/// Members on one page.
const PAGE: u32 = 200;

/// `GET /c/{name}/moderators`: owners and moderators, by id (FEP-1b12).
pub async fn moderators(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let (account, community) = here(&federation, &asked, asked.owner()).await?;
    insider(&federation, &asked, community.as_ref()).await?;
    let moderators = queries::moderators(&federation.app.store, account.id).await?;
    let ids: Vec<String> = moderators.iter().map(|moderator| federation.app.origin.absolute(&moderator.uri)).collect();
    serve(&federation, &asked, json!({"type": "OrderedCollection", "totalItems": ids.len(), "orderedItems": ids}))
}

/// `GET /c/{name}/members`: a `Collection` with the number; for a host with a seat also the `organisations`
/// present or announced (`membership.md` 4), the `items`, and where they are more than one page has, `first`, whence `next`
/// leads on.
pub async fn members(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let (account, community) = here(&federation, &asked, asked.owner()).await?;
    let community = community.ok_or_else(Failure::not_found)?;
    insider(&federation, &asked, Some(&community)).await?;
    let mut collection = json!({"type": "Collection", "totalItems": community.members_count.max(0)});
    let holds_seat = match asked.signing_host(&federation).await {
        Some(host) => !federation.is_blocked(&host).await? && queries::host_has_seat(&federation.app.store, account.id, &host).await?,
        None => false,
    };
    match (holds_seat, asked.is_page()) {
        (false, true) => Err(Failure::not_found()),
        (false, false) => serve(&federation, &asked, collection),
        (true, false) => {
            let mut page = page(&federation, &asked, &account, &community).await?;
            if page.get("next").is_some() {
                collection["first"] = page["id"].clone();
            }
            collection["items"] = page["items"].take();
            collection["organisations"] = organisations(&federation, &account).await?;
            serve(&federation, &asked, collection)
        }
        (true, true) => Ok(asked.document(&in_context(&federation, page(&federation, &asked, &account, &community).await?)?)),
    }
}

/// Whose people are in the community, by their nodes, and those announced: `host`, `totalItems`, `announcedAt`, `admittedFrom`.
async fn organisations(federation: &Federation, community: &Account) -> Result<Value, Failure> {
    let present = memberships::organisations(&federation.app.store, community.id).await?;
    let listed = present.into_iter().map(|present| {
        let host = if present.host.is_empty() { federation.app.origin.authority().to_owned() } else { present.host };
        let mut listed = json!({"host": host, "totalItems": present.seats});
        for (name, at) in [("announcedAt", present.announced_at), ("admittedFrom", present.admitted_from)] {
            if let Some(at) = at {
                listed[name] = json!(at);
            }
        }
        listed
    });
    Ok(listed.collect())
}

/// As whom somebody reads what hangs on an actor of ours: a stranger, and, of a community that is not public, the host
/// that signed and holds a usable seat there. Anybody else gets the answer of nothing (S54, S59).
pub async fn insider(federation: &Federation, asked: &Asked, community: Option<&Community>) -> Result<Viewer, Failure> {
    let Some(community) = community.filter(|community| community.stage != Stage::Public) else { return Ok(Viewer::Stranger) };
    let host = asked.signing_host(federation).await.ok_or_else(Failure::not_found)?;
    let is_in = !federation.is_blocked(&host).await? && queries::host_has_seat(&federation.app.store, community.account_id, &host).await?;
    if is_in { Ok(Viewer::Host(host)) } else { Err(Failure::not_found()) }
}

/// The page that begins after the seat `max_id` of the query.
async fn page(federation: &Federation, asked: &Asked, account: &Account, community: &Community) -> Result<Value, Failure> {
    let origin = &federation.app.origin;
    let page = Page { max_id: asked.number("max_id"), ..Page::first(PAGE) };
    let members = queries::members(&federation.app.store, account.id, page).await?;
    let group = origin.absolute(&account.uri);
    let items: Vec<Value> = members.iter().map(|found| item(federation, &group, community, found)).collect();
    let id = |max_id: Option<i64>| format!("{group}/members?page=true{}", max_id.map(|id| format!("&max_id={id}")).unwrap_or_default());
    let mut found = json!({
        "type": "CollectionPage",
        "id": id(page.max_id),
        "partOf": format!("{group}/members"),
        "totalItems": community.members_count.max(0),
        "items": items,
    });
    let seats: Vec<i64> = members.iter().map(|(seat, _)| seat.id.0).collect();
    if let Some(next) = page.cursors(&seats).next_max_id {
        found["next"] = json!(id(Some(next)));
    }
    Ok(found)
}

/// A member: role and status, the organisation through which the seat is held, which every member sees, and what they are
/// to the owning organisation where the community shows that to members.
fn item(federation: &Federation, group: &str, community: &Community, (seat, member): &(Seat, Account)) -> Value {
    let origin = &federation.app.origin;
    let mut item = json!({
        "type": "Member",
        "actor": origin.absolute(&member.uri),
        "object": group,
        "role": seat.role,
        "status": seat.status,
    });
    if !seat.organisation.is_empty() {
        item["heldThrough"] = json!(origin.absolute(&seat.organisation));
    }
    if community.stakeholders_shown {
        item["stakeholder"] = json!(seat.stakeholder);
    }
    item
}
