//! Policies of the node and of communities: published, read, accepted.

use super::communities::visible;
use crate::{
    api::{
        body::Input,
        caller::{Caller, MaybeCaller},
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::id::AccountId,
    features::policies,
    policy::scope::Scope,
    store::tables::{Account, PolicyVersion},
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::Public(Scope::Read), Access::User(Scope::Write));
    Routes::new()
        .get("/api/intermoot/v1/policies", Access::Open, "Versions of the node's policy, newest first", list_node)
        .post("/api/intermoot/v1/policies", Access::Admin(Scope::AdminWrite), "Publishes a version of the node's policy", publish_node)
        .get("/api/intermoot/v1/communities/{id}/policies", read, "Versions of a community's policy, newest first", list)
        .post("/api/intermoot/v1/communities/{id}/policies", write, "Publishes a version as an owner; says whether posting waits", publish)
        .get("/api/intermoot/v1/communities/{id}/policies/mine", Access::User(Scope::Read), "What binds members, and what I accepted", mine)
        .post("/api/intermoot/v1/communities/{id}/policies/accept", write, "Accepts a version by its digest", accept)
}

#[derive(Deserialize)]
struct New {
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    /// Whether posting waits until the member has accepted; left out: as it is.
    required: Option<bool>,
}

async fn list_node(State(app): State<App>, query: PageQuery) -> Result<Response> {
    let node = policies::node(&app.store).await?;
    versions(&app, &node, query).await
}

async fn publish_node(State(app): State<App>, caller: Caller, Input(new): Input<New>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let node = policies::node(&tx).await?;
    let version = policies::publish(&tx, caller.account(), &node, (&new.title, &new.text)).await?;
    tx.commit().await?;
    Ok(Json(shown(&app, &node, &version)))
}

async fn list(State(app): State<App>, caller: MaybeCaller, Path(id): Path<AccountId>, query: PageQuery) -> Result<Response> {
    let (community, _) = visible(&app, caller.id(), id).await?;
    versions(&app, &community, query).await
}

async fn versions(app: &App, owner: &Account, query: PageQuery) -> Result<Response> {
    let page = query.clamp(20, 40);
    let found = policies::versions(&app.store, owner.id, page).await?;
    let ids: Vec<i64> = found.iter().map(|version| version.id.0).collect();
    Ok(query.answer(found.iter().map(|version| shown(app, owner, version)).collect(), page.cursors(&ids)))
}

/// With `required` alone nothing is published: only the rule changes.
async fn publish(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(new): Input<New>) -> Result<Json<Value>> {
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    let tx = app.begin().await?;
    let is_text = !new.title.is_empty() || !new.text.is_empty() || new.required.is_none();
    let version = if is_text {
        let words = (new.title.as_str(), new.text.as_str());
        Some(policies::publish_requiring(&tx, caller.account(), &community, words, new.required).await?)
    } else {
        if let Some(required) = new.required {
            policies::require(&tx, caller.account(), &community, required).await?;
        }
        policies::current(&tx, id).await?
    };
    tx.commit().await?;
    app.store.settle().await;
    Ok(Json(version.map_or_else(|| json!({}), |version| shown(&app, &community, &version))))
}

async fn mine(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    let (community, facts) = visible(&app, Some(caller.id()), id).await?;
    answer(&app, &caller, &community, facts.policy_required).await
}

async fn answer(app: &App, caller: &Caller, community: &Account, required: bool) -> Result<Json<Value>> {
    let accepted = policies::accepted(&app.store, caller.id(), community).await?;
    let binding = policies::binding(&app.store, community).await?;
    let binding: Vec<Value> = binding
        .iter()
        .map(|named| {
            json!({
                "digest": named.digest,
                "version": named.version,
                "url": app.origin.absolute(&named.url),
                "accepted": accepted.contains(&named.digest),
            })
        })
        .collect();
    Ok(Json(json!({ "required": required, "policies": binding })))
}

#[derive(Deserialize)]
struct Accepted {
    digest: String,
}

async fn accept(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(said): Input<Accepted>) -> Result<Json<Value>> {
    let (community, facts) = visible(&app, Some(caller.id()), id).await?;
    let tx = app.begin().await?;
    if !policies::accept(&tx, caller.account(), &community, (&said.digest, "")).await? {
        return Err(Failure::field("digest", "is not that of a policy in force in this community; read its newest version"));
    }
    tx.commit().await?;
    app.store.settle().await;
    answer(&app, &caller, &community, facts.policy_required).await
}

fn shown(app: &App, owner: &Account, version: &PolicyVersion) -> Value {
    json!({
        "id": version.id,
        "version": version.version,
        "title": version.title,
        "text": version.source,
        "content": version.content,
        "digest": version.digest,
        "published_at": version.published_at,
        "url": app.origin.absolute(&policies::page_of(owner)),
    })
}
