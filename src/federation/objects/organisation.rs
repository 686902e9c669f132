//! The organisation that the node belongs to: `Organization`.

use super::actor::{ActorDocument, describe};
use crate::{
    base::origin::Origin,
    store::tables::{Account, Key},
};

/// The document of our organisation, with the further hosts that it says are its own.
pub fn into_json(origin: &Origin, account: &Account, keys: &[Key], hosts: &[String]) -> anyhow::Result<ActorDocument> {
    let document = describe(origin, account, keys)?;
    Ok(if hosts.is_empty() { document } else { document.with("hosts", hosts) })
}
