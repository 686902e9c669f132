//! The demo's people use the same API as every app.

use anyhow::{Context, Result, anyhow};
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use std::time::Duration;

/// One person's access to their own node.
pub(super) struct Api {
    http: Client,
    base: String,
    token: String,
}

impl Api {
    /// Access to the node at `base` with an access token.
    pub fn new(base: String, token: &str) -> Self {
        Self { http: Client::new(), base, token: token.to_owned() }
    }

    /// GET `path`.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.send(Method::GET, path, None).await
    }

    /// POST `body` to `path`.
    pub async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// The status code that GET `path` answers.
    pub async fn status(&self, path: &str) -> Result<u16> {
        Ok(self.ask(Method::GET, path, None).await?.0.as_u16())
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let (status, json) = self.ask(method.clone(), path, body).await?;
        if status.is_success() {
            return Ok(json);
        }
        // the root is what a person is told
        let why = json["error"].as_str().unwrap_or("no reason given").to_owned();
        Err(anyhow!(why).context(format!("{method} {path} answered {status}")))
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<(StatusCode, Value)> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base)).bearer_auth(&self.token);
        request = request.timeout(Duration::from_secs(20));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.with_context(|| format!("{method} {path}"))?;
        let status = answer.status();
        let json: Value = answer.json().await.with_context(|| format!("{method} {path} answered {status} without JSON"))?;
        Ok((status, json))
    }
}
