//! Quotes of a post: listed, taken back, and who may quote it. Source: docs.joinmastodon.org/methods/statuses.

use super::{
    statuses::{own, seen, seen_itself},
    viewer,
};
use crate::{
    api::{
        body::Input,
        caller::{Caller, MaybeCaller},
        entities::status::{self, Status},
        error::Result,
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{error::Refusal, id::PostId},
    features::{
        posts::{
            self,
            queries::{self, Viewer},
        },
        quotes::asking,
    },
    policy::scope::Scope,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;

pub(super) fn routes() -> Routes {
    let write = Access::User(Scope::WriteStatuses);
    Routes::new()
        .get("/api/v1/statuses/{id}/quotes", Access::Public(Scope::ReadStatuses), "Lists what quotes a post", list)
        .post("/api/v1/statuses/{id}/quotes/{quoting}/revoke", write, "Takes a post of one's own out of another that quotes it", revoke)
        .put("/api/v1/statuses/{id}/interaction_policy", write, "Says who may quote a post of one's own", decide)
}

async fn list(State(app): State<App>, caller: MaybeCaller, query: PageQuery, Path(id): Path<PostId>) -> Result<Response> {
    let viewer = viewer(&caller);
    let post = seen_itself(&app, &viewer, id).await?;
    let page = query.clamp(20, 40);
    let found = queries::quoting(&app.store, &viewer, &post, page).await?;
    let ids: Vec<i64> = found.iter().map(|post| post.id.0).collect();
    Ok(query.answer(status::statuses(&app, &viewer, &found).await?, page.cursors(&ids)))
}

async fn revoke(State(app): State<App>, caller: Caller, Path((id, quoting)): Path<(PostId, PostId)>) -> Result<Json<Status>> {
    let viewer = Viewer::Account(caller.id());
    let post = seen(&app, &viewer, id).await?;
    if post.author_id != caller.id() {
        return Err(Refusal::forbidden("not_the_author", "Only its author takes a post out of others.").into());
    }
    let quoting = seen(&app, &viewer, quoting).await?;
    let tx = app.begin().await?;
    asking::revoke(&tx, caller.account(), (&post, &quoting)).await?;
    tx.commit().await?;
    app.store.settle().await;
    Ok(Json(status::status(&app, &viewer, &quoting).await?))
}

#[derive(Default, Deserialize)]
struct Decided {
    #[serde(default)]
    quote_approval_policy: String,
}

async fn decide(State(app): State<App>, caller: Caller, Path(id): Path<PostId>, Input(decided): Input<Decided>) -> Result<Json<Status>> {
    let post = own(&app, &caller, id).await?;
    let quotable = crate::app::writing::quotable(&decided.quote_approval_policy)?;
    let tx = app.begin().await?;
    posts::set_quotable(&tx, &post, quotable).await?;
    tx.commit().await?;
    let viewer = Viewer::Account(caller.id());
    Ok(Json(status::status(&app, &viewer, &seen(&app, &viewer, id).await?).await?))
}
