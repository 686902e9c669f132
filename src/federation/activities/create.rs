//! `Create`: a new post by its author.
//!
//! The embedded object is taken when it is the sender's own and on the sender's server; otherwise it is fetched from its
//! origin, or dropped (S36, S37). Which community it belongs to, and whether it may, is settled by `posts::receive`.

use super::{Envelope, Scene, Want};
use crate::{
    base::{
        error::{Refusal, Result},
        words::Audience,
    },
    features::{
        accounts,
        polls::asking,
        posts::{self, queries::Viewer},
    },
    federation::{
        keep,
        objects::{Fields, Written, fields::same_origin, fields::wrong, written},
    },
    store::tables::{Account, Post},
};
use serde_json::Value;

/// What is read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Create {
    /// Who wrote.
    pub actor: String,
    /// Id of what was written.
    pub object_id: String,
    /// The post, when it is embedded and the sender's own.
    pub written: Option<Box<Written>>,
}

impl Create {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object_id, _) = fields.required_url("object")?;
        let object = fields.list("object").next().unwrap_or(&Value::Null);
        let written = own_post(object, &envelope.actor)?;
        Ok(Self { actor: envelope.actor.clone(), object_id: object_id.to_owned(), written: written.map(Box::new) })
    }

    pub(super) fn names(&self) -> Vec<&String> {
        let named = self.written.iter().flat_map(|written| written.names());
        [&self.actor].into_iter().chain(named).collect()
    }

    /// Whether it is a vote, so far as its form says.
    pub fn is_vote(&self) -> bool {
        self.written.as_ref().is_some_and(|written| written.is_vote())
    }

    /// What is not the sender's own words is asked for at its origin.
    pub(super) fn wants(&self) -> Option<Want> {
        self.written.is_none().then(|| Want::Post(self.object_id.clone()))
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        match &self.written {
            Some(written) if written.is_vote() => match asked_by(scene, written).await? {
                Some(poll) => vote(scene, actor, (&poll, written)).await,
                None => keep_own(scene, actor, written).await,
            },
            Some(written) => keep_own(scene, actor, written).await,
            // it was fetched and kept
            None => Ok(()),
        }
    }
}

/// The post in `object`, if it is embedded, by `actor` and on the actor's server. Refused when it is something else than a post.
pub(super) fn own_post(object: &Value, actor: &str) -> Result<Option<Written>, Refusal> {
    let Some(fields) = Fields::of(object) else { return Ok(None) };
    if written::kind_of(fields).is_none() {
        return Err(wrong("its object is not a post"));
    }
    let written = Written::read(object)?;
    Ok((written.author == actor && same_origin(&written.uri, actor)).then_some(written))
}

/// What it answers, if that asks a question.
async fn asked_by(scene: Scene<'_>, written: &Written) -> Result<Option<Post>> {
    let asked = posts::queries::by_uri(scene.tx, scene.stored(&written.in_reply_to)).await?;
    Ok(asked.filter(|post| post.details().is_poll))
}

/// A vote: counted here where the poll is ours; where it stands in a private community of ours it is handed on afterwards
/// (`process/passing.rs`). Whoever votes must see the poll. In a private community elsewhere its node has judged that, and no
/// other way leads here.
async fn vote(scene: Scene<'_>, actor: &Account, (poll, written): (&Post, &Written)) -> Result<()> {
    let unknown = || wrong("what is voted in is not known here");
    let community = match poll.community_id.filter(|_| poll.audience == Audience::Members) {
        Some(community) => accounts::queries::by_id(scene.tx, community).await?,
        None => None,
    };
    if let Some(elsewhere) = community.as_ref().filter(|community| !community.is_local()) {
        if scene.through != Some(elsewhere.id) {
            return Err(wrong("votes in a private community come from its own node alone").into());
        }
        return asking::cast(scene.tx, actor, poll, &written.title).await;
    }
    let seen = posts::queries::seen(scene.tx, &Viewer::Account(actor.id), poll.id).await?.ok_or_else(unknown)?;
    if seen.is_ours() {
        return asking::cast(scene.tx, actor, &seen, &written.title).await;
    }
    if community.is_some() { Ok(()) } else { Err(wrong("votes go to whoever asks").into()) }
}

/// Keeps a post that its author sent.
pub(super) async fn keep_own(scene: Scene<'_>, actor: &Account, written: &Written) -> Result<()> {
    if scene.stored(&written.uri).starts_with('/') {
        return Err(wrong("nobody else writes on this server").into());
    }
    let mut incoming = keep::incoming(scene.federation, written, actor, scene.known, scene.tx.now);
    incoming.through = scene.through;
    let (parent, quoted) = (incoming.in_reply_to_uri.clone(), incoming.quote_uri.clone());
    let Some(kept) = keep::post(scene.tx, actor, incoming).await? else { return Ok(()) };
    let mut missing = Vec::new();
    if !parent.is_empty() && kept.in_reply_to_id.is_none() {
        missing.push(parent);
    }
    // what is for few is looked up by nobody: that would tell who reads it
    let is_wide = kept.audience <= Audience::Unlisted && !quoted.is_empty() && !quoted.starts_with('/');
    if is_wide && posts::queries::by_uri(scene.tx, &quoted).await?.is_none() {
        missing.push(quoted);
    }
    scene.threads.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(missing);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Deed, Want, fixtures::deed};
    use serde_json::{Value, json};

    fn create(object: Value) -> Value {
        json!({"@context": ["https://www.w3.org/ns/activitystreams", {"ostatus": "http://ostatus.org#"}], "type": "Create",
            "id": "https://m.test/users/pat/statuses/1/activity", "actor": "https://m.test/users/pat", "published": "2026-11-22T10:00:00Z",
            "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": ["https://m.test/users/pat/followers"], "object": object})
    }

    fn note(id: &str, author: &str) -> Value {
        json!({"type": "Note", "id": id, "attributedTo": author, "content": "<p>hi</p>", "to": ["https://www.w3.org/ns/activitystreams#Public"]})
    }

    #[test]
    fn an_embedded_post_of_the_sender_is_taken() {
        let Deed::Create(read) = deed(&create(note("https://m.test/n/1", "https://m.test/users/pat"))).unwrap().1 else { panic!() };
        assert_eq!((read.written.unwrap().content.as_str(), read.object_id.as_str()), ("<p>hi</p>", "https://m.test/n/1"));
    }

    #[test]
    fn s037_an_embedded_post_of_another_is_fetched_from_its_origin() {
        for object in [
            note("https://p.test/n/1", "https://p.test/u/pat"),
            note("https://m.test/n/2", "https://m.test/users/pia"),
            json!("https://m.test/n/3"),
        ] {
            let Deed::Create(read) = deed(&create(object)).unwrap().1 else { panic!() };
            assert_eq!(read.wants(), Some(Want::Post(read.object_id.clone())));
            assert!(read.written.is_none());
        }
    }

    #[test]
    fn what_is_no_post_is_refused() {
        assert!(deed(&create(json!({"type": "Person", "id": "https://m.test/users/pat"}))).is_err());
        assert!(deed(&create(Value::Null)).is_err());
    }
}
