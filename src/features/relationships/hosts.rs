//! Hosts of which one person wants nothing: no posts but on profiles, no notifications, no follows either way.
//!
//! What a host's people write is left out at each reading (`posts::sight`), so that taking the block back shows it again; the
//! follows that it ended stay ended. Source: docs.joinmastodon.org/methods/domain_blocks.

use super::{reject, unfollow};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        page::Page,
        sentence::said,
    },
    features::peers,
    sql,
    store::{Insert, Source, Tx},
};
use sea_orm::FromQueryResult;

/// Most hosts that one person blocks.
pub const HOSTS_MAX: i64 = 1000;
/// Follows that one block ends: more than a person has at one host.
const ENDED_MAX: i64 = 5000;

/// A host that somebody blocks.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct HostBlock {
    /// Its place in the list.
    pub id: i64,
    /// Which.
    pub host: String,
}

/// Blocks a host for `by` alone; `own` is this node's. Repeating it changes nothing.
pub async fn block_host(tx: &Tx, by: AccountId, host: &str, own: &str) -> Result<()> {
    let host = peers::normal(host)?;
    if host == own {
        return Err(Refusal::invalid("host", "is this server itself").into());
    }
    let there: i64 = sql!("SELECT COUNT(*) FROM host_blocks WHERE account_id = {}", by).value(tx).await?.unwrap_or_default();
    if there >= HOSTS_MAX {
        return Err(Refusal::invalid("host", said!("is one too many: {max} are kept, so take one away first", max = HOSTS_MAX)).into());
    }
    let row = Insert::into("host_blocks").set("id", tx.id()).set("account_id", by).set("host", host.as_str()).set("created_at", tx.now);
    if row.on_conflict("ON CONFLICT (account_id, host) DO NOTHING").run(tx).await? == 0 {
        return Ok(());
    }
    let of = |mine: &str, theirs: &str| {
        let text = format!(
            "SELECT f.{theirs} FROM follows f CROSS JOIN accounts a WHERE f.{mine} = {{}} AND a.id = f.{theirs} AND a.host = {{}} LIMIT {{}}"
        );
        sql!(text, by, host.clone(), ENDED_MAX)
    };
    for followed in of("follower_id", "target_id").column(tx).await? {
        unfollow(tx, by, followed, None).await?;
    }
    for follower in of("target_id", "follower_id").column(tx).await? {
        reject(tx, follower, by).await?;
    }
    let told = "DELETE FROM notifications WHERE account_id = {} AND EXISTS \
        (SELECT 1 FROM accounts a WHERE a.id = notifications.from_id AND a.host = {})";
    sql!(told, by, host).run(tx).await?;
    Ok(())
}

/// Takes the block of a host back.
pub async fn unblock_host(tx: &Tx, by: AccountId, host: &str) -> Result<()> {
    sql!("DELETE FROM host_blocks WHERE account_id = {} AND host = {}", by, peers::normal(host)?).run(tx).await?;
    Ok(())
}

/// The hosts that somebody blocks, latest first.
pub async fn blocked_hosts(from: &impl Source, by: AccountId, page: Page) -> Result<Vec<HostBlock>> {
    let sql = sql!("SELECT id, host FROM host_blocks WHERE account_id = {}", by);
    Ok(page.newest_first(sql.page("id", page).all(from).await?))
}

/// Whether somebody blocks this host; '' is this node, which nobody does.
pub async fn is_host_blocked(from: &impl Source, by: AccountId, host: &str) -> Result<bool> {
    if host.is_empty() {
        return Ok(false);
    }
    let found: Option<i64> = sql!("SELECT id FROM host_blocks WHERE account_id = {} AND host = {}", by, host).value(from).await?;
    Ok(found.is_some())
}
