//! Reading the log, and where its activities go. Lists take lists.

use super::LIST_MAX;
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, InboxId, PeerId, PostId},
        words::Level,
    },
    sql,
    store::{
        Source, list,
        tables::{LogRow, Peer, Post},
    },
};
use sea_orm::FromQueryResult;

/// An inbox and what delivery needs to know of its host.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Address {
    /// The inbox.
    pub inbox_id: InboxId,
    /// Its URL.
    pub url: String,
    /// Nothing goes there any more since.
    pub ended_at: Option<Stamp>,
    /// Its host.
    #[sea_orm(nested)]
    pub peer: Peer,
}

/// Something delivered beyond its peer's cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Delivered {
    /// Which host.
    pub peer_id: PeerId,
    /// To which inbox.
    pub inbox_id: InboxId,
    /// Place in the log.
    pub position: i64,
}

/// An account that has its deliveries sent to a certain inbox.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Receiver {
    /// Who.
    pub id: AccountId,
    /// Their own inbox.
    pub inbox: String,
}

/// The log after `position`, in order, at most `limit` rows.
pub async fn after(from: &impl Source, position: i64, limit: u32) -> Result<Vec<LogRow>> {
    sql!("SELECT * FROM log WHERE position > {} ORDER BY position LIMIT {}", position, i64::from(limit)).all(from).await
}

/// These inboxes with their hosts.
pub async fn addresses(from: &impl Source, inboxes: &[InboxId]) -> Result<Vec<Address>> {
    let mut found = Vec::with_capacity(inboxes.len());
    for some in inboxes.chunks(LIST_MAX) {
        let select = sql!(
            "SELECT i.id AS inbox_id, i.url, i.ended_at, p.* FROM inboxes i JOIN peers p ON p.id = i.peer_id WHERE i.id IN {}",
            list(some)
        );
        found.extend(select.all(from).await?);
    }
    Ok(found)
}

/// The inboxes of one host that have not ended.
pub async fn inboxes_of(from: &impl Source, peer: PeerId) -> Result<Vec<Address>> {
    sql!(
        "SELECT i.id AS inbox_id, i.url, i.ended_at, p.* FROM inboxes i JOIN peers p ON p.id = i.peer_id \
         WHERE i.peer_id = {} AND i.ended_at IS NULL",
        peer
    )
    .all(from)
    .await
}

/// Those of `inboxes` on hosts that run Intermoot or did not say yet what they run, those of `but` left out.
pub async fn of_our_kind(from: &impl Source, inboxes: &[InboxId], but: &str) -> Result<Vec<InboxId>> {
    let mut found = Vec::with_capacity(inboxes.len());
    for some in inboxes.chunks(LIST_MAX) {
        let select = sql!(
            "SELECT i.id FROM inboxes i JOIN peers p ON p.id = i.peer_id \
             WHERE i.id IN {} AND p.host <> {} AND (p.nodeinfo_at IS NULL OR p.level = {}) ORDER BY i.id",
            list(some),
            but,
            Level::Intermoot
        );
        found.extend(select.column::<InboxId>(from).await?);
    }
    Ok(found)
}

/// Where reading the log begins after a start: the lowest cursor of a host that answers, if any.
pub async fn start(from: &impl Source) -> Result<Option<i64>> {
    let lowest: Option<Option<i64>> = sql!("SELECT MIN(cursor) FROM peers WHERE failures = 0 AND blocked_at IS NULL").value(from).await?;
    Ok(lowest.flatten())
}

/// The highest place in the log (0: it is empty).
pub async fn end(from: &impl Source) -> Result<i64> {
    let highest: Option<Option<i64>> = sql!("SELECT MAX(position) FROM log").value(from).await?;
    Ok(highest.flatten().unwrap_or_default())
}

/// The hosts that do not answer.
pub async fn failing(from: &impl Source) -> Result<Vec<Peer>> {
    sql!("SELECT * FROM peers WHERE failures > 0 AND cursor IS NOT NULL AND blocked_at IS NULL").all(from).await
}

/// Everything that is delivered beyond a cursor.
pub async fn delivered(from: &impl Source) -> Result<Vec<Delivered>> {
    sql!("SELECT d.peer_id, d.inbox_id, d.position FROM delivered d JOIN peers p ON p.id = d.peer_id WHERE d.position > p.cursor")
        .all(from)
        .await
}

/// Who has deliveries sent to `inbox`, at most `limit`.
pub async fn receivers(from: &impl Source, inbox: InboxId, limit: u32) -> Result<Vec<Receiver>> {
    sql!("SELECT id, inbox FROM accounts WHERE delivery_inbox = {} LIMIT {}", inbox, i64::from(limit)).all(from).await
}

/// Where activities with this key went, as far as the log remembers (30 days).
pub async fn went_to(from: &impl Source, object_key: i64) -> Result<Vec<InboxId>> {
    let lists: Vec<String> = sql!("SELECT targets FROM log WHERE object_key = {}", object_key).column(from).await?;
    Ok(lists.iter().flat_map(|list| targets(list)).collect())
}

/// Where activities of `actor` went, as far as the log remembers.
pub async fn reached_by(from: &impl Source, actor: AccountId) -> Result<Vec<InboxId>> {
    let lists: Vec<String> = sql!("SELECT DISTINCT targets FROM log WHERE actor_id = {}", actor).column(from).await?;
    Ok(lists.iter().flat_map(|list| targets(list)).collect())
}

/// The inbox ids in a row's `targets`.
pub fn targets(list: &str) -> Vec<InboxId> {
    let ids: Vec<i64> = serde_json::from_str(list).unwrap_or_default();
    ids.into_iter().map(InboxId).collect()
}

/// The last boost of `post` by `community`, be it ended or not: its uri is the id of the plain announcement.
pub async fn announcement(from: &impl Source, community: AccountId, post: PostId) -> Result<Option<Post>> {
    sql!("SELECT * FROM posts WHERE boost_of_id = {} AND author_id = {} ORDER BY id DESC LIMIT 1", post, community).one(from).await
}

/// The id of `by`'s like of `post`, as stored, if there is one.
pub async fn like_uri(from: &impl Source, by: AccountId, post: PostId) -> Result<Option<String>> {
    sql!("SELECT uri FROM favourites WHERE account_id = {} AND post_id = {}", by, post).value(from).await
}
