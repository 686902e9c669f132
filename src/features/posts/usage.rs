//! How often tags, and pages that posts lead to, were used of late in what everybody hears: day by day.

use super::{
    queries::Viewer,
    sight::{Ground, reaching, visible_to},
};
use crate::{
    base::{clock::Stamp, error::Result, id::first_at},
    sql,
    store::{Source, list},
};
use sea_orm::{DbErr, FromQueryResult, QueryResult, TryGetable, Value};
use std::{collections::HashMap, hash::Hash};

/// Days that are told.
pub const DAYS: i64 = 7;
const DAY_MILLISECONDS: i64 = 24 * 3600 * 1000;
/// Uses that are counted for one answer.
const USES_MAX: i64 = 20_000;

/// How much something was used on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// When the day began (UTC).
    pub begins: Stamp,
    /// Public posts with it.
    pub uses: i64,
    /// By how many people.
    pub accounts: i64,
}

struct Row<K> {
    key: K,
    day: i64,
    uses: i64,
    accounts: i64,
}

impl<K: TryGetable> FromQueryResult for Row<K> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            key: row.try_get(prefix, "key_used")?,
            day: row.try_get(prefix, "day")?,
            uses: row.try_get(prefix, "uses")?,
            accounts: row.try_get(prefix, "accounts")?,
        })
    }
}

/// How each of `keys` was used in the last [`DAYS`] days by whom everybody hears, today first: one statement, over at most
/// [`USES_MAX`] uses. `table` has a row for each use, with the key in `column` and the post in `post_id`.
pub(in crate::features) async fn by_day<K>(
    from: &impl Source,
    (table, column): (&'static str, &'static str),
    keys: &[K],
) -> Result<HashMap<K, Vec<Day>>>
where
    K: Clone + Eq + Hash + Send + Sync + TryGetable + Into<Value>,
{
    let (now, viewer) = (from.now(), Viewer::Stranger);
    let today = now.0 / DAY_MILLISECONDS;
    let since = first_at(Stamp((today - DAYS + 1) * DAY_MILLISECONDS));
    let sql = sql!(
        format!(
            "SELECT t.{column} AS key_used, p.created_at / 86400000 AS day, COUNT(*) AS uses, COUNT(DISTINCT p.author_id) AS accounts \
             FROM (SELECT {column}, post_id FROM {table} WHERE {column} IN {{}} AND post_id >= {{}} LIMIT {{}}) t CROSS JOIN posts p \
             WHERE p.id = t.post_id AND p.audience = 0 AND "
        ),
        list(keys),
        since,
        USES_MAX
    );
    let sql = reaching(visible_to(sql, (&viewer, now), "p"), &viewer, ("p", Ground::Discovery));
    let rows: Vec<Row<K>> = sql.then(&format!(" GROUP BY t.{column}, p.created_at / 86400000")).all(from).await?;
    let empty = || (0..DAYS).map(|ago| Day { begins: Stamp((today - ago) * DAY_MILLISECONDS), ..Day::default() }).collect::<Vec<_>>();
    let mut found: HashMap<K, Vec<Day>> = keys.iter().map(|key| (key.clone(), empty())).collect();
    for row in rows {
        let days = found.entry(row.key).or_insert_with(empty);
        if let Some(day) = usize::try_from(today - row.day).ok().and_then(|ago| days.get_mut(ago)) {
            (day.uses, day.accounts) = (row.uses, row.accounts);
        }
    }
    Ok(found)
}
