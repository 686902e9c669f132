//! How busy this node was, week by week, and for administrators day by day: figures only, nobody's name.

pub mod measures;
pub mod shares;

use crate::{
    base::{clock::Stamp, error::Result},
    sql,
    store::{Source, Sql},
};
use sea_orm::FromQueryResult;
use std::{collections::HashMap, time::Duration};

/// A week.
const WEEK: Duration = Duration::from_secs(7 * 86_400);
/// Weeks begin on a Monday; 1970 began on a Thursday.
const MONDAY: i64 = 4 * 86_400_000;

/// What happened in one week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// Monday, midnight UTC.
    pub begins: Stamp,
    /// Public posts written here.
    pub posts: i64,
    /// People whose latest log-in fell into it.
    pub log_ins: i64,
    /// New people.
    pub sign_ups: i64,
}

#[derive(FromQueryResult)]
struct Count {
    week: i64,
    count: i64,
}

/// The last `weeks` weeks, this one first: three statements.
pub async fn weekly(from: &impl Source, weeks: u32) -> Result<Vec<Week>> {
    let length = i64::try_from(WEEK.as_millis()).unwrap_or(i64::MAX);
    let this = (from.now().0 - MONDAY).div_euclid(length);
    let begin = |week: i64| Stamp(week * length + MONDAY);
    let since = begin(this - i64::from(weeks) + 1);
    let by_week = |column: &str, rows: &str| -> Sql {
        sql!(format!("SELECT ({column} - {{}}) / {{}} AS week, COUNT(*) AS count FROM {rows} >= {{}} GROUP BY 1"), MONDAY, length)
    };
    let users = |column: &str| by_week(column, &format!("users WHERE {column}")).bind(since);
    // An id begins with its time, and the index of our public posts is over ids.
    let ours =
        "posts WHERE audience = 0 AND boost_of_id IS NULL AND deleted_at IS NULL AND removed_at IS NULL AND substr(uri, 1, 1) = '/' AND id";
    let posts = counted(by_week("id / 65536", ours).bind(since.0 << 16), from).await?;
    let (log_ins, sign_ups) = (counted(users("signed_in_at"), from).await?, counted(users("created_at"), from).await?);
    let of = |counts: &HashMap<i64, i64>, week: i64| counts.get(&week).copied().unwrap_or_default();
    let week = |back: u32| {
        let week = this - i64::from(back);
        Week { begins: begin(week), posts: of(&posts, week), log_ins: of(&log_ins, week), sign_ups: of(&sign_ups, week) }
    };
    Ok((0..weeks).map(week).collect())
}

async fn counted(sql: Sql, from: &impl Source) -> Result<HashMap<i64, i64>> {
    let counts: Vec<Count> = sql.all(from).await?;
    Ok(counts.into_iter().map(|count| (count.week, count.count)).collect())
}
