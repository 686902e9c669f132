//! This node's organisation: its people and for whom they work; who left, with receipts; what leavers admitted.

use crate::{
    api::{
        body::{Input, Query},
        caller::Caller,
        entities::account::{self, Badge},
        error::{Failure, Result},
        path::Path,
        routes::{Access, Routes},
    },
    app::App,
    base::{
        error::Refusal,
        id::{AccountId, OffBoardingId, SeatId},
        text::limits::REASON_CHARS_MAX,
    },
    features::{
        accounts, affiliations,
        off_boarding::{self, Admitted, Leaving, Receipt},
    },
    policy::scope::Scope,
    store::tables::Account,
};
use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

/// People or acts on one page.
const PAGE: u32 = 80;
/// What a leaver admitted, at most.
const ADMITTED_MAX: u32 = 500;

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::Admin(Scope::AdminRead), Access::Admin(Scope::AdminWrite));
    Routes::new()
        .get("/api/intermoot/v1/organisation", Access::Public(Scope::Read), "This node's organisation", show)
        .get("/api/intermoot/v1/organisation/people", read, "Our people with their affiliations", people)
        .put("/api/intermoot/v1/organisation/people/{id}/affiliation", write, "Says that somebody works for us, and as what", grant)
        .delete("/api/intermoot/v1/organisation/people/{id}/affiliation", write, "Takes somebody's affiliation back", withdraw)
        .post("/api/intermoot/v1/organisation/people/{id}/off-board", write, "Off-boards somebody, everywhere", off_board)
        .post("/api/intermoot/v1/organisation/people/{id}/restore", write, "Lets somebody who left log in again", restore)
        .get("/api/intermoot/v1/organisation/off-boardings", read, "Who left, with receipts", list)
        .get("/api/intermoot/v1/organisation/off-boardings/{id}", read, "One who left, with receipts and what they admitted", one)
        .post("/api/intermoot/v1/organisation/off-boardings/{id}/confirm", write, "Confirms an act that was held", confirm)
        .post("/api/intermoot/v1/organisation/off-boardings/{id}/undo", write, "Takes an act back that was held", undo)
        .post("/api/intermoot/v1/organisation/reviews/{id}/keep", write, "Keeps a seat that a leaver gave", keep)
        .post("/api/intermoot/v1/organisation/reviews/{id}/end", write, "Ends a seat that a leaver gave", end)
}

async fn show(State(app): State<App>) -> Result<Json<Value>> {
    let ours = accounts::queries::by_uri(&app.store, affiliations::OURS).await?.ok_or_else(Refusal::not_found)?;
    let proven = affiliations::hosts_of(&app.store, affiliations::OURS).await?;
    let host = |host: &String| json!({"host": host, "proven": proven.contains(host)});
    Ok(Json(json!({
        "id": ours.id,
        "uri": app.origin.absolute(&ours.uri),
        "name": ours.display_name,
        "host": app.origin.authority(),
        "hosts": app.config.organisation.hosts.iter().map(host).collect::<Vec<_>>(),
    })))
}

#[derive(Deserialize)]
struct After {
    after: Option<AccountId>,
}

async fn people(State(app): State<App>, Query(page): Query<After>) -> Result<Json<Vec<Value>>> {
    let found = accounts::queries::locals(&app.store, page.after.unwrap_or(AccountId(0)), PAGE).await?;
    let mut people = Vec::with_capacity(found.len());
    for account in found {
        people.push(person(&app, account).await?);
    }
    Ok(Json(people))
}

async fn person(app: &App, account: Account) -> Result<Value> {
    let user = accounts::queries::user(&app.store, account.id).await?;
    Ok(json!({
        "affiliation": Badge::of(app, &account),
        "role": user.as_ref().map(|user| user.role),
        "is_guest": user.as_ref().is_some_and(|user| user.is_guest),
        "off_boarded_at": user.and_then(|user| user.off_boarded_at),
        "account": account::one(app, &app.store, account).await?,
    }))
}

/// One of our people, by id.
async fn ours(app: &App, id: AccountId) -> Result<Account> {
    accounts::queries::user(&app.store, id).await?.ok_or_else(Refusal::not_found)?;
    Ok(accounts::queries::by_id(&app.store, id).await?.filter(|account| account.gone_at.is_none()).ok_or_else(Refusal::not_found)?)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Work {
    title: String,
    unit: String,
}

async fn grant(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(work): Input<Work>) -> Result<Json<Value>> {
    let account = ours(&app, id).await?;
    let tx = app.begin().await?;
    affiliations::grant(&tx, &account, (&work.title, &work.unit), &caller.account().acct()).await?;
    tx.commit().await?;
    Ok(Json(person(&app, ours(&app, id).await?).await?))
}

async fn withdraw(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    let account = ours(&app, id).await?;
    let tx = app.begin().await?;
    affiliations::withdraw(&tx, &account, Some(caller.account())).await?;
    tx.commit().await?;
    Ok(Json(person(&app, ours(&app, id).await?).await?))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Why {
    reason: String,
}

async fn off_board(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, Input(why): Input<Why>) -> Result<Json<Value>> {
    if why.reason.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Failure::field("reason", format!("must not be longer than {REASON_CHARS_MAX} characters")));
    }
    let account = ours(&app, id).await?;
    let tx = app.begin().await?;
    let act = off_boarding::off_board(&tx, &account, Leaving { by: Some(caller.account()), reason: &why.reason }).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(Json(whole(&app, act.id).await?))
}

async fn restore(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<Value>> {
    let account = ours(&app, id).await?;
    let tx = app.begin().await?;
    off_boarding::restore(&tx, &account, Some(caller.account())).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(Json(person(&app, ours(&app, id).await?).await?))
}

#[derive(Deserialize)]
struct Before {
    before: Option<OffBoardingId>,
}

async fn list(State(app): State<App>, Query(page): Query<Before>) -> Result<Json<Vec<Value>>> {
    settle(&app).await?;
    let acts = off_boarding::list(&app.store, page.before, PAGE).await?;
    let receipts = off_boarding::receipts_of(&app.store, acts).await?;
    Ok(Json(receipts.iter().map(|receipt| described(&app, receipt)).collect()))
}

async fn settle(app: &App) -> Result<()> {
    let tx = app.begin().await?;
    off_boarding::settle(&tx).await?;
    Ok(tx.commit().await?)
}

async fn one(State(app): State<App>, Path(id): Path<OffBoardingId>) -> Result<Json<Value>> {
    settle(&app).await?;
    Ok(Json(whole(&app, id).await?))
}

/// An act with receipts and what the leaver admitted.
async fn whole(app: &App, id: OffBoardingId) -> Result<Value> {
    let act = off_boarding::by_id(&app.store, id).await?.ok_or_else(Refusal::not_found)?;
    let left = act.account_id;
    let mut shown = described(app, &off_boarding::receipt(&app.store, act).await?);
    let admitted = off_boarding::admitted(&app.store, left, ADMITTED_MAX).await?;
    shown["admitted"] = admitted.iter().map(|one| admitted_one(app, one)).collect();
    Ok(shown)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Word {
    password: String,
}

async fn confirm(State(app): State<App>, caller: Caller, Path(id): Path<OffBoardingId>, Input(word): Input<Word>) -> Result<Json<Value>> {
    let act = off_boarding::by_id(&app.store, id).await?.ok_or_else(Refusal::not_found)?;
    let has_password = !word.password.is_empty() && {
        app.quotas.log_in.take(&format!("confirm {}", caller.id())).map_err(|left| Failure::too_many(left.wait))?;
        let user = accounts::queries::user(&app.store, caller.id()).await?;
        app.passwords.verify(&word.password, user.as_ref().map(|user| user.password_hash.as_str())).await?
    };
    let tx = app.begin().await?;
    off_boarding::confirm_held(&tx, &act, caller.account(), has_password).await?;
    tx.commit().await?;
    Ok(Json(whole(&app, id).await?))
}

async fn undo(State(app): State<App>, caller: Caller, Path(id): Path<OffBoardingId>) -> Result<Json<Value>> {
    let act = off_boarding::by_id(&app.store, id).await?.ok_or_else(Refusal::not_found)?;
    let tx = app.begin().await?;
    off_boarding::undo(&tx, &act, Some(caller.account())).await?;
    tx.commit().await?;
    app.bearers.forget_all();
    Ok(Json(whole(&app, id).await?))
}

async fn keep(State(app): State<App>, caller: Caller, Path(id): Path<SeatId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    off_boarding::keep_admitted(&tx, id, caller.account()).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

async fn end(State(app): State<App>, caller: Caller, Path(id): Path<SeatId>) -> Result<Json<Value>> {
    let tx = app.begin().await?;
    off_boarding::end_admitted(&tx, id, caller.account()).await?;
    tx.commit().await?;
    Ok(Json(json!({})))
}

fn described(app: &App, receipt: &Receipt) -> Value {
    let seats: Vec<Value> = receipt
        .seats
        .iter()
        .map(|(seat, community)| {
            json!({
                "host": seat.host,
                "community": community.as_ref().map(|community| app.origin.absolute(&community.uri)),
                "attempts": seat.attempts,
                "next_attempt_at": seat.next_attempt_at,
                "confirmed_at": seat.confirmed_at,
            })
        })
        .collect();
    json!({
        "id": receipt.act.id,
        "account_id": receipt.act.account_id,
        "acct": receipt.account.as_ref().map(Account::acct),
        "by_id": receipt.act.by_id,
        "reason": receipt.act.reason,
        "created_at": receipt.act.created_at,
        "held_at": receipt.act.held_at,
        "confirmed_at": receipt.act.confirmed_at,
        "undone_at": receipt.act.undone_at,
        "receipts": receipt.sentence(),
        "confirmed": receipt.confirmed(),
        "total": receipt.seats.len(),
        "seats": seats,
    })
}

fn admitted_one(app: &App, one: &Admitted) -> Value {
    let here = one.community.as_ref().is_some_and(Account::is_local);
    json!({
        // elsewhere its own moderators decide: there is nothing to review here
        "review_id": here.then_some(one.seat.id),
        "acct": one.account.as_ref().map(Account::acct),
        "community": one.community.as_ref().map(|community| app.origin.absolute(&community.uri)),
        "role": one.seat.role,
        "paused_at": one.seat.paused_at,
    })
}
