//! Markers: how far somebody has read a timeline, kept for all their apps.

use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
    },
    sql,
    store::{Insert, Source, Tx, list, tables::Marker},
};

/// The timelines that can be marked.
pub const TIMELINES: [&str; 2] = ["home", "notifications"];

/// How many notifications are newer than the reader's marker (at most `limit`).
pub async fn unread(from: &impl Source, account: AccountId, limit: u32) -> Result<i64> {
    let marked: Option<String> =
        sql!("SELECT last_read_id FROM markers WHERE account_id = {} AND timeline = 'notifications'", account).value(from).await?;
    let read: i64 = marked.and_then(|id| id.parse().ok()).unwrap_or_default();
    let newer = sql!("SELECT n.id FROM notifications n WHERE n.account_id = {} AND n.id > {}", account, read);
    let newer: Vec<i64> = super::heard(newer, account).then(" LIMIT {}").bind(i64::from(limit)).column(from).await?;
    Ok(i64::try_from(newer.len()).unwrap_or(i64::MAX))
}

/// How far `account` has read these timelines; those never marked are left out.
pub async fn markers(from: &impl Source, account: AccountId, timelines: &[String]) -> Result<Vec<Marker>> {
    sql!("SELECT * FROM markers WHERE account_id = {} AND timeline IN {} ORDER BY timeline", account, list(timelines)).all(from).await
}

/// Notes how far `account` has read; the new marker. Refused for another timeline than
/// [`TIMELINES`] and for what is no id.
pub async fn mark(tx: &Tx, account: AccountId, timeline: &str, last_read_id: &str) -> Result<Marker> {
    if !TIMELINES.contains(&timeline) {
        return Err(Refusal::invalid("timeline", "must be home or notifications").into());
    }
    let last_read: u64 = last_read_id.parse().map_err(|_| Refusal::invalid("last_read_id", "is not an id"))?;
    Insert::into("markers")
        .set("account_id", account)
        .set("timeline", timeline)
        .set("last_read_id", last_read.to_string())
        .set("version", 1_i64)
        .set("updated_at", tx.now)
        .on_conflict(
            "ON CONFLICT (account_id, timeline) DO UPDATE SET last_read_id = excluded.last_read_id, \
             version = markers.version + 1, updated_at = excluded.updated_at",
        )
        .run(tx)
        .await?;
    let marked = sql!("SELECT * FROM markers WHERE account_id = {} AND timeline = {}", account, timeline).one(tx).await?;
    Ok(marked.ok_or_else(Refusal::not_found)?)
}
