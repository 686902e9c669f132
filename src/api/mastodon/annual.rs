//! What this node does not have, answered honestly: reports of a year, and work whose end one could wait for.
//!
//! Source: docs.joinmastodon.org/methods/annual_reports, /methods/async_refreshes.

use crate::{
    api::{
        error::Result,
        routes::{Access, Routes},
    },
    base::error::Refusal,
    policy::scope::Scope,
};
use axum::Json;
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::ReadAccounts), Access::User(Scope::WriteAccounts));
    Routes::new()
        .get("/api/v1/annual_reports", read, "Reports of past years: none", none)
        .answering_nothing()
        .get("/api/v1/annual_reports/{year}", read, "The report of a year: there is none", missing)
        .answering_nothing()
        .get("/api/v1/annual_reports/{year}/state", read, "Whether there could be a report of a year: no", ineligible)
        .answering_nothing()
        .post("/api/v1/annual_reports/{year}/generate", write, "Makes no report of a year", missing)
        .answering_nothing()
        .post("/api/v1/annual_reports/{year}/read", write, "Marks no report of a year as read", missing)
        .answering_nothing()
        .get("/api/v1_alpha/async_refreshes/{id}", Access::User(Scope::Read), "How far some work is: there is none to wait for", missing)
        .answering_nothing()
}

async fn none() -> Json<Value> {
    Json(json!({ "annual_reports": [], "accounts": [], "statuses": [] }))
}

async fn ineligible() -> Json<Value> {
    Json(json!({ "state": "ineligible" }))
}

async fn missing() -> Result<Json<Value>> {
    Err(Refusal::not_found().into())
}
