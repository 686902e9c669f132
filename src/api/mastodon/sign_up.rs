//! Signing up from within an app, with the app's own token. Source: docs.joinmastodon.org/methods/accounts#create.

use crate::{
    api::{
        body::Input,
        caller::{AppCaller, ClientAddress, outside_scopes},
        error::{Failure, Result},
        routes::{Access, Cost, Routes},
    },
    app::{
        App,
        sign_up::{self, Outcome, Problem},
    },
    base::error::Refusal,
    features::{accounts, sessions},
    policy::scope::Scope,
};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/accounts", Access::App, "Makes an account", create)
        .costing(Cost::Credential)
        .post("/api/v1/emails/confirmations", Access::App, "Sends the link that confirms one's address again", confirm_again)
        .costing(Cost::Credential)
        .get("/api/v1/emails/check_confirmation", Access::App, "Whether one's address is confirmed", is_confirmed)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    username: String,
    email: String,
    password: String,
    agreement: bool,
    reason: String,
    invite_code: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Again {
    email: Option<String>,
}

async fn create(State(app): State<App>, client: AppCaller, address: ClientAddress, Input(asked): Input<Asked>) -> Result<Response> {
    if !client.0.scopes.cover(Scope::WriteAccounts) {
        return Err(outside_scopes());
    }
    app.door().refuse_closed(!asked.invite_code.is_empty())?;
    if client.0.token.account_id.is_some() {
        let sentence = "An app makes accounts with a token of its own, not with somebody's";
        return Err(Refusal::forbidden("registration_closed", sentence).into());
    }
    app.quotas.sign_ups.take(&address.key()).map_err(|left| Failure::too_many(left.wait))?;
    if !asked.invite_code.is_empty() {
        app.quotas.log_in.take(&format!("invite {}", address.key())).map_err(|left| Failure::too_many(left.wait))?;
    }
    let Asked { username, email, password, reason, invite_code: invite, agreement } = asked;
    let asked = sign_up::Asked { username, email, password, reason, invite, agreement };
    let (tx, account) = match app.sign_up(asked, address.0).await? {
        Outcome::Made(tx, account) => (tx, account),
        Outcome::Wrong(problems) => return Ok(wrong(&problems)),
    };
    let (token, clear) = sessions::issue_token(&tx, client.0.token.app_id, Some(account.id), &client.0.token.scopes).await?;
    tx.commit().await?;
    let answer = json!({ "access_token": clear, "token_type": "Bearer", "scope": token.scopes, "created_at": token.created_at.0 / 1000 });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// All that is wrong, field by field, as Mastodon has it.
fn wrong(problems: &[Problem]) -> Response {
    let sentences: Vec<String> = problems.iter().map(|problem| format!("{} {}", problem.field, problem.problem)).collect();
    let mut details = Map::new();
    for problem in problems {
        let one = json!({ "error": problem.code, "description": problem.problem.to_string() });
        if let Some(list) = details.entry(problem.field).or_insert_with(|| json!([])).as_array_mut() {
            list.push(one);
        }
    }
    let body = json!({ "error": format!("Validation failed: {}", sentences.join(", ")), "code": "invalid", "details": details });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}

/// Sends the link that confirms the address of who signed up once more.
async fn confirm_again(State(app): State<App>, client: AppCaller, Input(asked): Input<Again>) -> Result<Json<Value>> {
    let account = client.0.account.as_ref().ok_or_else(needs_person)?;
    let tx = app.begin().await?;
    accounts::confirm_again(&tx, account, asked.email.as_deref(), &app.secret).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

/// Whether the address is confirmed: apps ask this again and again while their person looks into their mail.
async fn is_confirmed(client: AppCaller) -> Result<Json<bool>> {
    let user = client.0.user.as_ref().ok_or_else(needs_person)?;
    Ok(Json(!user.unconfirmed))
}

fn needs_person() -> Failure {
    Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "needs_user", "This method requires an authenticated user")
}
