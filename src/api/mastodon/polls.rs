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
    base::{error::Refusal, id::PostId, text::names::display_name},
    features::{
        polls::{
            self,
            asking::{OPTION_CHARS_MAX, OPTIONS_MAX, OPTIONS_MIN, Question, SECONDS_MAX, SECONDS_MIN},
        },
        posts::queries::Viewer,
    },
    policy::scope::Scope,
    store::tables::Post,
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::HashSet, time::Duration};

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

/// What a client sends for the poll of a post.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct PollAsked {
    options: Vec<String>,
    expires_in: Option<u32>,
    multiple: bool,
    hide_totals: bool,
}

impl PollAsked {
    /// The question, within the bounds that the instance tells; none where nothing is asked. 422 with the field's name.
    pub(super) fn checked(asked: Option<&Self>) -> Result<Option<Question>> {
        let Some(asked) = asked.filter(|asked| !asked.options.is_empty() || asked.expires_in.is_some()) else { return Ok(None) };
        let wrong = |problem: String| Err(Failure::field("poll.options", problem));
        let options: Vec<String> =
            asked.options.iter().map(|option| display_name(option, 4 * OPTION_CHARS_MAX)).filter(|option| !option.is_empty()).collect();
        if options.len() < OPTIONS_MIN || options.len() > OPTIONS_MAX {
            return wrong(format!("must be {OPTIONS_MIN} to {OPTIONS_MAX} answers"));
        }
        if options.iter().any(|option| option.chars().count() > OPTION_CHARS_MAX) {
            return wrong(format!("must be answers of at most {OPTION_CHARS_MAX} characters"));
        }
        if options.iter().collect::<HashSet<_>>().len() < options.len() {
            return wrong("has the same answer twice".to_owned());
        }
        let seconds = asked.expires_in.ok_or_else(|| Failure::field("poll.expires_in", "is missing"))?;
        if !(SECONDS_MIN..=SECONDS_MAX).contains(&seconds) {
            return Err(Failure::field("poll.expires_in", format!("must be {SECONDS_MIN} to {SECONDS_MAX} seconds")));
        }
        let lasts = Duration::from_secs(seconds.into());
        Ok(Some(Question { options, multiple: asked.multiple, hide_totals: asked.hide_totals, lasts }))
    }
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
