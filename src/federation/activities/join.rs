//! `Join`: somebody elsewhere asks for a seat in a community of ours (`membership.md` 2 and 3).
//!
//! Carries the asker's own proof (FEP-8b32): what they accept with it they have signed, not their node alone. What identifies
//! an ask is who, where and `askedAt`; one that is told again comes under a fresh id, since the inbox takes each id once.

use super::{Envelope, Look, Scene, Want, ask, proven};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        host,
        words::Level,
    },
    features::{
        affiliations, agreements,
        memberships::{self, Ask},
        peers, rosters,
    },
    federation::objects::{
        Fields,
        fields::wrong,
        member::{POLICIES_MAX, required_time, sentence},
    },
    store::tables::Account,
};
use serde_json::Value;
use std::time::Duration;

/// An actor that was read within this time is not read again for an ask.
const RENEWED_AFTER: Duration = Duration::from_secs(1);

/// What is read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// Who asks.
    pub actor: String,
    /// In which community.
    pub object: String,
    /// When, strictly growing per person and community.
    pub asked_at: Stamp,
    /// The answer to the community's question.
    pub answer: String,
    /// Digests of the policies accepted.
    pub policies: Vec<String>,
    /// The whole of it, for its proof.
    pub document: Value,
}

impl Join {
    pub(super) fn read(document: &Value, envelope: &Envelope) -> Result<Self, Refusal> {
        let fields = Fields::expect(document, "the ask")?;
        let (object, _) = fields.required_url("object")?;
        Ok(Self {
            actor: envelope.actor.clone(),
            object: object.to_owned(),
            asked_at: required_time(fields, "askedAt")?,
            answer: sentence(fields, "answers")?,
            policies: policies(fields)?,
            document: document.clone(),
        })
    }

    /// An ask from a server that we have not met makes us look first at what it is; one from somebody whom a partner does not
    /// vouch for yet, at its roster; one from somebody of a partner who had no confirmed affiliation when we last looked, at their
    /// actor: they may have been hired since, and only nodes of their followers are told.
    pub(super) async fn wants(&self, look: Look<'_>) -> Result<Vec<Want>> {
        let store = &look.federation.app.store;
        let Some(host) = host::parse(&self.actor).and_then(|url| host::authority(&url)) else { return Ok(Vec::new()) };
        if !look.federation.app.origin.is_ours(&self.object) {
            return Ok(Vec::new());
        }
        let is_met = peers::find(store, &host).await?.is_some_and(|peer| peer.level >= Level::Intermoot);
        let is_partner = agreements::in_force(store, &host).await?.is_some();
        let is_unvouched = is_partner && !rosters::vouches(store, &host, &self.actor).await?;
        let actor = look.known.account(look.federation, &self.actor);
        let is_outdated = is_partner && actor.is_some_and(|actor| is_outdated(actor, store.now()));
        let wants = [(!is_met, Want::Level as fn(String) -> Want), (is_outdated, Want::Renewed), (is_unvouched, Want::Vouched)];
        Ok(wants.into_iter().filter(|(is_wanted, _)| *is_wanted).map(|(_, want)| want(self.actor.clone())).collect())
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let community = ask::community(scene, &self.object)?;
        ask::check_time(scene, self.asked_at)?;
        proven::check_by(scene.federation, scene.tx, &self.document, actor).await?;
        let proof = self.document.to_string();
        let ask = Ask { asked_at: self.asked_at, answer: &self.answer, policies: &self.policies, proof: &proof };
        memberships::asked(scene.tx, actor, community, ask).await.map(drop)
    }
}

/// Whether our copy of an actor carries no affiliation that counts, and was not read just now.
fn is_outdated(actor: &Account, now: Stamp) -> bool {
    let is_affiliated = affiliations::of(actor).is_some_and(|affiliation| affiliation.is_confirmed);
    !is_affiliated && actor.refreshed_at < now.minus(RENEWED_AFTER)
}

/// SHA-256 digests in hex, one or many.
fn policies(fields: Fields<'_>) -> Result<Vec<String>, Refusal> {
    let listed: Vec<&Value> = fields.list("policies").collect();
    let digest = |value: &&Value| {
        let text = value.as_str()?;
        (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| text.to_ascii_lowercase())
    };
    let digests: Vec<String> = listed.iter().filter_map(digest).collect();
    if digests.len() != listed.len() || digests.len() > POLICIES_MAX {
        return Err(wrong("the policies are not a few digests"));
    }
    Ok(digests)
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use serde_json::{Value, json};

    fn join() -> Value {
        json!({"type": "Join", "id": "https://b.test/a/1", "actor": "https://b.test/u/bo", "object": "https://acme.test/c/valves",
            "askedAt": "2026-11-22T10:00:00.123Z", "answers": "I make valves.", "policies": ["AB".repeat(32)]})
    }

    #[test]
    fn an_ask_is_read_with_its_answer_and_what_it_accepts() {
        let Deed::Join(read) = deed(&join()).unwrap().1 else { panic!() };
        assert_eq!((read.actor.as_str(), read.object.as_str()), ("https://b.test/u/bo", "https://acme.test/c/valves"));
        assert_eq!((read.asked_at.0 % 1000, read.answer.as_str(), read.policies), (123, "I make valves.", vec!["ab".repeat(32)]));
    }

    #[test]
    fn an_ask_without_a_time_or_with_too_much_in_it_is_refused() {
        for (name, value) in [
            ("askedAt", Value::Null),
            ("askedAt", json!("yesterday")),
            ("object", json!("valves")),
            ("answers", json!("x".repeat(1001))),
            ("answers", json!({"x": 1})),
            ("policies", json!(["short"])),
            ("policies", json!(vec!["ab".repeat(32); 21])),
            ("policies", json!([7])),
        ] {
            let mut join = join();
            join[name] = value;
            assert!(deed(&join).is_err(), "{name}");
        }
    }
}
