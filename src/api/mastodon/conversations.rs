//! Conversations: direct posts, by thread. Source: docs.joinmastodon.org/methods/conversations.

use crate::{
    api::{
        caller::Caller,
        entities::{
            account,
            status::{self, Status},
        },
        error::Result,
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        id::{AccountId, PostId},
        words::reading::FilterContext,
    },
    features::{
        conversations::{self, Conversation},
        posts::queries::{Viewer, seen_many},
    },
    policy::scope::Scope,
};
use axum::{Json, extract::State, response::Response};
use serde_json::{Value, json};
use std::collections::HashMap;

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
    let shown = entities(&app, caller.id(), &found).await?;
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
    Ok(Json(entities(app, caller.id(), &[marked]).await?.pop().unwrap_or_default()))
}

/// Conversations as their reader gets them, the last post only where it may be seen: a fixed number of statements.
async fn entities(app: &App, me: AccountId, found: &[Conversation]) -> Result<Vec<Value>> {
    let viewer = Viewer::Account(me);
    let last: Vec<PostId> = found.iter().map(|one| one.last_post_id).collect();
    let posts = seen_many(&app.store, &viewer, &last).await?;
    let posts = status::without_hidden(status::statuses(app, &viewer, &posts).await?, FilterContext::Notifications);
    let posts: HashMap<PostId, Status> = posts.into_iter().map(|post| (post.id, post)).collect();
    let mut people: Vec<AccountId> = found.iter().flat_map(Conversation::others).collect();
    people.sort_unstable();
    people.dedup();
    let people = account::by_ids(app, &app.store, &people).await?;
    let one = |of: &Conversation| {
        let accounts: Vec<_> = of.others().iter().filter_map(|id| people.get(id)).collect();
        json!({ "id": of.id.to_string(), "unread": of.unread, "accounts": accounts, "last_status": posts.get(&of.last_post_id) })
    };
    Ok(found.iter().map(one).collect())
}
