//! `Update{Newcomer}`: a community in which somebody of ours has a seat says that a company is new there (`membership.md` 4).
//!
//! Only the community itself says so. Our people in it are notified, so that they may leave before.

use super::{Envelope, Scene};
use crate::{
    base::error::{Refusal, Result},
    features::memberships,
    federation::objects::{
        Fields,
        fields::wrong,
        newcomer::{self, is_newcomer},
    },
    store::tables::Account,
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The community.
    pub actor: String,
    /// Who is new in it.
    pub told: newcomer::Newcomer,
}

impl Newcomer {
    /// Reads it; none when it is about something else.
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Option<Self>, Refusal> {
        let object = fields.value("object").filter(|object| envelope.kind == "Update" && is_newcomer(object));
        let Some(object) = object else { return Ok(None) };
        let told = newcomer::Newcomer::read(Fields::expect(object, "the newcomer")?)?;
        if told.community != envelope.actor {
            return Err(wrong("only a community says who is new in it"));
        }
        Ok(Some(Self { actor: envelope.actor.clone(), told }))
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        if self.told.host == scene.federation.app.origin.authority() {
            return Err(wrong("this is about ourselves").into());
        }
        let told = &self.told;
        memberships::introduced_elsewhere(scene.tx, actor, &told.host, (told.announced_at, told.admitted_from)).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use serde_json::json;

    #[test]
    fn only_a_community_says_who_is_new_in_it() {
        let group = "https://acme.test/c/valves";
        let update = |actor: &str, host: &str| {
            json!({"type": "Update", "id": format!("{actor}/activities/1"), "actor": actor, "to": [format!("{group}/followers")],
                "object": {"type": "Newcomer", "object": group, "host": host, "announcedAt": "2026-11-22T10:00:00Z", "admittedFrom": "2026-11-23T10:00:00Z"}})
        };
        let Deed::Newcomer(read) = deed(&update(group, "cobalt.test")).unwrap().1 else { panic!() };
        assert_eq!(read.told.host, "cobalt.test");
        for actor in ["https://acme.test/c/other", "https://acme.test/u/ada", "https://evil.test/c/valves"] {
            assert!(deed(&update(actor, "cobalt.test")).is_err(), "{actor}");
        }
        for host in ["", "Cobalt.test", "cobalt.test/x", "a b"] {
            assert!(deed(&update(group, host)).is_err(), "{host:?}");
        }
    }
}
