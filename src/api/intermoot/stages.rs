//! How wide a community is open: widened after a confirmation, narrowed by founding its successor.

use super::communities::{answer, named, visible};
use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::community::Shown,
        error::{Failure, Result},
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        error::{Error, Refusal},
        id::{AccountId, PostId},
        text::names::local_name,
        words::{Role, Stage},
    },
    features::{communities, memberships},
    policy::scope::Scope,
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::Read), Access::User(Scope::Write));
    Routes::new()
        .get("/api/intermoot/v1/communities/{id}/stage", read, "What widening a community would expose", preview)
        .post("/api/intermoot/v1/communities/{id}/stage", write, "Opens a community one owns wider, once confirmed", widen)
        .post("/api/intermoot/v1/communities/{id}/narrow", write, "Founds the narrower successor of a community one owns", narrow)
}

async fn preview(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    let (_, facts) = visible(&app, Some(caller.id()), id).await?;
    owns(&app, &caller, id).await?;
    let found = communities::what_widening_exposes(&app.store, id).await?;
    Ok(Json(json!({ "stage": facts.stage, "members": found.members, "organisations": found.organisations,
        "posts": found.posts, "choosable_posts": found.choosable })))
}

#[derive(Deserialize)]
struct Wider {
    stage: Stage,
    #[serde(default)]
    confirm: bool,
    /// Older posts that count as posted now.
    #[serde(default)]
    posts: Vec<PostId>,
}

async fn widen(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(new): Input<Wider>) -> Result<Json<Shown>> {
    let (_, facts) = visible(&app, Some(caller.id()), id).await?;
    owns(&app, &caller, id).await?;
    if !new.confirm && new.stage > facts.stage {
        return Err(unconfirmed(&app, id, new.stage).await?);
    }
    let tx = app.begin().await?;
    communities::widen(&tx, caller.account(), id, new.stage, &new.posts).await?;
    tx.commit().await?;
    app.store.settle().await;
    answer(&app, &caller, id).await
}

/// What the owner is to know before the widening is done.
async fn unconfirmed(app: &App, id: AccountId, to: Stage) -> Result<Failure> {
    let found = communities::what_widening_exposes(&app.store, id).await?;
    let who = match to {
        Stage::Local => "people of this node",
        Stage::Partners => "partner companies' people under an agreement",
        Stage::Federated => "members on any node",
        Stage::Public => "everyone",
    };
    let sentence = format!(
        "Send confirm = true to open this community to {who}: what is posted from then on is exposed to them, and its {} members of {} \
         other organisations see them. The {} posts so far stay as they are, unless you choose some of the {} written here.",
        found.members, found.organisations, found.posts, found.choosable
    );
    Ok(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "confirm_widening", sentence))
}

#[derive(Deserialize)]
struct Narrower {
    stage: Stage,
    name: String,
}

async fn narrow(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(new): Input<Narrower>) -> Result<Json<Shown>> {
    visible(&app, Some(caller.id()), id).await?;
    owns(&app, &caller, id).await?;
    let name = local_name(&new.name, app.origin.authority()).map_err(named)?;
    let keys = app.new_keys().await?;
    let tx = app.begin().await?;
    let narrowed = communities::narrow(&tx, caller.account(), id, new.stage, (name, keys)).await;
    let successor = narrowed.map_err(|error| match error {
        Error::Refused(refusal) => named(refusal),
        fault => fault.into(),
    })?;
    tx.commit().await?;
    app.store.settle().await;
    answer(&app, &caller, successor.id).await
}

/// Refuses who does not own the community.
pub(super) async fn owns(app: &App, caller: &Caller, id: AccountId) -> Result<()> {
    if memberships::queries::rank(&app.store, id, caller.id()).await? != Some(Role::Owner) {
        return Err(Refusal::forbidden("not_an_owner", "Only an owner of the community may do this.").into());
    }
    Ok(())
}
