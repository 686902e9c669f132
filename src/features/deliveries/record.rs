//! Keeping what became of deliveries: many hosts in one act, few statements.

use super::LIST_MAX;
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{InboxId, PeerId},
    },
    sql,
    store::{
        Insert, Source, Tx,
        facts::{beginning, drop_fact, fact, keep_fact},
        list,
        tables::Peer,
    },
};
use std::{collections::BTreeMap, time::Duration};

/// How long the log is kept at most, for a host that stays away.
const LOG_MAX: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long it is kept at least, so that a deletion finds everyone who was sent the thing.
const LOG_MIN: Duration = Duration::from_secs(7 * 24 * 3600);

/// How a host is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It took a delivery.
    Well,
    /// It fails.
    Failing {
        /// Failures in a row.
        failures: i64,
        /// Since when.
        since: Stamp,
        /// Not to be tried before.
        next: Stamp,
    },
}

/// What became of some deliveries.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Hosts and the place up to which they are now done.
    pub cursors: Vec<(PeerId, i64)>,
    /// Done beyond a cursor: inbox, place, host.
    pub delivered: Vec<(InboxId, i64, PeerId)>,
    /// Hosts with rows in `delivered` that their cursor has now passed.
    pub passed: Vec<(PeerId, i64)>,
    /// Hosts whose health changed or was confirmed.
    pub health: Vec<(PeerId, Health)>,
    /// Hosts that were found to want RFC 9421 (true) or draft-cavage (false).
    pub schemes: Vec<(PeerId, bool)>,
}

/// Keeps a batch. Hosts with the same news share a statement.
pub async fn record(tx: &Tx, batch: &Batch) -> Result<()> {
    for (cursor, peers) in grouped(batch.cursors.iter().map(|(peer, cursor)| (*cursor, *peer))) {
        for some in peers.chunks(LIST_MAX) {
            sql!("UPDATE peers SET cursor = {} WHERE cursor < {} AND id IN {}", cursor, cursor, list(some)).run(tx).await?;
        }
    }
    for (inbox, position, peer) in &batch.delivered {
        let row = Insert::into("delivered").set("inbox_id", *inbox).set("position", *position).set("peer_id", *peer);
        row.on_conflict("ON CONFLICT (inbox_id, position) DO NOTHING").run(tx).await?;
    }
    for (peer, cursor) in &batch.passed {
        sql!("DELETE FROM delivered WHERE peer_id = {} AND position <= {}", *peer, *cursor).run(tx).await?;
    }
    keep_health(tx, &batch.health).await?;
    for (peer, rfc9421) in &batch.schemes {
        sql!("UPDATE peers SET rfc9421 = {} WHERE id = {}", *rfc9421, *peer).run(tx).await?;
    }
    Ok(())
}

async fn keep_health(tx: &Tx, health: &[(PeerId, Health)]) -> Result<()> {
    let well: Vec<PeerId> = health.iter().filter(|(_, health)| *health == Health::Well).map(|(peer, _)| *peer).collect();
    for some in well.chunks(LIST_MAX) {
        sql!(
            "UPDATE peers SET failures = 0, failing_since = NULL, next_attempt_at = NULL, succeeded_at = {} WHERE id IN {}",
            tx.now,
            list(some)
        )
        .run(tx)
        .await?;
    }
    for (peer, health) in health {
        if let Health::Failing { failures, since, next } = health {
            sql!("UPDATE peers SET failures = {}, failing_since = {}, next_attempt_at = {} WHERE id = {}", *failures, *since, *next, *peer)
                .run(tx)
                .await?;
        }
    }
    Ok(())
}

fn grouped(pairs: impl Iterator<Item = (i64, PeerId)>) -> BTreeMap<i64, Vec<PeerId>> {
    let mut groups: BTreeMap<i64, Vec<PeerId>> = BTreeMap::new();
    for (key, peer) in pairs {
        groups.entry(key).or_default().push(peer);
    }
    groups
}

/// Nothing goes to `inbox` any more.
pub async fn end_inbox(tx: &Tx, inbox: InboxId) -> Result<()> {
    sql!("UPDATE inboxes SET ended_at = {} WHERE id = {} AND ended_at IS NULL", tx.now, inbox).run(tx).await?;
    Ok(())
}

/// Moves the cursors of hosts that answer up to `position`, those of `busy` excepted: nothing is
/// left for the others, and a restart need not look.
pub async fn pass_idle(tx: &Tx, position: i64, busy: &[PeerId]) -> Result<()> {
    sql!("UPDATE peers SET cursor = {} WHERE cursor < {} AND failures = 0 AND id NOT IN ", position, position)
        .then("{}")
        .bind(list(&if busy.is_empty() { vec![PeerId(0)] } else { busy.to_vec() }))
        .run(tx)
        .await?;
    Ok(())
}

/// The place in the log before everything that was put there at `at` or later: places are ids.
pub fn position_at(at: Stamp) -> i64 {
    at.0.clamp(0, i64::MAX >> 16) << 16
}

/// Rows of `facts` with this prefix and a host's id: from which place on the log is to be sent to it again.
const RESEND: &str = "resend ";

/// A host asks for what was sent to it after `position` once more: noted until delivery begins with it ([`rewind`]), across
/// restarts. Of two requests the one that goes further back counts.
pub async fn ask_rewind(tx: &Tx, peer: PeerId, position: i64) -> Result<()> {
    let name = format!("{RESEND}{peer}");
    let before: Option<i64> = fact(tx, &name).await?.and_then(|before| before.parse().ok());
    let position = before.map_or(position, |before| before.min(position));
    keep_fact(tx, &name, &position.to_string()).await
}

/// The hosts that asked and from where: what [`rewind`] is still to be done for.
pub async fn asked_rewinds(from: &impl Source) -> Result<Vec<(PeerId, i64)>> {
    let asked = beginning(from, RESEND).await?;
    Ok(asked.iter().filter_map(|(peer, position)| Some((peer.parse().ok()?, position.parse().ok()?))).collect())
}

/// Puts the cursor of a host back to `position`, if it is beyond; the host as it is then. None for one that nothing was ever for.
/// What it asked for is done with.
pub async fn rewind(tx: &Tx, peer: PeerId, position: i64) -> Result<Option<Peer>> {
    drop_fact(tx, &format!("{RESEND}{peer}")).await?;
    sql!("UPDATE peers SET cursor = {} WHERE id = {} AND cursor > {}", position, peer, position).run(tx).await?;
    sql!("DELETE FROM delivered WHERE peer_id = {} AND position > {}", peer, position).run(tx).await?;
    sql!("SELECT * FROM peers WHERE id = {} AND cursor IS NOT NULL", peer).one(tx).await
}

/// Forgets what no host waits for and is more than a week old, and all that is older than 30 days;
/// at most `limit` rows. How many went.
pub async fn prune(tx: &Tx, limit: u32) -> Result<u64> {
    let lowest: Option<Option<i64>> = sql!(
        "SELECT MIN(cursor) FROM peers WHERE blocked_at IS NULL AND (failing_since IS NULL OR failing_since > {})",
        tx.now.minus(LOG_MAX)
    )
    .value(tx)
    .await?;
    sql!(
        "DELETE FROM log WHERE position IN (SELECT position FROM log WHERE created_at < {} OR (created_at < {} AND position <= {}) \
         ORDER BY position LIMIT {})",
        tx.now.minus(LOG_MAX),
        tx.now.minus(LOG_MIN),
        lowest.flatten().unwrap_or_default(),
        i64::from(limit)
    )
    .run(tx)
    .await
}

/// What was not sent to `inbox`, as it may not read it any more, counts as never addressed to it: no ending tells it of that.
pub async fn withhold(tx: &Tx, position: i64, inbox: InboxId) -> Result<()> {
    // Several hosts may be left out of one row at a time; SQLite has one writer anyway.
    let lock = if tx.is_postgres() { " FOR UPDATE" } else { "" };
    let found: Option<String> = sql!("SELECT targets FROM log WHERE position = {}", position).then(lock).value(tx).await?;
    let Some(targets) = found else { return Ok(()) };
    let left: Vec<i64> = super::queries::targets(&targets).into_iter().filter(|id| *id != inbox).map(|id| id.0).collect();
    let left = serde_json::to_string(&left).map_err(anyhow::Error::from)?;
    sql!("UPDATE log SET targets = {} WHERE position = {}", left, position).run(tx).await?;
    Ok(())
}
