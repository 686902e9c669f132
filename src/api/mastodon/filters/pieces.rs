//! Keywords and posts of filters, one by one.

use super::done;
use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::filter as shown,
        error::Result,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::id::PostId,
    features::filters::{self, queries},
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadFilters), Access::User(Scope::WriteFilters));
    Routes::new()
        .get("/api/v2/filters/{id}/keywords", read, "The keywords of a filter", keywords)
        .post("/api/v2/filters/{id}/keywords", write, "Adds a keyword to a filter", add_keyword)
        .get("/api/v2/filters/keywords/{id}", read, "One keyword", keyword)
        .put("/api/v2/filters/keywords/{id}", write, "Changes a keyword", change_keyword)
        .delete("/api/v2/filters/keywords/{id}", write, "Takes a keyword away", drop_keyword)
        .get("/api/v2/filters/{id}/statuses", read, "The posts that a filter names", posts)
        .post("/api/v2/filters/{id}/statuses", write, "Names a post in a filter", add_post)
        .get("/api/v2/filters/statuses/{id}", read, "One post that a filter names", post)
        .delete("/api/v2/filters/statuses/{id}", write, "Takes a post from a filter", drop_post)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Word {
    keyword: Option<String>,
    whole_word: Option<bool>,
}

async fn keywords(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Vec<Value>>> {
    Ok(Json(queries::one(&app.store, caller.id(), id).await?.keywords.iter().map(shown::keyword).collect()))
}

async fn add_keyword(State(app): State<App>, caller: Caller, Path(id): Path<i64>, Input(said): Input<Word>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let text = said.keyword.unwrap_or_default();
    let row = filters::add_keyword(&tx, caller.id(), id, (&text, said.whole_word.unwrap_or(true))).await?;
    done(&app, &caller, tx).await?;
    Ok(Json(shown::keyword(&row)))
}

async fn keyword(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    Ok(Json(shown::keyword(&queries::keyword(&app.store, caller.id(), id).await?)))
}

async fn change_keyword(State(app): State<App>, caller: Caller, Path(id): Path<i64>, Input(said): Input<Word>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let row = filters::change_keyword(&tx, caller.id(), id, (said.keyword.as_deref(), said.whole_word)).await?;
    done(&app, &caller, tx).await?;
    Ok(Json(shown::keyword(&row)))
}

async fn drop_keyword(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    filters::drop_keyword(&tx, caller.id(), id).await?;
    done(&app, &caller, tx).await?;
    Ok(Json(json!({})))
}

async fn posts(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Vec<Value>>> {
    Ok(Json(queries::one(&app.store, caller.id(), id).await?.posts.iter().map(shown::post).collect()))
}

#[derive(Deserialize)]
struct Named {
    status_id: PostId,
}

async fn add_post(State(app): State<App>, caller: Caller, Path(id): Path<i64>, Input(said): Input<Named>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let row = filters::add_post(&tx, caller.id(), id, said.status_id).await?;
    done(&app, &caller, tx).await?;
    Ok(Json(shown::post(&row)))
}

async fn post(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    Ok(Json(shown::post(&queries::post(&app.store, caller.id(), id).await?)))
}

async fn drop_post(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let row = filters::drop_post(&tx, caller.id(), id).await?;
    done(&app, &caller, tx).await?;
    Ok(Json(shown::post(&row)))
}
