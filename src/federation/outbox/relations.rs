//! Follows and blocks between our accounts and others'.

use super::{
    House,
    letter::{Letter, Route},
    targets,
};
use crate::{
    base::{error::Result, id::AccountId, words::Shape},
    features::relationships,
    store::tables::Account,
};
use serde_json::{Value, json};

/// `ours` and `theirs`, when the one is ours and the other elsewhere.
async fn pair(house: House<'_>, ours: AccountId, theirs: AccountId) -> Result<Option<(Account, Account)>> {
    let (Some(ours), Some(theirs)) = (targets::account(house, ours).await?, targets::account(house, theirs).await?) else {
        return Ok(None);
    };
    Ok((ours.is_local() && !theirs.is_local()).then_some((ours, theirs)))
}

/// Sends what one of ours says to one elsewhere. `key` is the account whose wish it is about.
async fn tell(house: House<'_>, letter: Letter<'_>, theirs: &Account, key: AccountId) -> Result<()> {
    let by = letter.by;
    let letter = letter.to(vec![house.absolute(&theirs.uri)], Vec::new());
    let targets = theirs.delivery_inbox.into_iter().collect();
    letter.write(house).await?.send(house, by, Route { key: key.0, shape: Shape::Any, targets }).await
}

fn follow(house: House<'_>, uri: &str, follower: &Account, target: &Account) -> Value {
    let (actor, object) = (house.absolute(&follower.uri), house.absolute(&target.uri));
    json!({"type": "Follow", "id": house.absolute(uri), "actor": actor, "object": object, "to": [object]})
}

/// One of ours asks (or asks again, each time under a fresh id).
pub async fn asked(house: House<'_>, follower: AccountId, target: AccountId) -> Result<()> {
    let Some((follower, target)) = pair(house, follower, target).await? else { return Ok(()) };
    let Some(ask) = relationships::queries::find(house.tx, follower.id, target.id).await? else { return Ok(()) };
    let letter = Letter::new(&follower, "Follow", json!(house.absolute(&target.uri))).under(ask.uri);
    tell(house, letter, &target, follower.id).await
}

/// One of ours accepted. The Follow is nested, for Lemmy 0.19 reads it there (federation.md 4.2).
pub async fn accepted(house: House<'_>, follower: AccountId, target: AccountId) -> Result<()> {
    let Some((target, follower)) = pair(house, target, follower).await? else { return Ok(()) };
    let Some(ask) = relationships::queries::find(house.tx, follower.id, target.id).await? else { return Ok(()) };
    let letter = Letter::new(&target, "Accept", follow(house, &ask.uri, &follower, &target));
    tell(house, letter, &follower, follower.id).await
}

/// One of ours refused, or ended it.
pub async fn rejected(house: House<'_>, (follower, target): (AccountId, AccountId), uri: &str) -> Result<()> {
    let Some((target, follower)) = pair(house, target, follower).await? else { return Ok(()) };
    let letter = Letter::new(&target, "Reject", follow(house, uri, &follower, &target));
    tell(house, letter, &follower, follower.id).await
}

/// One of ours no longer follows.
pub async fn ended(house: House<'_>, (follower, target): (AccountId, AccountId), uri: &str) -> Result<()> {
    let Some((follower, target)) = pair(house, follower, target).await? else { return Ok(()) };
    let letter = Letter::new(&follower, "Undo", follow(house, uri, &follower, &target));
    tell(house, letter, &target, follower.id).await
}

/// One of ours blocks. Told to whom it concerns, as everybody in the fediverse does: their node then hides us.
pub async fn blocked(house: House<'_>, (by, target): (AccountId, AccountId), uri: &str) -> Result<()> {
    let Some((by, target)) = pair(house, by, target).await? else { return Ok(()) };
    let letter = Letter::new(&by, "Block", json!(house.absolute(&target.uri))).under(uri);
    tell(house, letter, &target, by.id).await
}

/// One of ours blocks no longer.
pub async fn unblocked(house: House<'_>, (by, target): (AccountId, AccountId), uri: &str) -> Result<()> {
    let Some((by, target)) = pair(house, by, target).await? else { return Ok(()) };
    let (actor, object) = (house.absolute(&by.uri), house.absolute(&target.uri));
    let block = json!({"type": "Block", "id": house.absolute(uri), "actor": actor, "object": object});
    tell(house, Letter::new(&by, "Undo", block), &target, by.id).await
}
