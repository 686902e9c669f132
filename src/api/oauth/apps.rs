//! Client applications: registered by themselves, without anybody's consent yet.

use crate::{
    api::{
        body::Input,
        caller::{AppCaller, ClientAddress},
        error::{Failure, Result},
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{error::Refusal, sentence::said, text::names::display_name},
    features::sessions::{self, NewApp},
    policy::{redirect, scope::Scopes},
    store::tables,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

/// Longest name of an app, in characters.
const NAME_CHARS_MAX: usize = 60;
/// Most redirect URIs of one app.
const REDIRECTS_MAX: usize = 20;

#[derive(Deserialize)]
struct Registration {
    client_name: String,
    /// One, several separated by newlines, or a list.
    redirect_uris: Vec<String>,
    #[serde(default)]
    scopes: String,
    #[serde(default)]
    website: Option<String>,
}

async fn register(State(app): State<App>, address: ClientAddress, Input(asked): Input<Registration>) -> Result<Json<Value>> {
    app.quotas.apps.take(&address.key()).map_err(|left| Failure::too_many(left.wait))?;
    let new = checked(asked)?;
    let tx = app.begin().await?;
    let (registered, secret) = sessions::register_app(&tx, new).await?;
    tx.commit().await?;
    let mut answer = described(&app, &registered).await?;
    answer["client_id"] = json!(registered.client_id);
    answer["client_secret"] = json!(secret);
    answer["client_secret_expires_at"] = json!(0);
    Ok(Json(answer))
}

fn checked(asked: Registration) -> Result<NewApp, Refusal> {
    let name = display_name(&asked.client_name, NAME_CHARS_MAX);
    if name.is_empty() {
        return Err(Refusal::invalid("client_name", "can't be blank"));
    }
    let redirect_uris: Vec<String> = asked
        .redirect_uris
        .iter()
        .flat_map(|uris| uris.split(['\n', '\r', ' ']))
        .filter(|uri| !uri.is_empty())
        .map(str::to_owned)
        .collect();
    if redirect_uris.is_empty() || redirect_uris.len() > REDIRECTS_MAX {
        return Err(Refusal::invalid("redirect_uris", said!("must hold one to {max} URIs", max = REDIRECTS_MAX)));
    }
    redirect_uris.iter().try_for_each(|uri| redirect::may_register(uri))?;
    let scopes = Scopes::parse(&asked.scopes)?.to_string();
    // A website is only shown; one that is no web address is left out rather than refused.
    let website = asked.website.filter(|site| site.len() <= 2000 && (site.starts_with("https://") || site.starts_with("http://")));
    Ok(NewApp { name, website: website.unwrap_or_default(), redirect_uris, scopes })
}

async fn verify(State(app): State<App>, AppCaller(bearer): AppCaller) -> Result<Json<Value>> {
    let found = sessions::apps_by_ids(&app.store, &[bearer.token.app_id]).await?;
    Ok(Json(described(&app, found.first().ok_or_else(Refusal::not_found)?).await?))
}

/// An application without its credentials, with the key by which it knows our pushes.
async fn described(app: &App, client: &tables::App) -> Result<Value> {
    Ok(json!({
        "id": client.id,
        "name": client.name,
        "website": (!client.website.is_empty()).then_some(&client.website),
        "scopes": client.scopes.split(' ').collect::<Vec<_>>(),
        "redirect_uri": client.redirect_uris,
        "redirect_uris": client.redirect_uris.lines().collect::<Vec<_>>(),
        "vapid_key": app.vapid().await?.public_key(),
    }))
}

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().post("/api/v1/apps", Access::Open, "Registers a client application", register).costing(Cost::Credential).get(
        "/api/v1/apps/verify_credentials",
        Access::App,
        "Shows the application of a token",
        verify,
    )
}
