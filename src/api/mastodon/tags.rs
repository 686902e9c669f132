//! Tags: shown, followed, and on profiles. Source: docs.joinmastodon.org/methods/{tags,followed_tags,featured_tags}.

use super::accounts::known_to;
use crate::{
    api::{
        body::Input,
        caller::{Caller, MaybeCaller},
        entities::tag::{self as shown, Shown},
        error::Result,
        paging::PageQuery,
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{error::Refusal, id::AccountId, page::Page, text::scan::tag_key},
    features::{
        tags::{
            self, FEATURED_MAX,
            Purpose::{Featured, Followed},
            named, queries,
        },
        timelines,
    },
    policy::scope::Scope,
    store::tables::ChosenTag,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// Tags that are suggested for a profile.
const SUGGESTED: usize = 10;

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadAccounts), Access::User(Scope::WriteAccounts));
    let follows = Access::User(Scope::WriteFollows);
    Routes::new()
        .get("/api/v1/tags/{tag}", Access::Public(Scope::ReadFollows), "Shows a tag", show)
        .costing(Cost::Large)
        .post("/api/v1/tags/{tag}/follow", follows, "Follows a tag: public posts with it come home", follow)
        .post("/api/v1/tags/{tag}/unfollow", follows, "Follows a tag no longer", unfollow)
        .post("/api/v1/tags/{tag}/feature", write, "Puts a tag on one's profile", feature_named)
        .post("/api/v1/tags/{tag}/unfeature", write, "Takes a tag from one's profile", unfeature_named)
        .get("/api/v1/followed_tags", Access::User(Scope::ReadFollows), "The tags one follows", followed)
        .get("/api/v1/featured_tags", read, "The tags on one's profile", own)
        .post("/api/v1/featured_tags", write, "Puts a tag on one's profile", feature)
        .delete("/api/v1/featured_tags/{id}", write, "Takes a tag from one's profile", unfeature)
        .get("/api/v1/featured_tags/suggestions", read, "The tags one uses most, for one's profile", suggestions)
        .get("/api/v1/accounts/{id}/featured_tags", Access::Public(Scope::ReadAccounts), "The tags on a profile", of_account)
}

/// The name of a tag in a path; what is none names nothing.
fn name(typed: &str) -> Result<String> {
    Ok(named(typed).map(|(name, _)| name).ok_or_else(Refusal::not_found)?)
}

async fn show(State(app): State<App>, caller: MaybeCaller, Path(tag): Path<String>) -> Result<Json<Value>> {
    Ok(Json(shown::tag(&app, caller.id(), &tag_key(&name(&tag)?)).await?))
}

async fn follow(State(app): State<App>, caller: Caller, Path(tag): Path<String>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let chosen = tags::choose(&tx, caller.id(), Followed, &name(&tag)?).await?;
    timelines::backfill_tag(&tx, caller.id(), &chosen.tag).await?;
    tx.commit().await?;
    Ok(Json(shown::tag(&app, Some(caller.id()), &chosen.name).await?))
}

async fn unfollow(State(app): State<App>, caller: Caller, Path(tag): Path<String>) -> Result<Json<Value>> {
    let name = name(&tag)?;
    let tx = app.begin().await?;
    if let Some(chosen) = tags::drop(&tx, caller.id(), Followed, &tag_key(&name)).await? {
        timelines::clear_tag(&tx, caller.id(), &chosen.tag).await?;
    }
    tx.commit().await?;
    Ok(Json(shown::tag(&app, Some(caller.id()), &name).await?))
}

async fn followed(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(100, 200);
    let chosen = queries::page(&app.store, caller.id(), Followed, page).await?;
    let (ids, names): (Vec<i64>, Vec<String>) = chosen.into_iter().map(|tag| (tag.id, tag.name)).unzip();
    Ok(query.answer(shown::tags(&app, Some(caller.id()), &names).await?, page.cursors(&ids)))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    name: String,
}

async fn feature(State(app): State<App>, caller: Caller, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let chosen = tags::choose(&tx, caller.id(), Featured, &asked.name).await?;
    tx.commit().await?;
    Ok(Json(with_uses(&app, caller.id(), &[chosen]).await?.pop().unwrap_or_default()))
}

async fn unfeature(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let chosen = queries::by_id(&tx, caller.id(), Featured, id).await?.ok_or_else(Refusal::not_found)?;
    tags::drop(&tx, caller.id(), Featured, &chosen.tag).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn feature_named(State(app): State<App>, caller: Caller, Path(tag): Path<String>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let chosen = tags::choose(&tx, caller.id(), Featured, &name(&tag)?).await?;
    tx.commit().await?;
    Ok(Json(shown::tag(&app, Some(caller.id()), &chosen.name).await?))
}

async fn unfeature_named(State(app): State<App>, caller: Caller, Path(tag): Path<String>) -> Result<Json<Value>> {
    let name = name(&tag)?;
    let tx = app.begin().await?;
    tags::drop(&tx, caller.id(), Featured, &tag_key(&name)).await?;
    tx.commit().await?;
    Ok(Json(shown::tag(&app, Some(caller.id()), &name).await?))
}

async fn own(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Value>>> {
    Ok(Json(featured_by(&app, caller.id()).await?))
}

async fn of_account(State(app): State<App>, caller: MaybeCaller, Path(id): Path<AccountId>) -> Result<Json<Vec<Value>>> {
    let of = known_to(&app, &caller, id).await?;
    if let (false, Some(_), Ok(network)) = (of.is_local(), caller.id(), app.network())
        && network.featured_tags(of.id).await.is_err()
    {
        // without the error, which names a host that may be known to few (S55)
        tracing::debug!(account = %of.id, "the tags on a profile elsewhere could not be read");
    }
    Ok(Json(featured_by(&app, id).await?))
}

async fn suggestions(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Shown>>> {
    let there: Vec<String> = chosen_by(&app, caller.id()).await?.into_iter().map(|chosen| chosen.tag).collect();
    let used = queries::used_by(&app.store, caller.id(), None).await?.into_iter().map(|used| used.tag);
    let names: Vec<String> = used.filter(|tag| !there.contains(tag)).take(SUGGESTED).collect();
    Ok(Json(shown::tags(&app, Some(caller.id()), &names).await?))
}

async fn chosen_by(app: &App, of: AccountId) -> Result<Vec<ChosenTag>> {
    let page = Page::first(u32::try_from(FEATURED_MAX).unwrap_or(u32::MAX));
    Ok(queries::page(&app.store, of, Featured, page).await?)
}

async fn featured_by(app: &App, of: AccountId) -> Result<Vec<Value>> {
    let chosen = chosen_by(app, of).await?;
    with_uses(app, of, &chosen).await
}

async fn with_uses(app: &App, of: AccountId, chosen: &[ChosenTag]) -> Result<Vec<Value>> {
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = chosen.iter().map(|tag| tag.tag.clone()).collect();
    Ok(shown::featured(app, chosen, &queries::used_by(&app.store, of, Some(&keys)).await?))
}
