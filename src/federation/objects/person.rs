//! Our people: `Person`, or `Service` for a bot.

use super::actor::{ActorDocument, describe};
use crate::{
    base::origin::Origin,
    store::tables::{Account, Key},
};

/// The document of a person of ours.
pub fn into_json(origin: &Origin, account: &Account, keys: &[Key]) -> anyhow::Result<ActorDocument> {
    let featured = format!("{}/featured", origin.absolute(&account.uri));
    Ok(describe(origin, account, keys)?.with("featured", featured))
}
