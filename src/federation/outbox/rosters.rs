//! `Update{Roster}`: partners are told at once when somebody leaves. Each gets its own, so that none learns of another's
//! people (S123).

use super::{
    House,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{error::Result, words::Shape},
    features::{accounts, affiliations, rosters},
    federation::rosters::{document, signed_agreement},
};

/// Tells the partner at `host` our roster for it, if there is an agreement (suspended or not).
pub async fn told(house: House<'_>, host: &str) -> Result<()> {
    let Some(agreement) = signed_agreement(house.tx, host).await? else { return Ok(()) };
    let (partner, ours) =
        (targets::account(house, agreement.partner_id).await?, accounts::queries::by_uri(house.tx, affiliations::OURS).await?);
    let (Some(partner), Some(ours)) = (partner, ours) else { return Ok(()) };
    let listed = rosters::issue(house.tx, host).await?;
    let mut roster = document(&house.federation.app.origin, host, &listed);
    house.federation.prove(&mut roster, ours.id).await?;
    let letter = Letter::new(&ours, "Update", roster).to(vec![house.absolute(&partner.uri)], Vec::new());
    let route = Route { key: partner.id.0, shape: Shape::Any, targets: partner.delivery_inbox.into_iter().collect() };
    letter.write(house).await?.send(house, &ours, route).await
}
