//! `Resolve`: a moderator closes a report (Lemmy 1.0); `summary` says what came of it. The `Flag` is embedded or named.

use super::{Envelope, Scene, lock::reason};
use crate::{
    base::error::{Refusal, Result},
    features::moderation::reports,
    federation::objects::{Fields, fields::wrong},
    store::tables::Account,
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolve {
    /// Who closes it.
    pub actor: String,
    /// The `Flag`, by id.
    pub object: String,
    /// What came of it; empty when nothing is said.
    pub outcome: String,
}

impl Resolve {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        Ok(Self { actor: envelope.actor.clone(), object: object.to_owned(), outcome: reason(fields) })
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let report = reports::queries::by_uri(scene.tx, scene.stored(&self.object)).await?;
        let report = report.ok_or_else(|| wrong("the report is not known here"))?;
        reports::resolved_elsewhere(scene.tx, actor, report, &self.outcome).await
    }
}
