//! After a restore: the node knows that its data are old, and nothing private happens until it is healed (`membership.md` 7, S137).
//!
//! Recovering is one row of `facts`, which every use of a seat reads (`communities::usable`), so that entering and leaving it
//! count at once. What ended is noted outside the database ([`Ending`]) and done again after a restore: it only ever takes away.

use super::{accounts, agreements, communities::seats, sessions};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{AccountId, SeatId},
        sentence::said,
        words::{AgreementState, SeatStatus},
    },
    sql,
    store::{
        Insert, Source, Tx,
        audit::{self, Entry},
        facts::beginning,
        tables::{Agreement, Seat},
    },
};
use sea_orm::FromQueryResult;
use serde_json::json;

mod again;
mod endings;

pub use crate::store::facts::{drop_fact, fact, keep_fact};
pub use again::apply;
pub use endings::{Ending, since, standing};

/// The row of `facts` that says why the node is recovering; `communities::usable` reads it.
const RECOVERING: &str = "recovering";
/// The row of `facts` that says when the node began to recover (milliseconds).
const SINCE: &str = "recovering_since";
/// Rows of `facts` with this prefix and a host: when that was heard of last, and that it is to send again what came since.
const REWIND: &str = "rewind ";
/// The row of `facts` that says that the incarnation file is missing and an administrator has not said why yet.
pub const FILE_MISSING: &str = "incarnation_missing";
/// Most seats' records handed out at a time.
pub const RECORDS_MAX: usize = 200;

/// Why the node is recovering; none when it is not.
pub async fn reason(from: &impl Source) -> Result<Option<String>> {
    fact(from, RECOVERING).await
}

/// The node is recovering from now on, because of `why`: nothing private is read or delivered, every session, token and
/// log-in link is void, agreements are held until an administrator confirms each. False, and no effect, when it is already.
pub async fn enter(tx: &Tx, why: &str) -> Result<bool> {
    let row = Insert::into("facts").set("name", RECOVERING).set("value", why).on_conflict("ON CONFLICT (name) DO NOTHING");
    if row.run(tx).await? == 0 {
        return Ok(false);
    }
    for table in sessions::WAYS_IN {
        sql!(format!("DELETE FROM {table}")).run(tx).await?;
    }
    // the links of mails that were sent before, of whomever
    sql!("UPDATE letters SET used_at = {} WHERE used_at IS NULL AND link_hash IS NOT NULL", tx.now).run(tx).await?;
    let held = said!("This node was restored, and a partner could hide that the agreement ended: ask them, then confirm.");
    agreements::hold_all(tx, &held.to_string()).await?;
    keep_fact(tx, SINCE, &tx.now.0.to_string()).await?;
    // before anything new comes and hides the gap
    for host in partners(tx).await? {
        let heard = last_heard(tx, &host).await?.map_or(0, |at| at.0);
        keep_fact(tx, &format!("{REWIND}{host}"), &heard.to_string()).await?;
    }
    tx.audit(Entry::of("node.recovering", "/actor").with(json!({ "why": why })));
    Ok(true)
}

/// An administrator says that the people of this node are as they should be: seats are usable again, except those under an
/// agreement that is still held. Refused when the node is not recovering.
pub async fn confirm(tx: &Tx) -> Result<()> {
    if sql!("DELETE FROM facts WHERE name = {}", RECOVERING).run(tx).await? == 0 {
        return Err(Refusal::conflict("not_recovering", "This node is not recovering; there is nothing to confirm.").into());
    }
    forget_refused(tx, None).await?;
    tx.audit(Entry::of("node.confirm", "/actor"));
    Ok(())
}

/// What was refused only because the node was recovering is taken when it is sent again: its ids are forgotten.
async fn forget_refused(tx: &Tx, host: Option<&str>) -> Result<()> {
    let since = fact(tx, SINCE).await?.and_then(|since| since.parse::<i64>().ok()).unwrap_or(i64::MAX);
    let refused = sql!("DELETE FROM inbox WHERE received_at >= {} AND done_at IS NOT NULL AND verdict <> ''", since);
    match host {
        Some(host) => refused.then(" AND host = {}").bind(host).run(tx).await?,
        None => refused.run(tx).await?,
    };
    Ok(())
}

/// The hosts that are to send again what came since they were heard of last (milliseconds): none while the node recovers, nor
/// where the agreement is still held, as what they send would be refused.
pub async fn rewinds(from: &impl Source) -> Result<Vec<(String, i64)>> {
    if reason(from).await?.is_some() {
        return Ok(Vec::new());
    }
    let held: Vec<String> = held(from).await?.into_iter().map(|agreement| agreement.host).collect();
    let due = beginning(from, REWIND).await?.into_iter().filter_map(|(host, heard)| Some((host, heard.parse().ok()?)));
    Ok(due.filter(|(host, _)| !held.contains(host)).collect())
}

/// `host` has taken the request to send again.
pub async fn rewound(tx: &Tx, host: &str) -> Result<()> {
    drop_fact(tx, &format!("{REWIND}{host}")).await
}

/// The agreements in force that wait for an administrator's word.
pub async fn held(from: &impl Source) -> Result<Vec<Agreement>> {
    sql!("SELECT * FROM agreements WHERE held = TRUE AND state = {} ORDER BY host", AgreementState::InForce).all(from).await
}

/// An administrator says that the agreement with `host` still holds: a partner could hide that it ended. One whose
/// organisation shows another key needs the fingerprint ([`confirm_agreement`]).
pub async fn release(tx: &Tx, host: &str) -> Result<()> {
    let found = held(tx).await?.into_iter().find(|agreement| agreement.host == host);
    let agreement = found.ok_or_else(|| Refusal::missing(said!("no agreement with {host} is held", host = format!("{host:?}"))))?;
    confirm_agreement(tx, &audit::actor(), &agreement, "").await
}

/// Confirms an agreement that is held ([`agreements::confirm`]), and takes what its host sends again of what was refused
/// only because this node was recovering.
pub async fn confirm_agreement(tx: &Tx, by: &str, agreement: &Agreement, seen: &str) -> Result<()> {
    agreements::confirm(tx, by, agreement.id, seen).await?;
    forget_refused(tx, Some(&agreement.host)).await
}

/// The nodes that may hold records of ours that are newer than our data: those whose people have a seat here, and partners.
pub async fn partners(from: &impl Source) -> Result<Vec<String>> {
    sql!(
        "SELECT DISTINCT s.host FROM seats s JOIN accounts c ON c.id = s.community_id WHERE c.host = '' AND s.host <> '' \
         UNION SELECT host FROM agreements"
    )
    .column(from)
    .await
}

/// The address of somebody at `host`, whence the address of its node follows.
pub async fn address_of(from: &impl Source, host: &str) -> Result<Option<String>> {
    sql!("SELECT uri FROM accounts WHERE host = {} ORDER BY id LIMIT 1", host).value(from).await
}

/// Records that communities of `host` signed about seats of our people, as kept here, from revision `since` on, lowest
/// first; at most 200. With the revision of each.
pub async fn records_of(from: &impl Source, host: &str, since: i64) -> Result<Vec<(i64, String)>> {
    #[derive(FromQueryResult)]
    struct Kept {
        rev: i64,
        record: String,
    }
    let kept: Vec<Kept> = sql!(
        "SELECT s.rev, s.record FROM seats s JOIN accounts c ON c.id = s.community_id \
         WHERE c.host = {} AND s.record <> '' AND s.rev >= {} ORDER BY s.rev, s.id LIMIT {}",
        host,
        since,
        RECORDS_MAX as i64
    )
    .all(from)
    .await?;
    Ok(kept.into_iter().map(|kept| (kept.rev, kept.record)).collect())
}

/// The newest record that we hold of our people's seats in a community elsewhere.
pub async fn newest_record(from: &impl Source, community: AccountId) -> Result<Option<String>> {
    sql!("SELECT record FROM seats WHERE community_id = {} AND host = '' AND record <> '' ORDER BY rev DESC LIMIT 1", community)
        .value(from)
        .await
}

/// A record of ours that somebody shows us.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The community, as stored.
    pub community: &'a str,
    /// Whose seat, as stored.
    pub account: &'a str,
    /// Which seat.
    pub seat: SeatId,
    /// What it says of it.
    pub status: SeatStatus,
    /// Its revision.
    pub rev: i64,
}

/// Whether a record of ours is newer than what we hold of that seat. One that says `ended` of a seat that we do not hold is
/// none: so every ask is answered that left nothing, and whoever was refused has such a record.
pub async fn is_unknown(from: &impl Source, shown: Shown<'_>) -> Result<bool> {
    #[derive(FromQueryResult)]
    struct Held {
        id: SeatId,
        rev: i64,
    }
    let held: Option<Held> = sql!(
        "SELECT s.id, s.rev FROM seats s JOIN accounts c ON c.id = s.community_id JOIN accounts m ON m.id = s.account_id \
         WHERE c.uri = {} AND c.host = '' AND m.uri = {}",
        shown.community,
        shown.account
    )
    .one(from)
    .await?;
    let is_older = held.as_ref().is_none_or(|held| held.rev < shown.rev);
    Ok(is_older && (shown.status != SeatStatus::Ended || held.is_some_and(|held| held.id == shown.seat)))
}

/// Takes back a seat as our own group signed it after the copy was made from which we were restored; the caller has checked
/// the proof with the group's own key. Counts only while recovering, and only with a greater revision. Whether it did.
pub async fn take_back(tx: &Tx, seat: Seat) -> Result<bool> {
    if reason(tx).await?.is_none() {
        return Ok(false);
    }
    let before = seats::seat(tx, seat.community_id, seat.account_id).await?;
    if before.as_ref().is_some_and(|before| before.rev >= seat.rev) {
        return Ok(false);
    }
    let is_ours = accounts::queries::by_id(tx, seat.community_id).await?.is_some_and(|community| community.is_local());
    if !is_ours {
        return Ok(false);
    }
    seats::take_back(tx, before.as_ref(), &seat).await?;
    tx.audit(Entry::of("seat.take_back", seat.id.0.to_string()).with(json!({ "rev": seat.rev, "status": seat.status, "role": seat.role })));
    Ok(true)
}

/// When the last activity from `host` came, as far as we know: what came later it sends again.
async fn last_heard(from: &impl Source, host: &str) -> Result<Option<Stamp>> {
    Ok(sql!("SELECT MAX(received_at) FROM inbox WHERE host = {}", host).value::<Option<Stamp>>(from).await?.flatten())
}
