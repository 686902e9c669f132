//! What `Accept` and `Reject` of a Follow have in common: who answers, and which Follow.
//!
//! Lemmy nests the Follow, others name its id.

use super::{Envelope, follow::Asked};
use crate::{base::error::Refusal, federation::objects::Fields};

/// What is read of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who answers.
    pub actor: String,
    /// What is answered.
    pub asked: Asked,
}

impl Answer {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        Ok(Self { actor: envelope.actor.clone(), asked: Asked::read(fields)? })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Deed,
            fixtures::deed,
            follow::{Asked, Follow},
        },
        Answer,
    };
    use serde_json::{Value, json};

    fn answer(kind: &str, object: Value) -> Result<Answer, String> {
        let actor = "https://l.test/c/main";
        let answer = json!({"type": kind, "id": "https://l.test/a/1", "actor": actor, "object": object, "to": ["https://acme.test/u/ada"]});
        match (kind, deed(&answer).map_err(|refusal| refusal.to_string())?.1) {
            ("Accept", Deed::Accept(answer)) | ("Reject", Deed::Reject(answer)) => Ok(answer),
            (_, other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_follow_may_be_nested_or_named() {
        let (id, actor, object) = ("https://acme.test/activities/1", "https://acme.test/u/ada", "https://l.test/c/main");
        let nested = json!({"type": "Follow", "id": id, "actor": actor, "object": object, "to": [object]});
        let follow = Follow { id: id.into(), actor: actor.into(), object: object.into() };
        for kind in ["Accept", "Reject"] {
            assert_eq!(answer(kind, nested.clone()).unwrap().asked, Asked::Whole(Box::new(follow.clone())));
            assert_eq!(answer(kind, json!(id)).unwrap().asked, Asked::Id(id.into()));
            assert!(answer(kind, json!({"type": "Note", "id": "https://acme.test/p/1"})).is_err());
            assert!(answer(kind, Value::Null).is_err());
        }
    }
}
