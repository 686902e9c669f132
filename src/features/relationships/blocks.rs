//! Blocks and mutes.

use super::{queries, reject, unfollow};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::AccountId,
    },
    sql,
    store::{Insert, Tx, event::Event},
};

/// Blocks: follows both ways end. `uri` names a Block that came from elsewhere. Records `Blocked`
/// the first time.
pub async fn block(tx: &Tx, by: AccountId, target: AccountId, uri: Option<&str>) -> Result<()> {
    if by == target {
        return Err(Refusal::forbidden("own_account", "You cannot block yourself.").into());
    }
    let id = tx.id();
    let uri = uri.map_or_else(|| format!("/activities/{id}"), str::to_owned);
    let row = Insert::into("blocks")
        .set("id", id)
        .set("account_id", by)
        .set("target_id", target)
        .set("uri", uri.as_str())
        .set("created_at", tx.now);
    if row.on_conflict("ON CONFLICT (account_id, target_id) DO NOTHING").run(tx).await? == 0 {
        return Ok(());
    }
    unfollow(tx, by, target, None).await?;
    reject(tx, target, by).await?;
    tx.record(Event::Blocked { by, target, uri });
    Ok(())
}

/// Lifts a block. Records `Unblocked`.
pub async fn unblock(tx: &Tx, by: AccountId, target: AccountId) -> Result<()> {
    let Some(uri) = queries::block_uri(tx, by, target).await? else { return Ok(()) };
    sql!("DELETE FROM blocks WHERE account_id = {} AND target_id = {}", by, target).run(tx).await?;
    tx.record(Event::Unblocked { by, target, uri });
    Ok(())
}

/// Mutes, notifications too if asked; `until` none for good. Repeating it changes both.
pub async fn mute(tx: &Tx, by: AccountId, target: AccountId, notifications: bool, until: Option<Stamp>) -> Result<()> {
    if by == target {
        return Err(Refusal::forbidden("own_account", "You cannot mute yourself.").into());
    }
    Insert::into("mutes")
        .set("id", tx.id())
        .set("account_id", by)
        .set("target_id", target)
        .set("notifications", notifications)
        .set("expires_at", until)
        .set("created_at", tx.now)
        .on_conflict(
            "ON CONFLICT (account_id, target_id) DO UPDATE SET notifications = excluded.notifications, expires_at = excluded.expires_at",
        )
        .run(tx)
        .await?;
    Ok(())
}

/// Lifts a mute.
pub async fn unmute(tx: &Tx, by: AccountId, target: AccountId) -> Result<()> {
    sql!("DELETE FROM mutes WHERE account_id = {} AND target_id = {}", by, target).run(tx).await?;
    Ok(())
}
