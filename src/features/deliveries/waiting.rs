//! How much waits for a host: counted from the log, a bounded stretch of it, for administrators.

use super::queries::targets;
use crate::{
    base::{
        error::Result,
        id::{InboxId, PeerId},
        words::{Level, Shape},
    },
    sql,
    store::{Source, list, tables::Peer},
};
use sea_orm::FromQueryResult;
use std::collections::{HashMap, HashSet};

/// Rows of the log read at a time.
const PAGE: i64 = 500;
/// Rows of the log that are looked through for hosts that keep up, and again for those that fail.
const ROWS_MAX: usize = 5_000;
/// Bytes of recipients that are looked through likewise.
const BYTES_MAX: usize = 4 << 20;
/// Inboxes, and deliveries beyond cursors, that are looked at.
const NOTED_MAX: i64 = 20_000;

/// What waits for a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Deliveries that are still to be made, as far as was looked.
    pub activities: u64,
    /// There may be more.
    pub at_least: bool,
}

#[derive(FromQueryResult)]
struct Line {
    position: i64,
    targets: String,
    shape: Shape,
}

#[derive(FromQueryResult)]
struct Inbox {
    id: InboxId,
    peer_id: PeerId,
}

/// What waits for each of `peers` (a page of them); nothing for those that nothing was ever for, or that are blocked.
pub async fn waiting(from: &impl Source, peers: &[Peer]) -> Result<HashMap<PeerId, Waiting>> {
    let mut found = HashMap::with_capacity(peers.len());
    // Those that fail may be far behind: they do not hide what is near the end.
    for is_failing in [false, true] {
        let some: Vec<&Peer> = peers.iter().filter(|peer| (peer.failures > 0) == is_failing && peer.blocked_at.is_none()).collect();
        count(from, &some, &mut found).await?;
    }
    Ok(found)
}

async fn count(from: &impl Source, peers: &[&Peer], found: &mut HashMap<PeerId, Waiting>) -> Result<()> {
    let behind: HashMap<PeerId, (i64, Level)> =
        peers.iter().filter_map(|peer| peer.cursor.map(|cursor| (peer.id, (cursor, peer.level)))).collect();
    let Some(mut after) = behind.values().map(|(cursor, _)| *cursor).min() else { return Ok(()) };
    let ids: Vec<PeerId> = behind.keys().copied().collect();
    let inboxes = "SELECT id, peer_id FROM inboxes WHERE ended_at IS NULL AND peer_id IN {} LIMIT {}";
    let inboxes: Vec<Inbox> = sql!(inboxes, list(&ids), NOTED_MAX).all(from).await?;
    let inboxes: HashMap<InboxId, PeerId> = inboxes.into_iter().map(|inbox| (inbox.id, inbox.peer_id)).collect();
    let done = sql!("SELECT peer_id, inbox_id, position FROM delivered WHERE peer_id IN {} LIMIT {}", list(&ids), NOTED_MAX);
    let done: Vec<super::queries::Delivered> = done.all(from).await?;
    let done: HashSet<(InboxId, i64)> = done.into_iter().map(|row| (row.inbox_id, row.position)).collect();
    let (mut rows, mut bytes) = (0, 0);
    loop {
        let lines = sql!("SELECT position, targets, shape FROM log WHERE position > {} ORDER BY position LIMIT {}", after, PAGE);
        let lines: Vec<Line> = lines.all(from).await?;
        let is_all = lines.len() < usize::try_from(PAGE).unwrap_or_default();
        for line in &lines {
            after = line.position;
            (rows, bytes) = (rows + 1, bytes + line.targets.len());
            for inbox in targets(&line.targets) {
                let Some(peer) = inboxes.get(&inbox).filter(|_| !done.contains(&(inbox, line.position))) else { continue };
                let is_due = behind.get(peer).is_some_and(|(cursor, level)| line.position > *cursor && is_for(line.shape, *level));
                if is_due {
                    found.entry(*peer).or_default().activities += 1;
                }
            }
        }
        if is_all {
            return Ok(());
        }
        if rows >= ROWS_MAX || bytes >= BYTES_MAX {
            break;
        }
    }
    for peer in behind.keys() {
        found.entry(*peer).or_default().at_least = true;
    }
    Ok(())
}

/// Whether an activity of this shape goes to hosts of this level.
pub fn is_for(shape: Shape, level: Level) -> bool {
    match shape {
        Shape::Any => true,
        Shape::Plain => level == Level::Plain,
        Shape::Group => level >= Level::Group,
    }
}
