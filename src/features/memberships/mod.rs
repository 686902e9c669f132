//! Memberships: who belongs to a community, as what, since when.
//!
//! A member may live on another node. The community's own node decides; every other node keeps a
//! copy and asks. Invariant: at most one seat for each (community, account), whatever its status.
//! In a public community a Follow is the ask: the seat and the follow come and go together, but
//! from curator up an Unfollow only ends the follow (`membership.md` 3).

mod asked;
mod elsewhere;
mod entering;
mod invite;
pub mod lists;
mod moderate;
mod moderators;
mod moved;
mod offers;
mod organisations;
pub mod queries;
pub mod record;
pub mod records;
mod retries;
mod terms;
mod trail;

pub use asked::{Answer, Ask, Decision, Offered, asked, left, seats_since};
pub use elsewhere::{admitted, ended};
pub use invite::{invite, revoke};
pub use moderate::{Bar, appoint, ban, decide, refuse, remove, unban};
pub use moderators::{made_moderator, moderator_copied};
pub use moved::{community_moved, move_community};
pub use offers::{News, Request, decided, offer, offer_answered, offered, request_seen};
pub use organisations::{
    Present, ban_host, hosts, introduced_elsewhere, newcomer, organisations, present_here, set_announce_hours, unban_host,
};
pub use retries::{admit_announced, ask_again, expire};

use self::terms::Visit;
use super::{
    communities::{self, seats},
    relationships::{self, FollowOptions},
};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        words::{FollowState, Role, SeatStatus},
    },
    store::{
        Tx,
        event::Event,
        tables::{Account, Follow, Seat},
    },
};
use serde_json::json;
use std::time::Duration;

/// Why a seat ended whose holder left.
const LEFT: &str = "left";
/// Why a seat ended that a moderator refused without a reason.
const REFUSED: &str = "refused";

/// Asks for membership, and follows the community so that its posts arrive. At once with an open
/// door; where the community lives elsewhere the seat is `requested` until its node answers.
/// `uri` names a Follow that came from elsewhere. Asking again while waiting only asks again.
///
/// Refused when the community is closed, by its join rule, or by a ban; one for another node's
/// people only is not found.
pub async fn join(tx: &Tx, account: &Account, community: &Account, uri: Option<&str>) -> Result<Seat> {
    let way = Way { uri, ..Way::default() };
    let (seat, _) = enter(tx, account, community, way).await?;
    let seat = seat.ok_or_else(|| Refusal::forbidden("no_seat", "This community does not admit people who only ask."))?;
    Ok(seat)
}

/// One of ours asks for membership with an answer to the community's question. Also how an invitation is accepted.
pub async fn ask(tx: &Tx, account: &Account, community: &Account, answer: &str) -> Result<Seat> {
    let (seat, _) = enter(tx, account, community, Way { answer, ..Way::default() }).await?;
    Ok(seat.ok_or_else(Refusal::not_found)?)
}

/// How somebody asks.
#[derive(Clone, Copy, Default)]
struct Way<'a> {
    options: FollowOptions,
    /// The Follow that came from elsewhere.
    uri: Option<&'a str>,
    /// To the community's question.
    answer: &'a str,
}

/// What a Follow does, in an app or from elsewhere (`uri`): joins a community, follows anybody else.
///
/// From elsewhere a Follow of a public community is accepted even where its join rule gives no seat:
/// everyone may read there. In an app such a rule is a refusal with its sentence.
pub async fn follow_or_join(tx: &Tx, follower: &Account, target: &Account, options: FollowOptions, uri: Option<&str>) -> Result<Follow> {
    if !target.is_community() {
        return relationships::follow(tx, follower, target, options, uri).await;
    }
    let (_, follow) = enter(tx, follower, target, Way { options, uri, answer: "" }).await?;
    Ok(follow)
}

async fn enter(tx: &Tx, account: &Account, community: &Account, way: Way<'_>) -> Result<(Option<Seat>, Follow)> {
    let Way { options, uri, answer } = way;
    if !community.is_local() {
        return elsewhere::ask(tx, account, community, (options, answer)).await;
    }
    let facts = communities::queries::held(tx, community.id).await?;
    let before = seats::seat(tx, community.id, account.id).await?;
    let was = before.as_ref().map(|seat| seat.status);
    let visit = Visit { account, community, facts: &facts };
    let entered = match before {
        Some(seat) if was == Some(SeatStatus::Active) => terms::still_open(tx, &visit, &seat).await?.map(|()| seat),
        before => {
            // Asks of ours, and Follows, are in order: the order in which they come.
            let asked_at = before.as_ref().map_or(tx.now, |seat| tx.now.max(seat.asked_at.plus(Duration::from_millis(1))));
            entering::enter(tx, &visit, before, Ask { asked_at, answer, ..Ask::default() }).await?
        }
    };
    let seat = match entered {
        Ok(seat) => seat,
        Err(refusal) if uri.is_some() && entering::may_read_along(facts.stage, &refusal) => {
            return Ok((None, relationships::follow(tx, account, community, options, uri).await?));
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let follow = relationships::follow(tx, account, community, options, uri).await?;
    if was == Some(SeatStatus::Active) && !account.is_local() {
        // every ask is answered with the record, also one that changes nothing (`membership.md` 3)
        tx.record(Event::SeatAnswered { community: community.id, account: account.id });
    }
    if seat.status == SeatStatus::Active && follow.state == FollowState::Requested {
        relationships::accept(tx, account.id, community.id).await?;
        return Ok((Some(seat), Follow { state: FollowState::Accepted, ..follow }));
    }
    Ok((Some(seat), follow))
}

/// Leaves: seat and follow end. The last owner cannot. `uri` as in `relationships::unfollow`.
pub async fn leave(tx: &Tx, account: &Account, community: &Account, uri: Option<&str>) -> Result<()> {
    if let Some(uri) = uri
        && (relationships::is_over(tx, uri, account.id).await?
            || relationships::queries::find(tx, account.id, community.id).await?.is_none())
    {
        // An Undo that comes late, or before its Follow: remembered. One of an ask that was refused takes that back for good.
        if !relationships::is_over(tx, uri, account.id).await? {
            withdraw(tx, account, community).await?;
        }
        return relationships::unfollow(tx, account.id, community.id, Some(uri)).await;
    }
    if !community.is_local() {
        return elsewhere::leave(tx, account, community, uri).await;
    }
    communities::queries::held(tx, community.id).await?;
    keep_an_owner(tx, account.id, community.id).await?;
    match seats::seat(tx, community.id, account.id).await? {
        Some(seat) if seat.status != SeatStatus::Ended => {
            let asked_at = tx.now.max(seat.asked_at.plus(Duration::from_millis(1)));
            leaves_here(tx, account, community, (Seat { asked_at, ..seat }, uri)).await
        }
        _ => {
            withdraw(tx, account, community).await?;
            relationships::unfollow(tx, account.id, community.id, uri).await
        }
    }
}

/// Somebody who was refused wants no more: the refusal can no longer be turned into a seat.
async fn withdraw(tx: &Tx, account: &Account, community: &Account) -> Result<()> {
    if let Some(seat) = seats::seat(tx, community.id, account.id).await?
        && community.is_local()
        && seat.refused_at.is_some()
    {
        seats::keep(tx, Seat { refused_at: None, ..seat }, true).await?;
    }
    Ok(())
}

/// Ends the seat of somebody who leaves a community of ours, and their follow of it.
async fn leaves_here(tx: &Tx, account: &Account, community: &Account, (seat, uri): (Seat, Option<&str>)) -> Result<()> {
    let act = trail::Act { by: Some(account), name: "seat.end", account, community };
    trail::note(tx, act, &trail::agreement_of(tx, Some(&seat)).await?, json!({ "reason": LEFT }));
    end(tx, seat, LEFT, true).await?;
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

/// Ends a seat, unless it has ended; a refusal that could be taken back no longer can.
async fn end(tx: &Tx, seat: Seat, reason: &str, decides: bool) -> Result<()> {
    if seat.status != SeatStatus::Ended || seat.refused_at.is_some() {
        let seat = Seat { status: SeatStatus::Ended, reason: reason.to_owned(), expires_at: None, next_attempt_at: None, ..seat };
        seats::keep(tx, Seat { refused_at: None, ..seat }, decides).await?;
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
