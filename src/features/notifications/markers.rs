//! Markers: how far somebody has read a timeline, kept for all their apps.

use super::{Wanted, groups};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        page::Page,
        words::NotificationKind,
    },
    sql,
    store::{Insert, Source, Tx, list, tables::Marker},
};

/// The timelines that can be marked.
pub const TIMELINES: [&str; 2] = ["home", "notifications"];

/// How many notifications are newer than the reader's marker (at most `limit`).
pub async fn unread(from: &impl Source, account: AccountId, limit: u32) -> Result<i64> {
    unread_of(from, account, (&Wanted::default(), None), limit).await
}

/// Likewise, only what is wanted; with kinds that come in groups, how many groups.
pub async fn unread_of(
    from: &impl Source,
    account: AccountId,
    (wanted, grouped): (&Wanted, Option<&[NotificationKind]>),
    limit: u32,
) -> Result<i64> {
    let marked: Option<String> =
        sql!("SELECT last_read_id FROM markers WHERE account_id = {} AND timeline = 'notifications'", account).value(from).await?;
    let page = Page { since_id: marked.and_then(|id| id.parse().ok()), ..Page::first(limit) };
    let newer = match grouped {
        Some(grouped) => groups::page(from, account, (wanted, grouped), page).await?.len(),
        None => super::page_of(from, account, wanted, page).await?.len(),
    };
    Ok(i64::try_from(newer).unwrap_or(i64::MAX))
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
