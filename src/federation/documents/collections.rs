//! Collections of our actors. Followers and members are counted, not listed (decisions.md 5).

use super::{
    Door, actors,
    answer::{self, For, Served, missing},
    posts::signer,
};
use crate::{
    base::page::Page,
    features::{accounts, communities, memberships, posts},
    federation::{
        Federation,
        objects::note,
        vocabulary,
    },
    store::tables::{Account, Post},
};
use activitypub_federation::kinds::{
    activity::{AnnounceType, CreateType},
    collection::{CollectionType, OrderedCollectionPageType, OrderedCollectionType},
};
use axum::{
    extract::{OriginalUri, Path, Query, State},
    http::{HeaderMap, Uri},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// Items on a page of an outbox.
const PAGE_ITEMS: u32 = 20;
/// Most members on a page.
const MEMBERS_MAX: u32 = 200;

/// Which page of an outbox.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    page: Option<String>,
    max_id: Option<i64>,
}

/// Whose collection is asked for: a person's under `/u/`, a community's under `/c/`.
async fn owner(federation: &Federation, uri: &Uri, name: &str) -> Result<Account, answer::Failed> {
    let kind = if uri.path().starts_with("/c/") { "c" } else { "u" };
    actors::named(federation, kind, name).await?.ok_or_else(missing)
}

fn base(federation: &Federation, account: &Account, name: &str) -> (String, Value) {
    let id = format!("{}/{name}", federation.app.origin.absolute(&account.uri));
    (id.clone(), json!({"@context": vocabulary::context(&federation.app.origin), "id": id}))
}

pub async fn outbox(
    State(federation): Door,
    Path(name): Path<String>,
    OriginalUri(uri): OriginalUri,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Served {
    let account = owner(&federation, &uri, &name).await?;
    let (id, mut collection) = base(&federation, &account, "outbox");
    if wanted.page.is_none() {
        collection["type"] = json!(OrderedCollectionType::OrderedCollection);
        collection["totalItems"] = json!(account.posts_count);
        collection["first"] = json!(format!("{id}?page=true"));
        return answer::document(&headers, For::Everyone, &collection);
    }
    let page = Page { max_id: wanted.max_id, ..Page::first(PAGE_ITEMS) };
    let entries = posts::queries::outbox(&federation.app.store, account.id, page).await?;
    let mut items = Vec::with_capacity(entries.len());
    for entry in &entries {
        items.push(act(&federation, &account, entry).await?);
    }
    collection["type"] = json!(OrderedCollectionPageType::OrderedCollectionPage);
    collection["partOf"] = json!(id);
    let ids: Vec<i64> = entries.iter().map(|entry| entry.id.0).collect();
    if let Some(next) = page.cursors(&ids).next_max_id {
        collection["next"] = json!(format!("{id}?page=true&max_id={next}"));
    }
    collection["orderedItems"] = json!(items);
    answer::document(&headers, For::Everyone, &collection)
}

/// The activity that an entry of an outbox stands for.
async fn act(federation: &Federation, account: &Account, entry: &Post) -> crate::base::error::Result<Value> {
    let origin = &federation.app.origin;
    let actor = origin.absolute(&account.uri);
    if let Some(of) = entry.boost_of_id {
        let object = posts::queries::by_id(&federation.app.store, of).await?.map(|post| origin.absolute(&post.uri));
        return Ok(json!({"type": AnnounceType::Announce, "id": origin.absolute(&entry.uri), "actor": actor, "published": entry.created_at,
            "to": [vocabulary::PUBLIC], "cc": [format!("{actor}/followers")], "object": object}));
    }
    let facts = note::Facts::gather(federation, entry).await?;
    let note::Address { to, cc, .. } = note::address(origin, entry, &facts);
    let object = note::into_json(origin, entry, &facts);
    Ok(json!({"type": CreateType::Create, "id": format!("{}#create", origin.absolute(&entry.uri)), "actor": actor,
        "published": entry.created_at, "to": to, "cc": cc, "object": object}))
}

pub async fn followers(State(federation): Door, Path(name): Path<String>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Served {
    let account = owner(&federation, &uri, &name).await?;
    counted(&federation, &account, ("followers", account.followers_count), &headers)
}

pub async fn following(State(federation): Door, Path(name): Path<String>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Served {
    let account = owner(&federation, &uri, &name).await?;
    counted(&federation, &account, ("following", account.following_count), &headers)
}

fn counted(federation: &Federation, account: &Account, (name, count): (&str, i64), headers: &HeaderMap) -> Served {
    let (_, mut collection) = base(federation, account, name);
    collection["type"] = json!(CollectionType::Collection);
    collection["totalItems"] = json!(count);
    collection["items"] = json!([]);
    answer::document(headers, For::Everyone, &collection)
}

pub async fn featured(State(federation): Door, Path(name): Path<String>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Served {
    let account = owner(&federation, &uri, &name).await?;
    let (_, mut collection) = base(&federation, &account, "featured");
    collection["type"] = json!(OrderedCollectionType::OrderedCollection);
    collection["totalItems"] = json!(0);
    collection["orderedItems"] = json!([]);
    answer::document(&headers, For::Everyone, &collection)
}

/// The collections of the node and the organisation, which publish nothing.
pub async fn empty(State(federation): Door, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Served {
    let origin = &federation.app.origin;
    let collection = json!({"@context": vocabulary::context(origin), "type": OrderedCollectionType::OrderedCollection,
        "id": origin.absolute(uri.path()), "totalItems": 0, "orderedItems": []});
    answer::document(&headers, For::Everyone, &collection)
}

pub async fn moderators(State(federation): Door, Path(name): Path<String>, headers: HeaderMap) -> Served {
    let account = actors::named(&federation, "c", &name).await?.ok_or_else(missing)?;
    let found: Vec<Account> = memberships::queries::moderators(&federation.app.store, account.id).await?;
    let (_, mut collection) = base(&federation, &account, "moderators");
    let items: Vec<String> = found.iter().map(|account| federation.app.origin.absolute(&account.uri)).collect();
    collection["type"] = json!(OrderedCollectionType::OrderedCollection);
    collection["totalItems"] = json!(items.len());
    collection["orderedItems"] = json!(items);
    answer::document(&headers, For::Everyone, &collection)
}

/// How many members, and for a node that has one among them: who.
pub async fn members(State(federation): Door, Path(name): Path<String>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Served {
    let store = &federation.app.store;
    let account = actors::named(&federation, "c", &name).await?.ok_or_else(missing)?;
    let community = communities::queries::by_id(store, account.id).await?.ok_or_else(missing)?;
    let (_, mut collection) = base(&federation, &account, "members");
    collection["type"] = json!(CollectionType::Collection);
    collection["totalItems"] = json!(community.members_count);
    let host = signer(&federation, &uri, &headers).await?;
    let is_inside = match &host {
        Some(host) => memberships::queries::host_has_seat(store, account.id, host).await?,
        None => false,
    };
    let mut items: Vec<Value> = Vec::new();
    if is_inside {
        let origin = &federation.app.origin;
        let group = origin.absolute(&account.uri);
        let seats = memberships::queries::members(store, account.id, Page::first(MEMBERS_MAX)).await?;
        let member = |role: &str, uri: &str| json!({"type": "Member", "actor": origin.absolute(uri), "object": group, "role": role});
        items = seats.iter().map(|(seat, who)| member(seat.role.word(), &who.uri)).collect();
    }
    collection["items"] = json!(items);
    let whose = if host.is_some() { For::Sender } else { For::Everyone };
    answer::document(&headers, whose, &collection)
}

/// The id of our account, for WebFinger and others.
pub async fn our_account(federation: &Federation, name: &str) -> crate::base::error::Result<Option<Account>> {
    for kind in ["u", "c"] {
        if let Some(account) = actors::named(federation, kind, name).await? {
            return Ok(Some(account).filter(|account| account.gone_at.is_none()));
        }
    }
    let known = accounts::queries::by_handle(&federation.app.store, name, "").await?;
    Ok(known.filter(|account| matches!(account.uri.as_str(), "/actor" | "/org")))
}
