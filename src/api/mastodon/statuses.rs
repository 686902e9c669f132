//! Posts: shown, deleted, their threads, sources and histories. Writing them: `compose.rs`.

use super::viewer;
use crate::{
    api::{
        body::Query,
        caller::{Caller, MaybeCaller},
        entities::{
            account, emoji, media,
            status::{self, Status},
        },
        error::{Failure, Result},
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{error::Refusal, id::PostId, words::reading::FilterContext},
    features::{
        accounts,
        posts::{
            self,
            queries::{self, Viewer},
            thread,
        },
    },
    policy::scope::Scope,
    store::tables::Post,
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Most posts that one request may name.
const IDS_MAX: usize = 40;

pub(super) fn routes() -> Routes {
    let read = Access::Public(Scope::ReadStatuses);
    Routes::new()
        .get("/api/v1/statuses", read, "Shows several posts", several)
        .get("/api/v1/statuses/{id}", read, "Shows a post", show)
        .get("/api/v1/statuses/{id}/context", read, "Shows what a post answers and what answers it", context)
        .get("/api/v1/statuses/{id}/history", read, "Shows the wordings of a post", history)
        .get("/api/v1/statuses/{id}/source", Access::User(Scope::ReadStatuses), "Shows a post of one's own as it was typed", source)
        .delete("/api/v1/statuses/{id}", Access::User(Scope::WriteStatuses), "Deletes a post of one's own", delete)
}

/// The post as the viewer may see it, or 404.
pub(super) async fn seen(app: &App, viewer: &Viewer, id: PostId) -> Result<Post> {
    Ok(queries::seen(&app.store, viewer, id).await?.ok_or_else(Refusal::not_found)?)
}

/// The same; of a boost, the post that it shows.
pub(super) async fn seen_itself(app: &App, viewer: &Viewer, id: PostId) -> Result<Post> {
    let post = seen(app, viewer, id).await?;
    match post.boost_of_id {
        None => Ok(post),
        Some(shown) => seen(app, viewer, shown).await,
    }
}

async fn show(State(app): State<App>, caller: MaybeCaller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    let viewer = viewer(&caller);
    let post = seen(&app, &viewer, id).await?;
    Ok(Json(status::status(&app, &viewer, &post).await?))
}

#[derive(Deserialize)]
struct Several {
    #[serde(default)]
    id: Vec<PostId>,
}

async fn several(State(app): State<App>, caller: MaybeCaller, Query(asked): Query<Several>) -> Result<Json<Vec<Status>>> {
    if asked.id.len() > IDS_MAX {
        return Err(Failure::field("id", format!("has more than {IDS_MAX} entries")));
    }
    let viewer = viewer(&caller);
    let mut found = queries::seen_many(&app.store, &viewer, &asked.id).await?;
    found.sort_by_key(|post| asked.id.iter().position(|id| *id == post.id));
    Ok(Json(status::statuses(&app, &viewer, &found).await?))
}

/// The Mastodon API's Context.
#[derive(Serialize)]
struct Around {
    ancestors: Vec<Status>,
    descendants: Vec<Status>,
}

async fn context(State(app): State<App>, caller: MaybeCaller, Path(id): Path<PostId>) -> Result<Json<Around>> {
    let viewer = viewer(&caller);
    let post = seen_itself(&app, &viewer, id).await?;
    if viewer.account().is_some()
        && let Ok(network) = app.network()
    {
        network.thread_opened(post.id);
    }
    let (mut posts, below) = thread::context(&app.store, &viewer, post.id).await?;
    let above = posts.iter().map(|post| post.id).collect::<std::collections::HashSet<_>>();
    posts.extend(below);
    let shown = status::without_hidden(status::statuses(&app, &viewer, &posts).await?, FilterContext::Thread);
    let (ancestors, descendants): (Vec<Status>, Vec<Status>) = shown.into_iter().partition(|status| above.contains(&status.id));
    Ok(Json(Around { ancestors, descendants }))
}

async fn source(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Value>> {
    let post = own(&app, &caller, id).await?;
    // as GoToSocial and Akkoma say it
    let content_type = if post.details().is_markdown { "text/markdown" } else { "text/plain" };
    Ok(Json(json!({ "id": post.id, "text": post.source, "spoiler_text": post.spoiler, "content_type": content_type })))
}

/// A post of the caller's own; 404 for everybody else's.
pub(super) async fn own(app: &App, caller: &Caller, id: PostId) -> Result<Post> {
    let post = seen(app, &Viewer::Account(caller.id()), id).await?;
    if post.author_id == caller.id() { Ok(post) } else { Err(Refusal::not_found().into()) }
}

async fn history(State(app): State<App>, caller: MaybeCaller, Path(id): Path<PostId>) -> Result<Json<Vec<Value>>> {
    let post = seen_itself(&app, &viewer(&caller), id).await?;
    let account = accounts::queries::by_id(&app.store, post.author_id).await?.ok_or_else(Refusal::not_found)?;
    let account = account::account(&app, &account, None);
    let sight = media::sight(&post, caller.id());
    let emojis = emoji::shown(&app, &post.details().emojis);
    let mut wordings: Vec<Value> = Vec::new();
    for version in queries::versions(&app.store, post.id).await? {
        wordings.push(json!({
            "content": version.content, "spoiler_text": version.spoiler, "sensitive": version.sensitive, "created_at": version.at,
            "account": account, "media_attachments": media::listed(&app, (post.id, &version.attachments), sight), "emojis": emojis, "poll": null,
        }));
    }
    wordings.push(json!({
        "content": post.content, "spoiler_text": post.spoiler, "sensitive": post.sensitive, "created_at": post.edited_at.unwrap_or(post.created_at),
        "account": account, "media_attachments": media::listed(&app, (post.id, &post.attachments), sight), "emojis": emojis, "poll": null,
    }));
    Ok(Json(wordings))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    let post = own(&app, &caller, id).await?;
    let mut shown = status::status(&app, &Viewer::Account(caller.id()), &post).await?;
    // For "delete and redraft": the words as typed, which are gone after this.
    shown.text = Some(post.source.clone());
    let tx = app.begin().await?;
    posts::delete(&tx, &post).await?;
    tx.commit().await?;
    app.store.settle().await;
    Ok(Json(shown))
}
