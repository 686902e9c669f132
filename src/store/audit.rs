//! The audit log: every act that changes rights leaves one entry, chained by hashes (security.md S125, S126).
//!
//! Entries are noted with [`Tx::audit`](super::Tx::audit) and kept in the same transaction, numbered without a gap. Who reads
//! it, checks it and exports it: `features/audit.rs`. Invariant: `hash = SHA-256(previous, everything in the row)`.

use super::{Insert, Source, Tx};
use crate::{
    base::{clock::Stamp, error::Result, secret},
    sql,
};
use sea_orm::FromQueryResult;

tokio::task_local! {
    /// By which door the present task came in, and from where: `api 192.0.2.7 (Tusky)`, `inbox boltco.example`, `command line`.
    static VIA: String;
    /// Who acts in the present task: a handle, or `command line`.
    static ACTOR: String;
}

/// The lock under which PostgreSQL numbers entries (any constant of our own).
const CHAIN_LOCK: i64 = 0x1e7e_4009;

/// Does `work` as something that came in by `via`: all audit entries made meanwhile say so.
pub async fn through<T>(via: String, work: impl Future<Output = T>) -> T {
    VIA.scope(via, work).await
}

/// The door of the present task; `node` for what happens by itself.
pub fn via() -> String {
    VIA.try_with(Clone::clone).unwrap_or_else(|_| "node".to_owned())
}

/// Does `work` as an act of `actor`: verbs that are not told who acts say so in their entries.
pub async fn acting<T>(actor: String, work: impl Future<Output = T>) -> T {
    ACTOR.scope(actor, work).await
}

/// Who acts in the present task; `node` for what happens by itself.
pub fn actor() -> String {
    ACTOR.try_with(Clone::clone).unwrap_or_else(|_| "node".to_owned())
}

/// One act that changes rights, before it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Who: a handle (`ada`, `bob@boltco.example`), `command line` or `node`.
    pub actor: String,
    /// On whose behalf, if not their own.
    pub on_behalf: String,
    /// What, as `thing.verb`: `seat.role`, `agreement.end`.
    pub act: &'static str,
    /// To what: a handle or a stored uri.
    pub object: String,
    /// Under which agreement (its uri), if under one.
    pub agreement: String,
    /// What else matters; never content, never secrets.
    pub detail: serde_json::Value,
}

impl Entry {
    /// An act of whoever acts in the present task, over `object`.
    pub fn of(act: &'static str, object: impl Into<String>) -> Self {
        Self { actor: actor(), act, object: object.into(), ..Self::default() }
    }

    /// The same with what else matters.
    #[must_use]
    pub fn with(self, detail: serde_json::Value) -> Self {
        Self { detail, ..self }
    }
}

/// What an entry's hash covers, besides the hash before it. The order is the format: it never changes.
#[derive(Clone, Copy, Debug)]
pub struct Sealed<'a> {
    /// Number.
    pub id: i64,
    /// When.
    pub at: Stamp,
    /// The texts, in the order of the table's columns: actor, on_behalf, act, object, via, agreement, detail.
    pub texts: [&'a str; 7],
}

impl Sealed<'_> {
    /// The hash of this entry, whose predecessor has the hash `previous` ('' for the first).
    pub fn hash(&self, previous: &str) -> String {
        let mut bytes = format!("{previous}\n{}\n{}", self.id, self.at.0).into_bytes();
        for text in self.texts {
            // Lengths first: no two different rows write the same bytes.
            bytes.extend(format!("\n{}:", text.len()).bytes());
            bytes.extend(text.bytes());
        }
        secret::hex(&secret::sha256(&bytes))
    }
}

#[derive(FromQueryResult)]
struct Head {
    id: i64,
    hash: String,
}

/// The number and hash of the newest entry (0 and '' for none).
pub async fn head(from: &impl Source) -> Result<(i64, String)> {
    let head: Option<Head> = sql!("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1").one(from).await?;
    Ok(head.map_or((0, String::new()), |head| (head.id, head.hash)))
}

/// Keeps `entries`, each with the door it came in by, at the end of the chain.
pub(super) async fn keep(tx: &Tx, entries: &[(Entry, String)]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    if tx.is_postgres() {
        sql!("SELECT pg_advisory_xact_lock({})", CHAIN_LOCK).run(tx).await?;
    }
    let (mut id, mut previous) = head(tx).await?;
    for (entry, via) in entries {
        id += 1;
        let detail = if entry.detail.is_null() { "{}".to_owned() } else { entry.detail.to_string() };
        let texts = [&entry.actor, &entry.on_behalf, entry.act, &entry.object, via, &entry.agreement, &detail];
        let hash = Sealed { id, at: tx.now, texts }.hash(&previous);
        Insert::into("audit")
            .set("id", id)
            .set("at", tx.now)
            .set("actor", entry.actor.as_str())
            .set("on_behalf", entry.on_behalf.as_str())
            .set("act", entry.act)
            .set("object", entry.object.as_str())
            .set("via", via.as_str())
            .set("agreement", entry.agreement.as_str())
            .set("detail", detail)
            .set("previous", std::mem::replace(&mut previous, hash.clone()))
            .set("hash", hash)
            .run(tx)
            .await?;
    }
    Ok(())
}
