//! Signing up from within an app, with the app's own token. Source: docs.joinmastodon.org/methods/accounts#create.

use crate::{
    api::{
        body::Input,
        caller::{AppCaller, ClientAddress, outside_scopes},
        error::{Failure, Result},
        routes::{Access, Cost, Routes},
    },
    app::App,
    base::{
        config::RegistrationMode,
        error::Refusal,
        text::names,
        words::{AccountKind, NodeRole},
    },
    features::{accounts, administering::newcomers, sessions},
    policy::scope::Scope,
};
use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde::Deserialize;
use serde_json::json;

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().post("/api/v1/accounts", Access::App, "Makes an account", create).costing(Cost::Credential)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    username: String,
    email: String,
    password: String,
    agreement: bool,
}

async fn create(
    State(app): State<App>,
    client: AppCaller,
    address: ClientAddress,
    Input(asked): Input<Asked>,
) -> Result<impl IntoResponse> {
    if !client.0.scopes.cover(Scope::WriteAccounts) {
        return Err(outside_scopes());
    }
    let approved = match app.config.registration.mode {
        RegistrationMode::Open => true,
        RegistrationMode::Approval => false,
        RegistrationMode::Invite => return Err(closed("One needs an invitation to have an account on this server")),
        RegistrationMode::Closed => return Err(closed("This server's administrator makes its accounts; one cannot sign up")),
    };
    if client.0.token.account_id.is_some() {
        return Err(closed("An app makes accounts with a token of its own, not with somebody's"));
    }
    app.quotas.sign_ups.take(&address.key()).map_err(|left| Failure::too_many(left.wait))?;
    if !asked.agreement {
        return Err(Failure::field("agreement", "must be accepted"));
    }
    let must_wait = newcomers::judge(&app.store, &asked.email, address.0).await?;
    let username = names::local_name(&asked.username, app.origin.authority())?;
    let password_hash = app.passwords.hash(&asked.password).await?;
    let keys = app.new_keys().await?;
    let tx = app.begin().await?;
    let new = accounts::New { username, kind: AccountKind::Person, display_name: String::new(), locked: false, keys };
    let account = accounts::create(&tx, new).await?;
    let user = accounts::NewUser { email: asked.email, password_hash, role: NodeRole::Member, approved: approved && !must_wait };
    accounts::enrol(&tx, account.id, user).await?;
    newcomers::signed_up(&tx, account.id);
    let (token, clear) = sessions::issue_token(&tx, client.0.token.app_id, Some(account.id), &client.0.token.scopes).await?;
    tx.commit().await?;
    let answer = json!({ "access_token": clear, "token_type": "Bearer", "scope": token.scopes, "created_at": token.created_at.0 / 1000 });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)))
}

fn closed(sentence: &str) -> Failure {
    Refusal::forbidden("registration_closed", sentence).into()
}
