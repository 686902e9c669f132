//! Filters of the second version, with their pieces. Source: docs.joinmastodon.org/methods/filters.

mod first;
mod pieces;

use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::filter as shown,
        error::{Failure, Result},
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        clock::Stamp,
        words::reading::{FilterAction, FilterContext},
    },
    features::filters::{self, Wanted, queries},
    policy::scope::Scope,
    store::{Tx, news::News},
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{str::FromStr, time::Duration};

/// Longest time after which a filter ends by itself: a hundred years.
const SECONDS_MAX: u64 = 100 * 366 * 86_400;
/// Most keywords that one request may say.
const SAID_MAX: usize = 500;

/// The routes of this folder.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadFilters), Access::User(Scope::WriteFilters));
    Routes::new()
        .get("/api/v2/filters", read, "One's filters", all)
        .post("/api/v2/filters", write, "Makes a filter", create)
        .get("/api/v2/filters/{id}", read, "One filter", one)
        .put("/api/v2/filters/{id}", write, "Changes a filter", change)
        .delete("/api/v2/filters/{id}", write, "Deletes a filter", delete)
        .merge(pieces::routes())
        .merge(first::routes())
}

async fn all(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Value>>> {
    Ok(Json(queries::all(&app.store, caller.id()).await?.iter().map(shown::filter).collect()))
}

async fn one(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    Ok(Json(shown::filter(&queries::one(&app.store, caller.id(), id).await?)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    title: Option<String>,
    context: Option<Vec<String>>,
    filter_action: Option<String>,
    #[serde(deserialize_with = "said")]
    expires_in: Option<String>,
    keywords_attributes: Vec<Word>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Word {
    id: Option<i64>,
    keyword: Option<String>,
    whole_word: Option<bool>,
    _destroy: bool,
}

/// What is said, though it be nothing: an empty time is a filter without end, a missing one stays as it was.
pub(super) fn said<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<String>, D::Error> {
    Ok(Some(Option::<String>::deserialize(deserializer)?.unwrap_or_default()))
}

async fn create(State(app): State<App>, caller: Caller, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let wanted = Wanted {
        title: asked.title.unwrap_or_default(),
        contexts: contexts(&asked.context.unwrap_or_default())?,
        action: action(asked.filter_action.as_deref())?.unwrap_or(FilterAction::Warn),
        expires_at: end(asked.expires_in.as_deref(), None, tx.now)?,
    };
    let filter = filters::create(&tx, caller.id(), wanted).await?;
    keywords(&tx, &caller, filter.id, asked.keywords_attributes).await?;
    answer(&app, &caller, tx, filter.id).await
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<i64>, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let before = queries::find(&tx, caller.id(), id).await?;
    let wanted = Wanted {
        title: asked.title.unwrap_or(before.title),
        contexts: asked.context.map_or_else(|| Ok(FilterContext::of_bits(before.contexts)), |said| contexts(&said))?,
        action: action(asked.filter_action.as_deref())?.unwrap_or(before.action),
        expires_at: end(asked.expires_in.as_deref(), before.expires_at, tx.now)?,
    };
    filters::change(&tx, caller.id(), id, wanted).await?;
    keywords(&tx, &caller, id, asked.keywords_attributes).await?;
    answer(&app, &caller, tx, id).await
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    filters::delete(&tx, caller.id(), id).await?;
    done(&app, &caller, tx).await?;
    Ok(Json(json!({})))
}

/// Keywords as a request says them: new ones, changes of known ones, and those that go.
async fn keywords(tx: &Tx, caller: &Caller, filter: i64, words: Vec<Word>) -> Result<()> {
    if words.len() > SAID_MAX {
        return Err(Failure::field("keywords_attributes", format!("says more than {SAID_MAX} keywords")));
    }
    for word in words {
        match word.id {
            Some(id) if queries::keyword(tx, caller.id(), id).await?.filter_id != filter => {
                return Err(Failure::field("keywords_attributes", "names a keyword of another filter"));
            }
            Some(id) if word._destroy => drop(filters::drop_keyword(tx, caller.id(), id).await?),
            Some(id) => {
                filters::change_keyword(tx, caller.id(), id, (word.keyword.as_deref(), word.whole_word)).await?;
            }
            None if word._destroy => {}
            None => {
                let text = word.keyword.unwrap_or_default();
                filters::add_keyword(tx, caller.id(), filter, (&text, word.whole_word.unwrap_or(true))).await?;
            }
        }
    }
    Ok(())
}

/// The places of these names; a name that is none is refused.
pub(super) fn contexts(words: &[String]) -> Result<Vec<FilterContext>> {
    let one = |word: &String| {
        let wrong = |_| Failure::field("context", format!("must be some of {}", FilterContext::WORDS.join(", ")));
        FilterContext::from_str(word).map_err(wrong)
    };
    words.iter().map(one).collect()
}

fn action(word: Option<&str>) -> Result<Option<FilterAction>> {
    let wrong = |_| Failure::field("filter_action", format!("must be one of {}", FilterAction::WORDS.join(", ")));
    word.filter(|word| !word.is_empty()).map(|word| FilterAction::from_str(word).map_err(wrong)).transpose()
}

/// When a filter ends: in so many seconds, never where that is said and empty, else as before.
pub(super) fn end(seconds: Option<&str>, before: Option<Stamp>, now: Stamp) -> Result<Option<Stamp>> {
    match seconds.map(str::trim) {
        None => Ok(before),
        Some("" | "null") => Ok(None),
        Some(text) => match text.parse::<u64>() {
            Ok(seconds) if seconds <= SECONDS_MAX => Ok(Some(now.plus(Duration::from_secs(seconds)))),
            _ => Err(Failure::field("expires_in", format!("must be a number of seconds, at most {SECONDS_MAX}"))),
        },
    }
}

async fn answer(app: &App, caller: &Caller, tx: Tx, id: i64) -> Result<Json<Value>> {
    let whole = queries::one(&tx, caller.id(), id).await?;
    done(app, caller, tx).await?;
    Ok(Json(shown::filter(&whole)))
}

/// Commits what changes somebody's filters, which are then made ready anew; their apps are told.
pub(super) async fn done(app: &App, caller: &Caller, tx: Tx) -> Result<()> {
    tx.tell(News::FiltersChanged(caller.id()));
    tx.commit().await?;
    app.filters.forget(caller.id());
    Ok(())
}
