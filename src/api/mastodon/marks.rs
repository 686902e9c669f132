//! What somebody keeps about others: words for oneself, people on one's profile, hosts one wants nothing of, quiet threads.
//! Source: docs.joinmastodon.org/methods/{accounts,endorsements,domain_blocks,statuses}.

use super::{
    accounts::{known_to, without_internal},
    relationships::{answer, known},
    statuses::seen_itself,
};
use crate::{
    api::{
        body::Input,
        caller::{Caller, MaybeCaller},
        entities::{
            account::accounts as shown,
            relationship::Relationship,
            status::{self, Status},
        },
        error::{Failure, Result},
        paging::PageQuery,
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        error::{Error, Kind, Refusal},
        id::{AccountId, PostId},
    },
    features::{
        notifications,
        posts::queries::Viewer,
        relationships::{hosts, marks},
    },
    policy::scope::Scope,
    store::tables::Account,
};
use axum::{Json, extract::State, response::Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    let (write, mutes, blocks) = (Access::User(Scope::WriteAccounts), Access::User(Scope::WriteMutes), Access::User(Scope::WriteBlocks));
    Routes::new()
        .post("/api/v1/accounts/{id}/note", write, "Keeps words about an account, for oneself", note)
        .post("/api/v1/accounts/{id}/endorse", write, "Puts an account on one's profile", endorse)
        .post("/api/v1/accounts/{id}/unendorse", write, "Takes an account from one's profile", unendorse)
        .post("/api/v1/accounts/{id}/pin", write, "Puts an account on one's profile", endorse)
        .post("/api/v1/accounts/{id}/unpin", write, "Takes an account from one's profile", unendorse)
        .get("/api/v1/endorsements", Access::User(Scope::ReadAccounts), "The people on one's profile", own)
        .get("/api/v1/accounts/{id}/endorsements", Access::Public(Scope::ReadAccounts), "The people on a profile", of_account)
        .get("/api/v1/domain_blocks", Access::User(Scope::ReadBlocks), "The hosts one wants nothing of", blocked)
        .post("/api/v1/domain_blocks", blocks, "Wants nothing of a host", block)
        .delete("/api/v1/domain_blocks", blocks, "Lets a host be heard again", unblock)
        .post("/api/v1/statuses/{id}/mute", mutes, "Makes a thread quiet: no more notifications of it", quiet)
        .post("/api/v1/statuses/{id}/unmute", mutes, "Lets a thread be heard again", unquiet)
}

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    comment: String,
}

async fn note(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(words): Input<Words>) -> Result<Json<Relationship>> {
    let tx = app.begin().await?;
    known(&tx, id).await?;
    marks::note(&tx, caller.id(), id, &words.comment).await?;
    tx.commit().await?;
    answer(&app, &caller, id).await
}

async fn endorse(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Relationship>> {
    let tx = app.begin().await?;
    known(&tx, id).await?;
    marks::endorse(&tx, caller.id(), id).await?;
    tx.commit().await?;
    answer(&app, &caller, id).await
}

async fn unendorse(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Relationship>> {
    let tx = app.begin().await?;
    known(&tx, id).await?;
    marks::unendorse(&tx, caller.id(), id).await?;
    tx.commit().await?;
    answer(&app, &caller, id).await
}

async fn own(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let id = caller.id();
    endorsed(&app, &MaybeCaller(Some(caller)), id, &query).await
}

async fn of_account(State(app): State<App>, caller: MaybeCaller, Path(id): Path<AccountId>, query: PageQuery) -> Result<Response> {
    known_to(&app, &caller, id).await?;
    endorsed(&app, &caller, id, &query).await
}

/// Whoever stands on a profile, as far as the caller may know of them: communities among them may be hidden.
async fn endorsed(app: &App, caller: &MaybeCaller, of: AccountId, query: &PageQuery) -> Result<Response> {
    let page = query.clamp(40, 80);
    let rows = marks::endorsed(&app.store, of, page).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.cursor).collect();
    let people: Vec<Account> = rows.into_iter().map(|row| row.account).collect();
    let people = without_internal(app, caller.0.as_ref().map(Caller::account), people).await?;
    Ok(query.answer(shown(app, &app.store, people).await?, page.cursors(&ids)))
}

#[derive(Deserialize)]
struct Named {
    #[serde(default, rename = "domain")]
    host: String,
}

/// The name of a field as this API has it, where a host is wrong.
fn of_field(error: Error) -> Failure {
    match error {
        Error::Refused(refusal) if refusal.kind == Kind::Invalid => Refusal { field: Some("domain"), ..refusal }.into(),
        error => error.into(),
    }
}

async fn blocked(State(app): State<App>, caller: Caller, query: PageQuery) -> Result<Response> {
    let page = query.clamp(100, 200);
    let rows = hosts::blocked_hosts(&app.store, caller.id(), page).await?;
    let (ids, names): (Vec<i64>, Vec<String>) = rows.into_iter().map(|row| (row.id, row.host)).unzip();
    Ok(query.answer(names, page.cursors(&ids)))
}

async fn block(State(app): State<App>, caller: Caller, Input(named): Input<Named>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    hosts::block_host(&tx, caller.id(), &named.host, app.origin.authority()).await.map_err(of_field)?;
    tx.commit().await?;
    app.store.settle().await;
    Ok(Json(json!({})))
}

async fn unblock(State(app): State<App>, caller: Caller, Input(named): Input<Named>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    hosts::unblock_host(&tx, caller.id(), &named.host).await.map_err(of_field)?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn quiet(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    let me = Viewer::Account(caller.id());
    let post = seen_itself(&app, &me, id).await?;
    let tx = app.begin().await?;
    notifications::quiet(&tx, caller.id(), &post).await?;
    tx.commit().await?;
    Ok(Json(status::status(&app, &me, &post).await?))
}

async fn unquiet(State(app): State<App>, caller: Caller, Path(id): Path<PostId>) -> Result<Json<Status>> {
    let me = Viewer::Account(caller.id());
    let post = seen_itself(&app, &me, id).await?;
    let tx = app.begin().await?;
    notifications::unquiet(&tx, caller.id(), &post).await?;
    tx.commit().await?;
    Ok(Json(status::status(&app, &me, &post).await?))
}
