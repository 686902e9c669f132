//! What is to be delivered to other nodes, and how far each of them has got.
//!
//! One row of `log` is one activity with all its recipients. A peer's `cursor` says up to where
//! everything is done with; `delivered` holds what is done beyond it. A peer that never got
//! anything has no cursor: it gets one just below its first activity, so that nothing is skipped.
//! Source: decisions.md 2, reliability.md B2.

pub mod queries;
mod record;
pub mod waiting;

pub use record::{Batch, Health, ask_rewind, asked_rewinds, end_inbox, pass_idle, position_at, prune, record, rewind, withhold};

use crate::{
    base::{
        error::Result,
        id::{AccountId, InboxId, PeerId},
        words::Shape,
    },
    sql,
    store::{Insert, Tx, list},
};
use sea_orm::FromQueryResult;
use std::collections::BTreeSet;

/// The lock under which PostgreSQL assigns positions (any constant of our own).
const POSITION_LOCK: i64 = 0x1e7e_4008;
/// Values in one list of a statement.
const LIST_MAX: usize = 500;

/// An activity to be put into the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place, from [`next_position`] in the same act.
    pub position: i64,
    /// Its id, as stored (a path).
    pub uri: String,
    /// Whose key signs the requests: one of ours.
    pub actor: AccountId,
    /// Activities with the same key reach each host in order.
    pub object_key: i64,
    /// The activity, serialised once.
    pub body: String,
    /// Which of the targets' hosts it is for.
    pub shape: Shape,
    /// Where it goes; repeats, ended inboxes and blocked hosts are left out.
    pub targets: Vec<InboxId>,
    /// The community that is not public whose content it is: who may read there is asked again when it is sent. None for
    /// what everyone may know, and for endings, which go to all who had the thing.
    pub community: Option<AccountId>,
}

/// A place in the log greater than every place that is visible or will become visible before it.
///
/// Places are given in the order of commits: SQLite has one writer; on PostgreSQL a lock is held
/// until this act ends, for a cursor would pass a row that becomes visible late.
pub async fn next_position(tx: &Tx) -> Result<i64> {
    if tx.is_postgres() {
        sql!("SELECT pg_advisory_xact_lock({})", POSITION_LOCK).run(tx).await?;
    }
    Ok(tx.id())
}

#[derive(FromQueryResult)]
struct Target {
    id: InboxId,
    peer_id: PeerId,
    cursor: Option<i64>,
}

/// Puts an activity into the log and has it delivered once the act commits. How many inboxes it
/// goes to: with none, nothing is kept.
pub async fn append(tx: &Tx, entry: &Entry) -> Result<usize> {
    let wanted: Vec<InboxId> = entry.targets.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let mut targets: Vec<Target> = Vec::with_capacity(wanted.len());
    for some in wanted.chunks(LIST_MAX) {
        let found = sql!(
            "SELECT i.id, i.peer_id, p.cursor FROM inboxes i JOIN peers p ON p.id = i.peer_id \
             WHERE i.id IN {} AND i.ended_at IS NULL AND p.blocked_at IS NULL",
            list(some)
        );
        targets.extend(found.all(tx).await?);
    }
    if targets.is_empty() {
        return Ok(0);
    }
    let new: BTreeSet<PeerId> = targets.iter().filter(|target| target.cursor.is_none()).map(|target| target.peer_id).collect();
    for some in new.into_iter().collect::<Vec<_>>().chunks(LIST_MAX) {
        sql!("UPDATE peers SET cursor = {} WHERE cursor IS NULL AND id IN {}", entry.position - 1, list(some)).run(tx).await?;
    }
    let ids: Vec<i64> = targets.iter().map(|target| target.id.0).collect();
    Insert::into("log")
        .set("position", entry.position)
        .set("uri", entry.uri.as_str())
        .set("actor_id", entry.actor)
        .set("object_key", entry.object_key)
        .set("body", entry.body.as_str())
        .set("targets", serde_json::to_string(&ids).map_err(anyhow::Error::from)?)
        .set("shape", entry.shape)
        .set("created_at", tx.now)
        .set("community_id", entry.community)
        .run(tx)
        .await?;
    tx.note_logged();
    Ok(ids.len())
}
