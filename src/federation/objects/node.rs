//! The node itself: `Application`, which signs our fetches and says what we implement (FEP-844e).

use super::actor::{ActorDocument, describe};
use crate::{
    base::origin::Origin,
    federation::vocabulary::IMPLEMENTS,
    store::tables::{Account, Key},
};
use serde_json::{Value, json};

/// The document of this node.
pub fn into_json(origin: &Origin, account: &Account, keys: &[Key]) -> anyhow::Result<ActorDocument> {
    Ok(describe(origin, account, keys)?.with("implements", implements()))
}

/// What we implement, as links.
pub fn implements() -> Value {
    IMPLEMENTS.iter().map(|(href, name)| json!({"href": href, "name": name})).collect()
}
