//! Follows, blocks and mutes between accounts.
//!
//! Following a community is how a plain account joins it: see `memberships`, which keeps seat and
//! follow together. Invariant: at most one follow, block and mute for each pair.

mod blocks;
pub mod hosts;
pub mod marks;
mod moves;
pub mod queries;
mod relation;

pub use blocks::{block, mute, unblock, unmute};
pub use moves::{blocks_follow, moved};

use super::{peers, tombstones};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        words::FollowState,
    },
    sql,
    store::{
        Insert, Tx,
        event::Event,
        tables::{Account, Follow},
    },
};
use std::time::Duration;

/// How often an unanswered follow is asked again at most: after 1, 2, 4 … minutes, six hours at
/// most between two, that is about 14 days (`membership.md` 3).
const ASKS_MAX: i64 = 62;
/// The longest pause between two asks, in units (minutes, unless a test shortens them).
const PAUSE_MAX: u32 = 360;

/// How one wants to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowOptions {
    /// Boosts too (default true).
    pub show_boosts: bool,
    /// Notify of each post (default false).
    pub notify: bool,
}

impl Default for FollowOptions {
    fn default() -> Self {
        Self { show_boosts: true, notify: false }
    }
}

/// Asks to follow; accepted at once when the target is ours and not locked, and the follower's host is not silenced.
///
/// Repeating it changes the options and, from elsewhere, the `uri` of the ask: each repeat has a
/// fresh id and is answered again. Refused when either blocks the other, or when the ask was
/// already undone. Records `FollowAsked` while it waits, `FollowAccepted` when it is answered.
pub async fn follow(tx: &Tx, follower: &Account, target: &Account, options: FollowOptions, uri: Option<&str>) -> Result<Follow> {
    check(tx, follower, target, uri).await?;
    if let Some(existing) = queries::find(tx, follower.id, target.id).await? {
        return repeat(tx, existing, options, uri).await;
    }
    let id = tx.id();
    // a silenced host's people wait for a person's yes; a community's door is its own
    let waits = target.locked || (!target.is_community() && peers::is_silenced(tx, &follower.host).await?);
    let accepted = target.is_local() && !waits;
    let follow = Follow {
        id,
        follower_id: follower.id,
        target_id: target.id,
        state: if accepted { FollowState::Accepted } else { FollowState::Requested },
        uri: uri.map_or_else(|| format!("/activities/{id}"), str::to_owned),
        show_boosts: options.show_boosts,
        notify: options.notify,
        created_at: tx.now,
        attempts: 0,
        next_attempt_at: (!target.is_local()).then_some(tx.now),
        languages: String::new(),
    };
    insert(tx, &follow).await?;
    if accepted {
        count(tx, &follow, 1).await?;
        tx.record(Event::FollowAccepted { follower: follower.id, target: target.id });
    } else {
        tx.record(Event::FollowAsked { follower: follower.id, target: target.id, again: 0 });
    }
    Ok(follow)
}

/// Follows a community elsewhere because of a seat: nobody is asked, as the seat is asked for (`membership.md` 1). It waits until
/// the seat is active ([`accept`]) and ends with it ([`reject`]).
pub async fn follow_by_seat(tx: &Tx, follower: &Account, target: &Account, options: FollowOptions) -> Result<Follow> {
    check(tx, follower, target, None).await?;
    if let Some(existing) = queries::find(tx, follower.id, target.id).await? {
        return repeat(tx, existing, options, None).await;
    }
    let id = tx.id();
    let follow = Follow {
        id,
        follower_id: follower.id,
        target_id: target.id,
        state: FollowState::Requested,
        uri: format!("/activities/{id}"),
        show_boosts: options.show_boosts,
        notify: options.notify,
        created_at: tx.now,
        attempts: 0,
        next_attempt_at: None,
        languages: String::new(),
    };
    insert(tx, &follow).await?;
    Ok(follow)
}

async fn check(tx: &Tx, follower: &Account, target: &Account, uri: Option<&str>) -> Result<()> {
    if follower.id == target.id {
        return Err(Refusal::forbidden("own_account", "You cannot follow yourself.").into());
    }
    if !target.is_active() || !follower.is_active() {
        return Err(Refusal::not_found().into());
    }
    if queries::is_blocked_either_way(tx, follower.id, target.id).await? || hosts::is_host_blocked(tx, target.id, &follower.host).await? {
        return Err(Refusal::forbidden("blocked", "One of you blocks the other.").into());
    }
    if let Some(uri) = uri
        && tombstones::is_buried(tx, uri, follower.id).await?
    {
        return Err(Refusal::conflict("undone", "This follow was already undone.").into());
    }
    Ok(())
}

/// An ask that is there already: new options, and for one from elsewhere a new id and a new answer.
async fn repeat(tx: &Tx, follow: Follow, options: FollowOptions, uri: Option<&str>) -> Result<Follow> {
    let uri = uri.unwrap_or(&follow.uri).to_owned();
    sql!("UPDATE follows SET show_boosts = {}, notify = {}, uri = {} WHERE id = {}", options.show_boosts, options.notify, &uri, follow.id)
        .run(tx)
        .await?;
    if uri != follow.uri {
        // Superseded: an Undo of it that comes late ends nothing.
        tombstones::bury(tx, &follow.uri, follow.follower_id).await?;
    }
    if follow.state == FollowState::Accepted && uri != follow.uri {
        tx.record(Event::FollowAccepted { follower: follow.follower_id, target: follow.target_id });
    }
    Ok(Follow { uri, show_boosts: options.show_boosts, notify: options.notify, ..follow })
}

async fn insert(tx: &Tx, follow: &Follow) -> Result<()> {
    Insert::into("follows")
        .set("id", follow.id)
        .set("follower_id", follow.follower_id)
        .set("target_id", follow.target_id)
        .set("state", follow.state)
        .set("uri", follow.uri.as_str())
        .set("show_boosts", follow.show_boosts)
        .set("notify", follow.notify)
        .set("created_at", follow.created_at)
        .set("next_attempt_at", follow.next_attempt_at)
        .run(tx)
        .await?;
    Ok(())
}

/// Keeps both accounts' counts in step with an accepted follow that came (1) or went (-1).
async fn count(tx: &Tx, follow: &Follow, by: i64) -> Result<()> {
    sql!("UPDATE accounts SET followers_count = followers_count + {} WHERE id = {}", by, follow.target_id).run(tx).await?;
    sql!("UPDATE accounts SET following_count = following_count + {} WHERE id = {}", by, follow.follower_id).run(tx).await?;
    Ok(())
}

/// The target accepts: one of ours by hand, one elsewhere by its Accept. No effect without an ask.
pub async fn accept(tx: &Tx, follower: AccountId, target: AccountId) -> Result<()> {
    let Some(follow) = queries::find(tx, follower, target).await? else { return Ok(()) };
    if follow.state == FollowState::Accepted {
        return Ok(());
    }
    // two at once: the second finds nothing to change
    let accepted = "UPDATE follows SET state = {}, next_attempt_at = NULL WHERE id = {} AND state = {}";
    if sql!(accepted, FollowState::Accepted, follow.id, FollowState::Requested).run(tx).await? == 0 {
        return Ok(());
    }
    count(tx, &follow, 1).await?;
    tx.record(Event::FollowAccepted { follower, target });
    Ok(())
}

/// The target refuses, or ends an accepted follow. Records `FollowRejected`. No effect without one.
pub async fn reject(tx: &Tx, follower: AccountId, target: AccountId) -> Result<()> {
    let Some(follow) = end(tx, follower, target).await? else { return Ok(()) };
    tx.record(Event::FollowRejected { follower, target, uri: follow.uri });
    Ok(())
}

/// The follower ends it. Records `FollowEnded`. With `uri`, the ask that an Undo from elsewhere names: no effect
/// when it is over already ([`is_over`]), so that a late Undo does not end a newer follow; remembered, so that a
/// late Follow does not bring it back. An id that never arrived ends the follow there is, since Lemmy undoes
/// under a fresh one.
pub async fn unfollow(tx: &Tx, follower: AccountId, target: AccountId, uri: Option<&str>) -> Result<()> {
    if let Some(uri) = uri {
        if is_over(tx, uri, follower).await? {
            return Ok(());
        }
        tombstones::bury(tx, uri, follower).await?;
    }
    let Some(follow) = end(tx, follower, target).await? else { return Ok(()) };
    if uri.is_some() {
        tombstones::bury(tx, &follow.uri, follower).await?;
    }
    tx.record(Event::FollowEnded { follower, target, uri: follow.uri });
    Ok(())
}

/// Has the target told that somebody of ours does not follow it, though it says so (FEP-8fcf). Changes nothing here.
pub fn disown(tx: &Tx, follower: AccountId, target: AccountId) {
    tx.record(Event::FollowEnded { follower, target, uri: format!("/activities/{}", tx.id()) });
}

/// Whether the ask that was made under `uri` was undone, or repeated under another id.
pub async fn is_over(tx: &Tx, uri: &str, follower: AccountId) -> Result<bool> {
    tombstones::is_buried(tx, uri, follower).await
}

/// Takes a follow away, whatever its state, and returns it.
async fn end(tx: &Tx, follower: AccountId, target: AccountId) -> Result<Option<Follow>> {
    let Some(follow) = queries::find(tx, follower, target).await? else { return Ok(None) };
    if sql!("DELETE FROM follows WHERE id = {}", follow.id).run(tx).await? == 0 {
        return Ok(None);
    }
    if follow.state == FollowState::Accepted {
        count(tx, &follow, -1).await?;
        // only whom one follows stands in a list, or on a profile
        for statement in [
            "DELETE FROM list_members WHERE owner_id = {} AND account_id = {}",
            "DELETE FROM endorsements WHERE account_id = {} AND target_id = {}",
        ] {
            sql!(statement, follower, target).run(tx).await?;
        }
    }
    Ok(Some(follow))
}

/// Asks again for follows of ours that stay unanswered and are due, each with a fresh id: records
/// `FollowAsked` with its count. `unit` is the first pause (a minute); at most `limit` at a time.
/// Returns how many were asked.
pub async fn ask_again(tx: &Tx, unit: Duration, limit: u32) -> Result<usize> {
    let due: Vec<Follow> = sql!(
        // the first pause is counted from the ask itself, which knows no unit
        "SELECT * FROM follows WHERE next_attempt_at <= {} AND state = {} AND (attempts > 0 OR next_attempt_at <= {}) \
         ORDER BY next_attempt_at LIMIT {}",
        tx.now,
        FollowState::Requested,
        tx.now.minus(unit),
        i64::from(limit)
    )
    .all(tx)
    .await?;
    for follow in &due {
        let attempts = follow.attempts + 1;
        let units = 2_u32.saturating_pow(u32::try_from(attempts).unwrap_or(u32::MAX)).min(PAUSE_MAX);
        let next = (attempts < ASKS_MAX).then(|| tx.now.plus(unit * units));
        let uri = format!("/activities/{}", tx.id());
        sql!("UPDATE follows SET attempts = {}, next_attempt_at = {}, uri = {} WHERE id = {}", attempts, next, uri, follow.id)
            .run(tx)
            .await?;
        let again = u32::try_from(attempts).unwrap_or(u32::MAX);
        tx.record(Event::FollowAsked { follower: follow.follower_id, target: follow.target_id, again });
    }
    Ok(due.len())
}
