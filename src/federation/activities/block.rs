//! `Block`: somebody elsewhere blocks one of ours. Follows between the two end, and neither sees the other's posts.
//!
//! Mastodon and GoToSocial send it to whom it concerns. With a `target` it is a moderator's ban from a community (Lemmy),
//! which is not the actor's own block.

use super::{Envelope, Scene, lock::reason};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
    },
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

/// What is read of a ban.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    /// Who bans.
    pub actor: String,
    /// Whom.
    pub object: String,
    /// From which community.
    pub target: String,
    /// Why; empty when nothing is said.
    pub reason: String,
    /// Until when; none: for good.
    pub until: Option<Stamp>,
    /// Their posts go too.
    pub removes_data: bool,
}

impl Ban {
    /// None for somebody's own block.
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Option<Self>, Refusal> {
        if fields.value("target").is_none() {
            return Ok(None);
        }
        let ((object, _), (target, _)) = (fields.required_url("object")?, fields.required_url("target")?);
        Ok(Some(Self {
            actor: envelope.actor.clone(),
            object: object.to_owned(),
            target: target.to_owned(),
            reason: reason(fields),
            until: fields.time("endTime").or_else(|| fields.time("expires")),
            removes_data: fields.flag("removeData").unwrap_or_default(),
        }))
    }
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
        ban["endTime"] = json!("2030-01-01T00:00:00Z");
        let Deed::Ban(read) = deed(&ban).unwrap().1 else { panic!() };
        assert_eq!((read.target.as_str(), read.until.is_some(), read.removes_data), ("https://p.test/c/main", true, false));
    }
}
