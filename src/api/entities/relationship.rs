//! Relationship: how the caller stands towards one account. Source: docs.joinmastodon.org/entities/Relationship.

use crate::{
    base::{clock::Stamp, error::Result, id::AccountId},
    features::relationships::queries::{self, Relation},
    store::Source,
};
use serde::Serialize;

/// The Mastodon API's Relationship.
#[derive(Clone, Debug, Serialize)]
pub struct Relationship {
    /// The other account.
    pub id: AccountId,
    following: bool,
    showing_reblogs: bool,
    notifying: bool,
    languages: Option<Vec<String>>,
    followed_by: bool,
    blocking: bool,
    blocked_by: bool,
    muting: bool,
    muting_notifications: bool,
    requested: bool,
    requested_by: bool,
    #[serde(rename = "domain_blocking")]
    host_blocking: bool,
    endorsed: bool,
    note: String,
    muting_expires_at: Option<Stamp>,
}

impl Relationship {
    fn new(id: AccountId, relation: Relation) -> Self {
        Self {
            id,
            following: relation.following,
            showing_reblogs: relation.showing_reblogs,
            notifying: relation.notifying,
            languages: (!relation.languages.is_empty()).then_some(relation.languages),
            followed_by: relation.followed_by,
            blocking: relation.blocking,
            blocked_by: relation.blocked_by,
            muting: relation.muting,
            muting_notifications: relation.muting_notifications,
            requested: relation.requested,
            requested_by: relation.requested_by,
            host_blocking: relation.blocking_host,
            endorsed: relation.endorsed,
            note: relation.note,
            muting_expires_at: relation.muting_until,
        }
    }
}

/// How `me` stands towards each of `others`, in their order.
pub async fn relationships(from: &impl Source, me: AccountId, others: &[AccountId]) -> Result<Vec<Relationship>> {
    let relations = queries::relations(from, me, others).await?;
    Ok(relations.into_iter().map(|(id, relation)| Relationship::new(id, relation)).collect())
}

/// How `me` stands towards one account.
pub async fn relationship(from: &impl Source, me: AccountId, other: AccountId) -> Result<Relationship> {
    let one = relationships(from, me, &[other]).await?.into_iter().next();
    Ok(one.unwrap_or_else(|| Relationship::new(other, Relation::default())))
}
