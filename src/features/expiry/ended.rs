//! Ended seats, here and in copies, and offers of agreements that came to nothing (`membership.md` 3 and 4).

use crate::{base::error::Result, sql, store::Tx};
use std::time::Duration;

/// How long the row of an ended seat is kept: whatever is still told of it finds it, and a record of it proves nothing any more
/// when it goes (`federation::recovery`).
pub const SEAT_KEPT: Duration = Duration::from_secs(400 * 24 * 3600);
/// How long an offer that lapsed or was refused is kept.
const OFFER_KEPT: Duration = Duration::from_secs(400 * 24 * 3600);
/// Such offers kept of one host, however young: anybody may offer.
const OFFERS_OF_HOST: i64 = 20;

/// Forgets seats that ended long ago, at most `limit`; how many. One whose revision is younger than its ending says stays.
pub(super) async fn seats(tx: &Tx, limit: u32) -> Result<u64> {
    let old = tx.now.minus(SEAT_KEPT);
    let ended = "DELETE FROM seats WHERE id IN (SELECT id FROM seats WHERE status = 3 AND updated_at < {} AND rev < {} LIMIT {})";
    sql!(ended, old, old, i64::from(limit)).run(tx).await
}

/// Forgets agreements that never were in force and are over, with their versions and notices, at most `limit`; how many.
pub(super) async fn offers(tx: &Tx, limit: u32) -> Result<u64> {
    let over: Vec<i64> = sql!(
        "SELECT a.id FROM agreements a WHERE a.state IN (4, 5) AND a.in_force_at IS NULL AND (a.ended_at < {} OR {} <= \
         (SELECT COUNT(*) FROM agreements n WHERE n.host = a.host AND n.state IN (4, 5) AND n.in_force_at IS NULL AND n.id > a.id)) \
         ORDER BY a.id LIMIT {}",
        tx.now.minus(OFFER_KEPT),
        OFFERS_OF_HOST,
        i64::from(limit)
    )
    .column(tx)
    .await?;
    for id in &over {
        for (table, key) in [("agreement_versions", "agreement_id"), ("agreement_notices", "agreement_id"), ("agreements", "id")] {
            sql!(format!("DELETE FROM {table} WHERE {key} = {{}}"), *id).run(tx).await?;
        }
    }
    Ok(over.len() as u64)
}
