//! Lists: each community one has joined is also a list, so one tap gives one community.
//! They are read-only: joining and leaving is how they come and go (client-api.md 1).

use crate::{
    api::{
        caller::Caller,
        entities::{account::{Shown, accounts as shown}, community::title, status::statuses},
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
        words::SeatStatus,
    },
    features::{accounts, communities, memberships, posts::queries::Viewer, timelines},
    policy::scope::Scope,
    store::tables::{Account, Post},
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::Response,
};
use serde_json::{Value, json};

/// Most communities shown as lists.
const LISTS_MAX: u32 = 500;

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadLists), Access::User(Scope::WriteLists));
    Routes::new()
        .get("/api/v1/lists", read, "One's communities, as lists", all)
        .post("/api/v1/lists", write, "Refused: lists are communities", refused)
        .get("/api/v1/lists/{id}", read, "One community, as a list", one)
        .put("/api/v1/lists/{id}", write, "Refused: lists are communities", refused)
        .delete("/api/v1/lists/{id}", write, "Refused: lists are communities", refused)
        .get("/api/v1/lists/{id}/accounts", read, "The community's own account", members)
        .post("/api/v1/lists/{id}/accounts", write, "Refused: lists are communities", refused)
        .delete("/api/v1/lists/{id}/accounts", write, "Refused: lists are communities", refused)
        .get("/api/v1/accounts/{id}/lists", read, "The lists an account is in: its own, if it is a community one joined", containing)
        .get("/api/v1/timelines/list/{id}", read, "The posts of one community", timeline)
}

async fn all(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Value>>> {
    let joined = communities::queries::of_member(&app.store, caller.id(), Page::first(LISTS_MAX)).await?;
    Ok(Json(joined.iter().map(|(account, _)| list(account)).collect()))
}

async fn one(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    let community = joined(&app, &caller, id).await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(list(&community)))
}

async fn members(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Vec<Shown>>> {
    let community = joined(&app, &caller, id).await?.ok_or_else(Refusal::not_found)?;
    Ok(Json(shown(&app, &app.store, vec![community]).await?))
}

async fn containing(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Vec<Value>>> {
    let community = joined(&app, &caller, id).await?;
    Ok(Json(community.iter().map(list).collect()))
}

async fn timeline(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, query: PageQuery) -> Result<Response> {
    joined(&app, &caller, id).await?.ok_or_else(Refusal::not_found)?;
    let page = query.clamp(20, 40);
    let viewer = Viewer::Account(caller.id());
    let posts: Vec<Post> = timelines::queries::community(&app.store, &viewer, id, false, page).await?;
    let ids: Vec<i64> = posts.iter().map(|post| post.id.0).collect();
    Ok(query.answer(statuses(&app, &viewer, &posts).await?, page.cursors(&ids)))
}

async fn refused(_caller: Caller) -> Failure {
    let sentence = "Lists here are the communities you are in: join or leave a community instead.";
    Failure::new(StatusCode::FORBIDDEN, "lists_are_communities", sentence)
}

/// The community with this id, if the caller is in it.
async fn joined(app: &App, caller: &Caller, id: AccountId) -> Result<Option<Account>> {
    let seat = memberships::queries::seat(&app.store, id, caller.id()).await?;
    if seat.is_none_or(|seat| seat.status != SeatStatus::Active) {
        return Ok(None);
    }
    Ok(accounts::queries::by_id(&app.store, id).await?)
}

fn list(community: &Account) -> Value {
    json!({ "id": community.id, "title": title(community), "replies_policy": "list", "exclusive": false })
}
