//! Filters of the first version: one for each keyword, over the same rows. Source: docs.joinmastodon.org/methods/filters#v1.

use super::{contexts, done, end, said};
use crate::base::{error::Refusal, text::limits::cut_chars};
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
    base::words::reading::{FilterAction, FilterContext},
    features::filters::{self, TITLE_CHARS_MAX, Wanted, queries},
    policy::scope::Scope,
    store::Tx,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadFilters), Access::User(Scope::WriteFilters));
    Routes::new()
        .get("/api/v1/filters", read, "One's filters, one for each keyword", all)
        .post("/api/v1/filters", write, "Makes a filter of one keyword", create)
        .get("/api/v1/filters/{id}", read, "One keyword, as a filter", one)
        .put("/api/v1/filters/{id}", write, "Changes a filter of one keyword", change)
        .delete("/api/v1/filters/{id}", write, "Takes a keyword away, and its filter with the last", delete)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    phrase: Option<String>,
    context: Option<Vec<String>>,
    irreversible: Option<bool>,
    whole_word: Option<bool>,
    #[serde(deserialize_with = "said")]
    expires_in: Option<String>,
}

async fn all(State(app): State<App>, caller: Caller) -> Result<Json<Vec<Value>>> {
    Ok(Json(queries::all(&app.store, caller.id()).await?.iter().flat_map(shown::first).collect()))
}

async fn one(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    let keyword = queries::keyword(&app.store, caller.id(), id).await?;
    let whole = queries::one(&app.store, caller.id(), keyword.filter_id).await?;
    Ok(Json(shown::first_of(&whole, &keyword)))
}

async fn create(State(app): State<App>, caller: Caller, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let phrase = phrase(asked.phrase.as_deref())?;
    let tx = app.begin().await?;
    let wanted = Wanted {
        title: cut_chars(phrase, TITLE_CHARS_MAX).to_owned(),
        contexts: contexts(&asked.context.unwrap_or_default())?,
        action: of(asked.irreversible.unwrap_or_default(), FilterAction::Warn),
        expires_at: end(asked.expires_in.as_deref(), None, tx.now)?,
    };
    let filter = filters::create(&tx, caller.id(), wanted).await?;
    let keyword = filters::add_keyword(&tx, caller.id(), filter.id, (phrase, asked.whole_word.unwrap_or(true))).await?;
    answer(&app, &caller, tx, keyword.id).await
}

/// What belongs to the whole filter cannot be changed here where it has several keywords: that would change the others' too.
async fn change(State(app): State<App>, caller: Caller, Path(id): Path<i64>, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let keyword = queries::keyword(&tx, caller.id(), id).await?;
    let whole = queries::one(&tx, caller.id(), keyword.filter_id).await?;
    let before = &whole.filter;
    let phrase = match &asked.phrase {
        Some(said) => phrase(Some(said))?.to_owned(),
        None => keyword.keyword.clone(),
    };
    let is_alone = whole.keywords.len() == 1;
    let wanted = Wanted {
        title: if is_alone { cut_chars(&phrase, TITLE_CHARS_MAX).to_owned() } else { before.title.clone() },
        contexts: asked.context.map_or_else(|| Ok(FilterContext::of_bits(before.contexts)), |said| contexts(&said))?,
        action: asked.irreversible.map_or(before.action, |is| of(is, before.action)),
        expires_at: end(asked.expires_in.as_deref(), before.expires_at, tx.now)?,
    };
    let is_same =
        (FilterContext::bits(&wanted.contexts), wanted.action, wanted.expires_at) == (before.contexts, before.action, before.expires_at);
    if !is_alone && !is_same {
        return Err(Failure::field("phrase", "is one of several of its filter, whose other sides only /api/v2/filters can change"));
    }
    filters::change(&tx, caller.id(), before.id, wanted).await?;
    filters::change_keyword(&tx, caller.id(), id, (Some(&phrase), asked.whole_word)).await?;
    answer(&app, &caller, tx, id).await
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let keyword = filters::drop_keyword(&tx, caller.id(), id).await?;
    let rest = queries::one(&tx, caller.id(), keyword.filter_id).await?;
    if rest.keywords.is_empty() && rest.posts.is_empty() {
        filters::delete(&tx, caller.id(), keyword.filter_id).await?;
    }
    done(&app, &caller, tx).await?;
    Ok(Json(json!({})))
}

/// Words of a request: the error names their field as this version calls it.
fn phrase(said: Option<&str>) -> Result<&str, Refusal> {
    said.map(str::trim).filter(|text| !text.is_empty()).ok_or_else(|| Refusal::invalid("phrase", "can't be blank"))
}

/// What a filter does that hides for good, or not: the first version knows no more.
fn of(irreversible: bool, before: FilterAction) -> FilterAction {
    match (irreversible, before) {
        (true, _) => FilterAction::Hide,
        (false, FilterAction::Hide) => FilterAction::Warn,
        (false, other) => other,
    }
}

async fn answer(app: &App, caller: &Caller, tx: Tx, id: i64) -> Result<Json<Value>> {
    let keyword = queries::keyword(&tx, caller.id(), id).await?;
    let whole = queries::one(&tx, caller.id(), keyword.filter_id).await?;
    done(app, caller, tx).await?;
    Ok(Json(shown::first_of(&whole, &keyword)))
}
