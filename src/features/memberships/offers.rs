//! Decisions of moderators across nodes: told as an Offer, judged where the community lives, answered with the record.
//!
//! The same rules for moderators here and elsewhere. A decision that looked at another revision than the present one has no
//! effect (`membership.md` 3).

use super::{
    asked::{Decision, Offered},
    invite, moderate,
    record::{Record, keep_copy},
};
use crate::{
    base::{
        clock::Stamp,
        error::{Error, Refusal, Result},
        id::{AccountId, OfferId},
        words::{Role, SeatStatus},
    },
    features::communities::{self, seats},
    sql,
    store::{
        Insert, Tx,
        event::Event,
        tables::{Account, Offer, Seat},
    },
};
use std::time::Duration;

/// A moderator decides over somebody: at once in a community of ours, by [`offer`] in one elsewhere.
pub async fn decided(tx: &Tx, by: &Account, account: &Account, community: &Account, decision: Decision) -> Result<()> {
    if community.is_local() {
        apply(tx, by, account, community, &decision).await
    } else {
        offer(tx, by, account, community, decision).await
    }
}

/// The decision, by the rules of the community's own node.
async fn apply(tx: &Tx, by: &Account, account: &Account, community: &Account, decision: &Decision) -> Result<()> {
    match decision {
        Decision::Admit => moderate::decide(tx, by, account, community, true).await.map(drop),
        Decision::Refuse { reason } => {
            let seat = seats::seat(tx, community.id, account.id).await?;
            if seat.is_some_and(|seat| seat.status == SeatStatus::Invited) {
                return invite::revoke(tx, by, account, community).await.map(drop);
            }
            moderate::refuse(tx, by, account, community, reason).await.map(drop)
        }
        Decision::Invite { role, expires_at } => invite::invite(tx, by, account, community, (*role, *expires_at)).await.map(drop),
        Decision::Appoint { role } => moderate::appoint(tx, by, account, community, *role).await.map(drop),
        Decision::Remove { reason } => moderate::remove(tx, by, account, community, reason).await,
        Decision::Ban { reason, until } => {
            let bar = moderate::Bar { reason, until: *until, ..moderate::Bar::default() };
            moderate::ban(tx, by, account, community, bar).await.map(drop)
        }
        Decision::Unban => moderate::unban(tx, by, account, community, ("", None)).await.map(drop),
    }
}

/// A moderator elsewhere decides over somebody's seat here: the same rules as for ours. Records `OfferAnswered` whatever
/// the outcome; refused for those who may not.
pub async fn offered(tx: &Tx, by: &Account, account: &Account, community: &Account, offer: Offered) -> Result<()> {
    if !community.is_local() || !by.is_active() {
        return Err(Refusal::not_found().into());
    }
    communities::queries::held(tx, community.id).await?;
    if seats::role(tx, community.id, by.id).await? < Some(Role::Moderator) {
        return Err(moderate::not_permitted().into());
    }
    let answered = Event::OfferAnswered { community: community.id, by: by.id, account: account.id, asked_at: offer.asked_at };
    let rev = seats::seat(tx, community.id, account.id).await?.map_or(0, |seat| seat.rev);
    if rev != offer.based_on || !is_newest(tx, (community.id, by.id, account.id), offer.asked_at).await? {
        tx.record(answered);
        return Ok(());
    }
    // What a rule refuses leaves nothing behind; the record says what is so.
    let act = tx.nest().await?;
    match apply(&act, by, account, community, &offer.decision).await {
        Ok(()) => act.commit_into(tx).await?,
        Err(Error::Refused(refusal)) => {
            drop(act);
            tracing::info!(community = %community.username, by = %by.acct(), code = refusal.code, "a decision from elsewhere was refused");
        }
        Err(fault) => return Err(fault),
    }
    tx.record(answered);
    Ok(())
}

/// Whether this is later than every decision of this moderator over the same person before; from now on it is the latest. One
/// over somebody else may well overtake it on the way.
async fn is_newest(tx: &Tx, (community, by, about): (AccountId, AccountId, AccountId), asked_at: Stamp) -> Result<bool> {
    let kept = Insert::into("deciders")
        .set("community_id", community)
        .set("account_id", by)
        .set("about_id", about)
        .set("asked_at", asked_at)
        .on_conflict(
            "ON CONFLICT (community_id, account_id, about_id) DO UPDATE SET asked_at = excluded.asked_at \
             WHERE deciders.asked_at < excluded.asked_at",
        )
        .run(tx)
        .await?;
    Ok(kept > 0)
}

/// A moderator of ours decides over somebody in a community elsewhere: kept until its node answers. Records `Offered`. Refused
/// at once for those whose copy of their own seat says that they may not; its node judges again.
pub async fn offer(tx: &Tx, by: &Account, account: &Account, community: &Account, decision: Decision) -> Result<()> {
    if community.is_local() || !by.is_local() {
        return Err(Refusal::not_found().into());
    }
    if seats::role(tx, community.id, by.id).await? < Some(Role::Moderator) {
        return Err(moderate::not_permitted().into());
    }
    let based_on = seats::seat(tx, community.id, account.id).await?.map_or(0, |seat| seat.rev);
    keep(tx, (by.id, account.id, community.id), &decision, based_on).await
}

async fn keep(tx: &Tx, (by, account, community): (AccountId, AccountId, AccountId), decision: &Decision, based_on: i64) -> Result<()> {
    let last = "SELECT MAX(asked_at) FROM offers WHERE community_id = {} AND by_id = {}";
    let last: Option<Option<i64>> = sql!(last, community, by).value(tx).await?;
    let asked_at = tx.now.max(Stamp(last.flatten().unwrap_or_default()).plus(Duration::from_millis(1)));
    let id = OfferId(tx.id());
    Insert::into("offers")
        .set("id", id)
        .set("community_id", community)
        .set("by_id", by)
        .set("account_id", account)
        .set("body", serde_json::to_string(decision).map_err(anyhow::Error::from)?)
        .set("based_on", based_on)
        .set("asked_at", asked_at)
        .set("next_attempt_at", tx.now)
        .run(tx)
        .await?;
    tx.record(Event::Offered { offer: id, again: 0 });
    Ok(())
}

/// A request as a community elsewhere shows it to one of our moderators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The revision on which a decision is to be based.
    pub rev: i64,
    /// When they asked.
    pub asked_at: Stamp,
    /// What they answered to the community's question.
    pub answer: String,
    /// The organisation (stored uri) through which they ask; '' for none.
    pub organisation: String,
}

/// Keeps a request in a community elsewhere as one of our moderators sees it, so that their decision is based on that; the
/// seat as it is known here now. A newer record is not overwritten.
pub async fn request_seen(tx: &Tx, account: &Account, community: &Account, request: Request) -> Result<Seat> {
    let before = seats::seat(tx, community.id, account.id).await?;
    let seat = match before {
        Some(seat) if account.is_local() || community.is_local() || seat.rev > request.rev => return Ok(seat),
        // its record was told us already, and says nothing of the answer
        Some(seat) if seat.rev == request.rev => {
            return seats::keep(tx, Seat { answer: request.answer, ..seat }, false).await;
        }
        Some(seat) => seat,
        None => seats::fresh(tx, community.id, account.id, SeatStatus::Requested),
    };
    let Request { rev, asked_at, answer, organisation } = request;
    let asks = Seat { status: SeatStatus::Requested, role: Role::Member, rev, asked_at, answer, organisation, ..seat };
    seats::keep(tx, Seat { reason: String::new(), expires_at: None, record: String::new(), next_attempt_at: None, ..asks }, false).await
}

/// The record of a seat as its community's node told it to moderators of ours.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// What it says.
    pub record: &'a Record,
    /// The signed document.
    pub raw: &'a str,
    /// Whose decision it answers, and when that was made; none for news of somebody who asks.
    pub answers: Option<(AccountId, Stamp)>,
}

/// The community's node told the record of `account`'s seat: every open decision of ours over it that looked at something
/// older is closed (it was followed, or it is void), and so is the one that this answers; the record is kept as what the next
/// one looks at. News of the very request that was decided over meanwhile is no answer. A decision made without ever having
/// seen the seat is made once more.
pub async fn offer_answered(tx: &Tx, account: &Account, community: &Account, News { record, raw, answers }: News<'_>) -> Result<()> {
    if community.is_local() || record.account != account.uri || record.community != community.uri {
        return Err(Refusal::forbidden("not_its_record", "This record is not about that person in that community.").into());
    }
    let open: Vec<Offer> = sql!(
        "SELECT * FROM offers WHERE community_id = {} AND account_id = {} AND based_on <= {} AND answered_at IS NULL ORDER BY id",
        community.id,
        account.id,
        record.rev
    )
    .all(tx)
    .await?;
    if !account.is_local() {
        keep_copy(tx, account, community, record, raw).await?;
    }
    // One of an earlier version does not say what it answers: then the second answer counts, whatever the first was.
    let is_answer = |offer: &Offer| match answers {
        Some((by, asked_at)) => offer.by_id == by && offer.asked_at <= asked_at,
        None => offer.attempts > 0,
    };
    for offer in open.into_iter().filter(|offer| offer.based_on < record.rev || is_answer(offer)) {
        let close = "UPDATE offers SET answer = {}, answered_at = {}, next_attempt_at = NULL WHERE id = {}";
        sql!(close, raw, tx.now, offer.id).run(tx).await?;
        let is_blind = offer.based_on == 0 && record.status == SeatStatus::Requested;
        if is_blind && let Ok(decision @ (Decision::Admit | Decision::Refuse { .. })) = serde_json::from_str(&offer.body) {
            keep(tx, (offer.by_id, account.id, community.id), &decision, record.rev).await?;
        }
    }
    Ok(())
}
