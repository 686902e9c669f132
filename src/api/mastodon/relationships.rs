//! Following, blocking and muting from an app. Following a community is joining it.
//! Source: docs.joinmastodon.org/methods/accounts; client-api.md 1.

use crate::{
    api::{
        body::{Input, Query},
        caller::Caller,
        entities::relationship::{Relationship, relationship, relationships},
        error::{Failure, Result},
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{error::Refusal, id::AccountId},
    features::{
        accounts, memberships,
        relationships::{self, FollowOptions},
    },
    policy::scope::Scope,
    store::{Tx, tables::Account},
};
use axum::{Json, extract::State};
use serde::Deserialize;
use std::{collections::HashSet, time::Duration};

/// Most accounts of which one request asks the relationships.
const ASKED_MAX: usize = 200;
/// Longest mute that ends by itself: a hundred years.
const MUTE_SECONDS_MAX: u64 = 100 * 366 * 86_400;

/// The routes of this file.
pub fn routes() -> Routes {
    let (follows, blocks, mutes) = (Access::User(Scope::WriteFollows), Access::User(Scope::WriteBlocks), Access::User(Scope::WriteMutes));
    Routes::new()
        .get("/api/v1/accounts/relationships", Access::User(Scope::ReadFollows), "How one stands towards accounts", many)
        .post("/api/v1/accounts/{id}/follow", follows, "Follows an account; joins a community", follow)
        .post("/api/v1/accounts/{id}/unfollow", follows, "Follows no longer; leaves a community", unfollow)
        .post("/api/v1/accounts/{id}/remove_from_followers", follows, "Ends somebody's follow of oneself", shake_off)
        .post("/api/v1/accounts/{id}/block", blocks, "Blocks an account", block)
        .post("/api/v1/accounts/{id}/unblock", blocks, "Blocks no longer", unblock)
        .post("/api/v1/accounts/{id}/mute", mutes, "Mutes an account", mute)
        .post("/api/v1/accounts/{id}/unmute", mutes, "Mutes no longer", unmute)
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    id: Vec<AccountId>,
}

async fn many(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>) -> Result<Json<Vec<Relationship>>> {
    if asked.id.len() > ASKED_MAX {
        return Err(Failure::field("id", format!("names more than {ASKED_MAX} accounts")));
    }
    let mut known: HashSet<AccountId> =
        accounts::queries::by_ids(&app.store, &asked.id).await?.into_iter().map(|account| account.id).collect();
    for id in accounts::queries::waiting(&app.store, &asked.id).await? {
        known.remove(&id);
    }
    let mut seen = HashSet::new();
    let ids: Vec<AccountId> = asked.id.into_iter().filter(|id| known.contains(id) && seen.insert(*id)).collect();
    Ok(Json(relationships(&app.store, caller.id(), &ids).await?))
}

#[derive(Deserialize)]
struct Options {
    reblogs: Option<bool>,
    notify: Option<bool>,
    languages: Option<Vec<String>>,
}

async fn follow(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AccountId>,
    Input(asked): Input<Options>,
) -> Result<Json<Relationship>> {
    let tx = app.begin().await?;
    let target = target(&tx, id).await?;
    let before = relationships::queries::find(&tx, caller.id(), id).await?;
    let kept =
        before.map_or_else(FollowOptions::default, |follow| FollowOptions { show_boosts: follow.show_boosts, notify: follow.notify });
    let options = FollowOptions { show_boosts: asked.reblogs.unwrap_or(kept.show_boosts), notify: asked.notify.unwrap_or(kept.notify) };
    memberships::follow_or_join(&tx, caller.account(), &target, options, None).await?;
    if let Some(said) = asked.languages {
        let languages: Vec<String> = said.into_iter().filter(|language| !language.is_empty()).collect();
        relationships::marks::choose_languages(&tx, caller.id(), id, &languages).await?;
    }
    tx.commit().await?;
    answer_settled(&app, &caller, id).await
}

async fn unfollow(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Relationship>> {
    let tx = app.begin().await?;
    let target = known(&tx, id).await?;
    memberships::unfollowed(&tx, caller.account(), &target, None).await?;
    tx.commit().await?;
    answer_settled(&app, &caller, id).await
}

async fn shake_off(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Relationship>> {
    let tx = app.begin().await?;
    known(&tx, id).await?;
    relationships::reject(&tx, id, caller.id()).await?;
    tx.commit().await?;
    answer(&app, &caller, id).await
}

async fn block(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Relationship>> {
    let tx = app.begin().await?;
    let target = known(&tx, id).await?;
    if target.is_community() {
        // Who blocks a community has no seat in it; from curator up that must be said by leaving.
        memberships::unfollowed(&tx, caller.account(), &target, None).await?;
    }
    relationships::block(&tx, caller.id(), id, None).await?;
    tx.commit().await?;
    answer_settled(&app, &caller, id).await
}

async fn unblock(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Relationship>> {
    let tx = app.begin().await?;
    known(&tx, id).await?;
    relationships::unblock(&tx, caller.id(), id).await?;
    tx.commit().await?;
    answer(&app, &caller, id).await
}

#[derive(Deserialize)]
struct Muting {
    notifications: Option<bool>,
    /// Seconds; 0 and none: for good.
    #[serde(default)]
    duration: u64,
}

async fn mute(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AccountId>,
    Input(asked): Input<Muting>,
) -> Result<Json<Relationship>> {
    if asked.duration > MUTE_SECONDS_MAX {
        return Err(Failure::field("duration", format!("must not be longer than {MUTE_SECONDS_MAX} seconds")));
    }
    let tx = app.begin().await?;
    known(&tx, id).await?;
    let until = (asked.duration > 0).then(|| tx.now.plus(Duration::from_secs(asked.duration)));
    relationships::mute(&tx, caller.id(), id, asked.notifications.unwrap_or(true), until).await?;
    tx.commit().await?;
    answer(&app, &caller, id).await
}

async fn unmute(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Relationship>> {
    let tx = app.begin().await?;
    known(&tx, id).await?;
    relationships::unmute(&tx, caller.id(), id).await?;
    tx.commit().await?;
    answer(&app, &caller, id).await
}

/// The account with this id, whatever became of it.
pub(super) async fn known(tx: &Tx, id: AccountId) -> Result<Account> {
    Ok(accounts::queries::nameable(tx, id).await?.ok_or_else(Refusal::not_found)?)
}

/// The account with this id, if it still takes part.
async fn target(tx: &Tx, id: AccountId) -> Result<Account> {
    Ok(accounts::queries::nameable(tx, id).await?.filter(Account::is_active).ok_or_else(Refusal::not_found)?)
}

pub(super) async fn answer(app: &App, caller: &Caller, id: AccountId) -> Result<Json<Relationship>> {
    Ok(Json(relationship(&app.store, caller.id(), id).await?))
}

/// The answer to what changes home timelines: after that is done, so that the next page shows it.
async fn answer_settled(app: &App, caller: &Caller, id: AccountId) -> Result<Json<Relationship>> {
    app.store.settle().await;
    answer(app, caller, id).await
}
