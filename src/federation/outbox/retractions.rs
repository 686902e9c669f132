//! What the other side of an ended agreement is to forget, told by each community; and that we forgot what we were told (S118).
//!
//! Endings: they go out although nobody there may read any more.

use super::{
    House,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{error::Result, id::AccountId, words::Shape},
    features::{
        accounts,
        agreements::{ORGANISATION, rows},
        communities::seats,
        retractions,
    },
    federation::objects::retraction,
};
use anyhow::Context;

/// A list of ours, as long as nobody confirmed it, and nobody there may read the community again.
pub async fn told(house: House<'_>, id: i64) -> Result<()> {
    let Some(row) = retractions::by_id(house.tx, id).await?.filter(|row| row.confirmed_at.is_none()) else { return Ok(()) };
    let Some(agreement) = rows::by_id(house.tx, row.agreement_id).await? else { return Ok(()) };
    let (group, partner) = (targets::account(house, row.community_id).await?, targets::account(house, agreement.partner_id).await?);
    let (Some(group), Some(partner)) = (group, partner) else { return Ok(()) };
    if seats::host_has_seat(house.tx, group.id, &agreement.host).await? {
        return Ok(());
    }
    let mut list = retraction::into_json(&house.federation.app.origin, (&group.uri, &agreement.uri), &row)?;
    house.federation.prove(&mut list, group.id).await?;
    let letter = Letter::new(&group, "Update", list).to(vec![house.absolute(&partner.uri)], Vec::new());
    let route = Route { key: row.id, shape: Shape::Any, targets: partner.delivery_inbox.into_iter().collect() };
    letter.write(house).await?.send(house, &group, route).await
}

/// Our answer to a list of a community elsewhere.
pub async fn followed(house: House<'_>, community: AccountId, (uri, forgotten): (&str, i64)) -> Result<()> {
    let Some(group) = targets::account(house, community).await?.filter(|group| !group.is_local()) else { return Ok(()) };
    let us = accounts::queries::by_uri(house.tx, ORGANISATION).await?.context("this node has no organisation yet")?;
    let letter = Letter::new(&us, "Accept", retraction::answer(uri, forgotten)).to(vec![group.uri.clone()], Vec::new());
    let route = Route { key: group.id.0, shape: Shape::Any, targets: group.delivery_inbox.into_iter().collect() };
    letter.write(house).await?.send(house, &us, route).await
}
