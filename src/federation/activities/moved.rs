//! `Move`: somebody goes on under another account. Their followers here follow that one, if it agrees.
//!
//! It agrees by naming the former in `alsoKnownAs`, read at its origin when the Move comes (S45). The new account may say so
//! itself, if the former names it in `movedTo` (FEP-7628). A seat never follows a Move (membership.md 3), and communities do
//! not move here.

use super::{Envelope, Scene, Want};
use crate::{
    base::error::{Refusal, Result},
    features::{accounts, relationships::moved},
    federation::objects::{Fields, fields::wrong},
    store::tables::Account,
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Who says so: the former account or the new one.
    pub actor: String,
    /// The former account.
    pub former: String,
    /// The new one.
    pub target: String,
}

impl Move {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        let (target, _) = fields.required_url("target")?;
        if object != envelope.actor && target != envelope.actor {
            return Err(wrong("everybody moves for themselves"));
        }
        if target == object {
            return Err(wrong("it moves to where it is"));
        }
        Ok(Self { actor: envelope.actor.clone(), former: object.to_owned(), target: target.to_owned() })
    }

    /// Whether both agree: the one who does not speak is asked.
    pub(super) fn wants(&self) -> Want {
        Want::Moved { from: self.former.clone(), to: self.target.clone(), is_pulled: self.actor == self.target }
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        if actor.is_community() {
            return Err(wrong("communities do not move here").into());
        }
        if !scene.findings.agreed.contains(&self.target) {
            return Err(wrong("the two accounts do not name each other").into());
        }
        let (former, target) = (account(scene, &self.former).await?, account(scene, &self.target).await?);
        moved(scene.tx, &former, &target).await
    }
}

/// Either account: one elsewhere, and no community.
async fn account(scene: Scene<'_>, uri: &str) -> Result<Account> {
    let known = accounts::queries::by_uri(scene.tx, scene.stored(uri)).await?;
    let known = known.filter(|account| account.is_active() && !account.is_community() && !account.is_local());
    known.ok_or_else(|| wrong("one of the two accounts is not known here").into())
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
        assert!(matches!(of("https://n.test/u/a", "https://m.test/u/a").unwrap().1, Deed::Move(_)), "the new account says so");
        assert!(of("https://m.test/u/b", "https://n.test/u/a").is_err());
        assert!(of("https://m.test/u/a", "https://m.test/u/a").is_err());
    }
}
