//! `Update{Newcomer}`: those present in a community of ours that is not public learn that a company is new there
//! (`membership.md` 4). Only hosts that may read the community when it is sent: what two companies do not share, neither
//! learns of the other. The newcomer's own host is not told about itself.

use super::{
    House,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{error::Result, id::AccountId, words::Shape},
    features::{communities::seats, deliveries, memberships},
    federation::objects::newcomer,
    store::tables::Account,
};

/// Tells the hosts of a community of ours that `host` is new in it.
pub async fn announced(house: House<'_>, community: AccountId, host: &str) -> Result<()> {
    let Some(group) = targets::account(house, community).await?.filter(Account::is_local) else { return Ok(()) };
    let Some(present) = memberships::newcomer(house.tx, community, host).await? else { return Ok(()) };
    let inboxes = seats::inboxes(house.tx, community).await?;
    let targets = deliveries::queries::of_our_kind(house.tx, &inboxes, host).await?;
    let uri = house.absolute(&group.uri);
    let letter = Letter::new(&group, "Update", newcomer::into_json(&uri, &present)).to(vec![format!("{uri}/followers")], Vec::new());
    let route = Route { key: group.id.0, shape: Shape::Group, targets };
    letter.within(Some(uri)).write(house).await?.send_within(house, &group, Some(community), route).await
}
