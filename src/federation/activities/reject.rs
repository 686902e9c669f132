//! `Reject` of a Follow of ours: refused, or ended after it was accepted (federation.md 2).

use super::{Envelope, Scene, follow::Asked};
use crate::{
    base::error::{Refusal, Result},
    features::{memberships, relationships},
    federation::objects::Fields,
    store::tables::Account,
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Who answers.
    pub actor: String,
    /// What is answered.
    pub asked: Asked,
}

impl Reject {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        Ok(Self { actor: envelope.actor.clone(), asked: Asked::read(fields)? })
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let follower = self.asked.follower(scene, actor).await?;
        if actor.is_community() {
            memberships::ended(scene.tx, &follower, actor).await
        } else {
            relationships::reject(scene.tx, follower.id, actor.id).await
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
        let answer = |object: Value| json!({"type": "Reject", "id": "https://l.test/a/1", "actor": "https://l.test/c/main", "object": object, "to": ["https://acme.test/u/ada"]});
        let Deed::Reject(read) = deed(&answer(nested)).unwrap().1 else { panic!() };
        assert_eq!(read.asked, Asked::Whole(Box::new(follow)));
        let Deed::Reject(read) = deed(&answer(json!("https://acme.test/activities/1"))).unwrap().1 else { panic!() };
        assert_eq!(read.asked, Asked::Id("https://acme.test/activities/1".into()));
        assert!(deed(&answer(json!({"type": "Note", "id": "https://acme.test/p/1"}))).is_err());
        assert!(deed(&answer(Value::Null)).is_err());
    }
}
