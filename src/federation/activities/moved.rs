//! `Move`: somebody, or a community, goes on under another account. Their followers here follow that one, if it agrees.
//!
//! It agrees by naming the former in `alsoKnownAs`, read at its origin when the Move comes (S45). The new account may say so
//! itself, if the former names it in `movedTo` (FEP-7628). A seat never follows a Move (membership.md 3): in a public community
//! that is open to all it is asked for anew. A community elsewhere may move to one of ours that names it.

use super::{Envelope, Scene, Want};
use crate::{
    base::error::{Refusal, Result},
    features::{accounts, memberships, relationships::moved},
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

    pub(super) async fn receive(&self, scene: Scene<'_>) -> Result<()> {
        if !scene.findings.agreed.contains(&self.target) {
            return Err(wrong("the two accounts do not name each other").into());
        }
        let (former, target) = (account(scene, &self.former).await?, account(scene, &self.target).await?);
        match (former.is_community(), target.is_community()) {
            (true, true) if !former.is_local() => memberships::community_moved(scene.tx, &former, &target).await,
            (false, false) if !former.is_local() && !target.is_local() => moved(scene.tx, &former, &target).await,
            _ => Err(wrong("people go on as people and communities as communities, and nobody else moves ours").into()),
        }
    }
}

/// Either account, if it takes part.
async fn account(scene: Scene<'_>, uri: &str) -> Result<Account> {
    let known = accounts::queries::by_uri(scene.tx, scene.stored(uri)).await?;
    let known = known.filter(Account::is_active);
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
