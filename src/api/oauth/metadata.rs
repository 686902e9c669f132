//! What this authorization server can do (RFC 8414), and whose token it is (OpenID's userinfo, as Mastodon has it).

use crate::{
    api::{
        caller::Caller,
        paging::RequestOrigin,
        routes::{Access, Routes},
    },
    app::App,
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde_json::{Value, json};

async fn metadata(RequestOrigin(origin): RequestOrigin) -> Json<Value> {
    let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.word()).collect();
    Json(json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/oauth/authorize"),
        "token_endpoint": format!("{origin}/oauth/token"),
        "revocation_endpoint": format!("{origin}/oauth/revoke"),
        "userinfo_endpoint": format!("{origin}/oauth/userinfo"),
        "service_documentation": format!("{origin}/api/openapi.json"),
        "app_registration_endpoint": format!("{origin}/api/v1/apps"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn userinfo(State(app): State<App>, RequestOrigin(origin): RequestOrigin, caller: Caller) -> Json<Value> {
    let account = caller.account();
    Json(json!({
        "iss": origin,
        "sub": app.origin.absolute(&account.uri),
        "name": account.display_name,
        "preferred_username": account.username,
        "profile": app.origin.absolute(&account.url),
    }))
}

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .get("/.well-known/oauth-authorization-server", Access::Open, "Describes the authorization server (RFC 8414)", metadata)
        .get("/oauth/userinfo", Access::User(Scope::Profile), "Shows whose token it is", userinfo)
}
