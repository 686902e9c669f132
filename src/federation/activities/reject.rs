//! `Reject` of a Follow of ours: refused, or ended after it was accepted (federation.md 2).

use super::{Scene, answer::Answer};
use crate::{
    base::error::Result,
    features::{memberships, relationships},
    store::tables::Account,
};

/// Applies it.
pub(super) async fn receive(answer: &Answer, scene: Scene<'_>, actor: &Account) -> Result<()> {
    let follower = answer.asked.follower(scene, actor).await?;
    if actor.is_community() {
        memberships::ended(scene.tx, &follower, actor).await
    } else {
        relationships::reject(scene.tx, follower.id, actor.id).await
    }
}
