//! Our people: `Person`, or `Service` for a bot.

use super::actor::{ActorDocument, describe};
use crate::{
    base::origin::Origin,
    store::tables::{Account, Key},
};

/// The document of a person of ours.
pub fn into_json(origin: &Origin, account: &Account, keys: &[Key]) -> anyhow::Result<ActorDocument> {
    let featured = format!("{}/featured", origin.absolute(&account.uri));
    let document = describe(origin, account, keys)?.with("featured", featured);
    Ok(match account.guest() {
        Some(guest) => document.with("guestOf", origin.absolute(&guest.sponsor)).with("guestUntil", guest.until.to_string()),
        None => document,
    })
}
