//! `Block`: somebody elsewhere blocks one of ours. Follows between the two end, and neither sees the other's posts.
//!
//! Mastodon and GoToSocial send it to whom it concerns. With a `target` it is Lemmy's ban from a community or server,
//! which is not the actor's own block: that does nothing here.

use super::{Envelope, Scene};
use crate::{
    base::error::{Refusal, Result},
    features::{memberships, posts, relationships},
    federation::objects::{Fields, fields::wrong},
    store::tables::Account,
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its id.
    pub id: String,
    /// Who blocks.
    pub actor: String,
    /// Whom.
    pub object: String,
}

impl Block {
    /// None for a ban.
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Option<Self>, Refusal> {
        if fields.value("target").is_some() {
            return Ok(None);
        }
        let (object, _) = fields.required_url("object")?;
        Ok(Some(Self { id: envelope.id.clone(), actor: envelope.actor.clone(), object: object.to_owned() }))
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let target = scene.account(&self.object)?;
        if !target.is_local() {
            return Err(wrong("the one who is blocked is not one of ours").into());
        }
        if posts::is_buried(scene.tx, &self.id, actor.id).await? {
            return Err(wrong("this was taken back before").into());
        }
        memberships::unfollowed(scene.tx, actor, target, None).await?;
        relationships::block(scene.tx, actor.id, target.id, Some(&self.id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use serde_json::json;

    #[test]
    fn a_ban_from_a_community_is_not_ones_own_block() {
        let block =
            json!({"type": "Block", "id": "https://p.test/b/1", "actor": "https://p.test/u/pat", "object": "https://acme.test/u/ada"});
        let Deed::Block(read) = deed(&block).unwrap().1 else { panic!() };
        assert_eq!((read.id.as_str(), read.object.as_str()), ("https://p.test/b/1", "https://acme.test/u/ada"));
        let mut ban = block;
        ban["target"] = json!("https://p.test/c/main");
        assert_eq!(deed(&ban).unwrap().1, Deed::Other);
    }
}
