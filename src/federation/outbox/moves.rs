//! A community of ours goes on elsewhere: `Move`, to whoever reads it (FEP-7628). Its document says `movedTo`.

use super::{
    House,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{error::Result, id::AccountId, words::Shape},
    features::communities,
    federation::vocabulary::PUBLIC,
    store::tables::Account,
};
use serde_json::json;

pub async fn moved(house: House<'_>, community: AccountId) -> Result<()> {
    let Some(group) = targets::account(house, community).await?.filter(Account::is_local) else { return Ok(()) };
    let facts = communities::queries::by_id(house.tx, community).await?;
    let Some(to) = facts.map(|facts| facts.moved_to).filter(|to| !to.is_empty()) else { return Ok(()) };
    let targets = targets::readers(house, community).await?;
    if targets.is_empty() {
        return Ok(());
    }
    let uri = house.absolute(&group.uri);
    let mut letter = Letter::new(&group, "Move", json!(uri)).to(vec![PUBLIC.to_owned()], vec![format!("{uri}/followers")]);
    letter.extra.insert("target".into(), json!(to));
    letter.write(house).await?.send(house, &group, Route { key: group.id.0, shape: Shape::Any, targets }).await
}
