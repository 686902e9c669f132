//! Lists: of one's own, and each community one has joined as well, so that one tap gives one community. Those are read-only:
//! joining and leaving is how they come and go (client-api.md 1). Source: docs.joinmastodon.org/methods/lists.

use super::timelines::answer;
use crate::{
    api::{
        body::{Input, Query},
        caller::Caller,
        entities::{account::accounts as shown, community::title},
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        error::Refusal,
        id::AccountId,
        page::Page,
        words::{
            SeatStatus,
            reading::{FilterContext, RepliesPolicy},
        },
    },
    features::{
        accounts, communities,
        lists::{self, MEMBERS_MAX, Wanted, queries},
        memberships,
        posts::queries::Viewer,
        timelines,
    },
    policy::scope::Scope,
    store::tables::{Account, List},
};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::str::FromStr;

/// Most communities shown as lists.
const COMMUNITIES_MAX: u32 = 500;
/// Most people that one request may name.
const NAMED_MAX: usize = 200;

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadLists), Access::User(Scope::WriteLists));
    Routes::new()
        .get("/api/v1/lists", read, "One's lists, and one's communities as lists", all)
        .post("/api/v1/lists", write, "Makes a list", create)
        .get("/api/v1/lists/{id}", read, "One list", one)
        .put("/api/v1/lists/{id}", write, "Changes a list; refused for a community", change)
        .delete("/api/v1/lists/{id}", write, "Deletes a list; refused for a community", delete)
        .get("/api/v1/lists/{id}/accounts", read, "Who is in a list; of a community its own account", members)
        .post("/api/v1/lists/{id}/accounts", write, "Puts people whom one follows into a list", add)
        .delete("/api/v1/lists/{id}/accounts", write, "Takes people out of a list", remove)
        .get("/api/v1/accounts/{id}/lists", read, "One's lists in which an account is", containing)
        .get("/api/v1/timelines/list/{id}", read, "The posts of a list", timeline)
}

/// What an id names.
enum Named {
    List(List),
    Community(Box<Account>),
}

/// The caller's list, or community, with this id; not found when it is neither.
async fn named(app: &App, caller: &Caller, id: i64) -> Result<Named> {
    if let Some(list) = queries::find(&app.store, caller.id(), id).await? {
        return Ok(Named::List(list));
    }
    let community = joined(app, caller, AccountId(id)).await?.ok_or_else(Refusal::not_found)?;
    Ok(Named::Community(Box::new(community)))
}

/// The caller's own list with this id: what may be changed.
async fn own(app: &App, caller: &Caller, id: i64) -> Result<List> {
    match named(app, caller, id).await? {
        Named::List(list) => Ok(list),
        Named::Community(_) => {
            let sentence = "This list is a community you are in: join or leave the community instead.";
            Err(Failure::new(StatusCode::FORBIDDEN, "lists_are_communities", sentence))
        }
    }
}

async fn all(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Value>>> {
    let own = queries::all(&app.store, caller.id()).await?;
    let joined = communities::queries::of_member(&app.store, caller.id(), Page::first(COMMUNITIES_MAX)).await?;
    Ok(Json(own.iter().map(list).chain(joined.iter().map(|(account, _)| community(account))).collect()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    title: Option<String>,
    replies_policy: Option<String>,
    exclusive: Option<bool>,
}

impl Asked {
    fn replies(&self) -> Result<Option<RepliesPolicy>> {
        let wrong = |_| Failure::field("replies_policy", format!("must be one of {}", RepliesPolicy::WORDS.join(", ")));
        self.replies_policy.as_deref().filter(|word| !word.is_empty()).map(|word| RepliesPolicy::from_str(word).map_err(wrong)).transpose()
    }
}

async fn create(State(app): State<App>, caller: Caller, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let replies = asked.replies()?.unwrap_or(RepliesPolicy::List);
    let wanted = Wanted { title: asked.title.unwrap_or_default(), replies, exclusive: asked.exclusive.unwrap_or_default() };
    let tx = app.begin().await?;
    let made = lists::create(&tx, caller.id(), wanted).await?;
    tx.commit().await?;
    Ok(Json(list(&made)))
}

async fn one(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    Ok(Json(match named(&app, &caller, id).await? {
        Named::List(found) => list(&found),
        Named::Community(found) => community(&found),
    }))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<i64>, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let before = own(&app, &caller, id).await?;
    let wanted = Wanted {
        replies: asked.replies()?.unwrap_or(before.replies),
        title: asked.title.unwrap_or(before.title),
        exclusive: asked.exclusive.unwrap_or(before.exclusive),
    };
    let tx = app.begin().await?;
    let changed = lists::change(&tx, caller.id(), id, wanted).await?;
    tx.commit().await?;
    Ok(Json(list(&changed)))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    own(&app, &caller, id).await?;
    let tx = app.begin().await?;
    lists::delete(&tx, caller.id(), id).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<u32>,
}

/// With a limit of 0 all of them, as the documentation has it.
async fn members(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
    query: PageQuery,
    Query(asked): Query<Limit>,
) -> Result<Response> {
    let whole = u32::try_from(MEMBERS_MAX).unwrap_or(u32::MAX);
    let page = if asked.limit == Some(0) { Page { limit: whole, ..query.page } } else { query.clamp(40, 80) };
    let (ids, people): (Vec<i64>, Vec<Account>) = match named(&app, &caller, id).await? {
        Named::List(list) => queries::members(&app.store, list.id, page).await?.into_iter().map(|row| (row.cursor, row.account)).unzip(),
        Named::Community(account) => (Vec::new(), vec![*account]),
    };
    Ok(query.answer(shown(&app, &app.store, people).await?, page.cursors(&ids)))
}

#[derive(Deserialize)]
struct People {
    #[serde(default)]
    account_ids: Vec<AccountId>,
}

impl People {
    fn ids(mut self) -> Result<Vec<AccountId>> {
        if self.account_ids.is_empty() {
            return Err(Failure::field("account_ids", "can't be blank"));
        }
        if self.account_ids.len() > NAMED_MAX {
            return Err(Failure::field("account_ids", format!("names more than {NAMED_MAX} accounts")));
        }
        self.account_ids.sort_unstable();
        self.account_ids.dedup();
        Ok(self.account_ids)
    }
}

async fn add(State(app): State<App>, caller: Caller, Path(id): Path<i64>, Input(people): Input<People>) -> Result<Json<Value>> {
    own(&app, &caller, id).await?;
    let tx = app.begin().await?;
    lists::add(&tx, caller.id(), id, &people.ids()?).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<i64>, Input(people): Input<People>) -> Result<Json<Value>> {
    own(&app, &caller, id).await?;
    let tx = app.begin().await?;
    lists::remove(&tx, caller.id(), id, &people.ids()?).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn containing(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Vec<Value>>> {
    let own = queries::containing(&app.store, caller.id(), id).await?;
    let joined = joined(&app, &caller, id).await?;
    Ok(Json(own.iter().map(list).chain(joined.iter().map(community)).collect()))
}

async fn timeline(State(app): State<App>, caller: Caller, Path(id): Path<i64>, query: PageQuery) -> Result<Response> {
    let (page, viewer) = (query.clamp(20, 40), Viewer::Account(caller.id()));
    let posts = match named(&app, &caller, id).await? {
        Named::List(list) => timelines::queries::list(&app.store, caller.id(), list.id, page).await?,
        Named::Community(account) => timelines::queries::community(&app.store, &viewer, account.id, false, page).await?,
    };
    answer(&app, (&viewer, FilterContext::Home), &query, page, posts).await
}

/// The community with this id, if the caller is in it.
async fn joined(app: &App, caller: &Caller, id: AccountId) -> Result<Option<Account>> {
    let seat = memberships::queries::seat(&app.store, id, caller.id()).await?;
    if seat.is_none_or(|seat| seat.status != SeatStatus::Active) {
        return Ok(None);
    }
    Ok(accounts::queries::by_id(&app.store, id).await?)
}

fn list(list: &List) -> Value {
    json!({ "id": list.id.to_string(), "title": list.title, "replies_policy": list.replies, "exclusive": list.exclusive })
}

fn community(community: &Account) -> Value {
    json!({ "id": community.id, "title": title(community), "replies_policy": "list", "exclusive": false })
}
