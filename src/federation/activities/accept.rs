//! `Accept` of a Follow of ours: we follow, or are in.
//!
//! Lemmy nests the Follow, others name its id; it is matched by (actor, object), as asks are repeated (decisions.md 4).

use super::{Envelope, Scene, follow::Asked};
use crate::{
    base::{
        error::{Refusal, Result},
        words::{Level, SeatStatus},
    },
    features::{communities::seats, memberships, peers, relationships},
    federation::objects::Fields,
    store::tables::{Account, Seat},
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    /// Who answers.
    pub actor: String,
    /// What is answered.
    pub asked: Asked,
}

impl Accept {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        Ok(Self { actor: envelope.actor.clone(), asked: Asked::read(fields)? })
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let follower = self.asked.follower(scene, actor).await?;
        if actor.is_community() {
            memberships::admitted(scene.tx, follower.id, actor.id).await?;
            grant(scene, &follower, actor).await
        } else {
            relationships::accept(scene.tx, follower.id, actor.id).await
        }
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

#[cfg(test)]
mod tests {
    use super::super::{
        Deed,
        fixtures::deed,
        follow::{Asked, Follow},
    };
    use serde_json::{Value, json};

    #[test]
    fn the_follow_may_be_nested_or_named() {
        let (id, actor, object) = ("https://acme.test/activities/1", "https://acme.test/u/ada", "https://l.test/c/main");
        let nested = json!({"type": "Follow", "id": id, "actor": actor, "object": object, "to": [object]});
        let follow = Follow { id: id.into(), actor: actor.into(), object: object.into() };
        let answer = |object: Value| json!({"type": "Accept", "id": "https://l.test/a/1", "actor": "https://l.test/c/main", "object": object, "to": ["https://acme.test/u/ada"]});
        let Deed::Accept(read) = deed(&answer(nested)).unwrap().1 else { panic!() };
        assert_eq!(read.asked, Asked::Whole(Box::new(follow)));
        let Deed::Accept(read) = deed(&answer(json!("https://acme.test/activities/1"))).unwrap().1 else { panic!() };
        assert_eq!(read.asked, Asked::Id("https://acme.test/activities/1".into()));
        assert!(deed(&answer(json!({"type": "Note", "id": "https://acme.test/p/1"}))).is_err());
        assert!(deed(&answer(Value::Null)).is_err());
    }
}
