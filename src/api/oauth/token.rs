//! Tokens in exchange for a code, or for the app itself (RFC 6749 §4.1.3, §4.4).

use super::{
    client,
    failure::{OauthFailure, Result},
};
use crate::{
    api::{
        body::Input,
        caller::ClientAddress,
        error::Failure,
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::error::Error,
    features::sessions,
    policy::scope::{Scope, Scopes},
    store::tables::{self, Token},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
};
use serde::Deserialize;
use serde_json::json;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    grant_type: String,
    client_id: Option<String>,
    client_secret: Option<String>,
    code: String,
    redirect_uri: String,
    code_verifier: Option<String>,
    scope: Option<String>,
}

async fn exchange(
    State(app): State<App>,
    address: ClientAddress,
    headers: HeaderMap,
    Input(asked): Input<Asked>,
) -> Result<impl IntoResponse> {
    app.quotas.tokens.take(&address.key()).map_err(|left| Failure::too_many(left.wait))?;
    if !matches!(asked.grant_type.as_str(), "authorization_code" | "client_credentials") {
        return Err(match asked.grant_type.as_str() {
            "" => OauthFailure::new("invalid_request", "Missing required parameter: grant_type."),
            _ => OauthFailure::new("unsupported_grant_type", "The authorization grant type is not supported by the authorization server."),
        });
    }
    let client = client::authenticate(&app, &headers, asked.client_id.as_deref(), asked.client_secret.as_deref()).await?;
    let (token, clear) = match asked.grant_type.as_str() {
        "authorization_code" => for_code(&app, &client, &asked).await?,
        _ => for_itself(&app, &client, asked.scope.as_deref()).await?,
    };
    let answer = json!({ "access_token": clear, "token_type": "Bearer", "scope": token.scopes, "created_at": token.created_at.0 / 1000 });
    Ok(([(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")], Json(answer)))
}

async fn for_code(app: &App, client: &tables::App, asked: &Asked) -> Result<(Token, String)> {
    let tx = app.begin().await?;
    let outcome = sessions::redeem_code(&tx, &asked.code, client, &asked.redirect_uri, asked.code_verifier.as_deref()).await;
    match outcome {
        Err(Error::Refused(_)) => {
            // A second use has revoked the token of the first: that is to be kept.
            tx.commit().await?;
            app.bearers.forget_all();
            Err(OauthFailure::new(
                "invalid_grant",
                "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization \
                 request, or was issued to another client.",
            ))
        }
        Err(fault) => Err(fault.into()),
        Ok(issued) => {
            tx.commit().await?;
            Ok(issued)
        }
    }
}

async fn for_itself(app: &App, client: &tables::App, scope: Option<&str>) -> Result<(Token, String)> {
    let registered = Scopes::kept(&client.scopes);
    let invalid = || OauthFailure::new("invalid_scope", "The requested scope is invalid, unknown, or malformed.");
    let asked = match scope.filter(|scope| !scope.trim().is_empty()) {
        Some(text) => Scopes::parse(text).map_err(|_| invalid())?,
        None if registered.cover(Scope::Read) => Scopes::kept(Scope::Read.word()),
        None => registered.clone(),
    };
    // an app by itself holds no standing on this node
    if !registered.cover_all(&asked) || asked.administer() {
        return Err(invalid());
    }
    let tx = app.begin().await?;
    let issued = sessions::issue_token(&tx, client.id, None, &asked.to_string()).await?;
    tx.commit().await?;
    Ok(issued)
}

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .post("/oauth/token", Access::Open, "Exchanges a code or client credentials for a token", exchange)
        .costing(Cost::Credential)
}
