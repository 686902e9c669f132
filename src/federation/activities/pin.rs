//! `Add` and `Remove` of a post to what an account features: its author's own profile, or a community (Mastodon, Lemmy).
//!
//! To a community of ours it is told by one of its curators or above; of one elsewhere the community says so itself. Of a person,
//! to a community's moderators: `rank.rs`.

use super::{Envelope, Scene, rank};
use crate::{
    base::error::{Refusal, Result},
    features::{
        accounts,
        posts::{self, pins},
    },
    federation::objects::{Fields, fields::wrong},
    store::tables::{Account, Post},
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Its id.
    pub id: String,
    /// Who pins.
    pub actor: String,
    /// Which post.
    pub object: String,
    /// To which collection.
    pub target: String,
    /// Whether it is put there, or taken away.
    pub adds: bool,
}

impl Pin {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        let (target, _) = fields.required_url("target")?;
        let adds = envelope.kind == "Add";
        let (id, actor) = (envelope.id.clone(), envelope.actor.clone());
        Ok(Self { id, actor, object: object.to_owned(), target: target.to_owned(), adds })
    }

    async fn post(&self, scene: Scene<'_>) -> Result<Post> {
        let post = posts::queries::by_uri(scene.tx, scene.stored(&self.object)).await?;
        post.ok_or_else(|| wrong("what is added or removed is no post that is known here").into())
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        if rank::is_of(self, actor) {
            return rank::copy(self, scene, actor).await;
        }
        if let Some(community) = rank::ours(self, scene).await? {
            return rank::receive(self, scene, (actor, &community)).await;
        }
        let post = self.post(scene).await?;
        if !actor.featured_uri.is_empty() && self.target == actor.featured_uri {
            return pins::set(scene.tx, actor, &post, self.adds).await;
        }
        let community = match post.community_id {
            Some(community) => accounts::queries::by_id(scene.tx, community).await?.filter(Account::is_local),
            None => None,
        };
        match community.filter(|community| scene.stored(&self.target) == format!("{}/featured", community.uri)) {
            Some(community) => pins::feature(scene.tx, actor, (&community, &post), self.adds).await,
            None => Err(wrong("this is no collection that the sender may add to or remove from").into()),
        }
    }

    /// The community elsewhere says that it features a post of its own, or no longer.
    pub(super) async fn copy(&self, scene: Scene<'_>, group: &Account) -> Result<()> {
        if rank::is_of(self, group) {
            return rank::copy(self, scene, group).await;
        }
        let post = self.post(scene).await?;
        if post.community_id != Some(group.id) || group.featured_uri.is_empty() || self.target != group.featured_uri {
            return Err(wrong("a community features what is in it").into());
        }
        pins::copied(scene.tx, group, &post, self.adds).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use serde_json::json;

    #[test]
    fn ap039_what_is_added_says_to_what() {
        let mut add = json!({"type": "Add", "id": "https://m.test/1", "actor": "https://m.test/u/a", "object": "https://m.test/n/1", "target": "https://m.test/u/a/featured"});
        let Deed::Pin(read) = deed(&add).unwrap().1 else { panic!() };
        assert!(read.adds && read.target == "https://m.test/u/a/featured");
        add["type"] = json!("Remove");
        let Deed::Pin(read) = deed(&add).unwrap().1 else { panic!() };
        assert!(!read.adds);
        add.as_object_mut().unwrap().remove("target");
        assert!(deed(&add).is_err());
    }
}
