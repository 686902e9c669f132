//! A community goes on elsewhere: who of this node goes along (FEP-7628).
//!
//! A seat never follows a Move (`membership.md` 3): it is asked for anew, where that is a matter of course, which is between public
//! communities that are open to all, for a personal seat as a plain member. Whoever sits under an agreement, or in a community that
//! is not public, stays: its owners decide anew.

use super::{Way, enter, leave};
use crate::{
    base::{
        error::{Error, Result},
        id::AccountId,
        words::{JoinRule, SeatStatus, Stage},
    },
    features::{
        accounts,
        communities::{self, moves, seats},
        relationships::{self, FollowOptions},
    },
    sql,
    store::{Tx, tables::Account},
};

/// Most people here who go along at once. Who is beyond that stays.
const MOVED_MAX: i64 = 5000;

/// An owner moves a public community of ours to one elsewhere that names it; our own people in it go along. See
/// [`moves::leave_for`].
pub async fn move_community(tx: &Tx, by: &Account, community: AccountId, to: &Account) -> Result<()> {
    let former = moves::leave_for(tx, by, community, to).await?;
    go_along(tx, &former, to).await
}

/// The community `former`, elsewhere, goes on as `new`, and both say so (the caller has made sure). Who blocks the one blocks the
/// other.
pub async fn community_moved(tx: &Tx, former: &Account, new: &Account) -> Result<()> {
    moves::moved(tx, former.id, &new.uri).await?;
    relationships::blocks_follow(tx, former, new).await?;
    go_along(tx, former, new).await
}

/// People here who are in `former`, or follow it, ask at `new` and leave the former. Doing it twice is doing it once.
async fn go_along(tx: &Tx, former: &Account, new: &Account) -> Result<()> {
    let facts = (communities::queries::by_id(tx, former.id).await?, communities::queries::by_id(tx, new.id).await?);
    let (Some(before), Some(after)) = facts else { return Ok(()) };
    if before.stage != Stage::Public || after.stage != Stage::Public || after.join_rule != JoinRule::Open {
        return Ok(());
    }
    let people: Vec<AccountId> = sql!(
        "SELECT a.id FROM follows f JOIN accounts a ON a.id = f.follower_id WHERE f.target_id = {} AND a.host = '' \
         UNION SELECT s.account_id FROM seats s WHERE s.community_id = {} AND s.host = '' AND s.status = {} ORDER BY 1 LIMIT {}",
        former.id,
        former.id,
        SeatStatus::Active,
        MOVED_MAX
    )
    .column(tx)
    .await?;
    for chunk in people.chunks(200) {
        for person in accounts::queries::by_ids(tx, chunk).await? {
            goes(tx, &person, (former, new)).await?;
        }
    }
    Ok(())
}

/// One of ours goes along; stays where the new community refuses them, and in both where they may not leave (its last owner).
async fn goes(tx: &Tx, person: &Account, (former, new): (&Account, &Account)) -> Result<()> {
    let seat = seats::seat(tx, former.id, person.id).await?.filter(|seat| seat.status == SeatStatus::Active);
    if !person.is_active() || seat.is_some_and(|seat| !seat.agreement_host.is_empty()) {
        return Ok(());
    }
    let known = relationships::queries::find(tx, person.id, former.id).await?;
    let options = known.map_or_else(FollowOptions::default, |known| FollowOptions { show_boosts: known.show_boosts, notify: known.notify });
    let act = tx.nest().await?;
    match enter(&act, person, new, Way { options, ..Way::default() }).await {
        Ok(_) => act.commit_into(tx).await?,
        Err(Error::Refused(_)) => return Ok(()),
        Err(error) => return Err(error),
    }
    let act = tx.nest().await?;
    match leave(&act, person, former, None).await {
        Ok(()) => act.commit_into(tx).await,
        Err(Error::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
