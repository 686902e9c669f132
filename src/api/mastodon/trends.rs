//! What is talked about. Source: docs.joinmastodon.org/methods/trends.

use super::viewer;
use crate::{
    api::{
        body::Query,
        caller::MaybeCaller,
        entities::{
            card,
            status::{self, Status},
            tag,
        },
        error::Result,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::words::reading::FilterContext,
    features::trends,
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde::Deserialize;

/// Most tags of one answer, and how many unless asked; the same of posts and of links.
const TAGS: (usize, usize) = (20, 10);
const POSTS: (usize, usize) = (40, 20);
const LINKS: (usize, usize) = (20, 10);

/// The routes of this file.
pub fn routes() -> Routes {
    let read = Access::Public(Scope::ReadStatuses);
    Routes::new()
        .get("/api/v1/trends", read, "Tags in use", tags)
        .costing(Cost::Large)
        .get("/api/v1/trends/tags", read, "Tags in use", tags)
        .costing(Cost::Large)
        .get("/api/v1/trends/links", read, "Pages that posts lead to", links)
        .costing(Cost::Large)
        .get("/api/v1/trends/statuses", read, "Posts in view", posts)
        .costing(Cost::Large)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    limit: Option<usize>,
    offset: usize,
}

impl Asked {
    /// The stretch of a list that is asked for.
    fn of<T: Clone>(&self, all: &[T], (most, default): (usize, usize)) -> Vec<T> {
        let limit = self.limit.filter(|limit| *limit > 0).unwrap_or(default).min(most);
        all.iter().skip(self.offset).take(limit).cloned().collect()
    }
}

async fn tags(State(app): State<App>, caller: MaybeCaller, Query(asked): Query<Asked>) -> Result<Json<Vec<tag::Shown>>> {
    let all = app.trends.tags(&app.store).await?;
    Ok(Json(tag::tags(&app, caller.id(), &asked.of(&all, TAGS)).await?))
}

async fn links(State(app): State<App>, _caller: MaybeCaller, Query(asked): Query<Asked>) -> Result<Json<Vec<card::Trending>>> {
    let all = app.trends.links(&app.store).await?;
    Ok(Json(card::trending(&app, &asked.of(&all, LINKS)).await?))
}

async fn posts(State(app): State<App>, caller: MaybeCaller, Query(asked): Query<Asked>) -> Result<Json<Vec<Status>>> {
    let (all, viewer) = (app.trends.posts(&app.store).await?, viewer(&caller));
    let found = trends::shown(&app.store, &viewer, &asked.of(&all, POSTS)).await?;
    Ok(Json(status::without_hidden(status::statuses(&app, &viewer, &found).await?, FilterContext::Public)))
}
