//! Quarantine of a partner: one act that stops everything in and out, keeps what is there, and can be lifted (S113).
//!
//! It suspends the agreement and blocks the host, and remembers which of the two it did itself, so that lifting takes back no
//! more. Nothing is deleted: copies, seats and what the host had sent stay; what waits in the inbox keeps its bytes and is
//! not applied while the host is blocked.

use super::{
    Ours,
    alone::{rest, wake},
    check_reason, note, rows,
};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::AgreementId,
        sentence::said,
    },
    features::peers,
    sql,
    store::{Insert, Source, Tx, list},
};
use sea_orm::FromQueryResult;
use serde_json::json;

/// A partner that is kept apart.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Quarantine {
    /// Its host.
    pub host: String,
    /// Who did it.
    pub actor: String,
    /// Why; told to nobody but administrators.
    pub reason: String,
    /// Whether it blocked the host, which was not blocked before.
    pub blocks: bool,
    /// Whether it suspended the agreement, which was not suspended by us before.
    pub suspends: bool,
    /// Since.
    pub created_at: Stamp,
}

/// The quarantines of these hosts.
pub async fn of(from: &impl Source, hosts: &[String]) -> Result<Vec<Quarantine>> {
    if hosts.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM quarantines WHERE host IN {}", list(hosts)).all(from).await
}

/// Keeps the other side of an agreement apart: nothing of it is taken, nothing goes to it, and no seat of its people is of
/// use. One entry in the audit log.
pub async fn begin(tx: &Tx, ours: Ours<'_>, by: &str, id: AgreementId, reason: &str) -> Result<()> {
    check_reason(reason)?;
    let agreement = rows::hold(tx, id).await?;
    if !of(tx, std::slice::from_ref(&agreement.host)).await?.is_empty() {
        return Err(Refusal::conflict("quarantined_already", said!("{host} is in quarantine already.", host = agreement.host)).into());
    }
    let host = peers::normal(&agreement.host)?;
    let blocks = !peers::is_block(tx, &host).await?;
    let in_force = rows::in_force_with(tx, &agreement.host).await?;
    let rests = in_force.filter(|agreement| !agreement.suspended_here);
    if let Some(agreement) = &rests {
        // why is for administrators here: the other side may be read by whoever broke in there
        rest(tx, ours, agreement, "").await?;
    }
    if blocks {
        peers::bar(tx, &host, reason).await?;
    }
    Insert::into("quarantines")
        .set("host", agreement.host.as_str())
        .set("actor", by)
        .set("reason", reason)
        .set("blocks", blocks)
        .set("suspends", rests.is_some())
        .set("created_at", tx.now)
        .run(tx)
        .await?;
    note(tx, by, "partner.quarantine", &agreement, json!({"reason": reason, "blocked": blocks, "suspended": rests.is_some()}));
    Ok(())
}

/// Lifts a quarantine: takes back what it did, and no more. What waited in the inbox is applied now.
pub async fn lift(tx: &Tx, ours: Ours<'_>, by: &str, id: AgreementId) -> Result<()> {
    let agreement = rows::hold(tx, id).await?;
    let found = of(tx, std::slice::from_ref(&agreement.host)).await?.pop();
    let found = found.ok_or_else(|| Refusal::conflict("not_quarantined", said!("{host} is not in quarantine.", host = agreement.host)))?;
    sql!("DELETE FROM quarantines WHERE host = {}", agreement.host.as_str()).run(tx).await?;
    if found.blocks {
        peers::lift(tx, &peers::normal(&agreement.host)?).await?;
    }
    if let Some(rests) = rows::in_force_with(tx, &agreement.host).await?.filter(|rests| found.suspends && rests.suspended_here) {
        wake(tx, ours, &rests).await?;
    }
    note(tx, by, "partner.release", &agreement, json!({"since": found.created_at}));
    Ok(())
}
