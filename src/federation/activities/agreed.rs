//! Agreements: `Offer`, `Accept`, `Reject` and `Update` whose object is an `Agreement` (`membership.md` 4).
//!
//! Said by the other organisation itself; what counts is its organisation's signature over the document, under the pinned
//! key, and never the signature of the request alone. An offer grants nothing (S106).

use super::{Envelope, Scene};
use crate::{
    base::{
        error::{Refusal, Result},
        keys::KeyPair,
        words::{AccountKind, KeyKind},
    },
    features::{
        accounts,
        agreements::{self, Answered, ORGANISATION, Ours, Signed},
    },
    federation::{
        Federation,
        objects::{
            Fields,
            agreement::{Naming, is_agreement, signature},
            fields::wrong,
        },
    },
    store::{Source, tables::Account},
};
use anyhow::Context;
use serde_json::Value;
use std::sync::Arc;

/// What is read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreed {
    /// Whose organisation speaks.
    pub actor: String,
    /// What it says.
    pub said: Said,
}

/// What another organisation says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A version for us to answer.
    Offer(Box<Value>, String),
    /// Narrower terms, in force by their word alone.
    Narrowed(Box<Value>, String),
    /// Suspended, resumed, ended, withdrawn.
    Notice(Box<Value>, String),
    /// Our offer is signed.
    Accept(Naming, String),
    /// Our offer is refused.
    Reject(Naming),
}

impl Agreed {
    /// Reads an activity about an agreement; none when it is about something else.
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Option<Self>, Refusal> {
        let Some(value) = fields.value("object").filter(|object| is_agreement(object)) else { return Ok(None) };
        let object = Fields::expect(value, "the agreement")?;
        let whole = || Ok::<_, Refusal>((Box::new(value.clone()), signature(fields)?));
        let said = match envelope.kind.as_str() {
            "Offer" => whole().map(|(document, signature)| Said::Offer(document, signature))?,
            "Update" if object.value("terms").is_some() => whole().map(|(document, signature)| Said::Narrowed(document, signature))?,
            "Update" => whole().map(|(document, signature)| Said::Notice(document, signature))?,
            "Accept" => Said::Accept(Naming::read(object)?, signature(fields)?),
            "Reject" => Said::Reject(Naming::read(object)?),
            _ => return Ok(None),
        };
        Ok(Some(Self { actor: envelope.actor.clone(), said }))
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        if actor.kind != AccountKind::Organisation {
            return Err(wrong("only an organisation speaks about its agreements").into());
        }
        let key = our_key(scene.federation, scene.tx).await?;
        let (tx, ours) = (scene.tx, Ours { origin: &scene.federation.app.origin, key: &key.1 });
        match &self.said {
            Said::Offer(document, signature) => agreements::receive_offer(tx, ours, actor, Signed { document, signature }).await,
            Said::Narrowed(document, signature) => agreements::receive_narrowed(tx, ours, actor, Signed { document, signature }).await,
            Said::Notice(document, signature) => agreements::receive_notice(tx, ours, actor, Signed { document, signature }).await,
            Said::Accept(naming, signature) => agreements::receive_accept(tx, ours, actor, (answered(naming), signature)).await,
            Said::Reject(naming) => agreements::receive_reject(tx, ours, actor, (answered(naming), &naming.reason)).await,
        }
    }
}

fn answered(naming: &Naming) -> Answered<'_> {
    Answered { id: &naming.id, version: naming.version, digest: &naming.digest }
}

/// Our organisation's key to sign agreements with, and its id.
pub(in crate::federation) async fn our_key(federation: &Federation, from: &impl Source) -> Result<Arc<(String, KeyPair)>> {
    let organisation = accounts::queries::by_uri(from, ORGANISATION).await?.context("this node has no organisation yet")?;
    federation.own_key(organisation.id, KeyKind::Ed25519).await
}
