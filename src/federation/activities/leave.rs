//! `Leave`: somebody elsewhere leaves a community of ours, or declines its invitation (`membership.md` 2 and 3).

use super::{Envelope, Scene, ask, proven};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
    },
    features::memberships,
    federation::objects::{Fields, member::required_time},
    store::tables::Account,
};
use serde_json::Value;

/// What is read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Leave {
    /// Who leaves.
    pub actor: String,
    /// Which community.
    pub object: String,
    /// When: an ask made before it brings nobody back.
    pub asked_at: Stamp,
    /// The whole of it, for its proof.
    pub document: Value,
}

impl Leave {
    pub(super) fn read(document: &Value, envelope: &Envelope) -> Result<Self, Refusal> {
        let fields = Fields::expect(document, "the ask")?;
        let (object, _) = fields.required_url("object")?;
        let asked_at = required_time(fields, "askedAt")?;
        Ok(Self { actor: envelope.actor.clone(), object: object.to_owned(), asked_at, document: document.clone() })
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let community = ask::community(scene, &self.object)?;
        ask::check_time(scene, self.asked_at)?;
        proven::check_by(scene.federation, scene.tx, &self.document, actor).await?;
        memberships::left(scene.tx, actor, community, self.asked_at).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use serde_json::{Value, json};

    #[test]
    fn leaving_says_when() {
        let mut leave = json!({"type": "Leave", "id": "https://b.test/a/2", "actor": "https://b.test/u/bo",
            "object": "https://acme.test/c/valves", "askedAt": "2026-11-22T10:00:00Z"});
        let Deed::Leave(read) = deed(&leave).unwrap().1 else { panic!() };
        assert_eq!((read.object.as_str(), read.asked_at.0 > 0), ("https://acme.test/c/valves", true));
        leave["askedAt"] = Value::Null;
        assert!(deed(&leave).is_err());
    }
}
