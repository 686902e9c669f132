//! `Accept` of a Follow of ours: we follow, or are in.
//!
//! It is matched by (actor, object), as asks are repeated (decisions.md 4).

use super::{Scene, answer::Answer};
use crate::{
    base::{
        error::Result,
        words::{Level, SeatStatus},
    },
    features::{communities::seats, memberships, peers, relationships},
    store::tables::{Account, Seat},
};

/// Applies it.
pub(super) async fn receive(answer: &Answer, scene: Scene<'_>, actor: &Account) -> Result<()> {
    let follower = answer.asked.follower(scene, actor).await?;
    if actor.is_community() {
        memberships::admitted(scene.tx, follower.id, actor.id).await?;
        grant(scene, &follower, actor).await
    } else {
        relationships::accept(scene.tx, follower.id, actor.id).await
    }
}

/// Where a community's software has no records its Accept is the grant, also where one must ask (Lemmy's private
/// communities): until it comes the seat stays requested. Our own nodes send the record.
async fn grant(scene: Scene<'_>, follower: &Account, group: &Account) -> Result<()> {
    let peer = peers::find(scene.tx, &group.host).await?;
    if peer.is_some_and(|peer| peer.level == Level::Intermoot) {
        return Ok(());
    }
    match seats::seat(scene.tx, group.id, follower.id).await? {
        Some(seat) if seat.status == SeatStatus::Requested => {
            let granted = Seat { status: SeatStatus::Active, next_attempt_at: None, ..seat };
            seats::keep(scene.tx, granted, false).await.map(drop)
        }
        _ => Ok(()),
    }
}
