//! `QuoteRequest`: somebody asks to show a post of ours inside one of theirs (FEP-044f). Answered by the outbox.
//!
//! Nothing is fetched for it: the stamp is for the one post that is named, which must be on the asker's own server. Whoever may not
//! see what they ask for is told nothing.

use super::{Envelope, Scene};
use crate::{
    base::error::{Refusal, Result},
    features::{
        posts::queries::{self, Viewer},
        quotes,
    },
    federation::objects::{
        Fields,
        fields::{same_origin, wrong},
    },
    store::tables::Account,
};

/// What is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteRequest {
    /// Its id.
    pub id: String,
    /// Who asks.
    pub actor: String,
    /// What is to be quoted.
    pub object: String,
    /// The post that quotes.
    pub quoting: String,
}

impl QuoteRequest {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        let (quoting, _) = fields.required_url("instrument")?;
        if !same_origin(quoting, &envelope.actor) {
            return Err(wrong("the post that quotes is not on the asker's server"));
        }
        let author = fields.object("instrument").and_then(|post| post.id("attributedTo"));
        if author.is_some_and(|author| author != envelope.actor) {
            return Err(wrong("the post that quotes is somebody else's"));
        }
        let (id, actor) = (envelope.id.clone(), envelope.actor.clone());
        Ok(Self { id, actor, object: object.to_owned(), quoting: quoting.to_owned() })
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        let unknown = || wrong("what is to be quoted is no post of ours that the asker may see");
        let post = queries::by_uri(scene.tx, scene.stored(&self.object)).await?.filter(|post| post.is_ours()).ok_or_else(unknown)?;
        let seen = queries::seen(scene.tx, &Viewer::Account(actor.id), post.id).await?.ok_or_else(unknown)?;
        quotes::asked(scene.tx, actor, &seen, (&self.quoting, &self.id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, fixtures::deed};
    use serde_json::{Value, json};

    #[test]
    fn who_asks_to_quote_names_a_post_of_their_own() {
        let ask = |instrument: Value| {
            deed(
                &json!({"type": "QuoteRequest", "id": "https://m.test/q/1", "actor": "https://m.test/u/a", "object": "https://acme.test/p/1", "instrument": instrument}),
            )
        };
        for instrument in
            [json!("https://m.test/n/1"), json!({"type": "Note", "id": "https://m.test/n/1", "attributedTo": "https://m.test/u/a"})]
        {
            let Deed::QuoteRequest(read) = ask(instrument).unwrap().1 else { panic!() };
            assert_eq!((read.object.as_str(), read.quoting.as_str()), ("https://acme.test/p/1", "https://m.test/n/1"));
        }
        for instrument in [
            Value::Null,
            json!("https://e.test/n/1"),
            json!({"type": "Note", "id": "https://m.test/n/1", "attributedTo": "https://m.test/u/b"}),
        ] {
            assert!(ask(instrument.clone()).is_err(), "{instrument}");
        }
    }
}
