//! `Delete`: a post, a stamp or an actor is gone, by its own word; or a moderator takes a post out of a community of ours.
//!
//! What is not known is remembered as deleted when it is the sender's to delete, so that it stays away when it comes late.
//! Lemmy marks a moderator's removal by a `summary`.

use super::{Envelope, Scene, moderation::Moderation};
use crate::{
    base::{
        error::{Refusal, Result},
        text::{limits, names},
    },
    features::{accounts, posts, quotes},
    federation::objects::{Fields, fields::same_origin, fields::wrong},
    store::tables::Account,
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delete {
    /// Who deletes.
    pub actor: String,
    /// What, by id.
    pub object: String,
    /// Why a moderator removes it; none for an author's own.
    pub reason: Option<String>,
}

impl Delete {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        let reason = fields.text("summary").map(|reason| names::free_text(reason, limits::REASON_CHARS_MAX));
        Ok(Self { actor: envelope.actor.clone(), object: object.to_owned(), reason })
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account, envelope: &Envelope) -> Result<()> {
        if self.object == self.actor {
            scene.federation.keyring.forget_all();
            return accounts::mark_gone(scene.tx, actor.id).await;
        }
        match posts::queries::by_uri(scene.tx, scene.stored(&self.object)).await? {
            Some(post) if post.author_id == actor.id => {
                if post.deleted_at.is_none() {
                    posts::delete(scene.tx, &post).await?;
                }
                Ok(())
            }
            // the right to moderate is checked there
            Some(post) if post.community_id.is_some() => {
                let reason = self.reason.as_deref().unwrap_or_default();
                Moderation::removal(&envelope.id, &self.object, reason).receive(scene, actor).await
            }
            Some(_) => Err(wrong("only its author deletes a post").into()),
            // a stamp: what it let others quote is a link again
            None if same_origin(&self.object, &self.actor) && quotes::withdrawn(scene.tx, actor.id, &self.object).await? => Ok(()),
            None if same_origin(&self.object, &self.actor) => posts::bury(scene.tx, &self.object, actor.id).await,
            None => Err(wrong("what is deleted is not known here").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use serde_json::json;

    #[test]
    fn the_thing_deleted_may_be_named_or_a_tombstone() {
        for (object, summary) in
            [(json!("https://l.test/comment/1"), Some("spam")), (json!({"type": "Tombstone", "id": "https://l.test/comment/1"}), None)]
        {
            let mut delete = json!({"type": "Delete", "id": "https://l.test/activities/delete/1", "actor": "https://l.test/u/mod", "object": object, "to": [], "cc": []});
            if let Some(summary) = summary {
                delete["summary"] = json!(summary);
            }
            let Deed::Delete(read) = deed(&delete).unwrap().1 else { panic!() };
            assert_eq!((read.object.as_str(), read.reason.as_deref()), ("https://l.test/comment/1", summary));
        }
    }
}
