//! Seats: what our people ask of communities elsewhere, and what our communities say of seats to members elsewhere.
//!
//! Our own nodes get signed records (`Update{Member}`); plain peers get the same change as `Accept` and `Reject` of the
//! Follow, which the follow's own events write (`relations.rs`), as `Add` and `Remove` (`rank.rs`) and `Block` (`moderation.rs`).
//! Records are endings too: they go out whether or not the host may read content now. Source: `membership.md` 2 and 3.

use super::{
    House,
    letter::{Letter, Route},
    rank, targets,
};
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, OfferId, SeatId},
        words::{Level, SeatStatus, Shape},
    },
    features::{
        accounts,
        communities::seats,
        memberships::{Decision, records},
        moderation::reports::queries::moderators_elsewhere,
        peers, policies,
    },
    federation::{
        activities::offer,
        seats::{Held, refusal, signed},
    },
    store::tables::{Account, Seat},
};
use anyhow::Context;
use serde_json::json;

/// A community and somebody.
type Pair = (AccountId, AccountId);

/// For which hosts something of ours is that only our own nodes understand, given whose host: none where it is known to run
/// something else; while nobody knows, delivery waits until its NodeInfo was read.
pub async fn shape(house: House<'_>, account: &Account) -> Result<Option<Shape>> {
    let peer = peers::find(house.tx, &account.host).await?;
    Ok(match peer.and_then(|peer| peer.nodeinfo_at.map(|_| peer.level)) {
        Some(Level::Intermoot) => Some(Shape::Any),
        Some(_) => None,
        None => Some(Shape::Group),
    })
}

/// Both accounts, when the community is ours (`here`) or elsewhere.
async fn both(house: House<'_>, (community, account): Pair, here: bool) -> Result<Option<(Account, Account)>> {
    let found = accounts::queries::by_ids(house.tx, &[community, account]).await?;
    let find = |id: AccountId| found.iter().find(|one| one.id == id).cloned();
    let (Some(community), Some(account)) = (find(community), find(account)) else { return Ok(None) };
    Ok((community.is_community() && community.is_local() == here).then_some((community, account)))
}

/// A seat here changed.
pub async fn changed(house: House<'_>, pair: Pair) -> Result<()> {
    let Some((community, account)) = both(house, pair, true).await? else { return Ok(()) };
    let Some(seat) = seats::seat(house.tx, community.id, account.id).await? else { return Ok(()) };
    let held = Held { community: &community, account: &account, seat: &seat };
    rank::tell(house, held).await?;
    if seat.status == SeatStatus::Requested {
        for moderator in moderators_elsewhere(house.tx, community.id).await? {
            tell(house, held, &moderator).await?;
        }
    }
    if account.is_local() {
        return Ok(());
    }
    tell(house, held, &account).await
}

/// An ask was answered, though nothing changed: the record again.
pub async fn answered(house: House<'_>, pair: Pair) -> Result<()> {
    let Some((community, account)) = both(house, pair, true).await?.filter(|(_, account)| !account.is_local()) else { return Ok(()) };
    match seats::seat(house.tx, community.id, account.id).await? {
        Some(seat) => tell(house, Held { community: &community, account: &account, seat: &seat }, &account).await,
        None => Ok(()),
    }
}

/// Sends the record of a seat here to `to`'s host, if that may be one of ours.
async fn tell(house: House<'_>, held: Held<'_>, to: &Account) -> Result<()> {
    let Some(shape) = shape(house, to).await? else { return Ok(()) };
    let raw = signed(house.federation, house.tx, held).await?;
    send(house, (held, &raw), to, shape).await
}

async fn send(house: House<'_>, (held, raw): (Held<'_>, &str), to: &Account, shape: Shape) -> Result<()> {
    let letter = Letter::new(held.community, "Update", raw).to(vec![house.absolute(&to.uri)], Vec::new());
    let targets = to.delivery_inbox.into_iter().collect();
    letter.write(house).await?.send(house, held.community, Route { key: held.account.id.0, shape, targets }).await
}

/// An ask was refused and left no seat: the person's node is told why. Were there a seat by now, that is the answer.
pub async fn refused(house: House<'_>, pair: Pair, sentence: &str) -> Result<()> {
    let Some((community, account)) = both(house, pair, true).await?.filter(|(_, account)| !account.is_local()) else { return Ok(()) };
    if let Some(seat) = seats::seat(house.tx, community.id, account.id).await? {
        return tell(house, Held { community: &community, account: &account, seat: &seat }, &account).await;
    }
    let Some(shape) = shape(house, &account).await? else { return Ok(()) };
    let now = house.tx.now;
    let seat = Seat {
        id: SeatId(house.tx.id()),
        rev: now.0,
        reason: sentence.to_owned(),
        history_from: Stamp(0),
        ..seats::fresh(house.tx, community.id, account.id, SeatStatus::Ended)
    };
    let held = Held { community: &community, account: &account, seat: &seat };
    let raw = refusal(house.federation, house.tx, held).await?;
    send(house, (held, &raw), &account, shape).await
}

/// A moderator elsewhere decided: their node gets the record as it stands, whatever came of it, as the answer to that
/// (`inAnswerTo` is the `askedAt` of their Offer).
pub async fn offer_answered(house: House<'_>, pair: Pair, (by, asked_at): (AccountId, Stamp)) -> Result<()> {
    let Some((community, account)) = both(house, pair, true).await? else { return Ok(()) };
    let Some(by) = targets::account(house, by).await?.filter(|by| !by.is_local()) else { return Ok(()) };
    let Some(shape) = shape(house, &by).await? else { return Ok(()) };
    let seat = seats::seat(house.tx, community.id, account.id).await?;
    let none = || Seat { rev: house.tx.now.0, ..seats::fresh(house.tx, community.id, account.id, SeatStatus::Ended) };
    let held = Held { community: &community, account: &account, seat: &seat.clone().unwrap_or_else(none) };
    let raw = match seat {
        Some(_) => signed(house.federation, house.tx, held).await?,
        None => refusal(house.federation, house.tx, held).await?,
    };
    let mut letter = Letter::new(&community, "Update", raw.as_str()).to(vec![house.absolute(&by.uri)], Vec::new());
    letter.extra.insert("inAnswerTo".into(), json!(asked_at));
    let targets = by.delivery_inbox.into_iter().collect();
    letter.write(house).await?.send(house, &community, Route { key: account.id.0, shape, targets }).await
}

/// One of ours asks at a community elsewhere, or asks again: each time under a fresh id, as an inbox takes each id once;
/// what names the ask is its `askedAt`.
pub async fn asked(house: House<'_>, pair: Pair) -> Result<()> {
    let Some((community, account)) = both(house, pair, false).await?.filter(|(_, account)| account.is_local()) else { return Ok(()) };
    let Some(seat) = seats::seat(house.tx, community.id, account.id).await? else { return Ok(()) };
    let mut letter = Letter::new(&account, "Join", json!(house.absolute(&community.uri)));
    letter.extra.insert("askedAt".into(), json!(seat.asked_at));
    if !seat.answer.is_empty() {
        letter.extra.insert("answers".into(), json!(seat.answer));
    }
    let policies = policies::accepted(house.tx, account.id, &community).await?;
    if !policies.is_empty() {
        letter.extra.insert("policies".into(), json!(policies));
    }
    ask(house, letter, &community, account.id).await
}

/// One of ours left, or declined.
pub async fn left(house: House<'_>, pair: Pair) -> Result<()> {
    let Some((community, account)) = both(house, pair, false).await?.filter(|(_, account)| account.is_local()) else { return Ok(()) };
    let Some(seat) = seats::seat(house.tx, community.id, account.id).await? else { return Ok(()) };
    let mut letter = Letter::new(&account, "Leave", json!(house.absolute(&community.uri)));
    letter.extra.insert("askedAt".into(), json!(seat.asked_at));
    ask(house, letter, &community, account.id).await
}

/// A moderator of ours decided in a community elsewhere, or says so again.
pub async fn offered(house: House<'_>, offer: OfferId) -> Result<()> {
    let Some(row) = records::offer(house.tx, offer).await?.filter(|row| row.answered_at.is_none()) else { return Ok(()) };
    let Some((community, account)) = both(house, (row.community_id, row.account_id), false).await? else { return Ok(()) };
    let Some(by) = targets::account(house, row.by_id).await?.filter(Account::is_local) else { return Ok(()) };
    let decision: Decision = serde_json::from_str(&row.body).context("an offer's decision cannot be read")?;
    let (person, group) = (house.absolute(&account.uri), house.absolute(&community.uri));
    let (object, more) = offer::letter(&person, &group, (&decision, row.based_on, row.asked_at));
    let mut letter = Letter::new(&by, "Offer", object);
    letter.extra.extend(more.map(|(name, value)| (name.to_owned(), value)));
    ask(house, letter, &community, account.id).await
}

/// Sends an ask to a community's own inbox, if its node may be one of ours.
async fn ask(house: House<'_>, letter: Letter<'_>, community: &Account, key: AccountId) -> Result<()> {
    let Some(shape) = shape(house, community).await? else { return Ok(()) };
    let by = letter.by;
    let targets = community.delivery_inbox.into_iter().collect();
    let letter = letter.to(vec![house.absolute(&community.uri)], Vec::new());
    letter.write(house).await?.send(house, by, Route { key: key.0, shape, targets }).await
}
