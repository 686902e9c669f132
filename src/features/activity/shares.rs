//! Figures for administrators by kind: which languages, servers and accounts most of it is of; and who stays.

use super::measures::{DAY_MILLISECONDS, Days};
use crate::{
    base::{clock::Stamp, error::Result, id::first_at},
    sql,
    store::{Source, Sql},
};
use sea_orm::FromQueryResult;

/// People who are looked at for who stays.
const PEOPLE_MAX: i64 = 100_000;

/// What is shared out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Languages in which people of this node who were active write.
    Languages,
    /// Servers from which public posts came.
    Servers,
    /// Servers from which public posts with a tag came, by its key.
    TagServers(String),
    /// Languages of public posts with a tag.
    TagLanguages(String),
    /// People of a host whom most people here follow.
    HostAccounts(String),
    /// Languages of public posts from a host.
    HostLanguages(String),
}

/// One share: its name and how much it is.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Share {
    /// Which; '' where nothing is said, and for this node itself.
    pub name: String,
    /// How much.
    pub count: i64,
}

impl Dimension {
    /// The largest shares over `days`, at most `limit`: one statement, whose cost depends on the period.
    pub async fn shares(&self, from: &impl Source, days: Days, limit: u32) -> Result<Vec<Share>> {
        let begin = Stamp(days.first * DAY_MILLISECONDS);
        let end = Stamp((days.last + 1) * DAY_MILLISECONDS);
        let (least, most) = (first_at(begin), first_at(end));
        let written = |name: &str, which: &str| -> String {
            format!(
                "SELECT {name} AS name, COUNT(*) AS count FROM posts p CROSS JOIN accounts a WHERE p.audience = 0 AND p.boost_of_id IS NULL \
                 AND p.deleted_at IS NULL AND p.removed_at IS NULL AND p.id >= {{}} AND p.id < {{}} AND a.id = p.author_id{which}"
            )
        };
        let tagged = " AND p.id IN (SELECT t.post_id FROM post_tags t WHERE t.tag = {})";
        let sql: Sql = match self {
            Self::Languages => sql!(
                "SELECT u.posting_language AS name, COUNT(*) AS count FROM users u CROSS JOIN accounts a WHERE a.id = u.account_id \
                 AND (u.signed_in_at >= {} OR a.last_post_at >= {}) AND u.created_at < {}",
                begin,
                begin,
                end
            ),
            Self::Servers => sql!(written("a.host", ""), least, most),
            Self::TagServers(tag) => sql!(written("a.host", tagged), least, most, tag.as_str()),
            Self::TagLanguages(tag) => sql!(written("p.language", tagged), least, most, tag.as_str()),
            Self::HostLanguages(host) => sql!(written("p.language", " AND a.host = {}"), least, most, host.as_str()),
            Self::HostAccounts(host) => sql!(
                "SELECT a.username AS name, COUNT(*) AS count FROM accounts a CROSS JOIN follows f WHERE a.host = {} AND f.target_id = a.id AND f.state = 1",
                host.as_str()
            ),
        };
        sql.then(" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {}").bind(i64::from(limit)).all(from).await
    }
}

/// Somebody's days here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Stay {
    /// When they came.
    pub came: Stamp,
    /// When they were last seen: logged in, or wrote.
    pub seen: Stamp,
}

/// When those who came over `days` came, and were last seen: one statement.
pub async fn stays(from: &impl Source, days: Days) -> Result<Vec<Stay>> {
    let (begin, end) = (Stamp(days.first * DAY_MILLISECONDS), Stamp((days.last + 1) * DAY_MILLISECONDS));
    sql!(
        "SELECT u.created_at AS came, CASE WHEN COALESCE(u.signed_in_at, 0) > COALESCE(a.last_post_at, 0) THEN COALESCE(u.signed_in_at, 0) \
            WHEN COALESCE(a.last_post_at, 0) > u.created_at THEN a.last_post_at ELSE u.created_at END AS seen \
         FROM users u CROSS JOIN accounts a WHERE a.id = u.account_id AND u.created_at >= {} AND u.created_at < {} LIMIT {}",
        begin,
        end,
        PEOPLE_MAX
    )
    .all(from)
    .await
}
