//! Lists of people: who follows whom, who asks to, whom one blocks and mutes.
//! Source: docs.joinmastodon.org/methods/{accounts,follow_requests,blocks,mutes}.

use crate::{
    api::{
        body::Query,
        caller::{Caller, MaybeCaller},
        entities::{
            account::{Shown, accounts as shown},
            relationship::{Relationship, relationship},
        },
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::{
        App,
        circles::{self, Circle},
    },
    base::{clock::Stamp, error::Refusal, id::AccountId, page::Page, words::FollowState},
    features::{
        accounts,
        relationships::{self, queries::Listed},
    },
    policy::scope::Scope,
    store::tables::Account,
};
use axum::{Json, extract::State, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Most accounts of which one request asks for familiar followers.
const ASKED_MAX: usize = 40;

/// The routes of this file.
pub fn routes() -> Routes {
    let follows = Access::User(Scope::ReadFollows);
    let decide = Access::User(Scope::WriteFollows);
    Routes::new()
        .get("/api/v1/accounts/{id}/followers", Access::Public(Scope::ReadAccounts), "Who follows an account", followers)
        .get("/api/v1/accounts/{id}/following", Access::Public(Scope::ReadAccounts), "Whom an account follows", following)
        .get("/api/v1/accounts/familiar_followers", follows, "Whom one follows among an account's followers", familiar)
        .get("/api/v1/follow_requests", follows, "Who asks to follow", requests)
        .post("/api/v1/follow_requests/{id}/authorize", decide, "Lets somebody follow", authorize)
        .post("/api/v1/follow_requests/{id}/reject", decide, "Does not let somebody follow", reject)
        .get("/api/v1/blocks", Access::User(Scope::ReadBlocks), "Whom one blocks", blocks)
        .get("/api/v1/mutes", Access::User(Scope::ReadMutes), "Whom one mutes", mutes)
}

async fn followers(State(app): State<App>, caller: MaybeCaller, Path(id): Path<AccountId>, query: PageQuery) -> Result<Response> {
    circle(&app, &caller, (id, Circle::Followers), &query).await
}

async fn following(State(app): State<App>, caller: MaybeCaller, Path(id): Path<AccountId>, query: PageQuery) -> Result<Response> {
    circle(&app, &caller, (id, Circle::Following), &query).await
}

async fn circle(app: &App, caller: &MaybeCaller, (id, which): (AccountId, Circle), query: &PageQuery) -> Result<Response> {
    let of = accounts::queries::nameable(&app.store, id).await?.filter(Account::is_active).ok_or_else(Refusal::not_found)?;
    let viewer = caller.0.as_ref().map(Caller::account);
    let (people, cursors) = circles::listed(app, viewer, (&of, which), query.clamp(40, 80)).await?;
    Ok(query.answer(shown(app, &app.store, people).await?, cursors))
}

async fn requests(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(40, 80);
    answer(&app, &query, page, relationships::queries::requests(&app.store, caller.id(), page).await?).await
}

async fn blocks(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(40, 80);
    answer(&app, &query, page, relationships::queries::blocked(&app.store, caller.id(), page).await?).await
}

async fn mutes(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(40, 80);
    let rows = relationships::queries::muted(&app.store, caller.id(), page).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.cursor).collect();
    let people: Vec<Account> = rows.into_iter().map(|row| row.account).collect();
    let whom: Vec<AccountId> = people.iter().map(|account| account.id).collect();
    let until = relationships::queries::muted_until(&app.store, caller.id(), &whom).await?;
    let listed = shown(&app, &app.store, people)
        .await?
        .into_iter()
        .map(|account| Muted { mute_expires_at: until.get(&account.id).copied(), account });
    Ok(query.answer(listed.collect(), page.cursors(&ids)))
}

/// The Mastodon API's MutedAccount.
#[derive(Serialize)]
struct Muted {
    #[serde(flatten)]
    account: Shown,
    mute_expires_at: Option<Stamp>,
}

pub(super) async fn answer(app: &App, query: &PageQuery, page: Page, rows: Vec<Listed>) -> Result<Response> {
    let ids: Vec<i64> = rows.iter().map(|row| row.cursor).collect();
    let people: Vec<Account> = rows.into_iter().map(|row| row.account).collect();
    Ok(query.answer(shown(app, &app.store, people).await?, page.cursors(&ids)))
}

async fn authorize(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Relationship>> {
    decide(&app, &caller, id, true).await
}

async fn reject(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Relationship>> {
    decide(&app, &caller, id, false).await
}

async fn decide(app: &App, caller: &Caller, id: AccountId, admit: bool) -> Result<Json<Relationship>> {
    let tx = app.begin().await?;
    let asked = relationships::queries::find(&tx, id, caller.id()).await?.filter(|follow| follow.state == FollowState::Requested);
    asked.ok_or_else(Refusal::not_found)?;
    if admit {
        relationships::accept(&tx, id, caller.id()).await?;
    } else {
        relationships::reject(&tx, id, caller.id()).await?;
    }
    tx.commit().await?;
    Ok(Json(relationship(&app.store, caller.id(), id).await?))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    id: Vec<AccountId>,
}

async fn familiar(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>) -> Result<Json<Vec<Value>>> {
    if asked.id.len() > ASKED_MAX {
        return Err(Failure::field("id", format!("names more than {ASKED_MAX} accounts")));
    }
    let mut answers = Vec::new();
    for id in asked.id {
        let known = circles::familiar(&app, caller.id(), id, 20).await?;
        answers.push(json!({ "id": id, "accounts": shown(&app, &app.store, known).await? }));
    }
    Ok(Json(answers))
}
