//! The records of seats in our communities: signed once for each revision, and the highest revision that a host should hold.
//!
//! For the outbox, the documents and delivery. Invariant: one revision of a seat has one text, whoever asks for it, so that
//! equal revisions with other bytes mean that something is wrong (`membership.md` 3).

use super::{Federation, objects::member};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
    },
    features::{
        communities::seats,
        memberships::{record::Record, records},
    },
    net::header::{HeaderName, HeaderValue},
    store::{
        Tx,
        tables::{Account, Seat},
    },
};
use serde_json::Value;

/// The header of deliveries by a community that names the highest revision among the host's seats: a hint, not signed.
pub const HEADER: HeaderName = HeaderName::from_static("intermoot-seats");

/// A seat here, with whose it is and where.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// The community, one of ours.
    pub community: &'a Account,
    /// The member.
    pub account: &'a Account,
    /// The seat as it was read in this act.
    pub seat: &'a Seat,
}

/// Whether the seat's signed record says what the seat says now.
pub fn is_signed(seat: &Seat) -> bool {
    rev_of(&seat.record) == Some(seat.rev)
}

fn rev_of(record: &str) -> Option<i64> {
    serde_json::from_str::<Value>(record).ok()?.get("rev")?.as_i64()
}

/// The record of a seat here as its group signs it (JSON): the one that was signed before, or signed and kept now.
pub async fn signed(federation: &Federation, tx: &Tx, held: Held<'_>) -> Result<String> {
    if is_signed(held.seat) {
        return Ok(held.seat.record.clone());
    }
    let record = records::of(tx, held.community, held.account, held.seat).await?;
    let raw = text(federation, held, &record).await?;
    if records::keep(tx, held.seat, &raw).await? {
        return Ok(raw);
    }
    // somebody else signed it, or it changed: what is there now is the record
    let now = seats::seat(tx, held.community.id, held.account.id).await?.ok_or_else(Refusal::not_found)?;
    if is_signed(&now) { Ok(now.record) } else { Err(anyhow::anyhow!("a seat changed while its record was signed").into()) }
}

/// A record that no seat stands behind, signed and not kept: the answer to an ask that left nothing.
pub async fn refusal(federation: &Federation, tx: &Tx, held: Held<'_>) -> Result<String> {
    let record = records::of(tx, held.community, held.account, held.seat).await?;
    text(federation, held, &record).await
}

async fn text(federation: &Federation, held: Held<'_>, record: &Record) -> Result<String> {
    let mut document = member::into_json(&federation.app.origin, held.seat.id, record);
    federation.prove(&mut document, held.community.id).await?;
    Ok(document.to_string())
}

/// The header for a delivery signed by `actor` to `host`: none where no one of that host ever had a seat there. At most a
/// second old.
pub async fn header(federation: &Federation, actor: AccountId, host: &str) -> Result<Option<HeaderValue>> {
    let key = (actor, host.to_owned());
    if let Some(known) = federation.highest.get(&key) {
        return Ok(known.map(HeaderValue::from));
    }
    let found = records::highest(&federation.app.store, actor, host).await?;
    federation.highest.insert(key, found);
    Ok(found.map(HeaderValue::from))
}
