//! Ours in communities elsewhere: asking, being admitted, leaving. The community's own node decides; here is a copy.
//!
//! A seat is asked for by Join between our own nodes, where the door is not simply open to all; by Follow at all others
//! (`membership.md` 1).

use super::record::keep_follow;
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::AccountId,
        text::{limits::REASON_CHARS_MAX, names::free_text},
        words::{FollowState, JoinRule, Level, Role, SeatStatus, Stage},
    },
    features::{
        accounts,
        communities::{self, seats},
        peers,
        relationships::{self, FollowOptions},
    },
    sql,
    store::{
        Tx,
        event::Event,
        tables::{Account, Follow, Seat},
    },
};
use std::time::Duration;

/// One of ours asks at a community elsewhere: only its node can admit them.
pub(super) async fn ask(
    tx: &Tx,
    account: &Account,
    community: &Account,
    (options, answer): (FollowOptions, &str),
) -> Result<(Option<Seat>, Follow)> {
    if !account.is_local() {
        return Err(Refusal::not_found().into());
    }
    let before = seats::seat(tx, community.id, account.id).await?;
    if is_told_by_seat(tx, community, before.as_ref()).await? {
        return join(tx, account, community, (before, options, answer)).await;
    }
    let follow = relationships::follow(tx, account, community, options, None).await?;
    let is_in = before.as_ref().is_some_and(|seat| seat.status == SeatStatus::Active);
    // A follow that was accepted before we knew that this is a community has been the ask.
    let accepted = follow.state == FollowState::Accepted && is_open(tx, community.id).await?;
    let status = if accepted { SeatStatus::Active } else { SeatStatus::Requested };
    let seat = match before {
        Some(seat) if is_in => seat,
        before => seats::keep_over(tx, before.as_ref(), anew(tx, before.clone(), (community.id, account.id), status), false).await?,
    };
    Ok((Some(seat), follow))
}

/// Asks by Join, again with a later `asked_at` where it waited already. Records `SeatAsked`.
async fn join(
    tx: &Tx,
    account: &Account,
    community: &Account,
    (before, options, answer): (Option<Seat>, FollowOptions, &str),
) -> Result<(Option<Seat>, Follow)> {
    let follow = relationships::follow_by_seat(tx, account, community, options).await?;
    if let Some(seat) = before.as_ref().filter(|seat| seat.status == SeatStatus::Active) {
        return Ok((Some(seat.clone()), follow));
    }
    let seat = anew(tx, before.clone(), (community.id, account.id), SeatStatus::Requested);
    let answer = free_text(answer, REASON_CHARS_MAX);
    let seat = Seat { answer, attempts: 0, next_attempt_at: Some(tx.now), ..seat };
    let seat = seats::keep_over(tx, before.as_ref(), seat, false).await?;
    tx.record(Event::SeatAsked { community: community.id, account: account.id, again: 0 });
    Ok((Some(seat), follow))
}

/// The copy of a seat after an ask of ours: asks are in order, and a role that ended does not come back by itself.
fn anew(tx: &Tx, before: Option<Seat>, (community, account): (AccountId, AccountId), status: SeatStatus) -> Seat {
    let Some(before) = before else { return seats::fresh(tx, community, account, status) };
    let role = if before.status == SeatStatus::Invited { before.role } else { Role::Member };
    Seat { status, role, asked_at: next_ask(tx, &before), admitted_by: None, reason: String::new(), expires_at: None, ..before }
}

/// A time for the next ask: later than every one before, also where the clock stepped back.
fn next_ask(tx: &Tx, seat: &Seat) -> Stamp {
    tx.now.max(seat.asked_at.plus(Duration::from_millis(1)))
}

/// Whether seats of this community are asked for by Join: it lives on one of our own nodes, and is not open to everybody or has
/// already shown us a record.
async fn is_told_by_seat(tx: &Tx, community: &Account, seat: Option<&Seat>) -> Result<bool> {
    if seat.is_some_and(|seat| !seat.record.is_empty()) {
        return Ok(true);
    }
    let level = peers::find(tx, &community.host).await?.map_or(Level::Plain, |peer| peer.level);
    let facts = communities::queries::by_id(tx, community.id).await?;
    Ok(level >= Level::Intermoot && facts.is_some_and(|facts| facts.stage != Stage::Public || facts.join_rule != JoinRule::Open))
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
    let Some(group) = accounts::queries::by_id(tx, community).await? else { return Ok(()) };
    if group.is_local() || relationships::queries::find(tx, account, community).await?.is_none() {
        return Ok(());
    }
    let seat = seats::seat(tx, community, account).await?;
    if let Some(seat) = seat.as_ref().filter(|seat| seat.status == SeatStatus::Requested) {
        if seat.next_attempt_at.is_some() && is_told_by_seat(tx, &group, Some(seat)).await? {
            // Asked by Join: only its record answers.
            return Ok(());
        }
        if is_open(tx, community).await? {
            // whoever lets one in has lifted what barred them, though we may not have heard of it
            sql!("DELETE FROM bans WHERE community_id = {} AND account_id = {}", community, account).run(tx).await?;
            seats::keep(tx, Seat { status: SeatStatus::Active, ..seat.clone() }, false).await?;
        }
    }
    relationships::accept(tx, account, community).await
}

/// The community's node, elsewhere, refused or ended it: so do we. No effect on a community of ours.
pub async fn ended(tx: &Tx, account: &Account, community: &Account) -> Result<()> {
    if community.is_local() {
        return Ok(());
    }
    if let Some(seat) = seats::seat(tx, community.id, account.id).await? {
        super::end(tx, seat, "ended by the community", false).await?;
    }
    relationships::reject(tx, account.id, community.id).await
}

/// One of ours leaves a community elsewhere, takes an ask back or declines an invitation. Records `SeatLeft` where the seat is
/// asked for by Join, and repeats it until the record says that it ended; a follow ends by Undo elsewhere.
pub(super) async fn leave(tx: &Tx, account: &Account, community: &Account, uri: Option<&str>) -> Result<()> {
    let seat = seats::seat(tx, community.id, account.id).await?.filter(|seat| seat.status != SeatStatus::Ended);
    let is_by_seat = is_told_by_seat(tx, community, seat.as_ref()).await?;
    let Some(seat) = seat else { return relationships::unfollow(tx, account.id, community.id, uri).await };
    let asked_at = next_ask(tx, &seat);
    let ended = Seat { status: SeatStatus::Ended, reason: super::LEFT.to_owned(), expires_at: None, asked_at, ..seat };
    if !is_by_seat {
        seats::keep(tx, Seat { next_attempt_at: None, ..ended }, false).await?;
        return relationships::unfollow(tx, account.id, community.id, uri).await;
    }
    seats::keep(tx, Seat { attempts: 0, next_attempt_at: Some(tx.now), ..ended }, false).await?;
    tx.record(Event::SeatLeft { community: community.id, account: account.id });
    keep_follow(tx, account, community, SeatStatus::Ended).await
}
