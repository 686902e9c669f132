//! Collections of people. Source: docs.joinmastodon.org/methods/collections.

use super::accounts::known_to;
use crate::{
    api::{
        body::{Input, Query},
        caller::{Caller, MaybeCaller},
        entities::collection::{self as shown},
        error::{Failure, Result},
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{error::Refusal, id::AccountId, text::names::free_text},
    features::{
        collections::{self, Collection, Words, queries},
        tags::named,
    },
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

/// Most collections of one answer, and how many unless asked.
const LIMIT_MAX: u32 = 80;
const LIMIT: u32 = 40;
/// Longest language tag (BCP 47).
const LANGUAGE_BYTES_MAX: usize = 35;

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::Public(Scope::ReadCollections), Access::User(Scope::WriteCollections));
    let own = Access::User(Scope::ReadCollections);
    Routes::new()
        .get("/api/v1/accounts/{id}/collections", read, "Somebody's collections", of_account)
        .get("/api/v1/accounts/{id}/in_collections", own, "Collections in which one stands", with_me)
        .post("/api/v1/collections", write, "Makes a collection", create)
        .get("/api/v1/collections/{id}", read, "Shows a collection with who is in it", show)
        .patch("/api/v1/collections/{id}", write, "Changes a collection of one's own", change)
        .delete("/api/v1/collections/{id}", write, "Ends a collection of one's own", delete)
        .post("/api/v1/collections/{id}/items", write, "Puts somebody into a collection of one's own", add)
        .delete("/api/v1/collections/{id}/items/{item}", write, "Takes somebody out of a collection of one's own", remove)
        .post("/api/v1/collections/{id}/items/{item}/revoke", write, "Takes oneself out of a collection", revoke)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Stretch {
    limit: Option<u32>,
    offset: u32,
}

impl Stretch {
    fn of(&self) -> (u32, u32) {
        (self.offset, self.limit.filter(|limit| *limit > 0).unwrap_or(LIMIT).min(LIMIT_MAX))
    }
}

async fn of_account(
    State(app): State<App>,
    caller: MaybeCaller,
    Path(id): Path<AccountId>,
    Query(asked): Query<Stretch>,
) -> Result<Json<Value>> {
    let of = known_to(&app, &caller, id).await?;
    let found = queries::of_account(&app.store, caller.id(), of.id, asked.of()).await?;
    Ok(Json(json!({ "collections": shown::collections(&app, &found).await? })))
}

async fn with_me(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Query(asked): Query<Stretch>) -> Result<Json<Value>> {
    if id != caller.id() {
        return Err(Refusal::forbidden("not_yours", "In which collections somebody stands is told to themselves alone.").into());
    }
    let found = queries::with_me(&app.store, id, asked.of()).await?;
    Ok(Json(json!({ "collections": shown::collections(&app, &found).await? })))
}

/// What an app sends of a collection; what is not named stays.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    name: Option<String>,
    description: Option<String>,
    language: Option<String>,
    tag_name: Option<String>,
    sensitive: Option<bool>,
    discoverable: Option<bool>,
    account_ids: Vec<AccountId>,
}

impl Asked {
    fn over(&self, before: Words) -> Result<Words> {
        let text = |typed: &Option<String>, before: String| typed.as_deref().map_or(before, |typed| free_text(typed.trim(), usize::MAX));
        let tag = match self.tag_name.as_deref() {
            None => before.tag,
            Some("") => String::new(),
            Some(typed) => named(typed).map(|(name, _)| name).ok_or_else(|| Failure::field("tag_name", "is not a hashtag"))?,
        };
        let language = self.language.clone().unwrap_or(before.language);
        if language.len() > LANGUAGE_BYTES_MAX || !language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(Failure::field("language", "is not a language tag such as en or pt-BR"));
        }
        Ok(Words {
            name: text(&self.name, before.name).replace('\n', " "),
            description: text(&self.description, before.description),
            language,
            tag,
            sensitive: self.sensitive.unwrap_or(before.sensitive),
            discoverable: self.discoverable.unwrap_or(before.discoverable),
        })
    }
}

async fn create(State(app): State<App>, caller: Caller, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let empty = String::new;
    let fresh = Words { name: empty(), description: empty(), language: empty(), tag: empty(), sensitive: false, discoverable: true };
    let words = asked.over(fresh)?;
    let tx = app.begin().await?;
    let made = collections::create(&tx, caller.account(), words, &asked.account_ids).await?;
    tx.commit().await?;
    Ok(Json(json!({ "collection": shown::collection(&app, &made).await? })))
}

async fn seen(app: &App, reader: Option<AccountId>, id: i64) -> Result<Collection> {
    Ok(queries::find(&app.store, reader, id).await?.ok_or_else(Refusal::not_found)?)
}

/// A collection of the caller's own; of another that they may see it is refused.
async fn own(app: &App, caller: &Caller, id: i64) -> Result<Collection> {
    let found = seen(app, Some(caller.id()), id).await?;
    if found.account_id != caller.id() {
        return Err(Refusal::forbidden("not_yours", "Only who made a collection may change it.").into());
    }
    Ok(found)
}

async fn show(State(app): State<App>, caller: MaybeCaller, Path(id): Path<i64>) -> Result<Json<Value>> {
    let found = seen(&app, caller.id(), id).await?;
    Ok(Json(shown::with_accounts(&app, &found).await?))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<i64>, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let before = own(&app, &caller, id).await?;
    let Collection { name, description, language, tag, sensitive, discoverable, .. } = before.clone();
    let words = asked.over(Words { name, description, language, tag, sensitive, discoverable })?;
    let tx = app.begin().await?;
    collections::change(&tx, &before, words).await?;
    tx.commit().await?;
    let after = own(&app, &caller, id).await?;
    Ok(Json(json!({ "collection": shown::collection(&app, &after).await? })))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    let found = own(&app, &caller, id).await?;
    let tx = app.begin().await?;
    collections::delete(&tx, &found).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
struct Somebody {
    account_id: AccountId,
}

async fn add(State(app): State<App>, caller: Caller, Path(id): Path<i64>, Input(asked): Input<Somebody>) -> Result<Json<Value>> {
    let found = own(&app, &caller, id).await?;
    let tx = app.begin().await?;
    let item = collections::add(&tx, &found, asked.account_id).await?;
    tx.commit().await?;
    Ok(Json(json!({ "collection_item": shown::item(&item) })))
}

async fn remove(State(app): State<App>, caller: Caller, Path((id, item)): Path<(i64, i64)>) -> Result<Json<Value>> {
    let found = own(&app, &caller, id).await?;
    let tx = app.begin().await?;
    let item = queries::item(&tx, found.id, item).await?.ok_or_else(Refusal::not_found)?;
    collections::remove(&tx, &item).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn revoke(State(app): State<App>, caller: Caller, Path((id, item)): Path<(i64, i64)>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let item = queries::item(&tx, id, item).await?.ok_or_else(Refusal::not_found)?;
    collections::revoke(&tx, &item, caller.id()).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}
