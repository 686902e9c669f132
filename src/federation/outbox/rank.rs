//! Moderators and bans, as peers read them that have no records: `Add` and `Remove` with a target, `Block` (FEP-1b12).
//!
//! Who was a moderator before is read from the seat's last signed record, so every seat that moderates has one.

use super::{
    House,
    announce::pass_on,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{
        error::Result,
        id::AccountId,
        words::{Role, SeatStatus, Shape, Stage},
    },
    features::{communities, memberships::records},
    federation::{
        objects::Member,
        seats::{Held, signed},
        vocabulary::PUBLIC,
    },
    store::tables::Account,
};
use serde_json::json;

/// Tells the hosts of a community's followers that somebody moderates it now, or no longer, if `held` shows a change.
pub async fn tell(house: House<'_>, held: Held<'_>) -> Result<()> {
    let is = held.seat.status == SeatStatus::Active && held.seat.role >= Role::Moderator;
    let was = moderated(&held.seat.record);
    if is || was {
        // what the next change is compared with
        signed(house.federation, house.tx, held).await?;
    }
    if is == was {
        return Ok(());
    }
    let group = house.absolute(&held.community.uri);
    let kind = if is { "Add" } else { "Remove" };
    let mut letter = Letter::new(held.community, kind, json!(house.absolute(&held.account.uri)));
    letter.extra.insert("target".into(), json!(format!("{group}/moderators")));
    let (to, cc) = readers(house, held.community, &group).await?;
    let letter = letter.to(to, cc).within(Some(group));
    let targets = targets::followers(house, held.community.id).await?;
    if targets.is_empty() {
        return Ok(());
    }
    letter.write(house).await?.send(house, held.community, Route { key: held.account.id.0, shape: Shape::Any, targets }).await
}

/// Whether the record that was signed last says that somebody moderates.
fn moderated(record: &str) -> bool {
    let member = serde_json::from_str(record).ok().and_then(|document| Member::read(&document).ok());
    member.is_some_and(|member| member.record.status == SeatStatus::Active && member.record.role >= Role::Moderator)
}

/// To whom the acts of a community are addressed: everyone, or its members.
async fn readers(house: House<'_>, community: &Account, group: &str) -> Result<(Vec<String>, Vec<String>)> {
    let facts = communities::queries::by_id(house.tx, community.id).await?;
    let followers = format!("{group}/followers");
    Ok(match facts.is_some_and(|facts| facts.stage == Stage::Public) {
        true => (vec![PUBLIC.to_owned()], vec![group.to_owned(), followers]),
        false => (vec![group.to_owned(), followers], Vec::new()),
    })
}

/// Somebody was put out of a community of ours: where it is a ban by one of ours, hosts that know groups are told of that
/// too. (Plain ones read the Reject of the follow.)
pub async fn put_out(house: House<'_>, (community, account): (AccountId, AccountId), by: AccountId) -> Result<()> {
    let Some(ban) = records::ban(house.tx, community, account).await? else { return Ok(()) };
    let (Some(community), Some(account), Some(by)) =
        (targets::account(house, community).await?, targets::account(house, account).await?, targets::account(house, by).await?)
    else {
        return Ok(());
    };
    if !community.is_local() || !by.is_local() {
        return Ok(());
    }
    let mut inboxes = targets::followers(house, community.id).await?;
    inboxes.extend(account.delivery_inbox);
    if inboxes.is_empty() {
        return Ok(());
    }
    let group = house.absolute(&community.uri);
    let (to, cc) = readers(house, &community, &group).await?;
    let mut letter = Letter::new(&by, "Block", json!(house.absolute(&account.uri)));
    letter.extra.insert("target".into(), json!(group));
    letter.extra.insert("removeData".into(), json!(false));
    if !ban.reason.is_empty() {
        letter.extra.insert("summary".into(), json!(ban.reason));
    }
    if let Some(until) = ban.expires_at {
        letter.extra.insert("endTime".into(), json!(until));
    }
    let block = letter.to(to, cc).within(Some(group)).write(house).await?;
    pass_on(house, &community, &block.body, (account.id.0, inboxes)).await
}
