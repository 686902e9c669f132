//! `Follow`: somebody asks to follow one of our people, or to join one of our communities.
//!
//! A repeated Follow has a fresh id and is answered again (decisions.md 4); following a community is asking to join it.

use super::{Envelope, Scene};
use crate::{
    base::{
        error::{Error, Kind, Refusal, Result},
        words::{Level, Stage},
    },
    features::{accounts, communities, memberships, peers, policies, posts, relationships},
    federation::objects::{Fields, fields::wrong},
    store::{event::Event, tables::Account},
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Its id.
    pub id: String,
    /// Who asks.
    pub actor: String,
    /// Whom.
    pub object: String,
}

impl Follow {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        Ok(Self { id: envelope.id.clone(), actor: envelope.actor.clone(), object: object.to_owned() })
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let target = scene.account(&self.object)?;
        if !target.is_local() {
            return Err(wrong("the one to be followed is not one of ours").into());
        }
        if posts::is_buried(scene.tx, &self.id, actor.id).await? {
            return Err(wrong("this was taken back before").into());
        }
        if target.is_community()
            && let Some(refusal) = unfit(scene, actor, target).await?
        {
            self.refuse(scene, (actor, target), refusal);
            return Ok(());
        }
        let options = relationships::FollowOptions { show_boosts: true, notify: false };
        if !target.is_community() {
            return relationships::follow(scene.tx, actor, target, options, Some(&self.id)).await.map(drop);
        }
        let act = scene.tx.nest().await?;
        match memberships::follow_or_join(&act, actor, target, options, Some(&self.id)).await {
            Ok(_) => {
                policies::accept_by_following(&act, actor, target, &self.id).await?;
                act.commit_into(scene.tx).await
            }
            Err(Error::Refused(refusal)) if refusal.kind == Kind::Forbidden => {
                drop(act);
                self.refuse(scene, (actor, target), refusal);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Says no: else the ask would be told for two weeks. Our own nodes are told why, others get a Reject.
    fn refuse(&self, scene: Scene<'_>, (actor, target): (&Account, &Account), refusal: Refusal) {
        let (code, sentence) = (refusal.code.to_owned(), refusal.to_string());
        scene.tx.record(Event::AskRefused { community: target.id, account: actor.id, code, sentence });
        scene.tx.record(Event::FollowRejected { follower: actor.id, target: target.id, uri: self.id.clone() });
    }
}

/// A community that is not public admits only members whose servers keep to its rules: those that know groups (Lemmy's
/// private communities) or more, as its least level says: the refusal of all others. They are told, but for communities of
/// partners, of which they know nothing (S120). What a server runs may not be known yet: then the ask waits.
async fn unfit(scene: Scene<'_>, actor: &Account, group: &Account) -> Result<Option<Refusal>> {
    let facts = communities::queries::by_id(scene.tx, group.id).await?.ok_or_else(Refusal::not_found)?;
    if facts.stage == Stage::Public {
        return Ok(None);
    }
    let sentence = "This community does not admit members of servers of this kind.";
    let peer = peers::find(scene.tx, &actor.host).await?;
    match peer.and_then(|peer| peer.nodeinfo_at.map(|_| peer.level)) {
        Some(level) if level >= facts.least_level.max(Level::Group) => Ok(None),
        Some(_) if facts.stage == Stage::Federated => Ok(Some(Refusal::forbidden("least_level", sentence))),
        Some(_) => Err(wrong(sentence).into()),
        None => Err(anyhow::anyhow!("what the server of {} runs is not known yet", actor.uri).into()),
    }
}

/// The Follow that an answer is about: embedded, or named by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// By id.
    Id(String),
    /// Whole.
    Whole(Box<Follow>),
}

impl Asked {
    /// Reads the `object` of an answer.
    pub(super) fn read(fields: Fields<'_>) -> Result<Self, Refusal> {
        match fields.object("object") {
            Some(follow) if follow.kind() == "Follow" => {
                let (actor, _) = follow.required_url("actor")?;
                let (object, _) = follow.required_url("object")?;
                let id = follow.id("id").unwrap_or_default();
                Ok(Self::Whole(Box::new(Follow { id: id.to_owned(), actor: actor.to_owned(), object: object.to_owned() })))
            }
            Some(_) => Err(wrong("the answer is not about a Follow")),
            None => Ok(Self::Id(fields.required_url("object")?.0.to_owned())),
        }
    }

    pub(super) fn names<'a>(&'a self, actor: &'a String) -> Vec<&'a String> {
        match self {
            Self::Id(_) => vec![actor],
            Self::Whole(follow) => vec![actor, &follow.actor],
        }
    }

    /// Who of ours asked `target`. Refused when nobody did (S45), or the answer is somebody else's to give (S46).
    pub(super) async fn follower(&self, scene: Scene<'_>, target: &Account) -> Result<Account> {
        let never = || wrong("this answers an ask that was never sent");
        let follower = match self {
            Self::Whole(follow) => {
                if scene.stored(&follow.object) != target.uri {
                    return Err(wrong("this answers an ask to somebody else").into());
                }
                scene.account(&follow.actor)?.clone()
            }
            Self::Id(id) => {
                let follow = relationships::queries::by_uri(scene.tx, scene.stored(id)).await?.ok_or_else(never)?;
                if follow.target_id != target.id {
                    return Err(wrong("this answers an ask to somebody else").into());
                }
                accounts::queries::by_id(scene.tx, follow.follower_id).await?.ok_or_else(never)?
            }
        };
        let asked = relationships::queries::find(scene.tx, follower.id, target.id).await?;
        if follower.is_local() && asked.is_some() { Ok(follower) } else { Err(never().into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use serde_json::json;

    #[test]
    fn follows_of_mastodon_lemmy_and_gotosocial_are_read_alike() {
        for follow in [
            json!({"@context": "https://www.w3.org/ns/activitystreams", "id": "https://m.test/7", "type": "Follow", "actor": "https://m.test/users/a", "object": "https://acme.test/c/valves"}),
            json!({"id": "https://l.test/activities/follow/7", "type": "Follow", "actor": "https://l.test/u/a", "object": "https://acme.test/c/valves", "to": ["https://acme.test/c/valves"]}),
            json!({"id": "https://g.test/users/a/follow/7", "type": "Follow", "actor": "https://g.test/users/a", "object": "https://acme.test/c/valves", "to": "https://acme.test/c/valves"}),
        ] {
            let (_, read) = deed(&follow).unwrap();
            let Deed::Follow(read) = &read else { panic!("{read:?}") };
            assert_eq!(
                (json!(read.id), json!(read.actor), json!(read.object)),
                (follow["id"].clone(), follow["actor"].clone(), json!("https://acme.test/c/valves"))
            );
        }
    }
}
