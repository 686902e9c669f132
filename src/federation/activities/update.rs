//! `Update`: new words of a post by its author, a profile that changed, or a seat's record.
//!
//! Only one's own (S34). An Update that comes before its Create is kept as the post; the newer wording wins.

use super::{
    Envelope, Look, Scene, Want,
    create::{keep_own, own_post},
    endorsed, proven, seat,
};
use crate::{
    base::error::{Refusal, Result},
    federation::{
        keep,
        objects::{Fields, Introduced, Written, fields::wrong, introduced, member},
        rosters,
    },
    store::tables::Account,
};
use serde_json::Value;

/// What is read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// Who changed something.
    pub actor: String,
    /// Id of what changed.
    pub object_id: String,
    /// The new state, when it is embedded and the sender's own.
    pub state: State,
    /// The whole of it, for its proof, where an organisation tells of itself.
    pub whole: Option<Box<Value>>,
}

/// What changed.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// A post.
    Post(Box<Written>),
    /// The sender's own document.
    Actor(Box<Value>),
    /// The roster of a partner's organisation.
    Roster(Box<Value>),
    /// What a community says of a seat in it.
    Seat(Box<seat::Told>),
    /// A community, as one of its moderators says (Lemmy). It counts when the community announces it, and is fetched then.
    Community,
    /// To be fetched from its origin.
    Elsewhere,
}

impl Update {
    pub(super) fn read(document: &Value, envelope: &Envelope) -> Result<Self, Refusal> {
        let fields = Fields::expect(document, "the activity")?;
        let (object_id, _) = fields.required_url("object")?;
        let object = fields.list("object").next().unwrap_or(&Value::Null);
        let state = if Fields::of(object).is_some_and(|object| object.kind() == member::KIND) {
            State::Seat(Box::new(seat::Told::read(fields, object, envelope)?))
        } else if Fields::of(object).is_some_and(|object| introduced::is_actor(object)) {
            match Fields::of(object).is_some_and(|object| object.kind() == "Group") {
                _ if object_id == envelope.actor => State::Actor(Box::new(object.clone())),
                true => State::Community,
                false => return Err(wrong("only an actor changes its own profile")),
            }
        } else if rosters::is_roster(object) {
            State::Roster(Box::new(object.clone()))
        } else {
            own_post(object, &envelope.actor)?.map_or(State::Elsewhere, |written| State::Post(Box::new(written)))
        };
        let is_organisation = Fields::of(object).is_some_and(|object| object.kind() == "Organization");
        let whole = (is_organisation && proven::has_proof(document)).then(|| Box::new(document.clone()));
        Ok(Self { actor: envelope.actor.clone(), object_id: object_id.to_owned(), state, whole })
    }

    pub(super) fn names(&self) -> Vec<&String> {
        match &self.state {
            State::Post(written) => [&self.actor].into_iter().chain(written.names()).collect(),
            State::Seat(told) => told.names(&self.actor),
            State::Actor(_) | State::Roster(_) | State::Community | State::Elsewhere => vec![&self.actor],
        }
    }

    pub(super) fn wants(&self, look: Look<'_>) -> Option<Want> {
        match &self.state {
            State::Seat(told) => told.wants(look),
            State::Post(_) | State::Actor(_) | State::Roster(_) | State::Community | State::Elsewhere => self.fresh(),
        }
    }

    /// What is not the sender's own is fetched where it is.
    fn fresh(&self) -> Option<Want> {
        matches!(self.state, State::Elsewhere).then(|| Want::Fresh(self.object_id.clone()))
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        match &self.state {
            State::Post(written) => keep_own(scene, actor, written).await,
            State::Actor(document) => {
                let introduced = Introduced::read(document)?;
                if let Some(whole) = &self.whole {
                    endorsed::receive(scene, actor, (whole, &introduced)).await?;
                }
                keep::actor_in(scene.tx, &introduced, scene.federation).await?;
                introduced.remote.keys.iter().for_each(|(id, ..)| scene.federation.keyring.forget(id));
                Ok(())
            }
            State::Roster(roster) => rosters::receive(scene.tx, actor, (scene.federation, roster)).await.map(drop),
            State::Seat(told) => told.receive(scene, actor).await,
            State::Community => Err(wrong("a community itself says that it changed").into()),
            // it was fetched and kept
            State::Elsewhere => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use super::*;
    use serde_json::json;

    fn update(object: Value) -> Value {
        json!({"type": "Update", "id": "https://m.test/users/pat#updates/1", "actor": "https://m.test/users/pat", "to": ["https://www.w3.org/ns/activitystreams#Public"], "object": object})
    }

    #[test]
    fn a_profile_is_changed_by_its_owner_alone() {
        let person = |id: &str| json!({"type": "Person", "id": id, "inbox": "https://m.test/inbox", "preferredUsername": "pat"});
        let Deed::Update(read) = deed(&update(person("https://m.test/users/pat"))).unwrap().1 else { panic!() };
        assert!(matches!(read.state, State::Actor(_)));
        for id in ["https://m.test/users/pia", "https://p.test/users/pat"] {
            assert!(deed(&update(person(id))).is_err(), "s034 {id}");
        }
    }

    #[test]
    fn s034_words_of_another_are_fetched_where_they_are() {
        let note = json!({"type": "Note", "id": "https://p.test/n/1", "attributedTo": "https://p.test/u/pat", "content": "forged"});
        let Deed::Update(read) = deed(&update(note)).unwrap().1 else { panic!() };
        assert_eq!(read.fresh(), Some(Want::Fresh("https://p.test/n/1".into())));
    }
}
