//! Silences of hosts: what people there write reaches those who follow them, and nobody else here (Mastodon's "limit").
//!
//! A silence covers every host below the one it names, with any port, as a block does ([`blocks`](mod@super::blocks)). Nothing is stored
//! with posts or notifications: [`unsilenced`] is asked at each reading, so that a silence counts at once and heals at once.
//! What happens in a community is for its moderators to judge and is left alone.

use super::blocks::{normal, patterns, spellings};
use crate::{
    base::{clock::Stamp, error::Result},
    sql,
    store::{Bind, Source, Sql, Tx, audit::Entry, list},
};
use sea_orm::FromQueryResult;
use serde_json::json;

/// A silence that an administrator made.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Silence {
    /// Which host.
    pub host: String,
    /// Why.
    pub reason: String,
    /// Since.
    pub since: Stamp,
}

/// The condition that neither the account in the column `@` is silenced nor its host, up to whom it reaches nevertheless.
const UNSILENCED: &str = "NOT EXISTS (SELECT 1 FROM accounts xa LEFT JOIN peers xp ON xp.host = xa.host \
    WHERE xa.id = @ AND (xa.silenced_at IS NOT NULL OR xp.silenced_at IS NOT NULL)";

/// Whoever follows somebody hears them (follow state 1 accepted); everybody hears themselves.
const UNLESS_FOLLOWED: &str =
    " AND {} <> @ AND NOT EXISTS (SELECT 1 FROM follows xf WHERE xf.follower_id = {} AND xf.target_id = @ AND xf.state = 1)";

/// Appends the condition that the account in `column` is heard by `reader`, one of ours or a stranger: neither it nor its host is
/// silenced, or the reader follows it.
pub fn unsilenced(sql: Sql, column: &str, reader: Option<impl Into<Bind>>) -> Sql {
    let sql = sql.then(&UNSILENCED.replace('@', column));
    let sql = match reader.map(Into::into) {
        Some(Bind::Column(name)) => sql.then(&UNLESS_FOLLOWED.replace('@', column)).bind(Bind::Column(name)).bind(Bind::Column(name)),
        Some(Bind::One(reader)) => sql.then(&UNLESS_FOLLOWED.replace('@', column)).bind(reader.clone()).bind(reader),
        Some(Bind::Many(_)) | None => sql,
    };
    sql.then(")")
}

/// Silences a host, and every host below it, from now on. One entry in the audit log. Silencing again changes the reason.
pub async fn silence(tx: &Tx, host: &str, (by, reason): (&str, &str)) -> Result<()> {
    let host = normal(host)?;
    set(tx, &host, reason).await?;
    tx.audit(Entry { actor: by.to_owned(), act: "host.silence", object: host, detail: json!({ "reason": reason }), ..Entry::default() });
    Ok(())
}

/// Silences a host, spelled as it is kept, without an entry of its own in the audit log.
pub(super) async fn set(tx: &Tx, host: &str, reason: &str) -> Result<()> {
    super::known(tx, host).await?;
    sql!(
        "UPDATE peers SET silenced_at = COALESCE(silenced_at, {}), silenced_by = {}, silence_reason = {} WHERE host = {}",
        tx.now,
        host,
        reason,
        host
    )
    .run(tx)
    .await?;
    cover(tx, host).await
}

/// Marks what lies below a silenced host, or is the same with a port, of the peers that we know.
async fn cover(tx: &Tx, host: &str) -> Result<()> {
    let [a, b, c] = patterns(host);
    super::meet_accounts(tx, [&a, &b, &c]).await?;
    let marking = "UPDATE peers SET silenced_at = {}, silenced_by = {} WHERE silenced_at IS NULL \
         AND (host LIKE {} ESCAPE '!' OR host LIKE {} ESCAPE '!' OR host LIKE {} ESCAPE '!')";
    sql!(marking, tx.now, host, a, b, c).run(tx).await?;
    Ok(())
}

/// A peer heard of just now lies under a silence, if one covers it.
pub(super) async fn inherit(tx: &Tx, host: &str) -> Result<()> {
    let by: Option<String> =
        sql!("SELECT silenced_by FROM peers WHERE silenced_at IS NOT NULL AND host IN {} LIMIT 1", list(&spellings(host)))
            .value(tx)
            .await?;
    if let Some(by) = by {
        sql!("UPDATE peers SET silenced_at = {}, silenced_by = {} WHERE host = {} AND silenced_at IS NULL", tx.now, by, host)
            .run(tx)
            .await?;
    }
    Ok(())
}

/// Lifts the silence of a host and of what it covered; what another silence covers stays silenced. One entry in the audit log.
pub async fn unsilence(tx: &Tx, host: &str, by: &str) -> Result<()> {
    let host = normal(host)?;
    if lift(tx, &host).await? {
        super::terms::forget(tx, &host).await?;
        tx.audit(Entry { actor: by.to_owned(), act: "host.unsilence", object: host, ..Entry::default() });
    }
    Ok(())
}

/// Lifts the silence of a host, spelled as it is kept, without an entry of its own in the audit log; false where there is none.
pub(super) async fn lift(tx: &Tx, host: &str) -> Result<bool> {
    let lifting = "UPDATE peers SET silenced_at = NULL, silenced_by = '', silence_reason = '' \
        WHERE silenced_at IS NOT NULL AND silenced_by = {}";
    if sql!(lifting, host).run(tx).await? == 0 {
        return Ok(false);
    }
    let others: Vec<String> = sql!("SELECT host FROM peers WHERE silenced_at IS NOT NULL AND silenced_by = host").column(tx).await?;
    for other in others {
        cover(tx, &other).await?;
    }
    Ok(true)
}

/// Whether an administrator silenced `host`, with or without its port, or one that it lies below. Never our own (`''`).
pub async fn is_silenced(from: &impl Source, host: &str) -> Result<bool> {
    if host.is_empty() {
        return Ok(false);
    }
    let silences: Option<i64> =
        sql!("SELECT COUNT(*) FROM peers WHERE silenced_at IS NOT NULL AND host IN {}", list(&spellings(host))).value(from).await?;
    Ok(silences.unwrap_or_default() > 0)
}

/// The silences that administrators made, by host, at most `limit`.
pub async fn silences(from: &impl Source, limit: u32) -> Result<Vec<Silence>> {
    sql!(
        "SELECT host, silence_reason AS reason, silenced_at AS since FROM peers WHERE silenced_at IS NOT NULL AND silenced_by = host \
         ORDER BY host LIMIT {}",
        i64::from(limit)
    )
    .all(from)
    .await
}
