//! `Move`: somebody goes on under another account. Their followers here follow that one, if it agrees.
//!
//! It agrees by naming the former in `alsoKnownAs`, read at its origin when the Move comes (S45). A seat never follows a Move
//! (membership.md 3), and communities do not move here.

use super::{Envelope, Scene, Want};
use crate::{
    base::error::{Refusal, Result},
    features::relationships::moved,
    federation::objects::{Fields, fields::wrong},
    store::tables::Account,
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Who moves.
    pub actor: String,
    /// Where to.
    pub target: String,
}

impl Move {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        if object != envelope.actor {
            return Err(wrong("everybody moves for themselves"));
        }
        let (target, _) = fields.required_url("target")?;
        if target == object {
            return Err(wrong("it moves to where it is"));
        }
        Ok(Self { actor: envelope.actor.clone(), target: target.to_owned() })
    }

    /// Whether the new account agrees.
    pub(super) fn wants(&self) -> Want {
        Want::Moved { from: self.actor.clone(), to: self.target.clone() }
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        if actor.is_community() {
            return Err(wrong("communities do not move here").into());
        }
        if !scene.findings.agreed.contains(&self.target) {
            return Err(wrong("the new account does not say that it was this one").into());
        }
        let target = crate::features::accounts::queries::by_uri(scene.tx, scene.stored(&self.target)).await?;
        let target = target.filter(|target| target.is_active() && !target.is_community());
        let target = target.ok_or_else(|| wrong("the new account is not known here"))?;
        moved(scene.tx, actor, &target).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use serde_json::json;

    #[test]
    fn s045_nobody_moves_somebody_else() {
        let of = |object: &str, target: &str| {
            deed(&json!({"type": "Move", "id": "https://m.test/1", "actor": "https://m.test/u/a", "object": object, "target": target}))
        };
        assert!(matches!(of("https://m.test/u/a", "https://n.test/u/a").unwrap().1, Deed::Move(_)));
        assert!(of("https://m.test/u/b", "https://n.test/u/a").is_err());
        assert!(of("https://m.test/u/a", "https://m.test/u/a").is_err());
    }
}
