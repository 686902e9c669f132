//! What is inside an Announce by a community: an activity of somebody else, which it passes on.
//!
//! Invariant: believed by its author's proof or by what its origin says now; only votes and the acts of moderators are
//! believed because the community says so, and only within it (decisions.md 4).

use super::{
    super::{Deed, Scene, moderation::Moderation, proven, undo::Undo, update::State},
    Announce, Inner, is_private, post,
};
use crate::{
    base::error::{Refusal, Result},
    features::posts,
    federation::objects::fields::{same_origin, wrong},
    store::tables::{Account, Post},
};

impl Announce {
    /// Applies what a community passes on.
    pub(super) async fn pass_on(&self, scene: Scene<'_>, group: &Account, inner: &Inner) -> Result<()> {
        if scene.federation.app.origin.is_ours(&inner.envelope.actor) {
            return self.acknowledge(scene, group, inner).await;
        }
        if proven::has_proof(&inner.document) {
            proven::check(scene, inner).await?;
            return self.apply_proven(Scene { through: Some(group.id), ..scene }, group, inner).await;
        }
        // The node of a private community is the only door: nobody else may be asked (membership.md 6), so that what has
        // no proof must be of that node itself, which signed for it.
        if is_private(scene.tx, group).await? {
            if !same_origin(&inner.envelope.actor, &self.actor) {
                return Err(wrong("what a private community passes on needs its author's proof").into());
            }
            return self.apply_proven(Scene { through: Some(group.id), ..scene }, group, inner).await;
        }
        match &inner.deed {
            Deed::Create(create) => self.show(scene, group, &post(scene, &create.object_id).await?).await,
            // it was fetched and kept
            Deed::Update(update) if update.state == State::Community => Ok(()),
            Deed::Update(update) => self.show(scene, group, &post(scene, &update.object_id).await?).await,
            Deed::Like(like) => {
                within(&like.post(scene).await?, group)?;
                like.receive(scene, scene.account(&like.actor)?).await
            }
            Deed::Undo(undo) if undo.of.is_vote() => self.pass_on_unlike(scene, group, undo).await,
            Deed::Delete(delete) => {
                let target = post(scene, &delete.object).await?;
                within(&target, group)?;
                if scene.findings.gone.contains(&delete.object) {
                    return if target.deleted_at.is_none() { posts::delete(scene.tx, &target).await } else { Ok(()) };
                }
                if delete.reason.is_none() && delete.actor != self.actor {
                    return Err(wrong("its origin still has what is said to be deleted").into());
                }
                self.copy(scene, group, inner).await
            }
            Deed::Resolve(resolve) => resolve.receive(scene, group).await,
            Deed::Pin(pin) => pin.copy(scene, group).await,
            _ => self.copy(scene, group, inner).await,
        }
    }

    /// A moderator's act, of which the community says that it was done.
    async fn copy(&self, scene: Scene<'_>, group: &Account, inner: &Inner) -> Result<()> {
        let by = scene.known.account(scene.federation, &inner.envelope.actor).unwrap_or(group);
        let act = Moderation::of(&inner.deed, &inner.envelope).or(match &inner.deed {
            // a moderator's without a reason
            Deed::Delete(delete) => Some(Moderation::removal(&inner.envelope.id, &delete.object, "")),
            _ => None,
        });
        match act {
            Some(act) => act.copy(scene, group, by).await,
            None => Err(wrong("what the community passes on does nothing here").into()),
        }
    }

    /// The community speaks about votes in it, and not about the ids of others: none is remembered as undone.
    async fn pass_on_unlike(&self, scene: Scene<'_>, group: &Account, undo: &Undo) -> Result<()> {
        let target = post(scene, &undo.of.object).await?;
        within(&target, group)?;
        undo.take_back(scene, (scene.account(&undo.actor)?, &target), "").await
    }

    /// What our own people did comes back: the community has taken it.
    async fn acknowledge(&self, scene: Scene<'_>, group: &Account, inner: &Inner) -> Result<()> {
        match &inner.deed {
            Deed::Create(create) => self.show(scene, group, &post(scene, &create.object_id).await?).await,
            deed if Moderation::of(deed, &inner.envelope).is_some() => self.copy(scene, group, inner).await,
            _ => Ok(()),
        }
    }

    async fn apply_proven(&self, scene: Scene<'_>, group: &Account, inner: &Inner) -> Result<()> {
        let actor = scene.account(&inner.envelope.actor)?;
        match &inner.deed {
            Deed::Create(create) => {
                create.receive(scene, actor).await?;
                if create.is_vote() {
                    return Ok(());
                }
                self.show(scene, group, &post(scene, &create.object_id).await?).await
            }
            Deed::Delete(delete) => {
                let target = posts::queries::by_uri(scene.tx, scene.stored(&delete.object)).await?;
                match target.filter(|target| target.author_id != actor.id) {
                    // a moderator's: the community has checked the right
                    Some(target) => {
                        within(&target, group)?;
                        self.copy(scene, group, inner).await
                    }
                    None => delete.receive(scene, actor, &inner.envelope).await,
                }
            }
            Deed::Update(update) => match update.state {
                State::Post(_) | State::Elsewhere => update.receive(scene, actor).await,
                State::Community => Ok(()),
                // kept bytes of somebody's former profile, roster or seat would stand again: only its owner tells of those
                State::Actor(_) | State::Roster(_) | State::Seat(_) => Err(wrong("a community passes on posts alone").into()),
            },
            // who is in a private community elsewhere is not ours to judge
            Deed::Like(like) if is_private(scene.tx, group).await? => {
                let target = like.post(scene).await?;
                within(&target, group)?;
                like.put(scene, actor, &target).await
            }
            Deed::Like(like) => like.receive(scene, actor).await,
            Deed::Pin(pin) => pin.copy(scene, group).await,
            deed if Moderation::of(deed, &inner.envelope).is_some() => self.copy(scene, group, inner).await,
            Deed::Undo(undo) => undo.receive(scene, actor).await,
            _ => Err(wrong("what the community passes on does nothing here").into()),
        }
    }
}

/// A community speaks about what is in it.
fn within(post: &Post, group: &Account) -> Result<(), Refusal> {
    if post.community_id == Some(group.id) { Ok(()) } else { Err(wrong("the post is not in the community that passes this on")) }
}
