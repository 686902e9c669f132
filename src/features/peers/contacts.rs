//! Other servers as an administrator sees them: listed by how they do, tried again, forgotten.
//!
//! Forgetting keeps the row and its inboxes, since the log names inboxes by number: it goes back to what it was when it was
//! first heard of, with nothing waiting, and is not listed until something new is known.

use super::blocks::normal;
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::PeerId,
        page::Page,
        sentence::said,
        words::Level,
    },
    sql,
    store::{Source, Sql, Tx, audit::Entry, list, tables::Peer},
};
use sea_orm::FromQueryResult;
use std::time::Duration;

/// A host that fails for longer gets nothing that is older: the log is not kept for it.
pub const SUSPENDED_AFTER: Duration = Duration::from_secs(30 * 24 * 3600);
/// Hosts in one list of a statement.
const LIST_MAX: usize = 500;

/// Which peers, by how they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Takes what is sent, as far as is known.
    Active,
    /// Does not answer.
    Failing,
    /// Has not answered for 30 days: what is older is not kept for it.
    Suspended,
    /// Heard only by those who follow somebody there.
    Silenced,
    /// Refused.
    Blocked,
    /// A node of our kind.
    Ours,
    /// There is an agreement with it.
    Partner,
}

impl Kind {
    /// Each with its word.
    pub const ALL: [(&'static str, Self); 7] = [
        ("active", Self::Active),
        ("failing", Self::Failing),
        ("suspended", Self::Suspended),
        ("silenced", Self::Silenced),
        ("blocked", Self::Blocked),
        ("ours", Self::Ours),
        ("partner", Self::Partner),
    ];

    /// The kind of this word. Refused for another.
    pub fn named(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|(name, _)| *name == word).map(|(_, kind)| kind);
        let words: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
        Ok(found.ok_or_else(|| Refusal::invalid("state", said!("must be one of {words}", words = words.join(", "))))?)
    }

    /// The word for how delivery to `peer` stands at `now`.
    pub fn of(peer: &Peer, now: Stamp) -> &'static str {
        match (peer.blocked_at, peer.failing_since.filter(|_| peer.failures > 0)) {
            (Some(_), _) => "blocked",
            (None, Some(since)) if since <= now.minus(SUSPENDED_AFTER) => "suspended",
            (None, Some(_)) => "failing",
            (None, None) => "active",
        }
    }

    fn choose(self, sql: Sql, now: Stamp) -> Sql {
        let edge = now.minus(SUSPENDED_AFTER);
        match self {
            Self::Active => sql.then(" AND p.blocked_at IS NULL AND p.failures = 0"),
            Self::Failing => sql.then(" AND p.blocked_at IS NULL AND p.failures > 0 AND p.failing_since > {}").bind(edge),
            Self::Suspended => sql.then(" AND p.blocked_at IS NULL AND p.failures > 0 AND p.failing_since <= {}").bind(edge),
            Self::Silenced => sql.then(" AND p.silenced_at IS NOT NULL"),
            Self::Blocked => sql.then(" AND p.blocked_at IS NOT NULL"),
            Self::Ours => sql.then(" AND p.level = {}").bind(Level::Intermoot),
            Self::Partner => sql.then(" AND EXISTS (SELECT 1 FROM agreements g WHERE g.host = p.host AND g.state = 2)"),
        }
    }
}

/// A page of the peers that are known and not forgotten, those last met first.
pub async fn page(from: &impl Source, kind: Option<Kind>, page: Page) -> Result<Vec<Peer>> {
    let known = sql!(
        "SELECT p.* FROM peers p WHERE (p.forgotten_at IS NULL OR p.nodeinfo_at IS NOT NULL OR p.heard_at IS NOT NULL \
         OR p.succeeded_at IS NOT NULL OR p.failures > 0 OR p.blocked_at IS NOT NULL OR p.silenced_at IS NOT NULL)"
    );
    let chosen = match kind {
        Some(kind) => kind.choose(known, from.now()),
        None => known,
    };
    let rows = chosen.page("p.id", page).all(from).await?;
    Ok(page.newest_first(rows))
}

/// What ties this node to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Dealings {
    /// Accounts there that are known here.
    pub accounts: i64,
    /// Seats of people there, and seats in communities there, that are not over.
    pub seats: i64,
    /// Follows of people and communities there, and by them.
    pub follows: i64,
    /// Agreements that are offered or in force.
    pub agreements: i64,
}

/// The accounts of a peer (bound: its host, its id): by their handle, or because their mail goes there.
const THERE: &str =
    "(SELECT a.id FROM accounts a WHERE a.host = {} OR a.delivery_inbox IN (SELECT i.id FROM inboxes i WHERE i.peer_id = {}))";

/// What ties this node to `peer`.
pub async fn dealings(from: &impl Source, peer: &Peer) -> Result<Dealings> {
    let places = [
        "SELECT (SELECT COUNT(*) FROM accounts b WHERE b.id IN ",
        ") AS accounts, \
         (SELECT COUNT(*) FROM seats s WHERE s.status <> 3 AND (s.account_id IN ",
        " OR s.community_id IN ",
        ")) AS seats, \
         (SELECT COUNT(*) FROM follows f WHERE f.follower_id IN ",
        " OR f.target_id IN ",
    ];
    let sql = places.iter().fold(sql!(""), |sql, place| sql.then(place).then(THERE).bind(peer.host.clone()).bind(peer.id));
    let sql = sql.then(") AS follows, (SELECT COUNT(*) FROM agreements g WHERE g.host = {} AND g.state <= 2) AS agreements");
    Ok(sql.bind(peer.host.clone()).one(from).await?.unwrap_or_default())
}

/// By which decisions a peer is blocked and silenced: the host that each names ('' for none), and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Decided {
    /// The host whose block covers it.
    pub blocked_by: String,
    /// Why it was blocked, where the block is its own.
    pub block_reason: String,
    /// The host whose silence covers it.
    pub silenced_by: String,
    /// Why it was silenced, where the silence is its own.
    pub silence_reason: String,
}

/// What administrators decided about a peer.
pub async fn decided(from: &impl Source, peer: PeerId) -> Result<Decided> {
    let found = sql!("SELECT blocked_by, block_reason, silenced_by, silence_reason FROM peers WHERE id = {}", peer).one(from).await?;
    Ok(found.unwrap_or_default())
}

/// The peer called `host`, as typed. Refused as not found where there is none.
pub async fn named(from: &impl Source, host: &str) -> Result<Peer> {
    let host = normal(host)?;
    let found = super::find(from, &host).await?;
    Ok(found.ok_or_else(|| Refusal::missing(said!("{host} is not known here", host)))?)
}

/// Has a host that fails tried again at once; the peer. One entry in the audit log.
pub async fn retry(tx: &Tx, host: &str) -> Result<Peer> {
    let peer = named(tx, host).await?;
    if peer.blocked_at.is_some() {
        return Err(Refusal::conflict(
            "blocked",
            said!("{host} is blocked: nothing is sent there. Lift the block first.", host = peer.host),
        )
        .into());
    }
    sql!("UPDATE peers SET next_attempt_at = NULL WHERE id = {}", peer.id).run(tx).await?;
    tx.audit(Entry::of("peer.retry", peer.host.as_str()));
    Ok(peer)
}

/// Forgets what is known of a peer, and what waits for it, where nobody here deals with it; its id. Refused with what there is
/// left: seats, follows, an agreement, a block or a silence. One entry in the audit log.
pub async fn forget(tx: &Tx, host: &str) -> Result<PeerId> {
    let peer = named(tx, host).await?;
    let ties = dealings(tx, &peer).await?;
    let counted = [(ties.seats, "seats"), (ties.follows, "follows"), (ties.agreements, "agreements")];
    let mut left: Vec<String> = counted.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{name} ({count})")).collect();
    let marks = [(super::is_blocked(tx, &peer.host).await?, "a block"), (super::is_silenced(tx, &peer.host).await?, "a silence")];
    left.extend(marks.iter().filter(|(is_so, _)| *is_so).map(|(_, name)| (*name).to_owned()));
    if !left.is_empty() {
        let sentence = said!("{host} is not forgotten: there is still {words}. End that first.", host = peer.host, words = left.join(", "));
        return Err(Refusal::conflict("in_use", sentence).into());
    }
    // what waits counts as done with: places in the log only grow
    let forgetting = "UPDATE peers SET forgotten_at = {}, software = '', version = '', level = {}, rfc9421 = FALSE, nodeinfo_at = NULL, \
        failures = 0, failing_since = NULL, next_attempt_at = NULL, succeeded_at = NULL, heard_at = NULL, \
        cursor = CASE WHEN cursor IS NULL THEN NULL ELSE (SELECT COALESCE(MAX(position), 0) FROM log) END WHERE id = {}";
    sql!(forgetting, tx.now, Level::Plain, peer.id).run(tx).await?;
    sql!("DELETE FROM delivered WHERE peer_id = {}", peer.id).run(tx).await?;
    tx.audit(Entry::of("peer.forget", peer.host));
    Ok(peer.id)
}

/// Notes that activities came from these hosts just now.
pub async fn heard(tx: &Tx, hosts: &[String]) -> Result<()> {
    // The loop that records deliveries writes other rows of the same table in an order of its own: who cannot have a row at
    // once leaves it out. SQLite has one writer.
    let lock = if tx.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" };
    for some in hosts.chunks(LIST_MAX) {
        let hearing = sql!("UPDATE peers SET heard_at = {} WHERE id IN (SELECT id FROM peers WHERE host IN {}", tx.now, list(some));
        hearing.then(lock).then(")").run(tx).await?;
    }
    Ok(())
}
