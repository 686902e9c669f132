//! Memberships: who belongs to a community, as what, since when.
//!
//! A member may live on another node. The community's own node decides; every other node keeps a
//! copy and asks. Invariant: at most one seat for each (community, account), whatever its status.
//! In a public community a Follow is the ask: the seat and the follow come and go together, but
//! from curator up an Unfollow only ends the follow (`membership.md` 3).

mod asked;
mod moderate;
pub mod queries;
pub mod record;
pub mod records;

pub use asked::{Answer, Ask, Decision, Offered, ask_again, asked, left, offer, offered, seats_since};
pub use moderate::{appoint, ban, decide, remove, unban};

use super::{
    accounts,
    communities::{self, seats},
    relationships::{self, FollowOptions},
};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        words::{FollowState, JoinRule, Role, SeatStatus, Stage},
    },
    policy::membership::{Newcomer, on_asking},
    store::{
        Tx,
        tables::{Account, Community, Follow, Seat},
    },
};
use std::time::Duration;

/// Asks for membership, and follows the community so that its posts arrive. At once with an open
/// door; where the community lives elsewhere the seat is `requested` until its node answers.
/// `uri` names a Follow that came from elsewhere. Asking again while waiting only asks again.
///
/// Refused when the community is closed, by its join rule, or by a ban; one for another node's
/// people only is not found.
pub async fn join(tx: &Tx, account: &Account, community: &Account, uri: Option<&str>) -> Result<Seat> {
    let (seat, _) = enter(tx, account, community, FollowOptions::default(), uri).await?;
    let seat = seat.ok_or_else(|| Refusal::forbidden("no_seat", "This community does not admit people who only ask."))?;
    Ok(seat)
}

/// What a Follow does, in an app or from elsewhere (`uri`): joins a community, follows anybody else.
///
/// From elsewhere a Follow of a public community is accepted even where its join rule gives no seat:
/// everyone may read there. In an app such a rule is a refusal with its sentence.
pub async fn follow_or_join(tx: &Tx, follower: &Account, target: &Account, options: FollowOptions, uri: Option<&str>) -> Result<Follow> {
    if !target.is_community() {
        return relationships::follow(tx, follower, target, options, uri).await;
    }
    let (_, follow) = enter(tx, follower, target, options, uri).await?;
    Ok(follow)
}

async fn enter(
    tx: &Tx,
    account: &Account,
    community: &Account,
    options: FollowOptions,
    uri: Option<&str>,
) -> Result<(Option<Seat>, Follow)> {
    if !community.is_local() {
        return ask_elsewhere(tx, account, community, options).await;
    }
    let facts = communities::queries::held(tx, community.id).await?;
    let before = seats::seat(tx, community.id, account.id).await?;
    let status = door(tx, account, &facts, before.as_ref(), uri.is_some()).await?;
    let follow = relationships::follow(tx, account, community, options, uri).await?;
    let Some(status) = status else { return Ok((None, follow)) };
    let seat = match before {
        Some(seat) if seat.status == SeatStatus::Active => seat,
        before => seats::keep(tx, after_asking(tx, before, (community.id, account.id), status), true).await?,
    };
    if seat.status == SeatStatus::Active && follow.state == FollowState::Requested {
        relationships::accept(tx, account.id, community.id).await?;
        return Ok((Some(seat), Follow { state: FollowState::Accepted, ..follow }));
    }
    Ok((Some(seat), follow))
}

/// The status that asking at this community of ours gives; `None`: none, but reading along is free.
async fn door(tx: &Tx, account: &Account, facts: &Community, before: Option<&Seat>, by_follow: bool) -> Result<Option<SeatStatus>> {
    let standing = before.map(|seat| seat.status);
    if facts.stage == Stage::Local && !account.is_local() {
        return Err(Refusal::not_found().into());
    }
    if facts.closed_at.is_some() && standing != Some(SeatStatus::Active) {
        return Err(Refusal::forbidden("community_closed", "This community is closed.").into());
    }
    let is_banned = seats::is_banned(tx, facts.account_id, account.id).await?;
    match on_asking(facts.join_rule, Newcomer { standing, is_banned }) {
        Ok(status) => Ok(Some(status)),
        Err(_) if by_follow && facts.stage == Stage::Public && !is_banned => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}

/// The seat after an ask: asks are in order, and a role that ended does not come back by itself.
fn after_asking(tx: &Tx, before: Option<Seat>, (community, account): (AccountId, AccountId), status: SeatStatus) -> Seat {
    let Some(before) = before else { return seats::fresh(tx, community, account, status) };
    let role = if before.status == SeatStatus::Invited { before.role } else { Role::Member };
    let asked_at = tx.now.max(before.asked_at.plus(Duration::from_millis(1)));
    Seat { status, role, asked_at, admitted_by: None, reason: String::new(), ..before }
}

/// One of ours asks at a community elsewhere: only its node can admit them.
async fn ask_elsewhere(tx: &Tx, account: &Account, community: &Account, options: FollowOptions) -> Result<(Option<Seat>, Follow)> {
    if !account.is_local() {
        return Err(Refusal::not_found().into());
    }
    let follow = relationships::follow(tx, account, community, options, None).await?;
    let before = seats::seat(tx, community.id, account.id).await?;
    let is_in = before.as_ref().is_some_and(|seat| seat.status == SeatStatus::Active);
    // A follow that was accepted before we knew that this is a community has been the ask.
    let accepted = follow.state == FollowState::Accepted && is_open(tx, community.id).await?;
    let status = if accepted { SeatStatus::Active } else { SeatStatus::Requested };
    let seat = match before {
        Some(seat) if is_in => seat,
        before => seats::keep(tx, after_asking(tx, before, (community.id, account.id), status), false).await?,
    };
    Ok((Some(seat), follow))
}

/// Whether a community elsewhere admits whoever asks, as far as it says (a plain group does).
async fn is_open(tx: &Tx, community: AccountId) -> Result<bool> {
    let facts = communities::queries::by_id(tx, community).await?;
    Ok(facts.is_none_or(|facts| facts.join_rule == JoinRule::Open))
}

/// The community's node let us in (its Accept, or its Announce in a public one): the follow is
/// accepted, and our copy of the seat is active where its door is open; where one must ask it
/// waits for the record. No effect unless we asked, nor on a community of ours.
pub async fn admitted(tx: &Tx, account: AccountId, community: AccountId) -> Result<()> {
    let Some(host) = accounts::queries::by_id(tx, community).await?.map(|account| account.host) else { return Ok(()) };
    if host.is_empty() || relationships::queries::find(tx, account, community).await?.is_none() {
        return Ok(());
    }
    if let Some(seat) = seats::seat(tx, community, account).await?
        && seat.status == SeatStatus::Requested
        && is_open(tx, community).await?
    {
        seats::keep(tx, Seat { status: SeatStatus::Active, ..seat }, false).await?;
    }
    relationships::accept(tx, account, community).await
}

/// The community's node, elsewhere, refused or ended it: so do we. No effect on a community of ours.
pub async fn ended(tx: &Tx, account: &Account, community: &Account) -> Result<()> {
    if community.is_local() {
        return Ok(());
    }
    if let Some(seat) = seats::seat(tx, community.id, account.id).await? {
        end(tx, seat, "ended by the community", false).await?;
    }
    relationships::reject(tx, account.id, community.id).await
}

/// Leaves: seat and follow end. The last owner cannot. `uri` as in `relationships::unfollow`.
pub async fn leave(tx: &Tx, account: &Account, community: &Account, uri: Option<&str>) -> Result<()> {
    if let Some(uri) = uri
        && (relationships::is_over(tx, uri, account.id).await?
            || relationships::queries::find(tx, account.id, community.id).await?.is_none())
    {
        // An Undo that comes late, or before its Follow: remembered, nothing else.
        return relationships::unfollow(tx, account.id, community.id, Some(uri)).await;
    }
    if community.is_local() {
        communities::queries::held(tx, community.id).await?;
        keep_an_owner(tx, account.id, community.id).await?;
    }
    if let Some(seat) = seats::seat(tx, community.id, account.id).await? {
        end(tx, seat, "left", community.is_local()).await?;
    }
    relationships::unfollow(tx, account.id, community.id, uri).await
}

/// What an Unfollow does, in an app or from elsewhere (`uri` of the Follow that is undone): leaves a
/// community for everyone up to contributor, from curator up it only ends the follow; anybody else
/// is only followed no longer.
pub async fn unfollowed(tx: &Tx, account: &Account, target: &Account, uri: Option<&str>) -> Result<()> {
    let seat = if target.is_community() { seats::seat(tx, target.id, account.id).await? } else { None };
    match seat {
        Some(seat) if seat.status == SeatStatus::Active && seat.role >= Role::Curator => {
            relationships::unfollow(tx, account.id, target.id, uri).await
        }
        Some(_) => leave(tx, account, target, uri).await,
        None => relationships::unfollow(tx, account.id, target.id, uri).await,
    }
}

/// Ends a seat, unless it has ended.
async fn end(tx: &Tx, seat: Seat, reason: &str, decides: bool) -> Result<()> {
    if seat.status != SeatStatus::Ended {
        seats::keep(tx, Seat { status: SeatStatus::Ended, reason: reason.to_owned(), ..seat }, decides).await?;
    }
    Ok(())
}

/// Refuses what would leave a community of ours without an owner.
async fn keep_an_owner(tx: &Tx, account: AccountId, community: AccountId) -> Result<()> {
    if queries::is_last_owner(tx, community, account).await? {
        let sentence = "You are the last owner: make somebody else an owner first, or close the community.";
        return Err(Refusal::conflict("last_owner", sentence).into());
    }
    Ok(())
}
