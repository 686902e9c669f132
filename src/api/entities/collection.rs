//! Collections as clients get them. Source: docs.joinmastodon.org/entities/Collection, /entities/CollectionWithAccounts.

use super::{account, status::tagged};
use crate::{
    app::App,
    base::{error::Result, id::AccountId},
    features::collections::{
        Collection, Item,
        queries::{self, items},
    },
    store::tables::Account,
};
use serde_json::{Value, json};

/// The Mastodon API's Collection, for a list of them: one statement more for any number.
pub async fn collections(app: &App, found: &[Collection]) -> Result<Vec<Value>> {
    let ids: Vec<i64> = found.iter().map(|collection| collection.id).collect();
    let all = items(&app.store, &ids).await?;
    let of = |collection: &Collection| all.iter().filter(|item| item.collection_id == collection.id).collect::<Vec<_>>();
    Ok(found.iter().map(|collection| shown(app, collection, &of(collection))).collect())
}

/// One of them.
pub async fn collection(app: &App, of: &Collection) -> Result<Value> {
    Ok(collections(app, std::slice::from_ref(of)).await?.pop().unwrap_or_default())
}

/// The Mastodon API's CollectionWithAccounts: with its owner and everybody in it.
pub async fn with_accounts(app: &App, of: &Collection) -> Result<Value> {
    let items = queries::items(&app.store, &[of.id]).await?;
    let mut ids: Vec<AccountId> = std::iter::once(of.account_id).chain(items.iter().map(|item| item.account_id)).collect();
    ids.dedup();
    let mut found: Vec<Account> = crate::features::accounts::queries::by_ids(&app.store, &ids).await?;
    found.sort_by_key(|account| ids.iter().position(|id| *id == account.id));
    let accounts = account::accounts(app, &app.store, found).await?;
    Ok(json!({ "collection": shown(app, of, &items.iter().collect::<Vec<_>>()), "accounts": accounts }))
}

/// The Mastodon API's CollectionItem.
pub fn item(item: &Item) -> Value {
    let state = if item.revoked { "revoked" } else { "accepted" };
    json!({ "id": item.id.to_string(), "account_id": item.account_id, "state": state, "created_at": item.created_at })
}

fn shown(app: &App, of: &Collection, items: &[&Item]) -> Value {
    let tag = Some(&of.tag).filter(|tag| !tag.is_empty()).map(|tag| tagged(app, tag));
    json!({
        "id": of.id.to_string(),
        "account_id": of.account_id,
        "uri": app.origin.absolute(&format!("/api/v1/collections/{}", of.id)),
        "url": null,
        "name": of.name,
        "description": of.description,
        "language": Some(&of.language).filter(|language| !language.is_empty()),
        "local": true,
        "sensitive": of.sensitive,
        "discoverable": of.discoverable,
        "tag": tag,
        "item_count": items.len(),
        "items": items.iter().map(|one| item(one)).collect::<Vec<_>>(),
        "created_at": of.created_at,
        "updated_at": of.updated_at,
    })
}
