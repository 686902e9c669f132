//! Who of those that read streams gets an entry, asked for many people at once.
//!
//! Invariant: what a stream shows is what the timeline of the same name shows; the pieces of SQL are those of
//! [`queries`](super::queries), asked for each person in a column (S60). A test compares the two on random worlds.

use super::queries::{at_home, come_upon, in_community, on_shelf};
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
    },
    features::{
        communities::usable::usable,
        posts::queries::{Viewer, visible_to},
    },
    sql,
    store::{Source, Sql, list},
};
use sea_orm::FromQueryResult;
use std::collections::HashSet;

/// People in one statement.
const AT_ONCE: usize = 2048;

/// Somebody, and an entry that is theirs to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromQueryResult)]
pub struct Reaches {
    /// Who.
    pub reader: AccountId,
    /// What.
    pub entry: PostId,
}

/// Runs `ask` for all of `readers`, some at a time.
async fn each(from: &impl Source, ask: Ask, posts: &[PostId], readers: &[AccountId]) -> Result<Vec<Reaches>> {
    let mut found = Vec::new();
    for some in readers.chunks(AT_ONCE).filter(|_| !posts.is_empty()) {
        found.extend(ask(posts, some, from.now()).all::<Reaches>(from).await?);
    }
    Ok(found)
}

/// A statement about posts and readers.
type Ask = fn(&[PostId], &[AccountId], Stamp) -> Sql;

/// Which of `readers` have which of `entries` on their home timeline.
pub async fn home(from: &impl Source, entries: &[PostId], readers: &[AccountId]) -> Result<Vec<Reaches>> {
    each(from, home_sql, entries, readers).await
}

fn home_sql(entries: &[PostId], readers: &[AccountId], now: Stamp) -> Sql {
    // `+` keeps SQLite from looking up each reader, of whom few have the entry
    let head = "SELECT h.account_id AS reader, h.entry_id AS entry FROM home h CROSS JOIN posts p LEFT JOIN posts o ON o.id = p.boost_of_id \
         WHERE h.entry_id IN {} AND + h.account_id IN {} AND p.id = h.entry_id";
    at_home(sql!(head, list(entries), list(readers)), &Viewer::Each("h.account_id"), now)
}

/// Which of `readers` have which of `posts` on their home timeline, itself or by a boost.
pub async fn home_or_boosted(from: &impl Source, posts: &[PostId], readers: &[AccountId]) -> Result<Vec<Reaches>> {
    each(from, home_or_boosted_sql, posts, readers).await
}

fn home_or_boosted_sql(posts: &[PostId], readers: &[AccountId], now: Stamp) -> Sql {
    let head = "SELECT h.account_id AS reader, COALESCE(p.boost_of_id, p.id) AS entry FROM posts p CROSS JOIN home h \
         LEFT JOIN posts o ON o.id = p.boost_of_id WHERE p.id IN \
         (SELECT e.id FROM posts e WHERE e.id IN {} UNION ALL SELECT e.id FROM posts e WHERE e.boost_of_id IN {}) \
         AND h.entry_id = p.id AND + h.account_id IN {}";
    at_home(sql!(head, list(posts), list(posts), list(readers)), &Viewer::Each("h.account_id"), now)
}

/// An entry in a list of somebody's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromQueryResult)]
pub struct Listed {
    /// Whose list.
    pub reader: AccountId,
    /// Which.
    pub list: i64,
    /// What stands in it.
    pub entry: PostId,
}

/// Which of `lists`, people's own, show which of `entries`.
pub async fn in_lists(from: &impl Source, entries: &[PostId], lists: &[i64]) -> Result<Vec<Listed>> {
    each_list(from, in_lists_sql, entries, lists).await
}

fn in_lists_sql(entries: &[PostId], lists: &[i64], now: Stamp) -> Sql {
    let head = "SELECT l.account_id AS reader, h.list_id AS list, h.entry_id AS entry FROM list_entries h CROSS JOIN lists l \
         CROSS JOIN posts p LEFT JOIN posts o ON o.id = p.boost_of_id \
         WHERE h.entry_id IN {} AND + h.list_id IN {} AND l.id = h.list_id AND p.id = h.entry_id";
    on_shelf(sql!(head, list(entries), list(lists)), &Viewer::Each("l.account_id"), now)
}

/// Which of `lists`, people's own, show which of `posts`, itself or by a boost.
pub async fn in_lists_or_boosted(from: &impl Source, posts: &[PostId], lists: &[i64]) -> Result<Vec<Listed>> {
    each_list(from, in_lists_or_boosted_sql, posts, lists).await
}

fn in_lists_or_boosted_sql(posts: &[PostId], lists: &[i64], now: Stamp) -> Sql {
    let head = "SELECT l.account_id AS reader, h.list_id AS list, COALESCE(p.boost_of_id, p.id) AS entry FROM posts p \
         CROSS JOIN list_entries h CROSS JOIN lists l LEFT JOIN posts o ON o.id = p.boost_of_id WHERE p.id IN \
         (SELECT e.id FROM posts e WHERE e.id IN {} UNION ALL SELECT e.id FROM posts e WHERE e.boost_of_id IN {}) \
         AND h.entry_id = p.id AND + h.list_id IN {} AND l.id = h.list_id";
    on_shelf(sql!(head, list(posts), list(posts), list(lists)), &Viewer::Each("l.account_id"), now)
}

/// Runs `ask` for all of `lists`, some at a time.
async fn each_list(from: &impl Source, ask: fn(&[PostId], &[i64], Stamp) -> Sql, posts: &[PostId], lists: &[i64]) -> Result<Vec<Listed>> {
    let mut found = Vec::new();
    for some in lists.chunks(AT_ONCE).filter(|_| !posts.is_empty()) {
        found.extend(ask(posts, some, from.now()).all::<Listed>(from).await?);
    }
    Ok(found)
}

/// Who comes upon which public posts.
#[derive(Debug, Default)]
pub struct Discovered {
    by_strangers: HashSet<PostId>,
    /// People who have something to do with the author: for them it is asked one by one.
    related: HashSet<Reaches>,
    by_related: HashSet<Reaches>,
}

impl Discovered {
    /// Whether the public timelines and those of tags show `entry` to `reader`, as far as it depends on who reads.
    pub fn shows(&self, reader: AccountId, entry: PostId) -> bool {
        let one = Reaches { reader, entry };
        if self.related.contains(&one) { self.by_related.contains(&one) } else { self.by_strangers.contains(&entry) }
    }
}

/// Who of `readers` comes upon which of `posts`.
pub async fn discovered(from: &impl Source, posts: &[PostId], readers: &[AccountId]) -> Result<Discovered> {
    if posts.is_empty() || readers.is_empty() {
        return Ok(Discovered::default());
    }
    let by_strangers: Vec<PostId> = strangers_sql(posts, from.now()).column(from).await?;
    let related = each(from, related_sql, posts, readers).await?;
    let kin: Vec<AccountId> = related.iter().map(|one| one.reader).collect::<HashSet<_>>().into_iter().collect();
    let by_related = each(from, discovered_sql, posts, &kin).await?;
    Ok(Discovered {
        by_strangers: by_strangers.into_iter().collect(),
        related: related.into_iter().collect(),
        by_related: by_related.into_iter().collect(),
    })
}

fn strangers_sql(posts: &[PostId], now: Stamp) -> Sql {
    let head = "SELECT p.id FROM posts p WHERE p.id IN {} AND p.audience = 0 AND p.boost_of_id IS NULL";
    come_upon(sql!(head, list(posts)), &Viewer::Stranger, now)
}

fn discovered_sql(posts: &[PostId], readers: &[AccountId], now: Stamp) -> Sql {
    let head = "SELECT u.account_id AS reader, p.id AS entry FROM posts p CROSS JOIN users u WHERE p.id IN {} AND u.account_id IN {} \
         AND p.audience = 0 AND p.boost_of_id IS NULL";
    come_upon(sql!(head, list(posts), list(readers)), &Viewer::Each("u.account_id"), now)
}

/// Those of `readers` who have something to do with the author of one of `posts`: for everybody else a public post is what it is
/// for a stranger.
fn related_sql(posts: &[PostId], readers: &[AccountId], _now: Stamp) -> Sql {
    const RELATED: &str = "SELECT b.account_id AS reader, p.id AS entry FROM posts p CROSS JOIN blocks b \
            WHERE p.id IN {} AND b.target_id = p.author_id AND b.account_id IN {} \
        UNION SELECT b.target_id AS reader, p.id AS entry FROM posts p CROSS JOIN blocks b \
            WHERE p.id IN {} AND b.account_id = p.author_id AND b.target_id IN {} \
        UNION SELECT m.account_id AS reader, p.id AS entry FROM posts p CROSS JOIN mutes m \
            WHERE p.id IN {} AND m.target_id = p.author_id AND m.account_id IN {} \
        UNION SELECT f.follower_id AS reader, p.id AS entry FROM posts p CROSS JOIN follows f \
            WHERE p.id IN {} AND f.target_id = p.author_id AND f.state = 1 AND f.follower_id IN {} \
        UNION SELECT e.account_id AS reader, p.id AS entry FROM posts p CROSS JOIN accounts a CROSS JOIN host_blocks e \
            WHERE p.id IN {} AND a.id = p.author_id AND e.host = a.host AND e.account_id IN {} \
        UNION SELECT p.author_id AS reader, p.id AS entry FROM posts p WHERE p.id IN {} AND p.author_id IN {}";
    in_pairs(RELATED, posts, readers)
}

/// Binds posts and readers in turn.
fn in_pairs(text: &'static str, posts: &[PostId], readers: &[AccountId]) -> Sql {
    let pairs = text.matches("{}").count() / 2;
    (0..pairs).fold(sql!(text), |sql, _| sql.bind(list(posts)).bind(list(readers)))
}

/// Members beside what is posted in their communities.
const IN_COMMUNITIES: &str = "SELECT m.account_id AS reader, p.id AS entry FROM posts p CROSS JOIN seats m WHERE p.id IN {} \
    AND m.community_id = p.community_id AND m.status = 2 AND m.account_id IN {} AND p.boost_of_id IS NULL AND NOT p.pending";

/// Which of `readers`, who are in its community, find which of `posts` in the community's timeline, replies left out.
pub async fn in_communities(from: &impl Source, posts: &[PostId], readers: &[AccountId]) -> Result<Vec<Reaches>> {
    each(from, in_communities_sql, posts, readers).await
}

fn in_communities_sql(posts: &[PostId], readers: &[AccountId], now: Stamp) -> Sql {
    let head = sql!(IN_COMMUNITIES, list(posts), list(readers)).then(" AND p.in_reply_to_uri = ''");
    in_community(head, &Viewer::Each("m.account_id"), now)
}

/// Which of `readers`, who are in its community, may read which of `posts`, answers there.
pub async fn answers_in_communities(from: &impl Source, posts: &[PostId], readers: &[AccountId]) -> Result<Vec<Reaches>> {
    each(from, answers_in_communities_sql, posts, readers).await
}

fn answers_in_communities_sql(posts: &[PostId], readers: &[AccountId], now: Stamp) -> Sql {
    let head = sql!(IN_COMMUNITIES, list(posts), list(readers)).then(" AND p.in_reply_to_uri <> ''");
    in_community(head, &Viewer::Each("m.account_id"), now)
}

/// Which of `readers` hold a seat through which they could read which of `posts`, deleted since, in its community.
pub async fn were_in_communities(from: &impl Source, posts: &[PostId], readers: &[AccountId]) -> Result<Vec<Reaches>> {
    each(from, were_in_communities_sql, posts, readers).await
}

fn were_in_communities_sql(posts: &[PostId], readers: &[AccountId], now: Stamp) -> Sql {
    let head = "SELECT m.account_id AS reader, p.id AS entry FROM posts p CROSS JOIN seats m WHERE p.id IN {} \
         AND m.community_id = p.community_id AND m.account_id IN {} AND p.boost_of_id IS NULL AND p.queued_at IS NULL \
         AND p.audience IN (0, 1, 3) AND m.history_from <= COALESCE(p.shared_at, p.created_at) AND ";
    usable(sql!(head, list(posts), list(readers)), "m", now)
}

/// Which of `readers` may see which of `posts`.
pub async fn seeing(from: &impl Source, posts: &[PostId], readers: &[AccountId]) -> Result<Vec<Reaches>> {
    each(from, seeing_sql, posts, readers).await
}

fn seeing_sql(posts: &[PostId], readers: &[AccountId], now: Stamp) -> Sql {
    let head = "SELECT u.account_id AS reader, p.id AS entry FROM posts p CROSS JOIN users u WHERE p.id IN {} AND u.account_id IN {} AND ";
    visible_to(sql!(head, list(posts), list(readers)), (&Viewer::Each("u.account_id"), now), "p")
}

/// A deed by which somebody's view of a post differs from others'.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, FromQueryResult)]
pub struct Deed {
    /// Whose.
    pub reader: AccountId,
    /// About which post.
    pub post: PostId,
    /// What: 1 favourite, 2 boost, 4 bookmark, 8 vote or emoji, which differ from one person to the next, 16 a thread of which
    /// they want to hear no more.
    pub kind: i32,
}

const DEEDS: &str = "SELECT account_id AS reader, post_id AS post, 1 AS kind FROM favourites WHERE post_id IN {} AND account_id IN {} \
    UNION ALL SELECT author_id AS reader, boost_of_id AS post, 2 AS kind FROM posts \
        WHERE boost_of_id IN {} AND author_id IN {} AND deleted_at IS NULL \
    UNION ALL SELECT account_id AS reader, post_id AS post, 4 AS kind FROM bookmarks WHERE post_id IN {} AND account_id IN {} \
    UNION ALL SELECT account_id AS reader, post_id AS post, 8 AS kind FROM poll_votes WHERE post_id IN {} AND account_id IN {} \
    UNION ALL SELECT account_id AS reader, post_id AS post, 8 AS kind FROM emoji_reactions WHERE post_id IN {} AND account_id IN {} \
    UNION ALL SELECT q.account_id AS reader, p.id AS post, 16 AS kind FROM posts p CROSS JOIN quiet_threads q \
        WHERE p.id IN {} AND q.root_id = COALESCE(p.root_id, p.id) AND + q.account_id IN {}";

/// What `readers` did with `posts` that shows in their view of them.
pub async fn deeds(from: &impl Source, posts: &[PostId], readers: &[AccountId]) -> Result<Vec<Deed>> {
    let mut found = Vec::new();
    for some in readers.chunks(AT_ONCE).filter(|_| !posts.is_empty()) {
        found.extend(in_pairs(DEEDS, posts, some).all::<Deed>(from).await?);
    }
    found.sort_unstable();
    Ok(found)
}

/// Every statement of this file: for the test of their plans.
#[cfg(test)]
pub(in crate::features) fn all_statements(posts: &[PostId], readers: &[AccountId], now: Stamp) -> Vec<(&'static str, Sql)> {
    vec![
        ("home", home_sql(posts, readers, now)),
        ("home or boosted", home_or_boosted_sql(posts, readers, now)),
        ("in lists", in_lists_sql(posts, &[1], now)),
        ("in lists or boosted", in_lists_or_boosted_sql(posts, &[1], now)),
        ("strangers", strangers_sql(posts, now)),
        ("related", related_sql(posts, readers, now)),
        ("discovered", discovered_sql(posts, readers, now)),
        ("in communities", in_communities_sql(posts, readers, now)),
        ("answers in communities", answers_in_communities_sql(posts, readers, now)),
        ("were in communities", were_in_communities_sql(posts, readers, now)),
        ("seeing", seeing_sql(posts, readers, now)),
        ("deeds", in_pairs(DEEDS, posts, readers)),
    ]
}
