//! `Like`: somebody likes a post that they may see.

use super::{Envelope, Scene};
use crate::{
    base::error::{Refusal, Result},
    features::{posts, reactions},
    federation::objects::{Fields, fields::wrong},
    store::tables::{Account, Post},
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// Its id.
    pub id: String,
    /// Who likes.
    pub actor: String,
    /// What.
    pub object: String,
}

impl Like {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        Ok(Self { id: envelope.id.clone(), actor: envelope.actor.clone(), object: object.to_owned() })
    }

    /// The post that is liked, if we have it.
    pub(super) async fn post(&self, scene: Scene<'_>) -> Result<Post> {
        let post = posts::queries::by_uri(scene.tx, scene.stored(&self.object)).await?;
        post.ok_or_else(|| wrong("the post that is liked is not known here").into())
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let post = self.post(scene).await?;
        if posts::is_buried(scene.tx, &self.id, actor.id).await? {
            return Err(wrong("this was taken back before").into());
        }
        let viewer = posts::queries::Viewer::Account(actor.id);
        let seen = posts::queries::seen(scene.tx, &viewer, post.id).await?;
        let post = seen.ok_or_else(|| wrong("the post that is liked is not known here"))?;
        reactions::like(scene.tx, actor, &post, Some(&self.id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use serde_json::json;

    #[test]
    fn likes_of_mastodon_and_lemmy_are_read_alike() {
        for like in [
            json!({"@context": "https://www.w3.org/ns/activitystreams", "id": "https://m.test/users/a#likes/1", "type": "Like", "actor": "https://m.test/users/a", "object": "https://acme.test/p/1"}),
            json!({"id": "https://l.test/activities/like/1", "type": "Like", "actor": "https://l.test/u/a", "object": "https://acme.test/p/1", "audience": "https://acme.test/c/valves"}),
        ] {
            let (_, read) = deed(&like).unwrap();
            let Deed::Like(read) = &read else { panic!("{read:?}") };
            assert_eq!(
                (json!(read.id), json!(read.actor), json!(read.object)),
                (like["id"].clone(), like["actor"].clone(), like["object"].clone())
            );
        }
    }
}
