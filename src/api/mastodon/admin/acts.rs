//! What is done about accounts, and taken back. Source: docs.joinmastodon.org/methods/admin/accounts.

use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::administration,
        error::{Failure, Result},
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        error::Refusal,
        id::{AccountId, ReportId},
        words::Sanction,
    },
    features::administering::{self, Act},
    policy::scope::Scope,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes of this file.
pub(super) fn routes() -> Routes {
    let (write, administer) = (Access::Moderator(Scope::AdminWriteAccounts), Access::Admin(Scope::AdminWriteAccounts));
    Routes::new()
        .post("/api/v1/admin/accounts/{id}/action", write, "Warns somebody, or limits, disables or suspends their account", act)
        .post("/api/v1/admin/accounts/{id}/approve", write, "Lets somebody in who waits for approval", approve)
        .post("/api/v1/admin/accounts/{id}/reject", write, "Refuses somebody who waits for approval; their account goes", reject)
        .post("/api/v1/admin/accounts/{id}/enable", write, "Gives a log-in back", enable)
        .post("/api/v1/admin/accounts/{id}/unsilence", write, "Lets everybody hear an account again", unsilence)
        .post("/api/v1/admin/accounts/{id}/unsensitive", write, "Takes the warning from an account's files", unsensitive)
        .post("/api/v1/admin/accounts/{id}/unsuspend", write, "Lifts a suspension", unsuspend)
        .delete("/api/v1/admin/accounts/{id}", administer, "Deletes a suspended account of this node", delete)
}

/// A preset is none of ours, and no mail goes out: the person is notified where they read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    #[serde(rename = "type")]
    kind: Option<Sanction>,
    report_id: Option<ReportId>,
    text: String,
}

async fn act(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(wanted): Input<Wanted>) -> Result<Json<Value>> {
    let sanction = wanted.kind.ok_or_else(|| Failure::field("type", "must be one of none, sensitive, disable, silence, suspend"))?;
    let tx = app.begin().await?;
    let target = administering::account(&tx, id).await?;
    let act = Act { sanction, reason: &wanted.text, report: wanted.report_id };
    administering::act(&tx, caller.account(), &target, act).await?;
    tx.commit().await?;
    afterwards(&app).await;
    Ok(Json(json!({})))
}

/// What is remembered of bearers and trends is asked again.
async fn afterwards(app: &App) {
    app.bearers.forget_all();
    app.trends.forget();
    app.store.settle().await;
}

async fn lift(app: &App, caller: &Caller, id: AccountId, sanction: Sanction) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let target = administering::account(&tx, id).await?;
    let did = administering::lift(&tx, caller.account(), &target, sanction).await?;
    tx.commit().await?;
    if !did {
        return Err(Refusal::forbidden("not_so", "There is nothing of the kind to lift from this account.").into());
    }
    afterwards(app).await;
    Ok(Json(administration::one(app, id).await?))
}

async fn enable(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    lift(&app, &caller, id, Sanction::Disable).await
}

async fn unsilence(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    lift(&app, &caller, id, Sanction::Silence).await
}

async fn unsensitive(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    lift(&app, &caller, id, Sanction::Sensitive).await
}

async fn unsuspend(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    lift(&app, &caller, id, Sanction::Suspend).await
}

async fn approve(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    let target = administering::account(&tx, id).await?;
    administering::approve(&tx, caller.account(), &target).await?;
    tx.commit().await?;
    afterwards(&app).await;
    Ok(Json(administration::one(&app, id).await?))
}

async fn reject(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    gone(&app, &caller, id, Ending::Rejected).await
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    gone(&app, &caller, id, Ending::Deleted).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Rejected,
    Deleted,
}

/// An account goes; the answer is what it was.
async fn gone(app: &App, caller: &Caller, id: AccountId, ending: Ending) -> Result<Json<Value>> {
    let was = administration::one(app, administering::account(&app.store, id).await?.id).await?;
    let tx = app.begin().await?;
    let target = administering::account(&tx, id).await?;
    match ending {
        Ending::Rejected => administering::reject(&tx, caller.account(), &target).await?,
        Ending::Deleted => administering::end(&tx, caller.account(), &target).await?,
    }
    tx.commit().await?;
    afterwards(app).await;
    Ok(Json(was))
}
