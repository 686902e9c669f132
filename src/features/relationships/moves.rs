//! Somebody elsewhere goes on under another account; a community likewise (`memberships::community_moved`).

use super::{FollowOptions, block, follow, queries, unfollow};
use crate::{
    base::{
        error::{Error, Result},
        id::AccountId,
        words::FollowState,
    },
    features::accounts,
    sql,
    store::{Tx, tables::Account},
};

/// Most people here who follow at once. Who is beyond that keeps following the former account.
const MOVED_MAX: i64 = 5000;

/// People here who follow `former` follow `new` from now on, with the same options, and who blocks the former blocks the new
/// one. The caller has made sure that both agree. Whoever may not follow the new one (a block) just no longer follows the
/// former. Doing it twice is doing it once.
pub async fn moved(tx: &Tx, former: &Account, new: &Account) -> Result<()> {
    blocks_follow(tx, former, new).await?;
    let followers: Vec<AccountId> = sql!(
        "SELECT f.follower_id FROM follows f JOIN accounts a ON a.id = f.follower_id \
         WHERE f.target_id = {} AND f.state = {} AND a.host = '' ORDER BY f.id LIMIT {}",
        former.id,
        FollowState::Accepted,
        MOVED_MAX
    )
    .column(tx)
    .await?;
    for chunk in followers.chunks(200) {
        for follower in accounts::queries::by_ids(tx, chunk).await? {
            go_along(tx, &follower, (former, new)).await?;
        }
    }
    Ok(())
}

/// Who of this node blocks `former` blocks `new` too.
pub async fn blocks_follow(tx: &Tx, former: &Account, new: &Account) -> Result<()> {
    let blockers: Vec<AccountId> = sql!(
        "SELECT b.account_id FROM blocks b JOIN accounts a ON a.id = b.account_id WHERE b.target_id = {} AND a.host = '' LIMIT {}",
        former.id,
        MOVED_MAX
    )
    .column(tx)
    .await?;
    for blocker in blockers.into_iter().filter(|blocker| *blocker != new.id) {
        block(tx, blocker, new.id, None).await?;
    }
    Ok(())
}

async fn go_along(tx: &Tx, follower: &Account, (former, new): (&Account, &Account)) -> Result<()> {
    let Some(known) = queries::find(tx, follower.id, former.id).await? else { return Ok(()) };
    let options = FollowOptions { show_boosts: known.show_boosts, notify: known.notify };
    let act = tx.nest().await?;
    match follow(&act, follower, new, options, None).await {
        Ok(_) => act.commit_into(tx).await?,
        Err(Error::Refused(_)) => drop(act),
        Err(error) => return Err(error),
    }
    unfollow(tx, follower.id, former.id, None).await
}
