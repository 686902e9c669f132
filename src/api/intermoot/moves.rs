//! A community goes on on another node: its owner says as which, or which one it goes on for (FEP-7628).

use super::{
    communities::{answer, visible},
    stages::owns,
};
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
    base::{host, id::AccountId},
    features::{communities::moves, memberships},
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde::Deserialize;

/// The routes of this file.
pub fn routes() -> Routes {
    let write = Access::User(Scope::Write);
    Routes::new()
        .post("/api/intermoot/v1/communities/{id}/aliases", write, "Says which communities elsewhere one that one owns goes on for", name)
        .post("/api/intermoot/v1/communities/{id}/move", write, "Moves a public community one owns to another node", go)
}

#[derive(Deserialize)]
struct Aliases {
    /// Ids of communities elsewhere; replaces what was said before.
    also_known_as: Vec<String>,
}

async fn name(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(new): Input<Aliases>) -> Result<Json<Shown>> {
    visible(&app, Some(caller.id()), id).await?;
    let tx = app.begin().await?;
    moves::set_aliases(&tx, caller.account(), id, &new.also_known_as).await?;
    tx.commit().await?;
    app.store.settle().await;
    answer(&app, &caller, id).await
}

#[derive(Deserialize)]
struct Going {
    /// The id of the community there; it must name this one already.
    to: String,
}

async fn go(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(new): Input<Going>) -> Result<Json<Shown>> {
    let (account, _) = visible(&app, Some(caller.id()), id).await?;
    // asked again in the act; here so that nobody else has us fetch something
    owns(&app, &caller, id).await?;
    if host::parse(&new.to).is_none() {
        return Err(Failure::field("to", "is not the address of a community"));
    }
    let to = app.network()?.successor(&new.to, &account).await?;
    let tx = app.begin().await?;
    memberships::move_community(&tx, caller.account(), id, &to).await?;
    tx.commit().await?;
    app.store.settle().await;
    answer(&app, &caller, id).await
}
