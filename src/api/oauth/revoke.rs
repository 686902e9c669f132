//! Ends a token (RFC 7009).

use super::{client, failure::Result};
use crate::{
    api::{
        body::Input,
        caller::ClientAddress,
        error::Failure,
        routes::{Access, Cost, Routes},
    },
    app::App,
    features::sessions,
};
use axum::{Json, extract::State, http::HeaderMap};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    client_id: Option<String>,
    client_secret: Option<String>,
    token: String,
}

async fn revoke(State(app): State<App>, address: ClientAddress, headers: HeaderMap, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    app.quotas.tokens.take(&address.key()).map_err(|left| Failure::too_many(left.wait))?;
    let client = client::authenticate(&app, &headers, asked.client_id.as_deref(), asked.client_secret.as_deref()).await?;
    let tx = app.begin().await?;
    sessions::revoke(&tx, client.id, &asked.token).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(Json(json!({})))
}

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().post("/oauth/revoke", Access::Open, "Ends a token", revoke).costing(Cost::Credential)
}
