//! `Accept` of a Follow of ours: we follow, or are in.
//!
//! Lemmy nests the Follow, others name its id; it is matched by (actor, object), as asks are repeated (decisions.md 4).

use super::{Envelope, Scene, follow::Asked};
use crate::{
    base::error::{Refusal, Result},
    features::{memberships, relationships},
    federation::objects::Fields,
    store::tables::Account,
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
            memberships::admitted(scene.tx, follower.id, actor.id).await
        } else {
            relationships::accept(scene.tx, follower.id, actor.id).await
        }
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
