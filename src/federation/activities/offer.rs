//! `Offer{Member}`: a moderator who lives elsewhere decides over somebody's seat in a community of ours (`membership.md` 2).
//!
//! `decision` says what, `basedOn` the revision that the moderator saw, `askedAt` orders the offers of one moderator. Carries
//! the moderator's own proof. An `Offer` of anything else does nothing here.

use super::{Envelope, Scene, ask, proven};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
    },
    features::memberships::{self, Decision, Offered},
    federation::objects::{
        Fields,
        fields::wrong,
        member::{KIND, required_time, sentence, time, word},
    },
    store::tables::Account,
};
use serde_json::{Value, json};

/// What is read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Who decides.
    pub actor: String,
    /// Over whom.
    pub about: String,
    /// In which community.
    pub target: String,
    /// What, on what ground, and when.
    pub offered: Offered,
    /// The whole of it, for its proof.
    pub document: Value,
}

impl Offer {
    /// None for an offer of something else than a seat.
    pub(super) fn read(document: &Value, envelope: &Envelope) -> Result<Option<Self>, Refusal> {
        let fields = Fields::expect(document, "the offer")?;
        let Some(member) = fields.object("object").filter(|object| object.kind() == KIND) else { return Ok(None) };
        let (target, _) = fields.required_url("target")?;
        let (about, _) = member.required_url("actor")?;
        if member.id("object").is_none_or(|group| group != target) {
            return Err(wrong("the offer is about a seat in another community"));
        }
        let based_on = fields.value("basedOn").and_then(Value::as_i64).filter(|rev| *rev >= 0);
        let offered = Offered {
            decision: decision(fields, member)?,
            based_on: based_on.ok_or_else(|| wrong("the offer does not say on which revision it is based"))?,
            asked_at: required_time(fields, "askedAt")?,
        };
        let (about, target) = (about.to_owned(), target.to_owned());
        Ok(Some(Self { actor: envelope.actor.clone(), about, target, offered, document: document.clone() }))
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let community = ask::community(scene, &self.target)?;
        ask::check_time(scene, self.offered.asked_at)?;
        proven::check_by(scene.federation, scene.tx, &self.document, actor).await?;
        memberships::offered(scene.tx, actor, scene.account(&self.about)?, community, self.offered.clone()).await
    }
}

fn decision(fields: Fields<'_>, member: Fields<'_>) -> Result<Decision, Refusal> {
    let reason = || sentence(member, "summary");
    let until = || time(member, "expires");
    Ok(match fields.value("decision").and_then(Value::as_str).unwrap_or_default() {
        "admit" => Decision::Admit,
        "refuse" => Decision::Refuse { reason: reason()? },
        "invite" => Decision::Invite { role: word(member, "role")?, expires_at: until()? },
        "appoint" => Decision::Appoint { role: word(member, "role")? },
        "remove" => Decision::Remove { reason: reason()? },
        "ban" => Decision::Ban { reason: reason()?, until: until()? },
        "unban" => Decision::Unban,
        _ => return Err(wrong("the decision is not a word that is known here")),
    })
}

/// A decision as its offer writes it: its word, and what it says of the seat.
pub fn written(decision: &Decision) -> (&'static str, Value) {
    let mut seat = json!({});
    let mut put = |name: &str, value: Value| {
        if !value.is_null() && value != "" {
            seat[name] = value;
        }
    };
    let word = match decision {
        Decision::Admit => "admit",
        Decision::Refuse { reason } => {
            put("summary", json!(reason));
            "refuse"
        }
        Decision::Invite { role, expires_at } => {
            put("role", json!(role));
            put("expires", json!(expires_at));
            "invite"
        }
        Decision::Appoint { role } => {
            put("role", json!(role));
            "appoint"
        }
        Decision::Remove { reason } => {
            put("summary", json!(reason));
            "remove"
        }
        Decision::Ban { reason, until } => {
            put("summary", json!(reason));
            put("expires", json!(until));
            "ban"
        }
        Decision::Unban => "unban",
    };
    (word, seat)
}

/// The object and the properties of an offer by which `decision` is told.
pub fn letter(person: &str, group: &str, (decision, based_on, asked_at): (&Decision, i64, Stamp)) -> (Value, [(&'static str, Value); 4]) {
    let (word, mut seat) = written(decision);
    seat["type"] = json!(KIND);
    seat["actor"] = json!(person);
    seat["object"] = json!(group);
    (seat, [("target", json!(group)), ("decision", json!(word)), ("basedOn", json!(based_on)), ("askedAt", json!(asked_at))])
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use super::*;
    use crate::base::words::Role;

    const GROUP: &str = "https://acme.test/c/valves";

    fn offer(decision: &Decision) -> Value {
        let mut offer = json!({"type": "Offer", "id": "https://b.test/a/1", "actor": "https://b.test/u/mo"});
        let (object, more) = letter("https://c.test/u/cora", GROUP, (decision, 7, Stamp(1_700_000_000_123)));
        offer["object"] = object;
        for (name, value) in more {
            offer[name] = value;
        }
        offer
    }

    #[test]
    fn every_decision_is_read_as_it_was_written() {
        let reason = || "off topic".to_owned();
        for decision in [
            Decision::Admit,
            Decision::Refuse { reason: reason() },
            Decision::Invite { role: Role::Curator, expires_at: Some(Stamp(1_800_000_000_000)) },
            Decision::Invite { role: Role::Member, expires_at: None },
            Decision::Appoint { role: Role::Moderator },
            Decision::Remove { reason: String::new() },
            Decision::Ban { reason: reason(), until: Some(Stamp(1_800_000_000_000)) },
            Decision::Ban { reason: reason(), until: None },
            Decision::Unban,
        ] {
            let Deed::Offer(read) = deed(&offer(&decision)).unwrap().1 else { panic!() };
            assert_eq!((read.about.as_str(), read.target.as_str()), ("https://c.test/u/cora", GROUP));
            assert_eq!(read.offered, Offered { decision, based_on: 7, asked_at: Stamp(1_700_000_000_123) });
        }
    }

    #[test]
    fn s115_an_offer_that_says_too_little_or_names_two_communities_is_refused() {
        for (name, value) in [
            ("decision", json!("crown")),
            ("decision", Value::Null),
            ("basedOn", Value::Null),
            ("basedOn", json!(-1)),
            ("basedOn", json!("7")),
            ("askedAt", Value::Null),
            ("target", json!("https://evil.test/c/valves")),
            ("target", Value::Null),
        ] {
            let mut offer = offer(&Decision::Admit);
            offer[name] = value;
            assert!(deed(&offer).is_err(), "{name}");
        }
        let mut king = offer(&Decision::Appoint { role: Role::Member });
        king["object"]["role"] = json!("king");
        assert!(deed(&king).is_err());
    }

    #[test]
    fn an_offer_of_something_else_is_none_of_a_seat() {
        let mut other = offer(&Decision::Admit);
        other["object"]["type"] = json!("Note");
        assert_eq!(deed(&other).unwrap().1, Deed::Other);
    }
}
