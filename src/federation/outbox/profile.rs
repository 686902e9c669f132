//! Accounts of ours: changed, deleted.

use super::{
    House,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{
        error::Result,
        id::{AccountId, InboxId},
        words::{AccountKind, Shape, Stage},
    },
    features::{accounts, agreements, communities, deliveries, policies},
    federation::{
        objects::{group, node, organisation, person},
        vocabulary::PUBLIC,
    },
    store::tables::Account,
};
use serde_json::{Value, json};

/// Our account's document, without context and proof; none for a community that does not leave this node.
async fn document(house: House<'_>, account: &Account) -> Result<Option<Value>> {
    let origin = &house.federation.app.origin;
    let keys = accounts::queries::keys_of(house.tx, account.id).await?;
    let document = match account.kind {
        AccountKind::Person | AccountKind::Service => person::into_json(origin, account, &keys)?,
        AccountKind::Node => node::into_json(origin, account, &keys)?,
        AccountKind::Organisation => organisation::into_json(origin, account, &keys, &house.federation.app.config.organisation.hosts)?,
        AccountKind::Community => {
            let about = communities::queries::by_id(house.tx, account.id).await?;
            let Some(about) = about.filter(|about| about.stage != Stage::Local) else { return Ok(None) };
            let binding = policies::binding(house.tx, account).await?;
            group::into_json(origin, account, (&about, &binding), &keys)?
        }
    };
    Ok(Some(serde_json::to_value(document).map_err(anyhow::Error::from)?))
}

pub async fn edited(house: House<'_>, account: AccountId) -> Result<()> {
    let Some(account) = targets::account(house, account).await?.filter(Account::is_local) else { return Ok(()) };
    let mut to = targets::followers(house, account.id).await?;
    if account.is_community() {
        to.extend(targets::readers(house, account.id).await?);
    }
    let Some(document) = document(house, &account).await?.filter(|_| !to.is_empty()) else { return Ok(()) };
    tell(house, Letter::new(&account, "Update", document), to).await
}

/// Told to everyone who was sent anything by it.
pub async fn deleted(house: House<'_>, account: AccountId) -> Result<()> {
    let Some(account) = targets::account(house, account).await?.filter(Account::is_local) else { return Ok(()) };
    let mut to = targets::followers(house, account.id).await?;
    to.extend(deliveries::queries::reached_by(house.tx, account.id).await?);
    if to.is_empty() {
        return Ok(());
    }
    tell(house, Letter::new(&account, "Delete", json!(house.absolute(&account.uri))), to).await
}

/// Our organisation has a new key: whoever has or had an agreement with it is told, by an `Update` that the key before proves
/// (FEP-8b32), and takes the new one by that (`membership.md` 7). Then the one before is forgotten.
pub async fn key_replaced(house: House<'_>, account: AccountId) -> Result<()> {
    house.federation.forget_own_keys();
    let Some(account) = targets::account(house, account).await?.filter(Account::is_local) else { return Ok(()) };
    let to = agreements::rows::partners_inboxes(house.tx).await?;
    for retired in accounts::retired(house.tx, account.id).await? {
        let key = (house.absolute(&retired.uri), house.federation.app.open_key(&retired)?);
        if let Some(document) = document(house, &account).await?.filter(|_| !to.is_empty()) {
            tell(house, Letter { key: Some(&key), ..Letter::new(&account, "Update", document) }, to.clone()).await?;
        }
        accounts::forget_retired(house.tx, &retired).await?;
    }
    Ok(())
}

async fn tell(house: House<'_>, letter: Letter<'_>, to: Vec<InboxId>) -> Result<()> {
    let by = letter.by;
    let followers = format!("{}/followers", house.absolute(&by.uri));
    // A community that is not public tells its members alone.
    let (to_whom, others) = if by.is_community() && by.locked { (followers, Vec::new()) } else { (PUBLIC.into(), vec![followers]) };
    let letter = letter.to(vec![to_whom], others);
    letter.write(house).await?.send(house, by, Route { key: by.id.0, shape: Shape::Any, targets: to }).await
}
