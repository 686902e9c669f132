//! What waits in this node and what it takes up, for the pages of administrators: each a bounded or rare count.

use crate::{
    base::{clock::Stamp, error::Result, id::PolicyId},
    sql,
    store::{Source, Store, Tx, audit::Entry},
};
use sea_orm::FromQueryResult;
use serde_json::json;

/// What waits, by the loop that is to do it, and what was given up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Queues {
    /// Events whose consequences are not drawn yet.
    pub events: i64,
    /// Events that were given up after five tries.
    pub events_failed: i64,
    /// Received activities to be applied.
    pub inbox: i64,
    /// Those of them that failed once and are tried again.
    pub inbox_again: i64,
    /// Files that wait for work.
    pub media: i64,
    /// Files of which nothing could be made.
    pub media_failed: i64,
    /// Mails to be sent.
    pub letters: i64,
    /// Notifications to be pushed to apps.
    pub pushes: i64,
    /// Posts whose hour is to come.
    pub scheduled: i64,
    /// Histories and threads to be fetched.
    pub backfills: i64,
}

/// What waits now. Literals: state of a file 0 waiting, 2 failed.
pub async fn queues(from: &impl Source) -> Result<Queues> {
    let found: Option<Queues> = sql!(
        "SELECT (SELECT COUNT(*) FROM events WHERE failed_at IS NULL) AS events, \
         (SELECT COUNT(*) FROM events WHERE failed_at IS NOT NULL) AS events_failed, \
         (SELECT COUNT(*) FROM inbox WHERE done_at IS NULL) AS inbox, \
         (SELECT COUNT(*) FROM inbox WHERE done_at IS NULL AND attempts > 0) AS inbox_again, \
         (SELECT COUNT(*) FROM media WHERE state = 0) AS media, \
         (SELECT COUNT(*) FROM media WHERE state = 2) AS media_failed, \
         (SELECT COUNT(*) FROM letters WHERE next_at IS NOT NULL) AS letters, \
         (SELECT COUNT(*) FROM pushes) AS pushes, \
         (SELECT COUNT(*) FROM scheduled_posts WHERE refused_at IS NULL) AS scheduled, \
         (SELECT COUNT(*) FROM backfills WHERE done_at IS NULL) AS backfills"
    )
    .one(from)
    .await?;
    Ok(found.unwrap_or_default())
}

/// An event whose consequences could not be drawn.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct FailedEvent {
    /// Its id.
    pub id: i64,
    /// Given up.
    pub failed_at: Stamp,
    /// Why, as the log has it.
    pub error: String,
}

/// The latest events that were given up, at most `limit`.
pub async fn failed_events(from: &impl Source, limit: u32) -> Result<Vec<FailedEvent>> {
    sql!("SELECT id, failed_at, error FROM events WHERE failed_at IS NOT NULL ORDER BY id DESC LIMIT {}", i64::from(limit)).all(from).await
}

/// Has the events that were given up tried again; how many. One entry in the audit log where there are any.
pub async fn retry_events(tx: &Tx) -> Result<u64> {
    let count = sql!("UPDATE events SET failed_at = NULL, attempts = 0 WHERE failed_at IS NOT NULL").run(tx).await?;
    if count > 0 {
        tx.audit(Entry::of("node.retry", "/actor").with(json!({ "events": count })));
    }
    Ok(count)
}

/// What this node takes up: bytes in the database, and how many there are of what makes it grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// The whole database, its indexes included.
    pub database: i64,
    /// Pictures of emoji, within the database.
    pub emojis: i64,
    /// Received activities whose bytes are kept, within the database.
    pub inbox: i64,
    /// What is kept to be sent, within the database.
    pub log: i64,
    /// Posts, ours and others'.
    pub posts: i64,
    /// Accounts, ours and others'.
    pub accounts: i64,
    /// Files that people of ours sent.
    pub media: i64,
}

/// What this node takes up. Reads whole tables: ask seldom, by `Store::searching`, which bounds its time.
pub async fn holdings(store: &Store) -> Result<Holdings> {
    let size = if store.is_postgres() {
        "SELECT CAST(pg_database_size(current_database()) AS BIGINT)"
    } else {
        "SELECT CAST(c.page_count * s.page_size AS BIGINT) FROM pragma_page_count() c, pragma_page_size() s"
    };
    let from = &store.searching();
    let count = async |text: &'static str| Ok::<i64, crate::base::error::Error>(sql!(text).value(from).await?.unwrap_or_default());
    Ok(Holdings {
        database: count(size).await?,
        emojis: count("SELECT CAST(COALESCE(SUM(LENGTH(bytes)), 0) AS BIGINT) FROM emojis").await?,
        inbox: count("SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS BIGINT) FROM inbox").await?,
        log: count("SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS BIGINT) FROM log").await?,
        posts: count("SELECT COUNT(*) FROM posts").await?,
        accounts: count("SELECT COUNT(*) FROM accounts").await?,
        media: count("SELECT COUNT(*) FROM media").await?,
    })
}

/// How often each version of a policy was accepted: by how many people, as members of how many communities.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Accepted {
    /// Which version.
    pub id: PolicyId,
    /// People.
    pub people: i64,
    /// Communities.
    pub communities: i64,
}

/// By how many people, as members of how many communities, each version of this owner's was accepted: one statement.
pub async fn acceptances(from: &impl Source, owner: crate::base::id::AccountId) -> Result<Vec<Accepted>> {
    sql!(
        "SELECT p.id, COUNT(DISTINCT a.account_id) AS people, COUNT(DISTINCT a.owner_id) AS communities FROM policies p \
         JOIN acceptances a ON a.digest = p.digest WHERE p.owner_id = {} GROUP BY p.id",
        owner
    )
    .all(from)
    .await
}

/// Somebody who accepted a policy.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Acceptance {
    /// Name without host.
    pub username: String,
    /// Host; empty for ours.
    pub host: String,
    /// As a member of which community: its title.
    pub community: String,
    /// When.
    pub accepted_at: Stamp,
}

/// Who accepted the policy with this digest, latest first, at most `limit`.
pub async fn accepted_by(from: &impl Source, digest: &str, limit: u32) -> Result<Vec<Acceptance>> {
    sql!(
        "SELECT a.username, a.host, c.display_name AS community, x.accepted_at FROM acceptances x JOIN accounts a ON a.id = x.account_id \
         JOIN accounts c ON c.id = x.owner_id WHERE x.digest = {} ORDER BY x.accepted_at DESC, a.id LIMIT {}",
        digest,
        i64::from(limit)
    )
    .all(from)
    .await
}
