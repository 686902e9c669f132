//! Other servers: known, what they understand, blocked or not; and the addresses of deliveries.

mod blocks;
mod contacts;
pub mod lists;
mod silences;
pub mod terms;

pub use blocks::{Block, block, blocks, is_blocked, normal, unblock, unblocked};
pub(in crate::features) use blocks::{bar, is_block, lift};
pub use contacts::{Dealings, Decided, Kind, SUSPENDED_AFTER, dealings, decided, forget, heard, named, page, retry};
pub use silences::{Silence, is_silenced, silence, silences, unsilence, unsilenced};

use crate::{
    base::{
        error::{Refusal, Result},
        id::{InboxId, PeerId},
        words::Level,
    },
    sql,
    store::{Insert, Source, Tx, list, tables::Peer},
};

/// Most hosts of accounts that are looked at in one act.
const HOSTS_MAX: i64 = 100_000;

/// What a peer's NodeInfo (and `implements`, FEP-844e) told us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Software {
    /// NodeInfo `software.name`, lower case; empty when it has none.
    pub name: String,
    /// NodeInfo `software.version`.
    pub version: String,
    /// What it understands.
    pub level: Level,
}

/// The peer at `host` (authority), made known if it was not.
pub async fn known(tx: &Tx, host: &str) -> Result<PeerId> {
    let host = host.trim_end_matches('.').to_lowercase();
    for _ in 0..2 {
        if let Some(id) = sql!("SELECT id FROM peers WHERE host = {}", host.clone()).value(tx).await? {
            return Ok(id);
        }
        let peer = Insert::into("peers").set("host", host.clone()).set("created_at", tx.now);
        peer.on_conflict("ON CONFLICT (host) DO NOTHING").run(tx).await?;
        blocks::inherit(tx, &host).await?;
        silences::inherit(tx, &host).await?;
    }
    Err(anyhow::anyhow!("the peer {host} was added and is not there").into())
}

/// Makes the hosts of accounts known that match one of three patterns (escaped by `!`): an account may be known where its host
/// as a peer is not.
async fn meet_accounts(tx: &Tx, [a, b, c]: [&str; 3]) -> Result<()> {
    let matching =
        "SELECT DISTINCT host FROM accounts WHERE host LIKE {} ESCAPE '!' OR host LIKE {} ESCAPE '!' OR host LIKE {} ESCAPE '!' LIMIT {}";
    let hosts: Vec<String> = sql!(matching, a, b, c, HOSTS_MAX).column(tx).await?;
    for host in hosts {
        known(tx, &host).await?;
    }
    Ok(())
}

/// The inbox at `url`, made known (with its peer) if it was not.
pub async fn inbox(tx: &Tx, url: &str) -> Result<InboxId> {
    if let Some(id) = sql!("SELECT id FROM inboxes WHERE url = {}", url).value(tx).await? {
        return Ok(id);
    }
    let peer = known(tx, &authority(url)?).await?;
    Insert::into("inboxes").set("url", url).set("peer_id", peer).on_conflict("ON CONFLICT (url) DO NOTHING").run(tx).await?;
    let id = sql!("SELECT id FROM inboxes WHERE url = {}", url).value(tx).await?;
    Ok(id.ok_or_else(|| anyhow::anyhow!("an inbox was added and is not there"))?)
}

/// Host, and port when explicit, of `url`.
fn authority(url: &str) -> Result<String> {
    let parsed = url::Url::parse(url).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
    let host = parsed.as_ref().and_then(|url| Some((url.host_str()?, url.port())));
    let (host, port) = host.ok_or_else(|| Refusal::invalid("inbox", "is not a web address"))?;
    Ok(port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Keeps what a peer's NodeInfo said, or (with `None`) that asking failed.
pub async fn note_software(tx: &Tx, host: &str, software: Option<Software>) -> Result<()> {
    let peer = known(tx, host).await?;
    match software {
        None => sql!("UPDATE peers SET nodeinfo_at = {} WHERE id = {}", tx.now, peer),
        Some(Software { name, version, level }) => sql!(
            "UPDATE peers SET forgotten_at = NULL, nodeinfo_at = {}, software = {}, version = {}, level = {} WHERE id = {}",
            tx.now,
            name.to_lowercase(),
            version,
            level,
            peer,
        ),
    }
    .run(tx)
    .await?;
    Ok(())
}

/// The peer at `host`, if known.
pub async fn find(from: &impl Source, host: &str) -> Result<Option<Peer>> {
    sql!("SELECT * FROM peers WHERE host = {}", host.to_lowercase()).one(from).await
}

/// The peer of this row.
pub async fn by_id(from: &impl Source, id: PeerId) -> Result<Option<Peer>> {
    sql!("SELECT * FROM peers WHERE id = {}", id).one(from).await
}

/// The peers with these ids, in no order.
pub async fn by_ids(from: &impl Source, ids: &[PeerId]) -> Result<Vec<Peer>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM peers WHERE id IN {}", list(ids)).all(from).await
}

/// The hosts of all peers that were ever heard of and are not blocked, by name, at most `limit`; for everybody to read, so
/// without those with whom there is or was an agreement (S123).
pub async fn hosts(from: &impl Source, limit: u32) -> Result<Vec<String>> {
    sql!(
        "SELECT host FROM peers WHERE blocked_at IS NULL AND forgotten_at IS NULL AND host NOT IN (SELECT host FROM agreements) ORDER BY host LIMIT {}",
        i64::from(limit)
    )
    .column(from)
    .await
}

/// How many peers are known and not blocked.
pub async fn count(from: &impl Source) -> Result<i64> {
    Ok(sql!("SELECT COUNT(*) FROM peers WHERE blocked_at IS NULL AND forgotten_at IS NULL").value(from).await?.unwrap_or_default())
}
