//! Polls: reading one, and voting. Their ids are those of their posts.

use super::{statuses::seen_itself, viewer};
use crate::{
    api::{
        body::Input,
        caller::{Caller, MaybeCaller},
        entities::poll::{self, Reader, ShownPoll},
        error::{Failure, Result},
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{error::Refusal, id::PostId},
    features::{polls, posts::queries::Viewer},
    policy::scope::Scope,
    store::tables::Post,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::Value;

/// Most choices of one vote that are read.
const CHOICES_MAX: usize = 20;

pub(super) fn routes() -> Routes {
    Routes::new().get("/api/v1/polls/{id}", Access::Public(Scope::ReadStatuses), "Shows a poll", show).post(
        "/api/v1/polls/{id}/votes",
        Access::User(Scope::WriteStatuses),
        "Votes in a poll",
        vote,
    )
}

async fn shown(app: &App, viewer: &Viewer, post: &Post) -> Result<Json<ShownPoll>> {
    let found = polls::by_post(&app.store, post.id).await?.filter(|_| post.details().is_poll).ok_or_else(Refusal::not_found)?;
    let mine = match viewer.account() {
        Some(me) => Some(polls::mine(&app.store, me, &[post.id]).await?),
        None => None,
    };
    let reader = Reader { votes: mine.as_deref(), is_author: viewer.account() == Some(post.author_id) };
    Ok(Json(poll::poll(&found, (app, &post.details()), reader, app.store.clock.now())))
}

async fn show(State(app): State<App>, caller: MaybeCaller, Path(id): Path<PostId>) -> Result<Json<ShownPoll>> {
    let viewer = viewer(&caller);
    let post = seen_itself(&app, &viewer, id).await?;
    shown(&app, &viewer, &post).await
}

/// What a client sends: numbers, or numbers as text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    choices: Vec<Value>,
}

async fn vote(State(app): State<App>, caller: Caller, Path(id): Path<PostId>, Input(asked): Input<Asked>) -> Result<Json<ShownPoll>> {
    let viewer = Viewer::Account(caller.id());
    let post = seen_itself(&app, &viewer, id).await?;
    if !post.details().is_poll {
        return Err(Refusal::not_found().into());
    }
    let number = |choice: &Value| match choice {
        Value::Number(number) => number.as_i64().and_then(|number| i16::try_from(number).ok()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let choices: Option<Vec<i16>> = asked.choices.iter().take(CHOICES_MAX).map(number).collect();
    let choices = choices.ok_or_else(|| Failure::field("choices", "must be numbers, counted from 0"))?;
    let tx = app.begin().await?;
    polls::vote(&tx, caller.account(), &post, &choices).await?;
    tx.commit().await?;
    app.store.settle().await;
    shown(&app, &viewer, &post).await
}
