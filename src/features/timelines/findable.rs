//! What is public here and wants to be found: communities, people and threads of this node, for lists that programs read.
//!
//! Invariant: nothing stands here that a stranger may not see, nor whoever does not want to be found (FEP-5feb). Each list walks
//! an index upwards from an id, so that a stretch of it costs what the stretch is long.

use crate::{
    base::{clock::Stamp, error::Result, words::Stage},
    features::posts::{queries::Viewer, sight::visible_to},
    sql,
    store::{Source, Sql},
};
use sea_orm::FromQueryResult;

/// What a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Findable {
    /// Public communities.
    Communities,
    /// People who want to be found.
    People,
    /// First posts of threads in public communities, written here by people who want to be found.
    Threads,
}

/// One page that wants to be found.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Found {
    /// The id by which the list is ordered.
    pub id: i64,
    /// Its path.
    pub uri: String,
    /// When it last changed, as far as that is known.
    pub changed_at: Stamp,
}

impl Findable {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Communities, Self::People, Self::Threads];
}

/// Up to `limit` pages with ids above `after`, in the order of their ids.
pub async fn found(from: &impl Source, kind: Findable, after: i64, limit: u32) -> Result<Vec<Found>> {
    let (sql, key) = statement(kind, from.now());
    ordered(sql, key, after).then(" LIMIT {}").bind(i64::from(limit)).all(from).await
}

/// The id of the page that stands `places` after the one with id `after`; none when the list ends before.
pub async fn further(from: &impl Source, kind: Findable, after: i64, places: u32) -> Result<Option<i64>> {
    let (sql, key) = statement(kind, from.now());
    let skipped = i64::from(places.saturating_sub(1));
    Ok(ordered(sql, key, after).then(" LIMIT 1 OFFSET {}").bind(skipped).one::<Found>(from).await?.map(|found| found.id))
}

fn ordered(sql: Sql, key: &str, after: i64) -> Sql {
    sql.then(&format!(" AND {key} > {{}}")).bind(after).then(&format!(" ORDER BY {key}"))
}

/// The statement up to its stretch, and the column that it walks. The literals are the words of `base/words.rs`: kinds 0 and 4
/// are people and services.
fn statement(kind: Findable, now: Stamp) -> (Sql, &'static str) {
    match kind {
        Findable::Communities => (
            sql!(
                "SELECT c.account_id AS id, a.uri AS uri, COALESCE(a.last_post_at, a.created_at) AS changed_at \
                 FROM communities c CROSS JOIN accounts a WHERE a.id = c.account_id AND a.host = '' AND c.stage = {} \
                 AND a.suspended_at IS NULL AND a.gone_at IS NULL AND a.silenced_at IS NULL",
                Stage::Public
            ),
            "c.account_id",
        ),
        Findable::People => (
            sql!(
                "SELECT u.account_id AS id, a.uri AS uri, COALESCE(a.last_post_at, a.created_at) AS changed_at \
                 FROM users u CROSS JOIN accounts a WHERE a.id = u.account_id AND a.host = '' AND a.kind IN (0, 4) AND a.discoverable = TRUE \
                 AND u.approved = TRUE AND u.unconfirmed = FALSE AND u.is_guest = FALSE AND u.off_boarded_at IS NULL \
                 AND a.suspended_at IS NULL AND a.gone_at IS NULL AND a.silenced_at IS NULL"
            ),
            "u.account_id",
        ),
        Findable::Threads => {
            // The first conditions are word for word those of the index.
            let sql = sql!(
                "SELECT p.id AS id, p.uri AS uri, COALESCE(p.edited_at, p.created_at) AS changed_at \
                 FROM posts p CROSS JOIN communities c CROSS JOIN accounts ca CROSS JOIN accounts a \
                 WHERE p.audience = 0 AND p.boost_of_id IS NULL AND p.deleted_at IS NULL AND p.removed_at IS NULL AND substr(p.uri, 1, 1) = '/' \
                 AND p.in_reply_to_uri = '' AND NOT p.pending AND c.account_id = p.community_id AND c.stage = {} \
                 AND ca.id = c.account_id AND ca.host = '' AND ca.suspended_at IS NULL AND ca.gone_at IS NULL AND ca.silenced_at IS NULL \
                 AND a.id = p.author_id AND a.discoverable = TRUE AND a.gone_at IS NULL AND a.silenced_at IS NULL AND ",
                Stage::Public
            );
            (visible_to(sql, (&Viewer::Stranger, now), "p"), "p.id")
        }
    }
}

/// The statements with the column that each walks: for the test of their plans.
#[cfg(test)]
pub(in crate::features) fn all_statements(now: Stamp) -> Vec<(&'static str, Sql, &'static str)> {
    Findable::ALL
        .map(|kind| {
            let (sql, key) = statement(kind, now);
            ("findable", sql, key)
        })
        .into()
}

/// How many public communities this node has: those that strangers are shown.
pub async fn communities(from: &impl Source) -> Result<i64> {
    let count = sql!(
        "SELECT COUNT(*) FROM communities c CROSS JOIN accounts a WHERE a.id = c.account_id AND a.host = '' AND c.stage = {} \
         AND c.closed_at IS NULL AND a.suspended_at IS NULL AND a.gone_at IS NULL",
        Stage::Public
    );
    Ok(count.value(from).await?.unwrap_or_default())
}
