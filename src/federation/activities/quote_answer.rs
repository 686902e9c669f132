//! `Accept` and `Reject` of a `QuoteRequest` of ours: whether a post of ours may show what it quotes (FEP-044f).
//!
//! Only the author of what is quoted answers, with a stamp on their own server.

use super::{Envelope, Scene};
use crate::{
    base::error::{Refusal, Result},
    features::{posts::queries, quotes::asking},
    federation::objects::{
        Fields,
        fields::{same_origin, wrong},
    },
    store::tables::Account,
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteAnswer {
    /// Who answers.
    pub actor: String,
    /// What is quoted.
    pub quoted: String,
    /// The post of ours that quotes.
    pub quoting: String,
    /// The stamp; none for a no.
    pub stamp: Option<String>,
}

impl QuoteAnswer {
    /// Reads an answer; none where it is about something else.
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Option<Self>, Refusal> {
        let Some(asked) = fields.object("object").filter(|object| object.kind() == "QuoteRequest") else { return Ok(None) };
        let (quoted, _) = asked.required_url("object")?;
        let (quoting, _) = asked.required_url("instrument")?;
        let stamp = if envelope.kind == "Accept" { Some(fields.required_url("result")?.0.to_owned()) } else { None };
        if !same_origin(quoted, &envelope.actor) || stamp.as_ref().is_some_and(|stamp| !same_origin(stamp, &envelope.actor)) {
            return Err(wrong("only the author of what is quoted answers, on their own server"));
        }
        Ok(Some(Self { actor: envelope.actor.clone(), quoted: quoted.to_owned(), quoting: quoting.to_owned(), stamp }))
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let unknown = || wrong("no post of ours asked the actor for that");
        let post = queries::by_uri(scene.tx, scene.stored(&self.quoting)).await?.filter(|post| post.is_ours()).ok_or_else(unknown)?;
        let quoted = queries::by_uri(scene.tx, scene.stored(&self.quoted)).await?.ok_or_else(unknown)?;
        if post.quote_uri != quoted.uri || quoted.author_id != actor.id {
            return Err(unknown().into());
        }
        asking::answered(scene.tx, &post, (&quoted.uri, self.stamp.as_deref())).await
    }
}
