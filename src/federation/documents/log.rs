//! `{group}/log`: what moderators did in a community, newest first, to hosts of which somebody holds a usable seat, in a signed
//! `GET`. Where the community says so everyone is shown what strangers may see of it; else for them it is not there.

use super::{
    actors::{here, in_context},
    answer::Failure,
    asked::Asked,
};
use crate::{
    base::{id::AccountId, page::Page},
    features::{accounts, communities::seats, moderation::log, posts},
    federation::Federation,
    store::tables::ModLogRow,
};
use axum::{extract::State, response::Response};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Entries on one page.
const PAGE: u32 = 50;

/// `GET /c/{name}/log`: an `OrderedCollection`; with `page` in the query an `OrderedCollectionPage`, keyset by `max_id`.
pub async fn log(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let (account, community) = here(&federation, &asked, asked.owner()).await?;
    let community = community.ok_or_else(Failure::not_found)?;
    let store = &federation.app.store;
    let is_member = match asked.signing_host(&federation).await {
        Some(host) => !federation.is_blocked(&host).await? && seats::host_has_seat(store, account.id, &host).await?,
        None => false,
    };
    if !community.log_public && !is_member {
        return Err(Failure::not_found());
    }
    let id = federation.app.origin.absolute(asked.path());
    if !asked.is_page() {
        let total = log::count(store, account.id).await?;
        let collection = json!({"type": "OrderedCollection", "id": id, "totalItems": total, "first": format!("{id}?page=true")});
        return Ok(asked.document(&in_context(&federation, collection)?));
    }
    let page = Page { max_id: asked.number("max_id"), ..Page::first(PAGE) };
    let rows = log::page(store, account.id, false, page).await?;
    let cursors = page.cursors(&rows.iter().map(|row| row.id).collect::<Vec<_>>());
    let items = items(&federation, &log::shown(rows, &community, is_member)).await?;
    let own = format!("{id}?page=true{}", page.max_id.map(|id| format!("&max_id={id}")).unwrap_or_default());
    let mut found = json!({"type": "OrderedCollectionPage", "id": own, "partOf": id, "orderedItems": items});
    if let Some(next) = cursors.next_max_id {
        found["next"] = json!(format!("{id}?page=true&max_id={next}"));
    }
    Ok(asked.document(&in_context(&federation, found)?))
}

/// Each entry says who did what to whom, why and when; posts by their id alone.
async fn items(federation: &Federation, rows: &[ModLogRow]) -> Result<Vec<Value>, Failure> {
    let (store, origin) = (&federation.app.store, &federation.app.origin);
    let people: Vec<AccountId> = rows.iter().flat_map(|row| [Some(row.moderator_id), row.account_id]).flatten().collect();
    let people: HashMap<AccountId, String> =
        accounts::queries::by_ids(store, &people).await?.into_iter().map(|person| (person.id, origin.absolute(&person.uri))).collect();
    let ids: Vec<_> = rows.iter().filter_map(|row| row.post_id).collect();
    let posts = posts::queries::by_ids(store, &ids).await?;
    let posts: HashMap<_, String> = posts.into_iter().map(|post| (post.id, origin.absolute(&post.uri))).collect();
    let items = rows.iter().map(|row| {
        json!({
            "type": "ModerationAct",
            "id": origin.absolute(&row.uri),
            "act": row.act,
            "actor": people.get(&row.moderator_id),
            "target": row.account_id.and_then(|id| people.get(&id)),
            "object": row.post_id.and_then(|id| posts.get(&id)),
            "summary": row.reason,
            "role": row.role,
            "host": Some(&row.host).filter(|host| !host.is_empty()),
            "stage": row.stage,
            "endTime": row.expires_at,
            "published": row.created_at,
        })
    });
    Ok(items.collect())
}
