//! Whose notifications come, wait or go, and those that wait: requests. Source: docs.joinmastodon.org/methods/notifications.

use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::{account, status},
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{error::Refusal, id::PostId, words::Handling},
    features::{
        notifications::{
            policy::{self, Policy},
            requests::{self, Request},
        },
        posts::queries::{Viewer, seen_many},
    },
    policy::scope::Scope,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Most requests that one act may name.
const IDS_MAX: usize = 100;

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadNotifications), Access::User(Scope::WriteNotifications));
    Routes::new()
        .get("/api/v1/notifications/policy", read, "What is filtered", first)
        .patch("/api/v1/notifications/policy", write, "Decides what is filtered", decide_first)
        .put("/api/v1/notifications/policy", write, "Decides what is filtered", decide_first)
        .get("/api/v2/notifications/policy", read, "What comes, waits or goes", second)
        .patch("/api/v2/notifications/policy", write, "Decides what comes, waits or goes", decide_second)
        .get("/api/v1/notifications/requests", read, "Whose notifications wait", list)
        .get("/api/v1/notifications/requests/merged", read, "Whether accepted requests were merged", merged)
        .post("/api/v1/notifications/requests/accept", write, "Lets several people in", accept_all)
        .post("/api/v1/notifications/requests/dismiss", write, "Forgets what waits by several people", dismiss_all)
        .get("/api/v1/notifications/requests/{id}", read, "What waits by one person", one)
        .post("/api/v1/notifications/requests/{id}/accept", write, "Lets one person in", accept)
        .post("/api/v1/notifications/requests/{id}/dismiss", write, "Forgets what waits by one person", dismiss)
}

async fn summary(app: &App, caller: &Caller) -> Result<Value> {
    let (people, told) = requests::waiting(&app.store, caller.id()).await?;
    Ok(json!({ "pending_requests_count": people, "pending_notifications_count": told }))
}

async fn first(State(app): State<App>, caller: Caller) -> Result<Json<Value>> {
    let decided = policy::policy(&app.store, caller.id()).await?;
    let is = |handling: Handling| handling != Handling::Accept;
    Ok(Json(json!({
        "filter_not_following": is(decided.not_following),
        "filter_not_followers": is(decided.not_followers),
        "filter_new_accounts": is(decided.new_accounts),
        "filter_private_mentions": is(decided.private_mentions),
        "summary": summary(&app, &caller).await?,
    })))
}

async fn second(State(app): State<App>, caller: Caller) -> Result<Json<Value>> {
    let decided = policy::policy(&app.store, caller.id()).await?;
    Ok(Json(json!({
        "for_not_following": decided.not_following,
        "for_not_followers": decided.not_followers,
        "for_new_accounts": decided.new_accounts,
        "for_private_mentions": decided.private_mentions,
        "for_limited_accounts": decided.limited_accounts,
        "summary": summary(&app, &caller).await?,
    })))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct First {
    filter_not_following: Option<bool>,
    filter_not_followers: Option<bool>,
    filter_new_accounts: Option<bool>,
    filter_private_mentions: Option<bool>,
}

async fn decide_first(state: State<App>, caller: Caller, Input(asked): Input<First>) -> Result<Json<Value>> {
    let said = |asked: Option<bool>, before| asked.map_or(before, |is| if is { Handling::Filter } else { Handling::Accept });
    let before = policy::policy(&state.0.store, caller.id()).await?;
    let decided = Policy {
        not_following: said(asked.filter_not_following, before.not_following),
        not_followers: said(asked.filter_not_followers, before.not_followers),
        new_accounts: said(asked.filter_new_accounts, before.new_accounts),
        private_mentions: said(asked.filter_private_mentions, before.private_mentions),
        ..before
    };
    keep(&state.0, &caller, decided).await?;
    first(state, caller).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Second {
    for_not_following: Option<String>,
    for_not_followers: Option<String>,
    for_new_accounts: Option<String>,
    for_private_mentions: Option<String>,
    for_limited_accounts: Option<String>,
}

fn handling(field: &'static str, asked: Option<&String>, before: Handling) -> Result<Handling> {
    let Some(word) = asked else { return Ok(before) };
    let known = Handling::ALL.iter().find(|known| known.word() == word);
    known.copied().ok_or_else(|| Failure::field(field, "must be one of accept, filter, drop"))
}

async fn decide_second(state: State<App>, caller: Caller, Input(asked): Input<Second>) -> Result<Json<Value>> {
    let before = policy::policy(&state.0.store, caller.id()).await?;
    let decided = Policy {
        not_following: handling("for_not_following", asked.for_not_following.as_ref(), before.not_following)?,
        not_followers: handling("for_not_followers", asked.for_not_followers.as_ref(), before.not_followers)?,
        new_accounts: handling("for_new_accounts", asked.for_new_accounts.as_ref(), before.new_accounts)?,
        private_mentions: handling("for_private_mentions", asked.for_private_mentions.as_ref(), before.private_mentions)?,
        limited_accounts: handling("for_limited_accounts", asked.for_limited_accounts.as_ref(), before.limited_accounts)?,
    };
    keep(&state.0, &caller, decided).await?;
    second(state, caller).await
}

async fn keep(app: &App, caller: &Caller, decided: Policy) -> Result<()> {
    let tx = app.begin().await?;
    policy::set_policy(&tx, caller.id(), decided).await?;
    Ok(tx.commit().await?)
}

/// The Mastodon API's NotificationRequest, in the order of `rows`.
async fn shown(app: &App, caller: &Caller, rows: &[Request]) -> Result<Vec<Value>> {
    let from: Vec<_> = rows.iter().map(|row| row.from_id).collect();
    let accounts = account::by_ids(app, &app.store, &from).await?;
    let posts: Vec<PostId> = rows.iter().map(|row| row.last_post_id).filter(|id| id.0 != 0).collect();
    let viewer = Viewer::Account(caller.id());
    let posts = seen_many(&app.store, &viewer, &posts).await?;
    let statuses: HashMap<PostId, _> =
        status::statuses(app, &viewer, &posts).await?.into_iter().map(|status| (status.id, status)).collect();
    let one = |row: &Request| {
        Some(json!({
            "id": row.id.to_string(),
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "notifications_count": row.waiting.to_string(),
            "account": accounts.get(&row.from_id)?,
            "last_status": statuses.get(&row.last_post_id),
        }))
    };
    Ok(rows.iter().filter_map(one).collect())
}

async fn list(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(40, 80);
    let rows = requests::page(&app.store, caller.id(), page).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    Ok(query.answer(shown(&app, &caller, &rows).await?, page.cursors(&ids)))
}

async fn one(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Value>> {
    let rows = requests::find(&app.store, caller.id(), &[id.0]).await?;
    let shown = shown(&app, &caller, &rows).await?.pop();
    Ok(Json(shown.ok_or_else(Refusal::not_found)?))
}

async fn merged(_caller: Caller) -> Json<Value> {
    // accepting merges in the same act
    Json(json!({ "merged": true }))
}

async fn settle(app: &App, caller: &Caller, ids: &[i64], is_accepted: bool) -> Result<usize> {
    let tx = app.begin().await?;
    let found = requests::find(&tx, caller.id(), ids).await?;
    for request in &found {
        if is_accepted {
            requests::accept(&tx, caller.id(), request).await?;
        } else {
            requests::dismiss(&tx, caller.id(), request).await?;
        }
    }
    tx.commit().await?;
    Ok(found.len())
}

async fn settle_one(app: &App, caller: &Caller, id: PostId, is_accepted: bool) -> Result<Json<Value>> {
    match settle(app, caller, &[id.0], is_accepted).await? {
        0 => Err(Refusal::not_found().into()),
        _ => Ok(Json(json!({}))),
    }
}

async fn accept(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Value>> {
    settle_one(&app, &caller, id, true).await
}

async fn dismiss(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Value>> {
    settle_one(&app, &caller, id, false).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Several {
    id: Vec<PostId>,
}

async fn settle_several(app: &App, caller: &Caller, several: Several, is_accepted: bool) -> Result<Json<Value>> {
    if several.id.len() > IDS_MAX {
        return Err(Failure::field("id", format!("has more than {IDS_MAX} entries")));
    }
    let ids: Vec<i64> = several.id.iter().map(|id| id.0).collect();
    settle(app, caller, &ids, is_accepted).await?;
    Ok(Json(json!({})))
}

async fn accept_all(State(app): State<App>, caller: Caller, Input(several): Input<Several>) -> Result<Json<Value>> {
    settle_several(&app, &caller, several, true).await
}

async fn dismiss_all(State(app): State<App>, caller: Caller, Input(several): Input<Several>) -> Result<Json<Value>> {
    settle_several(&app, &caller, several, false).await
}
