//! What is talked about, as administrators see it: also what they keep out of it; and tags by themselves.
//!
//! Everything trends here unless an administrator says no: what apps show as approved is that. Links are those that everybody
//! gets. Source: docs.joinmastodon.org/methods/admin/{trends,tags}.

use crate::{
    api::{
        body::{Input, Query},
        caller::Caller,
        entities::{card, status, tag},
        error::{Failure, Result},
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{error::Refusal, id::PostId, text::scan::tag_key},
    features::{
        posts::queries::{self as posts, Viewer},
        tags::named,
        trends,
    },
    policy::scope::Scope,
    store::Searching,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;

/// Most of one answer, and how many unless asked.
const LISTED: (u32, u32) = (100, 20);

/// The routes of this file.
pub(super) fn routes() -> Routes {
    let (read, write) = (Access::Moderator(Scope::AdminRead), Access::Moderator(Scope::AdminWrite));
    Routes::new()
        .get("/api/v1/admin/trends/tags", read, "Tags in use, also those that are kept out of trends", tags)
        .costing(Cost::Large)
        .post("/api/v1/admin/trends/tags/{id}/approve", write, "Lets a tag trend", approve_tag)
        .post("/api/v1/admin/trends/tags/{id}/reject", write, "Keeps a tag out of trends", reject_tag)
        .get("/api/v1/admin/trends/statuses", read, "Posts in view, also those that are kept out of trends", statuses)
        .costing(Cost::Large)
        .post("/api/v1/admin/trends/statuses/{id}/approve", write, "Lets a post trend", approve_status)
        .post("/api/v1/admin/trends/statuses/{id}/reject", write, "Keeps a post out of trends", reject_status)
        .get("/api/v1/admin/trends/links", read, "Links in view, as everybody gets them", links)
        .costing(Cost::Large)
        .get("/api/v1/admin/tags", read, "Tags in use, and those about which something is decided", tags)
        .costing(Cost::Large)
        .get("/api/v1/admin/tags/{id}", read, "One tag", show)
        .put("/api/v1/admin/tags/{id}", write, "Says whether a tag may trend", change)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    limit: Option<u32>,
}

impl Asked {
    fn limit(&self) -> u32 {
        self.limit.filter(|limit| *limit > 0).unwrap_or(LISTED.1).min(LISTED.0)
    }
}

async fn tags(State(app): State<App>, _: Caller, Query(asked): Query<Asked>) -> Result<Json<Value>> {
    let found = Searching::settled(trends::tags(&app.store.searching(), asked.limit(), true).await)?;
    Ok(Json(shown(&app, &found).await?))
}

/// Pages that posts lead to, with their ids; nothing is decided about them.
async fn links(State(app): State<App>, _: Caller, Query(asked): Query<Asked>) -> Result<Json<Value>> {
    let ids: Vec<i64> = app.trends.links(&app.store).await?.iter().take(asked.limit() as usize).copied().collect();
    let shown = card::trending(&app, &ids).await?;
    let with_id = |(id, link): (&i64, &card::Trending)| {
        let mut shown = json!(link);
        if let Some(fields) = shown.as_object_mut() {
            fields.extend([("id".to_owned(), json!(id.to_string())), ("requires_review".to_owned(), json!(false))]);
        }
        shown
    };
    Ok(Json(ids.iter().zip(&shown).map(with_id).collect()))
}

/// Tags, by key, with what is decided about them.
async fn shown(app: &App, keys: &[String]) -> Result<Value> {
    let rejected: HashSet<String> = trends::rejected_tags(&app.store, keys).await?.into_iter().collect();
    let tags = tag::tags(app, None, keys).await?;
    let with_decision = tags.into_iter().map(|tag| {
        let may_trend = !rejected.contains(&tag.id);
        let mut shown = json!(tag);
        if let Some(fields) = shown.as_object_mut() {
            let words = [("trendable", may_trend), ("usable", true), ("listable", true), ("requires_review", false)];
            fields.extend(words.map(|(name, is)| (name.to_owned(), json!(is))));
        }
        shown
    });
    Ok(with_decision.collect())
}

/// The key of the tag that a path names.
fn key(typed: &str) -> Result<String> {
    Ok(named(typed).map(|(name, _)| tag_key(&name)).ok_or_else(Refusal::not_found)?)
}

async fn one(app: &App, key: String) -> Result<Json<Value>> {
    Ok(Json(shown(app, &[key]).await?.get_mut(0).map(Value::take).unwrap_or_default()))
}

async fn show(State(app): State<App>, _: Caller, Path(id): Path<String>) -> Result<Json<Value>> {
    one(&app, key(&id)?).await
}

async fn decide_tag(app: &App, id: &str, may_trend: bool) -> Result<Json<Value>> {
    let key = key(id)?;
    let tx = app.begin().await?;
    trends::let_tag(&tx, &key, may_trend).await?;
    tx.commit().await?;
    app.trends.forget();
    one(app, key).await
}

async fn approve_tag(State(app): State<App>, _: Caller, Path(id): Path<String>) -> Result<Json<Value>> {
    decide_tag(&app, &id, true).await
}

async fn reject_tag(State(app): State<App>, _: Caller, Path(id): Path<String>) -> Result<Json<Value>> {
    decide_tag(&app, &id, false).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Change {
    display_name: Option<String>,
    trendable: Option<bool>,
    usable: Option<bool>,
    listable: Option<bool>,
}

async fn change(State(app): State<App>, _: Caller, Path(id): Path<String>, Input(change): Input<Change>) -> Result<Json<Value>> {
    let tag = key(&id)?;
    if change.display_name.is_some_and(|name| name != tag) {
        return Err(Failure::field("display_name", "cannot be set here: a tag is shown as its post writes it"));
    }
    for (field, wanted) in [("usable", change.usable), ("listable", change.listable)] {
        if wanted == Some(false) {
            return Err(Failure::field(field, "cannot be taken away here; a tag can only be kept out of trends"));
        }
    }
    match change.trendable {
        Some(may_trend) => decide_tag(&app, &tag, may_trend).await,
        None => one(&app, tag).await,
    }
}

async fn statuses(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>) -> Result<Json<Value>> {
    let viewer = Viewer::Account(caller.id());
    let found = Searching::settled(trends::posts(&app.store.searching(), asked.limit(), true).await)?;
    let seen = trends::shown(&app.store, &viewer, &found).await?;
    let rejected: HashSet<PostId> = trends::rejected_posts(&app.store, &found).await?.into_iter().collect();
    let shown = status::statuses(&app, &viewer, &seen).await?.into_iter().map(|shown| {
        let may_trend = !rejected.contains(&shown.id);
        let mut shown = json!(shown);
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("requires_review".to_owned(), json!(false));
            fields.insert("trendable".to_owned(), json!(may_trend));
        }
        shown
    });
    Ok(Json(shown.collect()))
}

async fn decide_status(app: &App, caller: &Caller, id: PostId, may_trend: bool) -> Result<Json<Value>> {
    let viewer = Viewer::Account(caller.id());
    let post = posts::seen(&app.store, &viewer, id).await?.filter(|post| post.boost_of_id.is_none()).ok_or_else(Refusal::not_found)?;
    let tx = app.begin().await?;
    trends::let_post(&tx, &post, may_trend).await?;
    tx.commit().await?;
    app.trends.forget();
    Ok(Json(json!(status::status(app, &viewer, &post).await?)))
}

async fn approve_status(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Value>> {
    decide_status(&app, &caller, id, true).await
}

async fn reject_status(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Value>> {
    decide_status(&app, &caller, id, false).await
}
