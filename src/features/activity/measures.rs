//! Figures for administrators, day by day: how many came, wrote, answered, reported; of a tag, of a host.
//!
//! Only what is there is counted: no logs of visits are kept, so somebody is *active* on the day of their latest log-in and on
//! days on which they wrote something public. Reports are those about no community. A figure costs one to three statements,
//! whose cost depends on the period: ask by `Store::searching`.

use crate::{
    base::{clock::Stamp, error::Result, id::first_at},
    sql,
    store::{Source, Sql},
};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;

/// A day.
pub const DAY_MILLISECONDS: i64 = 86_400_000;
/// Most days that are told.
pub const DAYS_MAX: i64 = 400;

/// Some whole days (UTC): from the beginning of the first to the end of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first, in days since 1970.
    pub first: i64,
    /// The last.
    pub last: i64,
}

impl Days {
    /// Those from the day of `start` to that of `end`, at most [`DAYS_MAX`].
    pub fn between(start: Stamp, end: Stamp) -> Self {
        let last = end.0.div_euclid(DAY_MILLISECONDS).max(0);
        let first = start.0.div_euclid(DAY_MILLISECONDS).clamp((last - DAYS_MAX + 1).max(0), last);
        Self { first, last }
    }

    /// As many days before them.
    pub fn before(self) -> Self {
        let length = self.last - self.first + 1;
        Self { first: (self.first - length).max(0), last: (self.first - 1).max(0) }
    }

    /// Each of them.
    pub fn each(self) -> impl Iterator<Item = i64> {
        self.first..=self.last
    }

    fn begins(self) -> Stamp {
        Stamp(self.first * DAY_MILLISECONDS)
    }

    fn ends(self) -> Stamp {
        Stamp((self.last + 1) * DAY_MILLISECONDS)
    }

    /// The least id of the first day, and that of the day after the last.
    fn ids(self) -> (i64, i64) {
        (first_at(self.begins()), first_at(self.ends()))
    }
}

/// What can be measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// People of this node who were active.
    ActiveUsers,
    /// People who came.
    NewUsers,
    /// Favourites, boosts and answers to public posts of this node.
    Interactions,
    /// Reports made.
    OpenedReports,
    /// Reports closed.
    ResolvedReports,
    /// People who used a tag, by its key.
    TagAccounts(String),
    /// Public posts with it.
    TagUses(String),
    /// Servers from which they came.
    TagServers(String),
    /// People of a host who became known.
    HostAccounts(String),
    /// Public posts from it.
    HostPosts(String),
    /// Reports about people of it.
    HostReports(String),
    /// People of it whom somebody here began to follow.
    HostFollows(String),
    /// People here whom somebody of it began to follow.
    HostFollowers(String),
}

/// A figure: how much in all, how much in as many days before, and how much on each day on which there was something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// In all.
    pub total: i64,
    /// In as many days before.
    pub previous: i64,
    /// On each day, in days since 1970.
    pub by_day: BTreeMap<i64, i64>,
}

#[derive(FromQueryResult)]
struct OnDay {
    day: i64,
    count: i64,
}

impl Measure {
    /// Whether a person counts once, on however many days.
    fn is_distinct(&self) -> bool {
        matches!(self, Self::ActiveUsers | Self::TagAccounts(_) | Self::TagServers(_))
    }

    /// What is counted, as rows of `day` and `what`.
    fn rows(&self, days: Days) -> Sql {
        match self {
            Self::TagAccounts(tag) => of_tag("p.author_id", tag, days),
            Self::TagUses(tag) => of_tag("p.id", tag, days),
            Self::TagServers(tag) => of_tag("(SELECT a.host FROM accounts a WHERE a.id = p.author_id)", tag, days),
            Self::HostFollows(host) => followed("a.id = f.target_id", host, days),
            Self::HostFollowers(host) => followed("a.id = f.follower_id", host, days),
            Self::HostAccounts(host) | Self::HostPosts(host) | Self::HostReports(host) => self.of_host(host, days),
            _ => self.of_node(days),
        }
    }

    fn of_node(&self, days: Days) -> Sql {
        let (begin, end) = (days.begins(), days.ends());
        let (least, most) = days.ids();
        let between = |text: &'static str| sql!(text, begin, end);
        match self {
            // the second line is word for word the condition of the index of our public posts
            Self::ActiveUsers => sql!(
                "SELECT id / 5662310400000 AS day, author_id AS what FROM posts WHERE audience = 0 AND boost_of_id IS NULL AND deleted_at IS NULL \
                 AND removed_at IS NULL AND substr(uri, 1, 1) = '/' AND id >= {} AND id < {} \
                 UNION SELECT signed_in_at / 86400000 AS day, account_id AS what FROM users WHERE signed_in_at >= {} AND signed_in_at < {}",
                least,
                most,
                begin,
                end
            ),
            Self::Interactions => sql!(
                "SELECT f.id / 5662310400000 AS day, f.id AS what FROM favourites f CROSS JOIN posts o \
                 WHERE f.id >= {} AND f.id < {} AND o.id = f.post_id AND o.audience = 0 AND substr(o.uri, 1, 1) = '/' \
                 UNION ALL SELECT r.id / 5662310400000 AS day, r.id AS what FROM posts r CROSS JOIN posts o \
                 WHERE r.id >= {} AND r.id < {} AND o.id = COALESCE(r.boost_of_id, r.in_reply_to_id) AND r.deleted_at IS NULL \
                 AND o.audience = 0 AND substr(o.uri, 1, 1) = '/'",
                least,
                most,
                least,
                most
            ),
            Self::OpenedReports => between(
                "SELECT created_at / 86400000 AS day, id AS what FROM reports WHERE community_id IS NULL AND created_at >= {} AND created_at < {}",
            ),
            Self::ResolvedReports => between(
                "SELECT resolved_at / 86400000 AS day, id AS what FROM reports WHERE community_id IS NULL AND resolved_at >= {} AND resolved_at < {}",
            ),
            _ => between("SELECT created_at / 86400000 AS day, account_id AS what FROM users WHERE created_at >= {} AND created_at < {}"),
        }
    }

    fn of_host(&self, host: &str, days: Days) -> Sql {
        let (begin, end) = (days.begins(), days.ends());
        let (least, most) = days.ids();
        match self {
            Self::HostPosts(_) => {
                let from = " AND p.author_id IN (SELECT a.id FROM accounts a WHERE a.host = {}) AND p.id >= {} AND p.id < {}";
                sql!(format!("{}{from}", WRITTEN.replace('@', "p.id")), host, least, most)
            }
            Self::HostReports(_) => sql!(
                "SELECT r.created_at / 86400000 AS day, r.id AS what FROM reports r CROSS JOIN accounts a WHERE r.community_id IS NULL \
                 AND a.id = r.target_id AND a.host = {} AND r.created_at >= {} AND r.created_at < {}",
                host,
                begin,
                end
            ),
            _ => sql!(
                "SELECT created_at / 86400000 AS day, id AS what FROM accounts WHERE host = {} AND created_at >= {} AND created_at < {}",
                host,
                begin,
                end
            ),
        }
    }

    /// The figure over `days`.
    pub async fn count(&self, from: &impl Source, days: Days) -> Result<Figure> {
        let counting = if self.is_distinct() { "COUNT(DISTINCT x.what)" } else { "COUNT(*)" };
        let rows: Vec<OnDay> = self
            .rows(days)
            .before(&format!("SELECT x.day AS day, {counting} AS count FROM ("))
            .then(") x GROUP BY x.day")
            .all(from)
            .await?;
        let by_day: BTreeMap<i64, i64> = rows.into_iter().map(|row| (row.day, row.count)).collect();
        let whole = async |days| -> Result<i64> {
            let sql = self.rows(days).before(&format!("SELECT {counting} FROM (")).then(") x");
            Ok(sql.value(from).await?.unwrap_or_default())
        };
        let total = if self.is_distinct() { whole(days).await? } else { by_day.values().sum() };
        Ok(Figure { total, previous: whole(days.before()).await?, by_day })
    }
}

/// Public posts, by day; `@` is what is counted.
const WRITTEN: &str = "SELECT p.id / 5662310400000 AS day, @ AS what FROM posts p WHERE p.audience = 0 AND p.boost_of_id IS NULL \
    AND p.deleted_at IS NULL AND p.removed_at IS NULL";

fn of_tag(what: &str, tag: &str, days: Days) -> Sql {
    let (least, most) = days.ids();
    let tagged = " AND p.id IN (SELECT t.post_id FROM post_tags t WHERE t.tag = {} AND t.post_id >= {} AND t.post_id < {})";
    sql!(format!("{}{tagged}", WRITTEN.replace('@', what)), tag, least, most)
}

fn followed(who: &str, host: &str, days: Days) -> Sql {
    let (least, most) = days.ids();
    sql!(
        format!(
            "SELECT f.id / 5662310400000 AS day, f.id AS what FROM follows f CROSS JOIN accounts a WHERE {who} AND a.host = {{}} \
             AND f.state = 1 AND f.id >= {{}} AND f.id < {{}}"
        ),
        host,
        least,
        most
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_bounded_and_followed_by_as_many_before() {
        let days = Days::between(Stamp(5 * DAY_MILLISECONDS + 7), Stamp(9 * DAY_MILLISECONDS + 1));
        assert_eq!((days, days.before()), (Days { first: 5, last: 9 }, Days { first: 0, last: 4 }));
        assert_eq!(Days::between(Stamp(0), Stamp(10_000 * DAY_MILLISECONDS)).each().count() as i64, DAYS_MAX);
        assert_eq!(Days::between(Stamp(9 * DAY_MILLISECONDS), Stamp(5 * DAY_MILLISECONDS)), Days { first: 5, last: 5 });
        // an id begins with its time: a day of ids
        assert_eq!(DAY_MILLISECONDS << 16, 5_662_310_400_000);
    }
}
