//! The records of seats, as the hosts of their holders may fetch them: what was lost on the way heals here.
//!
//! Invariant (S120, S121): a host is shown its own people's seats and nobody else's; whoever holds none gets the same 404 as
//! for what is not there. Records of seats that ended are shown too: they are receipts. Source: `membership.md` 3.

use super::{actors::in_context, answer::Failure, asked::Asked};
use crate::{
    base::{error::Result as Kept, id::SeatId},
    features::{
        accounts,
        memberships::{self, records},
    },
    federation::{
        Federation,
        seats::{Held, is_signed, signed},
    },
    store::tables::{Account, Seat},
};
use anyhow::Context;
use axum::{
    extract::{Path, State},
    response::Response,
};
use serde_json::{Value, json};

/// Records on one page: fewer than a reader looks at in one list.
const PAGE: usize = 50;

/// `GET /c/{name}/seats?since={rev}`: the records of the signing host's people above a revision, lowest first; `next` leads
/// on. Seats may share a revision, so a page ends at one and at a seat (`after`).
pub async fn since(State(federation): State<Federation>, asked: Asked) -> Result<Response, Failure> {
    let community = community(&federation, asked.owner()).await?;
    let host = holder(&federation, &asked, &community).await?;
    let (since, after) = (asked.number("since").unwrap_or_default().max(0), asked.number("after"));
    let from = if after.is_some() { since.saturating_sub(1) } else { since };
    let mut found = memberships::seats_since(&federation.app.store, community.id, &host, from).await?;
    found.retain(|(seat, account)| is_beyond(seat, since, after) && is_of(account, seat, &host));
    found.sort_by_key(|(seat, _)| (seat.rev, seat.id.0));
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let group = federation.app.origin.absolute(&community.uri);
    let page = |since: i64, after: Option<i64>| {
        format!("{group}/seats?since={since}{}", after.map(|after| format!("&after={after}")).unwrap_or_default())
    };
    let mut listed = json!({
        "type": "OrderedCollectionPage",
        "id": page(since, after),
        "partOf": format!("{group}/seats"),
        "orderedItems": records(&federation, &community, &found).await?,
    });
    if let Some((last, _)) = found.last().filter(|_| more) {
        listed["next"] = json!(page(last.rev, Some(last.id.0)));
    }
    Ok(asked.document(&in_context(&federation, listed)?))
}

/// `GET /c/{name}/seats/{id}`: one record, to the host of whoever holds the seat.
pub async fn seat(State(federation): State<Federation>, Path((_, id)): Path<(String, String)>, asked: Asked) -> Result<Response, Failure> {
    let owner = asked.owner().strip_suffix("/seats").unwrap_or_default();
    let community = community(&federation, owner).await?;
    let host = holder(&federation, &asked, &community).await?;
    let id = id.parse().map_err(|_| Failure::not_found())?;
    let found = records::by_id(&federation.app.store, community.id, SeatId(id)).await?;
    let (seat, account) = found.filter(|(seat, account)| is_of(account, seat, &host)).ok_or_else(Failure::not_found)?;
    let mut records = records(&federation, &community, &[(seat, account)]).await?;
    Ok(asked.document(&records.pop().ok_or_else(Failure::not_found)?))
}

fn is_beyond(seat: &Seat, since: i64, after: Option<i64>) -> bool {
    seat.rev > since || (seat.rev == since && after.is_some_and(|after| seat.id.0 > after))
}

fn is_of(account: &Account, seat: &Seat, host: &str) -> bool {
    account.host == host && seat.host == host
}

/// A community of ours, closed or gone as may be: what ended is told on.
async fn community(federation: &Federation, uri: &str) -> Result<Account, Failure> {
    let found = accounts::queries::by_uri(&federation.app.store, uri).await?;
    found.filter(|account| account.is_local() && account.is_community()).ok_or_else(Failure::not_found)
}

/// The host that signed, if somebody of it holds or held a seat in the community.
async fn holder(federation: &Federation, asked: &Asked, community: &Account) -> Result<String, Failure> {
    let host = asked.signing_host(federation).await.ok_or_else(Failure::not_found)?;
    if federation.is_blocked(&host).await? || records::highest(&federation.app.store, community.id, &host).await?.is_none() {
        return Err(Failure::not_found());
    }
    Ok(host)
}

/// The signed records of these seats; those that were not signed yet are signed and kept.
async fn records(federation: &Federation, community: &Account, found: &[(Seat, Account)]) -> Result<Vec<Value>, Failure> {
    let mut texts: Vec<String> = Vec::with_capacity(found.len());
    if found.iter().all(|(seat, _)| is_signed(seat)) {
        texts.extend(found.iter().map(|(seat, _)| seat.record.clone()));
    } else {
        texts = sign(federation, community, found).await?;
    }
    let parse = |text: &String| serde_json::from_str(text).context("a record that we signed is no JSON");
    Ok(texts.iter().map(parse).collect::<anyhow::Result<_>>()?)
}

async fn sign(federation: &Federation, community: &Account, found: &[(Seat, Account)]) -> Kept<Vec<String>> {
    let tx = federation.app.begin().await?;
    let mut texts = Vec::with_capacity(found.len());
    for (seat, account) in found {
        texts.push(signed(federation, &tx, Held { community, account, seat }).await?);
    }
    tx.commit().await?;
    Ok(texts)
}
