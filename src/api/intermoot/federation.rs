//! With whom this node federates, by an administrator's word: it counts within a second, without a restart.

use crate::{
    api::{
        body::Input,
        error::Result,
        routes::{Access, Routes},
    },
    app::App,
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::Value;

const MODE: &str = "/api/intermoot/v1/admin/federation";

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().get(MODE, Access::Admin(Scope::AdminRead), "With whom this node federates", show).put(
        MODE,
        Access::Admin(Scope::AdminWrite),
        "Changes with whom this node federates (`mode`: open, partners, off; default: as the settings say)",
        change,
    )
}

async fn show(State(app): State<App>) -> Result<Json<Value>> {
    Ok(Json(app.shown_mode().await?))
}

#[derive(Deserialize)]
struct Wanted {
    mode: String,
}

async fn change(State(app): State<App>, Input(wanted): Input<Wanted>) -> Result<Json<Value>> {
    Ok(Json(app.change_mode(&wanted.mode).await?))
}
