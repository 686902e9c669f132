//! Writing and editing posts. What is asked for is read and composed by `app::writing`.

use super::{scheduled, statuses::own};
use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::status::{self, Status},
        error::{Failure, Result},
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::{
        App,
        writing::{self, Asked, Writer, fingerprint},
    },
    base::{config::Widest, id::PostId, words::Audience},
    features::posts::{
        self,
        once::{Repeat, publish_once},
        publish::publish,
        queries::Viewer,
    },
    policy::scope::Scope,
    store::tables::Post,
};
use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

/// Longest Idempotency-Key that is taken.
const KEY_BYTES_MAX: usize = 500;

pub(super) fn routes() -> Routes {
    let write = Access::User(Scope::WriteStatuses);
    Routes::new()
        .post("/api/v1/statuses", write, "Publishes a post", create)
        .costing(Cost::Large)
        .put("/api/v1/statuses/{id}", write, "Edits a post of one's own", change)
        .costing(Cost::Large)
}

async fn create(State(app): State<App>, caller: Caller, headers: HeaderMap, Input(asked): Input<Asked>) -> Result<Response> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).filter(|key| !key.is_empty());
    if key.is_some_and(|key| key.len() > KEY_BYTES_MAX) {
        return Err(Failure::field("Idempotency-Key", format!("is longer than {KEY_BYTES_MAX} characters")));
    }
    app.quotas.posts.take(&caller.id().to_string()).map_err(|left| Failure::too_many(left.wait))?;
    let (user, app_id) = (caller.bearer().user.clone(), Some(caller.bearer().token.app_id));
    let writer = Writer { account: caller.account().clone(), user, app_id };
    let draft = writing::draft(&app, &writer, &asked).await?;
    let (widest, audience) = (draft.widest, draft.audience);
    let body = fingerprint(&asked);
    let repeat = key.map(|key| Repeat { key, body: &body });
    let tx = app.begin().await?;
    let now = tx.now;
    if let Some(at) = writing::hour(&asked, now)? {
        let kept = writing::schedule(&tx, &writer, (&asked, draft), at, repeat).await?;
        tx.commit().await?;
        return Ok(Json(scheduled::shown(&app, &kept).await?).into_response());
    }
    let post = match repeat {
        Some(repeat) => publish_once(&tx, &writer.account, draft, repeat).await?,
        None => publish(&tx, &writer.account, draft).await?,
    };
    tx.commit().await?;
    app.store.settle().await;
    let viewer = Viewer::Account(caller.id());
    // one that was written before, under the same key, may have been liked meanwhile
    let is_new = post.created_at == now;
    let mut shown = if is_new { status::just_written(&app, &viewer, &post).await? } else { status::status(&app, &viewer, &post).await? };
    shown.intermoot.lowered_from = lowered(widest, audience, &post);
    Ok(Json(shown).into_response())
}

/// What the writer chose, where this node's bound on posts outside communities lowered it.
fn lowered(widest: Widest, chosen: Audience, post: &Post) -> Option<Audience> {
    let is_bound = match widest {
        Widest::Public => false,
        Widest::Followers => chosen < Audience::Followers,
        Widest::Local => chosen <= Audience::Followers,
    };
    (is_bound && post.community_id.is_none()).then_some(chosen)
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<PostId>, Input(asked): Input<Asked>) -> Result<Json<Status>> {
    let post = own(&app, &caller, id).await?;
    let edit = writing::edit(&app, &post, asked).await?;
    let tx = app.begin().await?;
    let post = posts::edit(&tx, caller.account(), &post, edit).await?;
    tx.commit().await?;
    app.store.settle().await;
    Ok(Json(status::status(&app, &Viewer::Account(caller.id()), &post).await?))
}
