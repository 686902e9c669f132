//! Conversations: direct posts, by thread. Source: docs.joinmastodon.org/methods/conversations.

use crate::{
    api::{
        caller::Caller,
        entities::conversation::conversations_of,
        error::Result,
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    features::conversations,
    policy::scope::Scope,
};
use axum::{Json, extract::State, response::Response};
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    let write = Access::User(Scope::WriteConversations);
    Routes::new()
        .get("/api/v1/conversations", Access::User(Scope::ReadStatuses), "One's conversations", all)
        .delete("/api/v1/conversations/{id}", write, "Takes a conversation from the list", delete)
        .post("/api/v1/conversations/{id}/read", write, "Marks a conversation as read", read)
        .post("/api/v1/conversations/{id}/unread", write, "Marks a conversation as not read", unread)
}

async fn all(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 40);
    let found = conversations::page(&app.store, caller.id(), page).await?;
    let ids: Vec<i64> = found.iter().map(|one| one.last_post_id.0).collect();
    let shown = conversations_of(&app, caller.id(), &found).await?;
    Ok(query.answer(shown, page.cursors(&ids)))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    conversations::delete(&tx, caller.id(), id).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn read(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    mark(&app, &caller, id, false).await
}

async fn unread(State(app): State<App>, caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    mark(&app, &caller, id, true).await
}

async fn mark(app: &App, caller: &Caller, id: i64, unread: bool) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let marked = conversations::mark(&tx, caller.id(), id, unread).await?;
    tx.commit().await?;
    Ok(Json(conversations_of(app, caller.id(), &[marked]).await?.pop().unwrap_or_default()))
}
