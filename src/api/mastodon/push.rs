//! Web Push: what the app of this token subscribed to. Source: docs.joinmastodon.org/methods/push.

use crate::{
    api::{
        body::Input,
        caller::Caller,
        error::{Failure, Result},
        routes::{Access, Routes},
    },
    app::App,
    base::{error::Refusal, host, push::Receiver, words::NotificationKind},
    features::push::{self, POLICIES, Subscription},
    policy::scope::Scope,
};
use axum::{Json, extract::State, http::HeaderMap};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Longest address of a push service.
const ENDPOINT_BYTES_MAX: usize = 2048;
/// What the token in clear is sealed for; `outreach` opens it.
pub const SEALED_FOR: &str = "push token";

/// The routes of this file.
pub fn routes() -> Routes {
    let push = Access::User(Scope::Push);
    Routes::new()
        .get("/api/v1/push/subscription", push, "What this app is pushed", show)
        .post("/api/v1/push/subscription", push, "Has notifications pushed to this app", subscribe)
        .put("/api/v1/push/subscription", push, "Changes what this app is pushed", change)
        .delete("/api/v1/push/subscription", push, "Ends pushing to this app", end)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    subscription: Option<Service>,
    data: Data,
    policy: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Service {
    endpoint: String,
    keys: Keys,
    standard: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    p256dh: String,
    auth: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    alerts: BTreeMap<String, Flag>,
    policy: Option<String>,
}

/// A yes or no in any of the forms in which apps write it.
struct Flag(bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bool::deserialize(deserializer).map(Self)
    }
}

impl Asked {
    fn alerts(&self) -> Result<String> {
        let known: BTreeMap<&str, bool> =
            NotificationKind::ALL.iter().filter_map(|kind| Some((kind.word(), self.data.alerts.get(kind.word())?.0))).collect();
        Ok(serde_json::to_string(&known).map_err(anyhow::Error::from)?)
    }

    fn policy(&self) -> Result<Option<&str>> {
        let asked = self.data.policy.as_deref().or(self.policy.as_deref()).filter(|word| !word.is_empty());
        match asked {
            Some(word) if !POLICIES.contains(&word) => {
                Err(Failure::field("data.policy", format!("must be one of {}", POLICIES.join(", "))))
            }
            asked => Ok(asked),
        }
    }
}

/// The address as it may be used: the guarded client looks at it again, with what its name stands for, each time it sends.
fn endpoint(app: &App, text: &str) -> Result<String> {
    let wrong = || Failure::field("subscription.endpoint", "is not the address of a push service");
    let url = host::parse(text).filter(|_| text.len() <= ENDPOINT_BYTES_MAX).ok_or_else(wrong)?;
    let is_secure = url.scheme() == "https" || (url.scheme() == "http" && app.config.federation.allow_http);
    if is_secure { Ok(text.to_owned()) } else { Err(Failure::field("subscription.endpoint", "must begin with https")) }
}

async fn shown(app: &App, subscription: &Subscription) -> Result<Json<Value>> {
    let alerts = subscription.alerts();
    let is = |word: &str| alerts.get(word).copied().unwrap_or(false);
    let all: serde_json::Map<String, Value> = NotificationKind::ALL
        .iter()
        .filter(|kind| !kind.is_ours() || is(kind.word()))
        .map(|kind| (kind.word().to_owned(), json!(is(kind.word()))))
        .collect();
    let mut all = Value::Object(all);
    all["admin.sign_up"] = json!(is("admin.sign_up"));
    Ok(Json(json!({
        "id": subscription.id.to_string(),
        "endpoint": subscription.endpoint,
        "standard": subscription.standard,
        "alerts": all,
        "policy": subscription.policy,
        "server_key": app.vapid().await?.public_key(),
    })))
}

async fn show(State(app): State<App>, caller: Caller) -> Result<Json<Value>> {
    let found = push::of_token(&app.store, caller.bearer().token.id).await?.ok_or_else(Refusal::not_found)?;
    shown(&app, &found).await
}

async fn subscribe(State(app): State<App>, caller: Caller, headers: HeaderMap, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let service = asked.subscription.as_ref().ok_or_else(|| Failure::field("subscription", "is missing"))?;
    let endpoint = endpoint(&app, &service.endpoint)?;
    if Receiver::read(&service.keys.p256dh, &service.keys.auth).is_none() {
        return Err(Failure::field("subscription.keys", "are not a public key and a secret as browsers make them"));
    }
    // Mastodon's apps expect the token with which they subscribed in each message
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok()).and_then(|value| value.split_once(' '));
    let sealed = match bearer {
        Some((_, token)) => hex(&app.secret.seal(SEALED_FOR, token.trim().as_bytes())?),
        None => String::new(),
    };
    let new = Subscription {
        id: 0,
        token_id: caller.bearer().token.id,
        account_id: caller.id(),
        endpoint,
        p256dh: service.keys.p256dh.clone(),
        auth: service.keys.auth.clone(),
        standard: service.standard,
        alerts: asked.alerts()?,
        policy: asked.policy()?.unwrap_or("all").to_owned(),
        sealed_token: sealed,
    };
    let tx = app.begin().await?;
    let kept = push::subscribe(&tx, new).await?;
    tx.commit().await?;
    shown(&app, &kept).await
}

fn hex(bytes: &[u8]) -> String {
    crate::base::secret::hex(bytes)
}

async fn change(State(app): State<App>, caller: Caller, Input(asked): Input<Asked>) -> Result<Json<Value>> {
    let token = caller.bearer().token.id;
    let tx = app.begin().await?;
    let before = push::of_token(&tx, token).await?.ok_or_else(Refusal::not_found)?;
    let alerts = if asked.data.alerts.is_empty() { before.alerts.clone() } else { asked.alerts()? };
    push::change(&tx, token, (&alerts, asked.policy()?.unwrap_or(&before.policy))).await?;
    let after = push::of_token(&tx, token).await?.ok_or_else(Refusal::not_found)?;
    tx.commit().await?;
    shown(&app, &after).await
}

async fn end(State(app): State<App>, caller: Caller) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    push::end_of_token(&tx, caller.bearer().token.id).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}
