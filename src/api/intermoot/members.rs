//! The members of a community: listed to members, moderated by moderators where it lives.

use super::communities::visible;
use crate::{
    api::{
        body::Input,
        caller::Caller,
        entities::account::{self, Shown},
        error::Result,
        paging::PageQuery,
        path::Path,
        routes::{Access, Cost, Routes},
    },
    app::{App, ListedMember},
    base::{
        clock::Stamp,
        error::Refusal,
        id::AccountId,
        page::Page,
        words::{Role, SeatStatus, Stakeholder},
    },
    features::{
        accounts,
        memberships::{self, Decision},
    },
    policy::scope::Scope,
    store::{
        Tx,
        tables::{Account, Seat},
    },
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Most members shown of a community elsewhere.
const LISTED_MAX: usize = 1000;

/// The routes of this file.
pub fn routes() -> Routes {
    let (read, write) = (Access::User(Scope::Read), Access::User(Scope::Write));
    Routes::new()
        .get("/api/intermoot/v1/communities/{id}/members", read, "Who is in a community one is in", list)
        .costing(Cost::Large)
        .get("/api/intermoot/v1/communities/{id}/requests", read, "Who asks to join a community one moderates", requests)
        .post("/api/intermoot/v1/communities/{id}/requests/{account_id}/accept", write, "Admits somebody who asked", accept)
        .post("/api/intermoot/v1/communities/{id}/requests/{account_id}/refuse", write, "Refuses somebody who asked", refuse)
        .patch("/api/intermoot/v1/communities/{id}/members/{account_id}", write, "Gives a member another role", appoint)
        .delete("/api/intermoot/v1/communities/{id}/members/{account_id}", write, "Puts a member out", remove)
}

/// A member as our API shows one. Of a community elsewhere we may not know the account.
#[derive(Debug, Serialize)]
struct Member {
    account: Option<Shown>,
    uri: String,
    role: String,
    status: SeatStatus,
    host: String,
    /// Shown to curators and up, or to all where the community says so.
    stakeholder: Option<Stakeholder>,
    /// The organisation through which the seat is held.
    organisation: Option<String>,
    /// Since when, as far as we know.
    since: Option<Stamp>,
    expires_at: Option<Stamp>,
    /// What was answered to the community's question, and why the seat waits: to moderators.
    answer: Option<String>,
    reason: Option<String>,
}

/// How much of others' seats the caller is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sight {
    /// Who, as what, through whom.
    Members,
    /// Their stakeholder kind too.
    Stakeholders,
    /// Their answers too.
    Full,
}

async fn list(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, query: PageQuery) -> Result<Response> {
    let (community, facts) = visible(&app, Some(caller.id()), id).await?;
    let role = memberships::queries::rank(&app.store, id, caller.id()).await?;
    if role.is_none() {
        return Err(Refusal::forbidden("not_a_member", "Members are listed to members only.").into());
    }
    if !community.is_local() {
        let listed = app.network()?.members(id).await?;
        return Ok(Json(listed_elsewhere(&app, &community, listed).await?).into_response());
    }
    let page = query.clamp(40, 80);
    let rows = memberships::queries::members(&app.store, id, page).await?;
    let sees_kinds = facts.stakeholders_shown || role >= Some(Role::Curator);
    let sight = if sees_kinds { Sight::Stakeholders } else { Sight::Members };
    answer(&app, &query, page, (rows, sight)).await
}

async fn requests(State(app): State<App>, caller: Caller, Path(id): Path<AccountId>, query: PageQuery) -> Result<Response> {
    let (community, _) = visible(&app, Some(caller.id()), id).await?;
    moderates(&app, &caller, id).await?;
    let page = query.clamp(40, 80);
    let rows = match community.is_local() {
        true => memberships::queries::requests(&app.store, id, page).await?,
        false => app.requests_elsewhere(caller.id(), &community).await?,
    };
    answer(&app, &query, page, (rows, Sight::Full)).await
}

/// Refuses who does not moderate the community.
pub(super) async fn moderates(app: &App, caller: &Caller, id: AccountId) -> Result<()> {
    if memberships::queries::rank(&app.store, id, caller.id()).await? < Some(Role::Moderator) {
        return Err(Refusal::forbidden("rank", "Requests and invitations are for moderators only.").into());
    }
    Ok(())
}

/// One page of seats with those who hold them.
pub(super) async fn answer(app: &App, query: &PageQuery, page: Page, (rows, sight): (Vec<(Seat, Account)>, Sight)) -> Result<Response> {
    let ids: Vec<i64> = rows.iter().map(|(seat, _)| seat.id.0).collect();
    let (seats, people): (Vec<Seat>, Vec<Account>) = rows.into_iter().unzip();
    let uris: Vec<(String, String)> = people.iter().map(|person| (app.origin.absolute(&person.uri), host(app, &person.host))).collect();
    let shown = account::accounts(app, &app.store, people).await?;
    let members = seats.into_iter().zip(uris).zip(shown).map(|((seat, (uri, host)), account)| Member {
        account: Some(account),
        uri,
        role: seat.role.to_string(),
        status: seat.status,
        host,
        stakeholder: (sight >= Sight::Stakeholders).then_some(seat.stakeholder),
        organisation: (!seat.organisation.is_empty()).then(|| app.origin.absolute(&seat.organisation)),
        since: Some(seat.updated_at),
        expires_at: seat.expires_at,
        answer: (sight >= Sight::Full).then_some(seat.answer),
        reason: (sight >= Sight::Full && !seat.reason.is_empty()).then_some(seat.reason),
    });
    Ok(query.answer(members.collect(), page.cursors(&ids)))
}

/// Members as the community's own node lists them, with the accounts that we know.
async fn listed_elsewhere(app: &App, community: &Account, listed: Vec<ListedMember>) -> Result<Vec<Member>> {
    let uris: Vec<String> = listed.iter().take(LISTED_MAX).map(|member| app.origin.stored(&member.uri).to_owned()).collect();
    let known = accounts::queries::by_uris(&app.store, &uris).await?;
    let hosts: HashMap<String, (AccountId, String)> =
        known.iter().map(|account| (app.origin.absolute(&account.uri), (account.id, host(app, &account.host)))).collect();
    let shown = account::accounts(app, &app.store, known).await?;
    let mut shown: HashMap<AccountId, Shown> = shown.into_iter().map(|account| (account.id, account)).collect();
    let members = listed.into_iter().take(LISTED_MAX).map(|member| {
        let known = hosts.get(&member.uri);
        Member {
            account: known.and_then(|(id, _)| shown.remove(id)),
            host: known.map_or_else(|| named_host(&member.uri).unwrap_or_else(|| community.host.clone()), |(_, host)| host.clone()),
            uri: member.uri,
            role: member.role,
            status: SeatStatus::Active,
            stakeholder: None,
            organisation: None,
            since: None,
            expires_at: None,
            answer: None,
            reason: None,
        }
    });
    Ok(members.collect())
}

fn host(app: &App, host: &str) -> String {
    if host.is_empty() { app.origin.authority().to_owned() } else { host.to_owned() }
}

fn named_host(uri: &str) -> Option<String> {
    crate::base::host::authority(&crate::base::host::parse(uri)?)
}

async fn accept(State(app): State<App>, caller: Caller, Path((id, who)): Path<(AccountId, AccountId)>) -> Result<Json<Value>> {
    decide(&app, &caller, (id, who), Decision::Admit).await
}

async fn refuse(
    State(app): State<App>,
    caller: Caller,
    Path((id, who)): Path<(AccountId, AccountId)>,
    Input(why): Input<Why>,
) -> Result<Json<Value>> {
    decide(&app, &caller, (id, who), Decision::Refuse { reason: why.reason }).await
}

#[derive(Deserialize)]
struct Appointment {
    role: Role,
}

async fn appoint(
    State(app): State<App>,
    caller: Caller,
    Path((id, who)): Path<(AccountId, AccountId)>,
    Input(new): Input<Appointment>,
) -> Result<Json<Value>> {
    decide(&app, &caller, (id, who), Decision::Appoint { role: new.role }).await
}

#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    reason: String,
}

async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((id, who)): Path<(AccountId, AccountId)>,
    Input(why): Input<Why>,
) -> Result<Json<Value>> {
    decide(&app, &caller, (id, who), Decision::Remove { reason: why.reason }).await
}

/// A moderator's decision: at once here, told to the community's node elsewhere.
async fn decide(app: &App, caller: &Caller, (id, who): (AccountId, AccountId), decision: Decision) -> Result<Json<Value>> {
    let (community, tx, who) = begin(app, caller, id, who).await?;
    memberships::decided(&tx, caller.account(), &who, &community, decision).await?;
    tx.commit().await?;
    after(app, &community, &who).await
}

/// The seat after a decision; `pending` where the community's node has not answered yet.
pub(super) async fn after(app: &App, community: &Account, who: &Account) -> Result<Json<Value>> {
    let seat = memberships::queries::seat(&app.store, community.id, who.id).await?;
    let mut said = seat.as_ref().map_or_else(|| json!({ "account_id": who.id, "status": null }), shown);
    if let Some(said) = said.as_object_mut() {
        said.insert("pending".to_owned(), json!(!community.is_local()));
    }
    Ok(Json(said))
}

/// The community, an act over one of its people, and that person.
pub(super) async fn begin(app: &App, caller: &Caller, id: AccountId, who: AccountId) -> Result<(Account, Tx, Account)> {
    let (community, _) = visible(app, Some(caller.id()), id).await?;
    let who = accounts::queries::by_id(&app.store, who).await?.ok_or_else(Refusal::not_found)?;
    Ok((community, app.begin().await?, who))
}

fn shown(seat: &Seat) -> Value {
    json!({ "account_id": seat.account_id, "role": seat.role, "status": seat.status, "since": seat.updated_at })
}
