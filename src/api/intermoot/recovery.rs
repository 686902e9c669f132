//! After a restore: where the node stands, and an administrator's word about each agreement.
//!
//! The word about the node itself is given on its own machine (`intermoot recover confirm`): while it is recovering every token is void.

use crate::{
    api::{
        error::Result,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    features::recovery,
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::Admin(Scope::AdminRead), Access::Admin(Scope::AdminWrite));
    Routes::new().get("/api/intermoot/v1/admin/recovery", read, "Whether the node is recovering, and which agreements are held", show).post(
        "/api/intermoot/v1/admin/recovery/agreements/{host}",
        write,
        "Says that a held agreement still holds",
        release,
    )
}

async fn show(State(app): State<App>) -> Result<Json<Value>> {
    let held: Vec<String> = recovery::held(&app.store).await?.into_iter().map(|agreement| agreement.host).collect();
    let is_missing = recovery::fact(&app.store, recovery::FILE_MISSING).await?.is_some();
    Ok(Json(json!({ "recovering": recovery::reason(&app.store).await?, "asks_for_confirmation": is_missing, "held": held })))
}

async fn release(State(app): State<App>, Path(host): Path<String>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    recovery::release(&tx, &host).await?;
    tx.commit().await?;
    Ok(Json(json!({ "host": host, "held": false })))
}
