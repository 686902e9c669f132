//! Our actors' documents. Actors are public (a private community's too), but not those of communities that stay here.

use super::{
    Door,
    answer::{self, For, Served, missing},
};
use crate::{
    base::{
        error::Result,
        words::{AccountKind, Stage},
    },
    features::{accounts, communities},
    federation::{
        Federation,
        objects::{group, node, organisation, person},
        vocabulary,
    },
    store::tables::Account,
};
use activitypub_federation::protocol::{context::WithContext, tombstone::Tombstone};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
};

pub async fn node(State(federation): Door, headers: HeaderMap) -> Served {
    let account = accounts::queries::by_uri(&federation.app.store, "/actor").await?.ok_or_else(missing)?;
    serve(&federation, &headers, &account).await
}

pub async fn organisation(State(federation): Door, headers: HeaderMap) -> Served {
    let account = accounts::queries::by_uri(&federation.app.store, "/org").await?.ok_or_else(missing)?;
    serve(&federation, &headers, &account).await
}

pub async fn person(State(federation): Door, Path(name): Path<String>, headers: HeaderMap) -> Served {
    let account = named(&federation, "u", &name).await?.ok_or_else(missing)?;
    serve(&federation, &headers, &account).await
}

pub async fn community(State(federation): Door, Path(name): Path<String>, headers: HeaderMap) -> Served {
    let account = named(&federation, "c", &name).await?.ok_or_else(missing)?;
    serve(&federation, &headers, &account).await
}

/// Our account at `/u/{name}` or `/c/{name}`, unless it is suspended or a community that stays here.
pub(super) async fn named(federation: &Federation, kind: &str, name: &str) -> Result<Option<Account>> {
    let store = &federation.app.store;
    let account = accounts::queries::by_handle(store, name, "").await?;
    let account = account.filter(|account| account.is_community() == (kind == "c") && account.suspended_at.is_none());
    let Some(account) = account.filter(|account| account.uri.strip_prefix(&format!("/{kind}/")).is_some()) else { return Ok(None) };
    if account.is_community() {
        let community = communities::queries::by_id(store, account.id).await?;
        return Ok(community.filter(|community| community.stage != Stage::Local).map(|_| account));
    }
    Ok(Some(account))
}

async fn serve(federation: &Federation, headers: &HeaderMap, account: &Account) -> Served {
    let origin = &federation.app.origin;
    let context = vocabulary::context(origin);
    if account.gone_at.is_some() {
        let id = origin.absolute(&account.uri).parse().map_err(anyhow::Error::from)?;
        return answer::gone(headers, &WithContext::new(Tombstone::new(id), context));
    }
    let store = &federation.app.store;
    let keys = accounts::queries::keys_of(store, account.id).await?;
    let document = match account.kind {
        AccountKind::Community => {
            let community = communities::queries::by_id(store, account.id).await?.ok_or_else(missing)?;
            group::into_json(origin, account, &community, &keys)?
        }
        AccountKind::Node => node::into_json(origin, account, &keys)?,
        AccountKind::Organisation => organisation::into_json(origin, account, &keys)?,
        AccountKind::Person | AccountKind::Service => person::into_json(origin, account, &keys)?,
    };
    answer::document(headers, For::Everyone, &WithContext::new(document, context))
}
