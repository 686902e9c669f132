//! What is to be fetched from elsewhere in the background, because it was missed: a row for each thing.
//!
//! The row is the whole state, so that a restart goes on where it was. `federation/backfill` does the fetching; what is
//! wanted twice is one row. Source: FEP-f228, security.md S67 to S69.

use crate::{
    base::{clock::Stamp, error::Result, words::Missing},
    sql,
    store::{Source, Sql, Tx, list, tables::Backfill},
};
use std::time::Duration;

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What.
    pub kind: Missing,
    /// Of what: the community, the first post of the thread, or what is answered; by its id.
    pub subject: String,
    /// The server that is asked.
    pub host: String,
}

/// How far one got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The addresses still to be read; none: it is done.
    pub rest: Vec<String>,
    /// Posts taken, or tried, in this step.
    pub posts: i64,
}

/// Wants `wanted` fetched: now, and where that was done within `pause`, once that is over. While it waits or is under way
/// nothing changes.
pub async fn want(tx: &Tx, wanted: &Wanted, pause: Duration) -> Result<()> {
    let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
    sql!(
        "INSERT INTO backfills (id, kind, subject, host, due_at) VALUES ({}, {}, {}, {}, {}) ON CONFLICT (kind, subject) DO UPDATE SET \
            due_at = CASE WHEN backfills.done_at + {} > {} THEN backfills.done_at + {} ELSE {} END, \
            done_at = NULL, rest = '[]', pages = 0, posts = 0, attempts = 0 WHERE backfills.due_at IS NULL",
        tx.id(),
        wanted.kind,
        wanted.subject.as_str(),
        wanted.host.as_str(),
        tx.now,
        pause,
        tx.now,
        pause,
        tx.now
    )
    .run(tx)
    .await?;
    Ok(())
}

/// The row of something, if it was ever wanted.
pub async fn find(from: &impl Source, kind: Missing, subject: &str) -> Result<Option<Backfill>> {
    sql!("SELECT * FROM backfills WHERE kind = {} AND subject = {}", kind, subject).one(from).await
}

/// Whether there is room for one more that a stranger causes: of what waits, at most `most` of the kind and `most_of_host` of
/// anything at that host.
pub async fn has_room(from: &impl Source, wanted: &Wanted, (most, most_of_host): (i64, i64)) -> Result<bool> {
    let count = async |waiting: Sql| -> Result<i64> { Ok(waiting.then(") AS w").value(from).await?.unwrap_or_default()) };
    let of_kind = sql!("SELECT COUNT(*) FROM (SELECT id FROM backfills WHERE kind = {} AND due_at IS NOT NULL LIMIT {}", wanted.kind, most);
    let of_host = sql!(
        "SELECT COUNT(*) FROM (SELECT id FROM backfills WHERE host = {} AND due_at IS NOT NULL LIMIT {}",
        wanted.host.as_str(),
        most_of_host
    );
    Ok(count(of_host).await? < most_of_host && count(of_kind).await? < most)
}

/// What of one kind is due now, the longest due first, without what is asked of the hosts `but`.
pub async fn due(from: &impl Source, kind: Missing, but: &[String], limit: u32) -> Result<Vec<Backfill>> {
    let due = sql!("SELECT * FROM backfills WHERE kind = {} AND due_at <= {}", kind, from.now());
    let due = if but.is_empty() { due } else { due.then(" AND host NOT IN {}").bind(list(but)) };
    due.then(" ORDER BY due_at, id LIMIT {}").bind(i64::from(limit)).all(from).await
}

/// Counts a try before it is made, so that one which ends the process is not made for ever.
pub async fn begin(tx: &Tx, id: i64) -> Result<()> {
    sql!("UPDATE backfills SET attempts = attempts + 1 WHERE id = {}", id).run(tx).await?;
    Ok(())
}

/// Keeps how far a step got: what is left is due at once; without a rest it is done.
pub async fn advance(tx: &Tx, id: i64, progress: &Progress) -> Result<()> {
    if progress.rest.is_empty() {
        return finish(tx, id, progress.posts).await;
    }
    let rest = serde_json::to_string(&progress.rest).map_err(anyhow::Error::from)?;
    sql!(
        "UPDATE backfills SET rest = {}, pages = pages + 1, posts = posts + {}, attempts = 0, due_at = {} WHERE id = {}",
        rest,
        progress.posts,
        tx.now,
        id
    )
    .run(tx)
    .await?;
    Ok(())
}

/// It is done, or given up.
pub async fn finish(tx: &Tx, id: i64, posts: i64) -> Result<()> {
    sql!("UPDATE backfills SET rest = '[]', posts = posts + {}, due_at = NULL, done_at = {} WHERE id = {}", posts, tx.now, id)
        .run(tx)
        .await?;
    Ok(())
}

/// It failed, and is tried again at `until`.
pub async fn put_off(tx: &Tx, id: i64, until: Stamp) -> Result<()> {
    sql!("UPDATE backfills SET due_at = {} WHERE id = {}", until, id).run(tx).await?;
    Ok(())
}
