//! Moderators, as peers read them that have no records: `Add` and `Remove` with a target (FEP-1b12). Bans: `moderation.rs`.
//!
//! Where a moderator of ours decided it is theirs, inside the community's Announce (Lemmy and Mbin take it from a person alone);
//! what one elsewhere sent was passed on as it came; else the community says it itself. Who was a moderator before is read from
//! the seat's last signed record, so every seat that moderates has one.

use super::{
    House, announce,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{
        error::Result,
        words::{Role, SeatStatus, Shape, Stage},
    },
    features::{communities, moderation::log},
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
    let entry = log::of_seat(house.tx, (held.community.id, held.account.id), held.seat.updated_at).await?;
    if entry.as_ref().is_some_and(|entry| !entry.uri.starts_with('/')) {
        return Ok(());
    }
    let decider = match entry {
        Some(entry) => targets::account(house, entry.moderator_id).await?.filter(|by| by.is_local() && by.is_active()),
        None => None,
    };
    let kind = if is { "Add" } else { "Remove" };
    let mut letter = Letter::new(decider.as_ref().unwrap_or(held.community), kind, json!(house.absolute(&held.account.uri)));
    letter.extra.insert("target".into(), json!(format!("{group}/moderators")));
    let (to, cc) = readers(house, held.community, &group).await?;
    let letter = letter.to(to, cc).within(Some(group));
    let targets = targets::readers(house, held.community.id).await?;
    if targets.is_empty() {
        return Ok(());
    }
    let (key, written) = (held.account.id.0, letter.write(house).await?);
    match decider {
        Some(_) => announce::pass_on(house, held.community, &written.body, (key, targets)).await,
        None => written.send(house, held.community, Route { key, shape: Shape::Any, targets }).await,
    }
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
