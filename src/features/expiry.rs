//! What the node forgets with time, and when. For housekeeping alone.

mod agreed;
mod ended;

pub use ended::SEAT_KEPT;

use super::{deliveries, push};
use crate::{base::error::Result, sql, store::Tx};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long the record of a ban is kept after its end.
const BAN_KEPT: Duration = Duration::from_secs(90 * 24 * 3600);

/// Table, its key, the column with a time, and how long after that a row goes. A tombstone outlives
/// whatever may still be on its way (reliability.md B2, 3); an inbox row the window of signatures.
const EXPIRING: &[(&str, &str, &str, Duration)] = &[
    ("idempotency", "key_hash", "created_at", DAY),
    ("codes", "code_hash", "expires_at", DAY),
    ("sessions", "session_hash", "expires_at", Duration::ZERO),
    ("login_links", "link_hash", "expires_at", DAY),
    ("half_log_ins", "ticket_hash", "expires_at", Duration::ZERO),
    ("letters", "id", "created_at", Duration::from_secs(30 * 24 * 3600)),
    ("invites", "id", "expires_at", Duration::from_secs(90 * 24 * 3600)),
    ("mutes", "id", "expires_at", Duration::ZERO),
    ("tombstones", "uri", "created_at", Duration::from_secs(90 * 24 * 3600)),
    ("queued_bytes", "id", "created_at", Duration::from_secs(90 * 24 * 3600)),
    ("backfills", "id", "done_at", Duration::from_secs(30 * 24 * 3600)),
    ("inbox", "id", "received_at", Duration::from_secs(30 * 24 * 3600)),
    ("retired_keys", "public_key", "fetched_at", Duration::from_secs(30 * 24 * 3600)),
];

/// Forgets what has had its time, at most `limit` rows of each kind. How many rows went.
pub async fn sweep(tx: &Tx, limit: u32) -> Result<u64> {
    let mut gone = 0;
    for (table, key, column, time) in EXPIRING {
        let text =
            format!("DELETE FROM {table} WHERE {column} < {{}} AND {key} IN (SELECT {key} FROM {table} WHERE {column} < {{}} LIMIT {{}})");
        gone += sql!(text, tx.now.minus(*time), tx.now.minus(*time), i64::from(limit)).run(tx).await?;
    }
    gone += sql!("DELETE FROM bans WHERE expires_at < {}", tx.now.minus(BAN_KEPT)).run(tx).await?;
    gone += ended::seats(tx, limit).await?;
    gone += ended::offers(tx, limit).await?;
    gone += push::sweep(tx).await?;
    gone += agreed::copies(tx).await?;
    Ok(gone + deliveries::prune(tx, limit).await?)
}
