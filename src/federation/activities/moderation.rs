//! What moderators do, whatever the activity: `Delete` with a summary, `Lock`, `Block` with a target, `Warn`, and their `Undo`.
//!
//! From a moderator to the community's node it is performed by rank; announced by a community elsewhere it is copied
//! (FEP-1b12, Lemmy 1.0; decisions.md 4).

use super::{Deed, Envelope, Scene};
use crate::{
    base::{clock::Stamp, error::Result},
    features::{accounts, moderation, posts},
    federation::objects::fields::wrong,
    store::tables::{Account, Post},
};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A post is removed.
    Remove,
    /// A removed post is put back.
    Restore,
    /// A thread is locked.
    Lock,
    /// A thread is open again.
    Unlock,
    /// Somebody is warned.
    Warn,
    /// Somebody is banned: until when, and whether their posts go too.
    Ban(Option<Stamp>, bool),
    /// A ban is lifted.
    Unban,
}

/// A moderator's act as an activity says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moderation<'d> {
    /// The activity's id.
    pub id: &'d str,
    /// What.
    pub act: Act,
    /// The post, or the person.
    pub object: &'d str,
    /// The person who is warned for a post.
    pub person: &'d str,
    /// The community, where the object is a person.
    pub community: &'d str,
    /// Why.
    pub reason: &'d str,
}

impl<'d> Moderation<'d> {
    /// A moderator's removal of the post `object`.
    pub fn removal(id: &'d str, object: &'d str, reason: &'d str) -> Self {
        Self { id, act: Act::Remove, object, person: "", community: "", reason }
    }

    /// What a deed is as a moderator's act; none when it is something else. A `Delete` without a reason is its author's.
    pub fn of(deed: &'d Deed, envelope: &'d Envelope) -> Option<Self> {
        let id = envelope.id.as_str();
        let of = |act, object, community, reason| Some(Self { id, act, object, person: "", community, reason });
        match deed {
            Deed::Delete(delete) => of(Act::Remove, &delete.object, "", delete.reason.as_deref()?),
            Deed::Lock(lock) => of(Act::Lock, &lock.object, "", &lock.reason),
            Deed::Ban(ban) => of(Act::Ban(ban.until, ban.removes_data), &ban.object, &ban.target, &ban.reason),
            Deed::Warn(warn) => Some(Self { person: &warn.person, ..of(Act::Warn, &warn.object, &warn.community, &warn.reason)? }),
            Deed::Undo(undo) => match undo.of.kind.as_str() {
                "Delete" => of(Act::Restore, &undo.of.object, "", &undo.of.reason),
                "Lock" => of(Act::Unlock, &undo.of.object, "", &undo.of.reason),
                "Block" if !undo.of.target.is_empty() => of(Act::Unban, &undo.of.object, &undo.of.target, &undo.of.reason),
                _ => None,
            },
            _ => None,
        }
    }

    /// Performs it in the community, which must be ours, by the rank of `by`.
    pub async fn receive(&self, scene: Scene<'_>, by: &Account) -> Result<()> {
        let post = self.post(scene).await?;
        let community = match &post {
            Some(post) => community_of(scene, post).await?,
            None => scene.account(self.community)?.clone(),
        };
        let said = moderation::Said { by, community: &community, reason: self.reason, uri: Some(scene.stored(self.id)) };
        moderation::perform(scene.tx, said, self.deed(scene, post.as_ref())?).await.map(drop)
    }

    /// Copies it: `group`, a community elsewhere, says that it was done by `by`.
    pub async fn copy(&self, scene: Scene<'_>, group: &Account, by: &Account) -> Result<()> {
        let post = self.post(scene).await?;
        if post.is_none() && scene.account(self.community)?.id != group.id {
            return Err(wrong("a community decides over nobody in another").into());
        }
        let said = moderation::Said { by, community: group, reason: self.reason, uri: Some(scene.stored(self.id)) };
        moderation::copied(scene.tx, said, self.deed(scene, post.as_ref())?).await.map(drop)
    }

    /// The post it is about; none where it is about a person.
    async fn post(&self, scene: Scene<'_>) -> Result<Option<Post>> {
        let post = match self.act {
            Act::Remove | Act::Restore | Act::Lock | Act::Unlock => posts::queries::by_uri(scene.tx, scene.stored(self.object)).await?,
            Act::Warn | Act::Ban(..) | Act::Unban => return Ok(None),
        };
        Ok(Some(post.ok_or_else(|| wrong("the post is not known here"))?))
    }

    fn deed<'s>(&self, scene: Scene<'s>, post: Option<&'s Post>) -> Result<moderation::Deed<'s>> {
        let known = || post.ok_or_else(|| wrong("the post is not known here"));
        Ok(match self.act {
            Act::Remove => moderation::Deed::Remove(known()?),
            Act::Restore => moderation::Deed::Restore(known()?),
            Act::Lock => moderation::Deed::Lock(known()?),
            Act::Unlock => moderation::Deed::Unlock(known()?),
            Act::Warn => moderation::Deed::Warn(scene.account(if self.person.is_empty() { self.object } else { self.person })?, None),
            Act::Ban(until, removes_data) => moderation::Deed::Ban { account: scene.account(self.object)?, until, removes_data },
            Act::Unban => moderation::Deed::Unban(scene.account(self.object)?),
        })
    }
}

async fn community_of(scene: Scene<'_>, post: &Post) -> Result<Account> {
    let community = match post.community_id {
        Some(community) => accounts::queries::by_id(scene.tx, community).await?,
        None => None,
    };
    community.ok_or_else(|| wrong("the post is in no community").into())
}
