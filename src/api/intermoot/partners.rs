//! Partners: agreements with other nodes, for administrators.

use crate::{
    api::{
        body::Input,
        caller::Caller,
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::{
        App,
        partners::{self, Act, Chosen},
    },
    base::{error::Refusal, id::AgreementId},
    features::agreements::rows,
    policy::scope::Scope,
    store::tables::Agreement,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::Value;

const ALL: &str = "/api/intermoot/v1/partners";

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::Admin(Scope::AdminRead), Access::Admin(Scope::AdminWrite));
    Routes::new()
        .get(ALL, read, "Agreements with other nodes, latest first", list)
        .post(ALL, write, "Offers an agreement to another node", propose)
        .costing(Cost::Large)
        .get("/api/intermoot/v1/partners/{id}", read, "One agreement: its versions, fingerprints, what is shared both ways", show)
        .post("/api/intermoot/v1/partners/{id}/approve", write, "Signs what the other side offered", approve)
        .post("/api/intermoot/v1/partners/{id}/reject", write, "Refuses what the other side offered", reject)
        .post("/api/intermoot/v1/partners/{id}/withdraw", write, "Takes back an offer that nobody answered", withdraw)
        .post("/api/intermoot/v1/partners/{id}/suspend", write, "Lets every seat under an agreement rest, at once", suspend)
        .post("/api/intermoot/v1/partners/{id}/resume", write, "Takes one's suspension back", resume)
        .post("/api/intermoot/v1/partners/{id}/renew", write, "Changes the terms: narrower ones at once, wider ones as an offer", renew)
        .post("/api/intermoot/v1/partners/{id}/end", write, "Ends an agreement for good, at once", end)
        .post("/api/intermoot/v1/partners/{id}/quarantine", write, "Keeps a partner apart, at once: nothing in, nothing out", quarantine)
        .post("/api/intermoot/v1/partners/{id}/release", write, "Lifts a partner's quarantine", release)
        .post("/api/intermoot/v1/partners/{id}/confirm", write, "Confirms an agreement that is held", confirm)
}

async fn list(State(app): State<App>, query: PageQuery) -> Result<Response> {
    let page = query.clamp(40, 80);
    let found = partners::list(&app, page).await?;
    let ids: Vec<i64> = found.iter().map(|agreement| agreement.id.0).collect();
    Ok(query.answer(partners::summaries(&app, &found).await?, page.cursors(&ids)))
}

#[derive(Deserialize)]
struct Proposal {
    host: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

/// The terms in a request; unknown words are refused.
fn chosen(fields: serde_json::Map<String, Value>) -> Result<Chosen> {
    serde_json::from_value(Value::Object(fields)).map_err(|error| Failure::field("terms", format!("cannot be read: {error}")))
}

async fn propose(State(app): State<App>, caller: Caller, Input(proposal): Input<Proposal>) -> Result<Json<Value>> {
    let agreement = partners::propose(&app, &caller.account().acct(), &proposal.host, chosen(proposal.rest)?).await?;
    answer(&app, &agreement).await
}

async fn show(State(app): State<App>, Path(id): Path<AgreementId>) -> Result<Json<Value>> {
    let agreement = rows::by_id(&app.store, id).await?.ok_or_else(Refusal::not_found)?;
    answer(&app, &agreement).await
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct Fingerprint {
    #[serde(default)]
    fingerprint: String,
}

async fn approve(State(app): State<App>, caller: Caller, Path(id): Path<AgreementId>) -> Result<Json<Value>> {
    act(&app, &caller, id, Act::Approve).await
}

async fn reject(State(app): State<App>, caller: Caller, Path(id): Path<AgreementId>, Input(said): Input<Reason>) -> Result<Json<Value>> {
    act(&app, &caller, id, Act::Reject { reason: said.reason }).await
}

async fn withdraw(State(app): State<App>, caller: Caller, Path(id): Path<AgreementId>) -> Result<Json<Value>> {
    act(&app, &caller, id, Act::Withdraw).await
}

async fn suspend(State(app): State<App>, caller: Caller, Path(id): Path<AgreementId>, Input(said): Input<Reason>) -> Result<Json<Value>> {
    act(&app, &caller, id, Act::Suspend { reason: said.reason }).await
}

async fn resume(State(app): State<App>, caller: Caller, Path(id): Path<AgreementId>) -> Result<Json<Value>> {
    act(&app, &caller, id, Act::Resume).await
}

async fn renew(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AgreementId>,
    Input(fields): Input<serde_json::Map<String, Value>>,
) -> Result<Json<Value>> {
    act(&app, &caller, id, Act::Renew { terms: Box::new(chosen(fields)?) }).await
}

async fn end(State(app): State<App>, caller: Caller, Path(id): Path<AgreementId>, Input(said): Input<Reason>) -> Result<Json<Value>> {
    act(&app, &caller, id, Act::End { reason: said.reason }).await
}

async fn quarantine(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AgreementId>,
    Input(said): Input<Reason>,
) -> Result<Json<Value>> {
    act(&app, &caller, id, Act::Quarantine { reason: said.reason }).await
}

async fn release(State(app): State<App>, caller: Caller, Path(id): Path<AgreementId>) -> Result<Json<Value>> {
    act(&app, &caller, id, Act::Release).await
}

async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AgreementId>,
    Input(seen): Input<Fingerprint>,
) -> Result<Json<Value>> {
    act(&app, &caller, id, Act::Confirm { fingerprint: seen.fingerprint }).await
}

async fn act(app: &App, caller: &Caller, id: AgreementId, act: Act) -> Result<Json<Value>> {
    let agreement = partners::perform(app, &caller.account().acct(), id, act).await?;
    app.store.settle().await;
    answer(app, &agreement).await
}

async fn answer(app: &App, agreement: &Agreement) -> Result<Json<Value>> {
    Ok(Json(partners::whole(app, agreement).await?))
}
