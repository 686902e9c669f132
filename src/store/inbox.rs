//! The inbox table: what was received, verified and kept, and how far it is processed.
//!
//! For `federation/inbox`, which keeps, and `federation/process`, which processes. Unique by
//! activity id, so the table is the replay cache too; rows leave [`forget`] only after the window in
//! which a signature holds. Invariant: `body` is there until the effect is (decisions.md 2).

use super::{ROWS, Source, Sql, Tx, list, tables::InboxRow};
use crate::{
    base::{clock::Stamp, error::Result},
    sql,
};
use sea_orm::Value;
use std::fmt::Write;

/// Longest verdict that is kept, in characters.
const VERDICT_CHARS_MAX: usize = 200;
/// The columns of an [`InboxRow`].
const COLUMNS: &str = "id, activity_uri, actor_uri, host, body, received_at, attempts";

/// A verified activity, to be kept.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Its id.
    pub activity_uri: String,
    /// Who signed: the verified actor.
    pub actor_uri: String,
    /// The actor's host.
    pub host: String,
    /// The bytes as they came.
    pub body: Vec<u8>,
}

/// Keeps `arrivals` in order; those whose id is there already are left out. How many are new.
pub async fn keep(tx: &Tx, arrivals: Vec<Arrival>) -> Result<u64> {
    let mut kept = 0;
    let mut rest = arrivals.into_iter();
    for size in ROWS {
        while rest.len() >= size {
            kept += insert(tx, rest.by_ref().take(size)).await?;
        }
    }
    Ok(kept)
}

async fn insert(tx: &Tx, rows: impl Iterator<Item = Arrival>) -> Result<u64> {
    let mut text = "INSERT INTO inbox (id, activity_uri, actor_uri, host, body, received_at) VALUES ".to_owned();
    let mut values: Vec<Value> = Vec::new();
    for row in rows {
        let n = values.len();
        let comma = if n == 0 { "" } else { ", " };
        // writing to a String cannot fail
        let _ = write!(text, "{comma}(${}, ${}, ${}, ${}, ${}, ${})", n + 1, n + 2, n + 3, n + 4, n + 5, n + 6);
        values.extend([tx.id().into(), row.activity_uri.into(), row.actor_uri.into(), row.host.into(), row.body.into(), tx.now.0.into()]);
    }
    text.push_str(" ON CONFLICT (activity_uri) DO NOTHING");
    Sql::numbered(text, values).run(tx).await
}

/// How much is read at a time: rows and the bytes of their bodies. One row is read however large it is.
#[derive(Clone, Copy, Debug)]
pub struct Portion {
    /// Most rows.
    pub rows: u32,
    /// Most bytes.
    pub bytes: usize,
}

/// What waits with an id above `after`, in order of arrival; not what is put off.
pub async fn waiting(from: &impl Source, after: i64, portion: Portion) -> Result<Vec<InboxRow>> {
    let such = sql!("done_at IS NULL AND next_attempt_at IS NULL AND id > {}", after);
    read(from, such, portion).await
}

/// What was put off and is due at `now`.
pub async fn due(from: &impl Source, now: Stamp, portion: Portion) -> Result<Vec<InboxRow>> {
    read(from, sql!("done_at IS NULL AND next_attempt_at <= {}", now), portion).await
}

/// The oldest rows such as these. They are measured before they are read: a body may have a mebibyte.
async fn read(from: &impl Source, such: Sql, portion: Portion) -> Result<Vec<InboxRow>> {
    #[derive(sea_orm::FromQueryResult)]
    struct Size {
        id: i64,
        bytes: i64,
    }
    let measured = such.before("SELECT id, CAST(COALESCE(LENGTH(body), 0) AS BIGINT) AS bytes FROM inbox WHERE ");
    let sizes: Vec<Size> = measured.then(" ORDER BY id LIMIT {}").bind(i64::from(portion.rows)).all(from).await?;
    let (mut left, mut ids) = (portion.bytes, Vec::with_capacity(sizes.len()));
    for size in sizes {
        let rest = left.checked_sub(usize::try_from(size.bytes).unwrap_or(0));
        if rest.is_none() && !ids.is_empty() {
            break;
        }
        left = rest.unwrap_or(0);
        ids.push(size.id);
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!(format!("SELECT {COLUMNS} FROM inbox WHERE id IN {{}} AND done_at IS NULL ORDER BY id"), list(&ids)).all(from).await
}

/// The bytes of one that is not done.
pub async fn body(tx: &Tx, id: i64) -> Result<Option<Vec<u8>>> {
    Ok(sql!("SELECT body FROM inbox WHERE id = {}", id).value::<Option<Vec<u8>>>(tx).await?.flatten())
}

/// Marks `ids` done: their effect is in this act.
pub async fn done(tx: &Tx, ids: &[i64]) -> Result<()> {
    sql!("UPDATE inbox SET done_at = {}, next_attempt_at = NULL, body = NULL, verdict = '' WHERE id IN {}", tx.now, list(ids))
        .run(tx)
        .await?;
    Ok(())
}

/// Marks one done without effect, and why.
pub async fn refuse(tx: &Tx, id: i64, verdict: &str) -> Result<()> {
    let verdict: String = verdict.chars().take(VERDICT_CHARS_MAX).collect();
    let text = "UPDATE inbox SET done_at = {}, next_attempt_at = NULL, body = NULL, verdict = {} WHERE id = {}";
    sql!(text, tx.now, verdict, id).run(tx).await?;
    Ok(())
}

/// Puts one off until `until`, after one more failed attempt, and why.
pub async fn put_off(tx: &Tx, id: i64, until: Stamp, why: &str) -> Result<()> {
    let why: String = why.chars().take(VERDICT_CHARS_MAX).collect();
    sql!("UPDATE inbox SET attempts = attempts + 1, next_attempt_at = {}, verdict = {} WHERE id = {}", until, why, id).run(tx).await?;
    Ok(())
}

/// Lets one wait until `until` although nothing failed.
pub async fn step_back(tx: &Tx, id: i64, until: Stamp) -> Result<()> {
    sql!("UPDATE inbox SET next_attempt_at = {} WHERE id = {}", until, id).run(tx).await?;
    Ok(())
}

/// Has what these hosts sent looked at now, whatever it waited for.
pub async fn take_up(tx: &Tx, hosts: &[String]) -> Result<u64> {
    let text = "UPDATE inbox SET next_attempt_at = {} WHERE done_at IS NULL AND next_attempt_at > {} AND host IN {}";
    sql!(text, tx.now, tx.now, list(hosts)).run(tx).await
}

/// How many wait.
pub async fn count(from: &impl Source) -> Result<i64> {
    Ok(sql!("SELECT COUNT(*) FROM inbox WHERE done_at IS NULL").value(from).await?.unwrap_or_default())
}

/// Forgets what was done and received before `before`, at most `limit` rows: verdicts expire. How many went. What a partner in
/// quarantine sent is evidence and stays (S113).
pub async fn forget(tx: &Tx, before: Stamp, limit: u32) -> Result<u64> {
    let text = "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE received_at < {} AND done_at IS NOT NULL \
        AND host NOT IN (SELECT host FROM quarantines) LIMIT {})";
    sql!(text, before, i64::from(limit)).run(tx).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::clock::Clock, store::Store};

    const MANY: Portion = Portion { rows: 200, bytes: 1 << 20 };

    async fn store() -> (Store, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("t.sqlite").display()), Clock::default()).await.unwrap();
        (store, folder)
    }

    fn arrivals(names: impl Iterator<Item = usize>) -> Vec<Arrival> {
        let arrival = |n| Arrival {
            activity_uri: format!("https://p.test/a/{n}"),
            actor_uri: "https://p.test/u/a".into(),
            host: "p.test".into(),
            body: b"{}".to_vec(),
        };
        names.map(arrival).collect()
    }

    #[tokio::test]
    async fn what_comes_twice_is_kept_once_and_in_order() {
        let (store, _folder) = store().await;
        let tx = store.begin().await.unwrap();
        assert_eq!(keep(&tx, arrivals(0..90)).await.unwrap(), 90);
        assert_eq!(keep(&tx, arrivals(80..100)).await.unwrap(), 10);
        tx.commit().await.unwrap();
        let rows = waiting(&store, 0, MANY).await.unwrap();
        assert_eq!(rows.len(), 100);
        assert!(rows.iter().enumerate().all(|(n, row)| row.activity_uri.ends_with(&format!("/{n}"))));
    }

    #[tokio::test]
    async fn rows_leave_the_queue_done_refused_or_for_later() {
        let (store, _folder) = store().await;
        let tx = store.begin().await.unwrap();
        keep(&tx, arrivals(0..4)).await.unwrap();
        tx.commit().await.unwrap();
        let ids: Vec<i64> = waiting(&store, 0, MANY).await.unwrap().iter().map(|row| row.id).collect();
        let tx = store.begin().await.unwrap();
        done(&tx, &ids[..1]).await.unwrap();
        refuse(&tx, ids[1], &"no ".repeat(200)).await.unwrap();
        put_off(&tx, ids[2], tx.now.plus(std::time::Duration::from_secs(60)), "away").await.unwrap();
        let now = tx.now;
        tx.commit().await.unwrap();
        assert_eq!(waiting(&store, 0, MANY).await.unwrap().len(), 1);
        assert_eq!(due(&store, now, MANY).await.unwrap().len(), 0);
        let later = due(&store, now.plus(std::time::Duration::from_secs(61)), MANY).await.unwrap();
        assert_eq!((later.len(), later[0].attempts, later[0].body.is_some()), (1, 1, true));
        assert_eq!(count(&store).await.unwrap(), 2);
    }
    #[tokio::test]
    async fn s075_no_more_bytes_are_read_than_there_is_room_for() {
        let (store, _folder) = store().await;
        let sizes = [300_000, 300_000, 10, 1 << 20, 10];
        let large = arrivals(0..5).into_iter().zip(sizes).map(|(one, size)| Arrival { body: vec![b' '; size], ..one });
        let tx = store.begin().await.unwrap();
        keep(&tx, large.collect()).await.unwrap();
        tx.commit().await.unwrap();
        let (mut after, mut read) = (0, Vec::new());
        while let rows = waiting(&store, after, Portion { rows: 9, bytes: 500_000 }).await.unwrap()
            && !rows.is_empty()
        {
            after = rows.last().unwrap().id;
            read.push(rows.len());
        }
        assert_eq!(read, [1, 2, 1, 1], "as many as fit, and one that does not fit anywhere alone");
    }
}
