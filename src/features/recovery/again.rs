//! Endings done again, in data restored from before them.

use super::Ending;
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        words::{AgreementState, SeatStatus},
    },
    features::{agreements::rows, peers},
    sql,
    store::{Tx, event::Event},
};

/// Does an ending again, in data that may be older than it. Whether it changed anything.
pub async fn apply(tx: &Tx, ending: &Ending) -> Result<bool> {
    let statement = match ending {
        Ending::Agreement { uri, at } => sql!(
            "UPDATE agreements SET state = {}, ended_at = {}, updated_at = {} WHERE uri = {} AND ended_at IS NULL",
            AgreementState::Ended,
            *at,
            tx.now,
            uri.as_str()
        ),
        Ending::Seat { community, account, rev, at } => return end_seat(tx, (community, account), (*rev, *at)).await,
        Ending::OffBoarded { account, at } => sql!(
            "UPDATE users SET off_boarded_at = {} WHERE off_boarded_at IS NULL AND account_id IN (SELECT id FROM accounts WHERE uri = {})",
            *at,
            account.as_str()
        ),
        Ending::Disabled { account, at } => sql!(
            "UPDATE users SET disabled_at = {} WHERE disabled_at IS NULL AND account_id IN (SELECT id FROM accounts WHERE uri = {})",
            *at,
            account.as_str()
        ),
        // One that was deleted is kept out; an administrator may delete it again, which tells the nodes that know it.
        Ending::Suspended { account, at } | Ending::Deleted { account, at } => {
            sql!("UPDATE accounts SET suspended_at = {} WHERE uri = {} AND suspended_at IS NULL AND gone_at IS NULL", *at, account.as_str())
        }
        Ending::Banned { community, account, until, at } => sql!(BAR, *until, *at, account.as_str(), community.as_str()),
        Ending::HostBanned { community, host, until, at } => sql!(BAR_HOST, *until, *at, host.as_str(), community.as_str()),
        Ending::Unbanned { .. } => return Ok(false),
        Ending::Blocked { host, at } => {
            let peer = peers::known(tx, host).await?;
            sql!("UPDATE peers SET blocked_at = {} WHERE id = {} AND blocked_at IS NULL", *at, peer)
        }
    };
    let is_changed = statement.run(tx).await? > 0;
    if let Ending::Agreement { uri, .. } = ending
        && is_changed
        && let Some(agreement) = rows::by_uri(tx, uri).await?
    {
        // what the other side was told to forget may have been told after the backup, or not at all: it is told again
        tx.record(Event::AgreementEnded { agreement: agreement.id });
    }
    Ok(is_changed)
}

/// Bars somebody, or a node's people, from a community of ours, unless a later ban is there. One whom these data do not know
/// cannot be barred, and has no seat either.
const BAR: &str = "INSERT INTO bans (expires_at, created_at, community_id, account_id) SELECT {}, {}, c.id, m.id FROM accounts c \
    JOIN accounts m ON m.uri = {} WHERE c.host = '' AND c.uri = {} ON CONFLICT (community_id, account_id) \
    DO UPDATE SET expires_at = excluded.expires_at, created_at = excluded.created_at WHERE bans.created_at < excluded.created_at";
const BAR_HOST: &str = "INSERT INTO host_bans (expires_at, created_at, host, community_id) SELECT {}, {}, {}, c.id FROM accounts c \
    WHERE c.host = '' AND c.uri = {} ON CONFLICT (community_id, host) \
    DO UPDATE SET expires_at = excluded.expires_at, created_at = excluded.created_at, lifted_at = NULL \
    WHERE host_bans.created_at < excluded.created_at";

/// Ends a seat that is older than the revision which ended it. The community's count of members follows.
async fn end_seat(tx: &Tx, (community, account): (&str, &str), (rev, at): (i64, Stamp)) -> Result<bool> {
    let chosen = "community_id IN (SELECT id FROM accounts WHERE uri = {}) AND account_id IN (SELECT id FROM accounts WHERE uri = {})";
    sql!(
        format!(
            "UPDATE communities SET members_count = members_count - 1 WHERE members_count > 0 AND account_id IN \
             (SELECT community_id FROM seats WHERE status = 2 AND rev < {{}} AND {chosen})"
        ),
        rev,
        community,
        account
    )
    .run(tx)
    .await?;
    let ended = sql!(
        format!("UPDATE seats SET status = {{}}, rev = {{}}, updated_at = {{}}, next_attempt_at = NULL WHERE rev < {{}} AND {chosen}"),
        SeatStatus::Ended,
        rev,
        at,
        rev,
        community,
        account
    );
    Ok(ended.run(tx).await? > 0)
}
