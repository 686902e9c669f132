//! `Undo`: the actor takes back their own Follow, Like (Dislike, EmojiReact), Announce or Block.
//!
//! Mastodon sends some with the id alone of what is undone, Lemmy embeds it: both are taken. What never arrived is
//! remembered as undone, so that it does nothing when it comes late.

use super::{Envelope, Scene, like, lock::reason};
use crate::{
    base::error::{Refusal, Result},
    features::{
        accounts, memberships, posts,
        reactions::{self, emoji},
        relationships,
    },
    federation::objects::{Fields, fields::same_origin, fields::wrong},
    store::tables::{Account, Post},
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// Who undoes.
    pub actor: String,
    /// What is undone.
    pub of: Undone,
}

/// What is undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// Its id.
    pub id: String,
    /// Its type; empty when only the id is given.
    pub kind: String,
    /// What it was about; empty when only the id is given.
    pub object: String,
    /// The community of a ban; else empty.
    pub target: String,
    /// Why it is undone, or was done; empty when nothing is said.
    pub reason: String,
    /// The emoji of a reaction; empty for anything else.
    pub emoji: String,
}

impl Undone {
    /// Whether it was a like, or a sign of another kind.
    pub fn is_vote(&self) -> bool {
        matches!(self.kind.as_str(), "Like" | "Dislike" | "EmojiReact")
    }
}

impl Undo {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (id, _) = fields.required_url("object")?;
        let whole = fields.object("object");
        if whole.is_some_and(|undone| undone.id("actor").is_none_or(|actor| actor != envelope.actor)) || !same_origin(id, &envelope.actor) {
            return Err(wrong("only who did a thing can undo it"));
        }
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let kind = text(whole.map(Fields::kind));
        let object = text(whole.and_then(|undone| undone.id("object")));
        let target = text(whole.and_then(|undone| undone.id("target")));
        let reason = Some(reason(fields)).filter(|said| !said.is_empty()).or_else(|| whole.map(reason)).unwrap_or_default();
        let mut of = Undone { id: id.to_owned(), kind, object, target, reason, emoji: String::new() };
        if let Some(whole) = whole.filter(|_| of.is_vote()) {
            of.emoji = like::reaction(whole, &of.kind, &envelope.actor).ok().flatten().map(|reaction| reaction.emoji).unwrap_or_default();
        }
        Ok(Self { actor: envelope.actor.clone(), of })
    }

    pub(super) fn names(&self) -> Vec<&String> {
        let all = [&self.actor, &self.of.object, &self.of.target];
        let some = if matches!(self.of.kind.as_str(), "Follow" | "Block") { 3 } else { 1 };
        all.into_iter().take(some).filter(|uri| !uri.is_empty()).collect()
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        // What a Follow's end means depends on whether it was over before: that is remembered there.
        if !matches!(self.of.kind.as_str(), "Follow" | "") {
            posts::bury(scene.tx, &self.of.id, actor.id).await?;
        }
        match self.of.kind.as_str() {
            "Follow" => end_follow(scene, actor, scene.account(&self.of.object)?, &self.of.id).await,
            "Like" | "Dislike" | "EmojiReact" => self.unlike(scene, actor).await,
            "Announce" => self.unboost(scene, actor).await,
            "Block" => relationships::unblock(scene.tx, actor.id, scene.account(&self.of.object)?.id).await,
            "" => self.by_id(scene, actor).await,
            _ => Err(wrong("undoing this does nothing here").into()),
        }
    }

    async fn unlike(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        match posts::queries::by_uri(scene.tx, scene.stored(&self.of.object)).await? {
            Some(post) => self.take_back(scene, (actor, &post), &self.of.id).await,
            None => Ok(()),
        }
    }

    /// Takes a like, or a sign of another kind, off a post; `uri` names it, if whoever says this may speak of it.
    pub(super) async fn take_back(&self, scene: Scene<'_>, (actor, post): (&Account, &Post), uri: &str) -> Result<()> {
        let is_other = post.reactions_count > 0 && emoji::take_back(scene.tx, actor, post.id, (&self.of.emoji, uri)).await?;
        if is_other || !self.of.emoji.is_empty() { Ok(()) } else { reactions::unlike(scene.tx, actor, post).await }
    }

    /// The boost itself says what it boosted; where it never came, what the Undo says counts.
    async fn unboost(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let boost = posts::queries::by_uri(scene.tx, &self.of.id).await?.filter(|boost| boost.author_id == actor.id);
        let post = match boost.and_then(|boost| boost.boost_of_id) {
            Some(id) => posts::queries::by_id(scene.tx, id).await?,
            None => None,
        };
        match post {
            Some(post) => reactions::unboost(scene.tx, actor, &post).await,
            None => Ok(()),
        }
    }

    async fn by_id(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let follow = relationships::queries::by_uri(scene.tx, &self.of.id).await?.filter(|follow| follow.follower_id == actor.id);
        match follow {
            Some(follow) => match accounts::queries::by_id(scene.tx, follow.target_id).await? {
                Some(target) => end_follow(scene, actor, &target, &self.of.id).await,
                None => Ok(()),
            },
            None => reactions::undo(scene.tx, actor, &self.of.id).await.map(drop),
        }
    }
}

async fn end_follow(scene: Scene<'_>, actor: &Account, target: &Account, id: &str) -> Result<()> {
    if target.is_community() && target.is_local() {
        memberships::unfollowed(scene.tx, actor, target, Some(id)).await
    } else {
        relationships::unfollow(scene.tx, actor.id, target.id, Some(id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use serde_json::{Value, json};

    fn undo(object: Value) -> Value {
        json!({"type": "Undo", "id": "https://p.test/u/1", "actor": "https://p.test/users/pat", "object": object})
    }

    #[test]
    fn what_is_undone_may_be_whole_or_named() {
        let like =
            json!({"type": "Like", "id": "https://p.test/l/1", "actor": "https://p.test/users/pat", "object": "https://acme.test/p/1"});
        let Deed::Undo(read) = deed(&undo(like)).unwrap().1 else { panic!() };
        assert_eq!((read.of.kind.as_str(), read.of.object.as_str()), ("Like", "https://acme.test/p/1"));
        let Deed::Undo(read) = deed(&undo(json!("https://p.test/l/1"))).unwrap().1 else { panic!() };
        assert_eq!((read.of.kind.as_str(), read.of.id.as_str()), ("", "https://p.test/l/1"));
    }

    #[test]
    fn s035_ap062_nobody_undoes_what_another_did() {
        let like = |actor: &str, id: &str| json!({"type": "Like", "id": id, "actor": actor, "object": "https://acme.test/p/1"});
        assert!(deed(&undo(like("https://p.test/users/pia", "https://p.test/l/1"))).is_err());
        assert!(deed(&undo(like("https://p.test/users/pat", "https://e.test/l/1"))).is_err());
        assert!(deed(&undo(json!("https://e.test/l/1"))).is_err());
    }
}
