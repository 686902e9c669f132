//! Our communities: `Group` as FEP-1b12 and Lemmy want it.
//!
//! `manuallyApprovesFollowers` is true exactly when the stage is not public: Lemmy reads it as "private" (decisions.md 5).

use super::actor::{ActorDocument, describe};
use crate::{
    base::{origin::Origin, words::Stage},
    features::{communities::moves, policies::Named},
    store::tables::{Account, Community, Key},
};
use serde_json::json;

/// The document of a community of ours.
pub fn into_json(
    origin: &Origin,
    account: &Account,
    (community, binding): (&Community, &[Named]),
    keys: &[Key],
) -> anyhow::Result<ActorDocument> {
    let policies: Vec<_> =
        binding.iter().map(|named| json!({"digest": named.digest, "version": named.version, "url": origin.absolute(&named.url)})).collect();
    let id = origin.absolute(&account.uri);
    let aliases = moves::aliases(community);
    let document =
        if aliases.is_empty() { describe(origin, account, keys)? } else { describe(origin, account, keys)?.with("alsoKnownAs", aliases) };
    Ok(document
        .with("movedTo", community.moved_to.clone())
        .approving_by_hand(community.stage != Stage::Public)
        .with("attributedTo", format!("{id}/moderators"))
        .with("featured", format!("{id}/featured"))
        .with("members", format!("{id}/members"))
        .with("postingRestrictedToMods", false)
        .with("purpose", community.purpose.clone())
        .with("description", community.purpose.clone())
        .with("stage", community.stage.word())
        .with("leastLevel", community.least_level.word())
        .with("historyRule", community.history.word())
        .with("seats", format!("{id}/seats"))
        .with("requests", format!("{id}/requests"))
        .with("joinRule", community.join_rule.word())
        .with("question", community.question.clone())
        .with("policies", policies)
        .with("policyRequired", community.policy_required)
        .with("source", json!({"content": account.note_source, "mediaType": "text/markdown"})))
}
