//! What others tell us: one file for each type of activity, with what is read of it and what it does here.
//!
//! Reading is strict ([`Deed::read`]); [`Deed::wants`] says what must be known or fetched before; [`Deed::receive`] applies,
//! inside a transaction, through the verbs of the features. Invariant: nothing is applied that the actor may not say
//! (S34 to S37, S45, S46). Types that we do not know do nothing.

mod accept;
pub mod agreed;
pub mod announce;
pub mod answer;
mod ask;
pub mod block;
pub mod create;
pub mod delete;
mod endorsed;
mod envelope;
#[cfg(test)]
pub mod fixtures;
pub mod flag;
pub mod follow;
pub mod join;
pub mod leave;
pub mod like;
pub mod lock;
pub mod moderation;
pub mod moved;
pub mod newcomer;
pub mod offer;
pub mod pin;
pub mod proven;
pub mod quote_answer;
pub mod quote_request;
mod rank;
mod reject;
pub mod resolve;
pub mod retraction;
mod scene;
pub mod seat;
pub mod undo;
pub mod update;
pub mod warn;

pub use envelope::Envelope;
pub use scene::{Findings, Look, Scene, Want};

use super::objects::{Fields, fields::wrong};
use crate::base::error::{Refusal, Result};
use serde_json::Value;

/// An activity, by type.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Somebody asks to follow, or to join.
    Follow(follow::Follow),
    /// An ask of ours is granted.
    Accept(answer::Answer),
    /// An ask of ours is refused, or what was granted ends.
    Reject(answer::Answer),
    /// The actor takes something back.
    Undo(undo::Undo),
    /// A new post.
    Create(create::Create),
    /// New words of a post, or a changed profile.
    Update(update::Update),
    /// A post or an actor is gone.
    Delete(delete::Delete),
    /// Somebody likes a post, dislikes it or puts an emoji to it.
    Like(like::Like),
    /// A post is put at the head of a profile, or taken from there.
    Pin(pin::Pin),
    /// Somebody goes on under another account.
    Move(moved::Move),
    /// A boost, or a community that passes something on.
    Announce(announce::Announce),
    /// Somebody blocks one of ours.
    Block(block::Block),
    /// Another organisation offers, answers or changes an agreement.
    Agreed(agreed::Agreed),
    /// Somebody asks for a seat.
    Join(join::Join),
    /// Somebody leaves, or declines.
    Leave(leave::Leave),
    /// A moderator elsewhere decides over a seat.
    Offer(offer::Offer),
    /// A moderator bans somebody from a community.
    Ban(block::Ban),
    /// A moderator ends the discussion of a post.
    Lock(lock::Lock),
    /// A moderator warns somebody.
    Warn(warn::Warn),
    /// Somebody reports something to moderators.
    Flag(flag::Flag),
    /// A moderator closes a report.
    Resolve(resolve::Resolve),
    /// A community lists what is to be forgotten, or a partner says that it forgot.
    Retraction(retraction::Retraction),
    /// A community says that a company is new in it.
    Newcomer(newcomer::Newcomer),
    /// Whether a post of ours may show what it quotes.
    QuoteAnswer(quote_answer::QuoteAnswer),
    /// Somebody asks to show a post of ours inside one of theirs.
    QuoteRequest(quote_request::QuoteRequest),
    /// Anything else: kept out without harm.
    Other,
}

impl Deed {
    /// Reads an activity by its type. Refused when it lacks what its type needs.
    pub fn read(document: &Value, envelope: &Envelope) -> Result<Self, Refusal> {
        let fields = Fields::expect(document, "the activity")?;
        if let Some(agreed) = agreed::Agreed::read(fields, envelope)? {
            return Ok(Self::Agreed(agreed));
        }
        if let Some(retraction) = retraction::Retraction::read(fields, envelope)? {
            return Ok(Self::Retraction(retraction));
        }
        if let Some(newcomer) = newcomer::Newcomer::read(fields, envelope)? {
            return Ok(Self::Newcomer(newcomer));
        }
        Ok(match envelope.kind.as_str() {
            "Follow" => Self::Follow(follow::Follow::read(fields, envelope)?),
            "Accept" | "Reject" if let Some(answer) = quote_answer::QuoteAnswer::read(fields, envelope)? => Self::QuoteAnswer(answer),
            "Accept" => Self::Accept(answer::Answer::read(fields, envelope)?),
            "Reject" => Self::Reject(answer::Answer::read(fields, envelope)?),
            "Undo" => Self::Undo(undo::Undo::read(fields, envelope)?),
            "Create" => Self::Create(create::Create::read(fields, envelope)?),
            "Update" => Self::Update(update::Update::read(document, envelope)?),
            "Delete" => Self::Delete(delete::Delete::read(fields, envelope)?),
            "Like" | "Dislike" | "EmojiReact" => Self::Like(like::Like::read(fields, envelope)?),
            "Add" | "Remove" => Self::Pin(pin::Pin::read(fields, envelope)?),
            "Move" => Self::Move(moved::Move::read(fields, envelope)?),
            "Announce" => Self::Announce(announce::Announce::read(fields, envelope)?),
            "Join" => Self::Join(join::Join::read(document, envelope)?),
            "Leave" => Self::Leave(leave::Leave::read(document, envelope)?),
            "Offer" => offer::Offer::read(document, envelope)?.map_or(Self::Other, Self::Offer),
            "Block" => match block::Ban::read(fields, envelope)? {
                Some(ban) => Self::Ban(ban),
                None => block::Block::read(fields, envelope)?.map_or(Self::Other, Self::Block),
            },
            "Lock" => Self::Lock(lock::Lock::read(fields, envelope)?),
            "Warn" => Self::Warn(warn::Warn::read(fields, envelope)?),
            "Flag" => Self::Flag(flag::Flag::read(fields, envelope)?),
            "Resolve" => Self::Resolve(resolve::Resolve::read(fields, envelope)?),
            "QuoteRequest" => Self::QuoteRequest(quote_request::QuoteRequest::read(fields, envelope)?),
            _ => Self::Other,
        })
    }

    /// Every account it may need, to be looked up together with others.
    pub fn names(&self) -> Vec<&String> {
        match self {
            Self::Follow(follow) => vec![&follow.actor, &follow.object],
            Self::Accept(answer) | Self::Reject(answer) => answer.asked.names(&answer.actor),
            Self::Undo(undo) => undo.names(),
            Self::Create(create) => create.names(),
            Self::Update(update) => update.names(),
            Self::Delete(delete) => vec![&delete.actor],
            Self::Like(like) => vec![&like.actor],
            Self::Pin(pin) => vec![&pin.actor, &pin.object],
            Self::Move(moved) => vec![&moved.actor],
            Self::Announce(announce) => announce.names(),
            Self::Block(block) => vec![&block.actor, &block.object],
            Self::Agreed(agreed) => vec![&agreed.actor],
            Self::Join(join) => vec![&join.actor, &join.object],
            Self::Leave(leave) => vec![&leave.actor, &leave.object],
            Self::Offer(offer) => vec![&offer.actor, &offer.about, &offer.target],
            Self::Ban(ban) => vec![&ban.actor, &ban.object, &ban.target],
            Self::Lock(lock) => vec![&lock.actor],
            Self::Warn(warn) => vec![&warn.actor, &warn.person, &warn.community],
            Self::Flag(flag) => vec![&flag.actor],
            Self::Resolve(resolve) => vec![&resolve.actor],
            Self::QuoteRequest(request) => vec![&request.actor],
            Self::QuoteAnswer(answer) => vec![&answer.actor],
            Self::Retraction(retraction) => vec![&retraction.actor],
            Self::Newcomer(newcomer) => vec![&newcomer.actor],
            Self::Other => Vec::new(),
        }
    }

    /// What it is about: activities with a lane in common are applied in the order of their arrival.
    pub fn lanes(&self, envelope: &Envelope) -> Vec<String> {
        let about = |object: &String| vec![envelope.id.clone(), envelope.actor.clone(), object.clone()];
        match self {
            Self::Follow(follow) => about(&follow.object),
            Self::Accept(answer) | Self::Reject(answer) => vec![answer.actor.clone()],
            Self::Undo(undo) => about(&undo.of.id),
            Self::Create(create) => about(&create.object_id),
            Self::Update(update) => about(&update.object_id),
            Self::Delete(delete) => about(&delete.object),
            Self::Like(like) => about(&like.object),
            Self::Pin(pin) => about(&pin.object),
            Self::Move(moved) => about(&moved.target),
            // not the announcer: one post that is slow to come must not hold up a whole community
            Self::Announce(announce) => announce.lanes(),
            Self::Block(block) => about(&block.object),
            Self::Agreed(agreed) => vec![agreed.actor.clone()],
            Self::Join(join) => about(&join.object),
            Self::Leave(leave) => about(&leave.object),
            Self::Offer(offer) => about(&offer.target),
            Self::Ban(ban) => about(&ban.object),
            Self::Lock(lock) => about(&lock.object),
            Self::Warn(warn) => about(&warn.person),
            Self::Flag(_) => vec![envelope.id.clone(), envelope.actor.clone()],
            Self::Resolve(resolve) => about(&resolve.object),
            Self::QuoteRequest(request) => about(&request.object),
            Self::QuoteAnswer(answer) => about(&answer.quoting),
            Self::Retraction(retraction) => vec![retraction.actor.clone()],
            Self::Newcomer(newcomer) => vec![newcomer.actor.clone()],
            Self::Other => Vec::new(),
        }
    }

    /// Whether it is a like, or takes one back.
    pub fn is_vote(&self) -> bool {
        match self {
            Self::Like(_) => true,
            Self::Undo(undo) => undo.of.is_vote(),
            _ => false,
        }
    }

    /// What must be fetched before it can be applied.
    pub async fn wants(&self, look: Look<'_>, envelope: &Envelope) -> Result<Vec<Want>> {
        if matches!(self, Self::Other) {
            return Ok(Vec::new());
        }
        let mut wants = Vec::new();
        if look.known.account(look.federation, &envelope.actor).is_none() {
            wants.push(Want::Account(envelope.actor.clone()));
        }
        match self {
            Self::Create(create) => wants.extend(create.wants()),
            Self::Update(update) => wants.extend(update.wants(look)),
            Self::Announce(announce) => wants.extend(announce.wants(look).await?),
            Self::Join(join) => wants.extend(join.wants(look).await?),
            Self::Move(moved) => wants.push(moved.wants()),
            Self::Pin(pin) => wants.extend(look.known.account(look.federation, &pin.actor).and_then(|by| rank::wants(pin, look, by))),
            // an invitation may be for somebody whom we do not know yet
            Self::Offer(offer) if look.known.account(look.federation, &offer.about).is_none() => {
                wants.extend((!look.federation.app.origin.is_ours(&offer.about)).then(|| Want::Account(offer.about.clone())));
            }
            _ => {}
        }
        Ok(wants)
    }

    /// Applies it. Refused when the actor may not say this, or it says nothing to us. Boxed kind by kind: the future of whoever
    /// waits for it would have room for the largest otherwise, on every stack that it passes.
    pub async fn receive(&self, scene: Scene<'_>, envelope: &Envelope) -> Result<()> {
        match self {
            Self::Follow(follow) => Box::pin(follow.receive(scene, scene.actor(envelope)?)).await,
            Self::Accept(answer) => Box::pin(accept::receive(answer, scene, scene.actor(envelope)?)).await,
            Self::Reject(answer) => Box::pin(reject::receive(answer, scene, scene.actor(envelope)?)).await,
            Self::Undo(undo) => match moderation::Moderation::of(self, envelope) {
                Some(act) => Box::pin(act.receive(scene, scene.actor(envelope)?)).await,
                None => Box::pin(undo.receive(scene, scene.actor(envelope)?)).await,
            },
            Self::Create(create) => Box::pin(create.receive(scene, scene.actor(envelope)?)).await,
            Self::Update(update) => Box::pin(update.receive(scene, scene.actor(envelope)?)).await,
            Self::Delete(delete) => Box::pin(delete.receive(scene, scene.actor(envelope)?, envelope)).await,
            Self::Like(like) => Box::pin(like.receive(scene, scene.actor(envelope)?)).await,
            Self::Pin(pin) => Box::pin(pin.receive(scene, scene.actor(envelope)?)).await,
            Self::Move(moved) => {
                scene.actor(envelope)?;
                Box::pin(moved.receive(scene)).await
            }
            Self::Announce(announce) => Box::pin(announce.receive(scene, scene.actor(envelope)?)).await,
            Self::Block(block) => Box::pin(block.receive(scene, scene.actor(envelope)?)).await,
            Self::Agreed(agreed) => Box::pin(agreed.receive(scene, scene.actor(envelope)?)).await,
            Self::Join(join) => Box::pin(join.receive(scene, scene.actor(envelope)?)).await,
            Self::Leave(leave) => Box::pin(leave.receive(scene, scene.actor(envelope)?)).await,
            Self::Offer(offer) => Box::pin(offer.receive(scene, scene.actor(envelope)?)).await,
            Self::Flag(flag) => Box::pin(flag.receive(scene, scene.actor(envelope)?)).await,
            Self::Resolve(resolve) => Box::pin(resolve.receive(scene, scene.actor(envelope)?)).await,
            Self::Retraction(retraction) => Box::pin(retraction.receive(scene, scene.actor(envelope)?)).await,
            Self::Newcomer(newcomer) => Box::pin(newcomer.receive(scene, scene.actor(envelope)?)).await,
            Self::QuoteAnswer(answer) => Box::pin(answer.receive(scene, scene.actor(envelope)?)).await,
            Self::QuoteRequest(request) => Box::pin(request.receive(scene, scene.actor(envelope)?)).await,
            Self::Ban(_) | Self::Lock(_) | Self::Warn(_) => match moderation::Moderation::of(self, envelope) {
                Some(act) => Box::pin(act.receive(scene, scene.actor(envelope)?)).await,
                None => Ok(()),
            },
            Self::Other => Err(wrong("this type of activity does nothing here").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn s033_an_activity_whose_id_is_on_another_server_is_refused() {
        let activity = |id: &str| json!({"type": "Like", "id": id, "actor": "https://p.test/u/pat", "object": "https://acme.test/p/1"});
        assert!(Envelope::read(&activity("https://p.test/a/1")).is_ok());
        for id in ["https://e.test/a/1", "http://p.test/a/1", "https://p.test:8443/a/1", "https://p.test@e.test/a/1", "p.test/a/1", ""] {
            assert!(Envelope::read(&activity(id)).is_err(), "{id}");
        }
    }

    #[test]
    fn ap065_types_that_nobody_knows_do_no_harm() {
        let activity = json!({"type": "Arrive", "id": "https://p.test/a/1", "actor": "https://p.test/u/pat", "object": {"x": [1]}});
        assert_eq!(fixtures::deed(&activity).unwrap().1, Deed::Other);
    }

    #[test]
    fn of_several_types_the_first_that_we_know_counts() {
        let activity = json!({"type": ["farm:Plant", "Like"], "id": "https://p.test/a/1", "actor": "https://p.test/u/pat", "object": "https://acme.test/p/1"});
        assert!(matches!(fixtures::deed(&activity).unwrap().1, Deed::Like(_)));
    }

    #[test]
    fn activities_of_other_software_are_read() {
        let folder = std::env::var("INTERMOOT_SHARED").unwrap_or_else(|_| "../shared".to_owned());
        for file in [
            "lemmy/lemmy/activities/following/follow.json",
            "lemmy/lemmy/activities/following/accept.json",
            "lemmy/lemmy/activities/following/undo_follow.json",
            "lemmy/lemmy/activities/create_or_update/create_page.json",
            "lemmy/lemmy/activities/create_or_update/create_comment.json",
            "lemmy/lemmy/activities/create_or_update/update_page.json",
            "lemmy/lemmy/activities/deletion/delete_page.json",
            "lemmy/lemmy/activities/deletion/remove_note.json",
            "lemmy/lemmy/activities/voting/like_note.json",
            "lemmy/lemmy/activities/voting/undo_like_note.json",
            "lemmy/lemmy/activities/community/announce_create_page.json",
            "lemmy/lemmy/activities/community/report_page.json",
            "lemmy/lemmy/activities/community/resolve_report_page.json",
            "lemmy/lemmy/activities/community/lock_page.json",
            "lemmy/lemmy/activities/community/lock_note.json",
            "lemmy/lemmy/activities/community/undo_lock_page.json",
            "lemmy/lemmy/activities/community/warn.json",
            "lemmy/lemmy/activities/block/block_user.json",
            "lemmy/lemmy/activities/block/undo_block_user.json",
            "lemmy/lemmy/activities/deletion/undo_remove_note.json",
            "lemmy/mastodon/activities/follow.json",
            "lemmy/mastodon/activities/undo_follow.json",
            "lemmy/mastodon/activities/create_note.json",
            "lemmy/mastodon/activities/delete.json",
            "lemmy/mastodon/activities/like_page.json",
            "lemmy/mastodon/activities/undo_like_page.json",
            "lemmy/pleroma/activities/create_note.json",
            "lemmy/mitra/activities/accept.json",
        ] {
            let Ok(text) = std::fs::read(format!("{folder}/fixtures/{file}")) else {
                eprintln!("{file} is not there: not tried");
                continue;
            };
            let document: Value = serde_json::from_slice(&text).unwrap();
            let (_, deed) = fixtures::deed(&document).unwrap_or_else(|refusal| panic!("{file}: {refusal}"));
            assert_ne!(deed, Deed::Other, "{file}");
        }
    }
}
