//! The organisation that the node belongs to: `Organization`.

use super::actor::{ActorDocument, describe};
use crate::{
    base::origin::Origin,
    store::tables::{Account, Key},
};

/// The document of our organisation.
pub fn into_json(origin: &Origin, account: &Account, keys: &[Key]) -> anyhow::Result<ActorDocument> {
    describe(origin, account, keys)
}
