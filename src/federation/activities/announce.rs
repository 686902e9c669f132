//! `Announce`: somebody boosts a post, or a community passes on what happened in it (FEP-1b12).
//!
//! What is inside is believed by its own proof (FEP-8b32, our nodes) or after a look at its origin; a vote counts within
//! the community that passes it on, a moderator's act changes the community's view and not the object (decisions.md 4).

use super::{Deed, Envelope, Look, Scene, Want, moderation::Moderation, proven, undo::Undo, update::State};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        host,
        page::Page,
        words::Stage,
    },
    features::{communities, memberships, posts, reactions, relationships},
    federation::objects::{
        Fields,
        fields::{same_origin, wrong},
    },
    store::{
        Source, Store,
        tables::{Account, Post},
    },
};
use serde_json::Value;

/// Most asks that one announcement can settle.
const ASKS_MAX: u32 = 100;

/// What is read of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Announce {
    /// Its id.
    pub id: String,
    /// Who announces.
    pub actor: String,
    /// What.
    pub of: Announced,
    /// When, as it says.
    pub published: Option<Stamp>,
}

/// What is announced.
#[derive(Debug, Clone, PartialEq)]
pub enum Announced {
    /// A post, by id.
    Thing(String),
    /// An activity in a community.
    Act(Box<Inner>),
}

/// An activity that a community passes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Inner {
    /// What it has like every activity.
    pub envelope: Envelope,
    /// What it is.
    pub deed: Deed,
    /// As it came, for its proof.
    pub document: Value,
}

impl Announce {
    pub(super) fn read(fields: Fields<'_>, envelope: &Envelope) -> Result<Self, Refusal> {
        let (object, _) = fields.required_url("object")?;
        let act = fields.list("object").next().filter(|object| Fields::of(object).is_some_and(|object| object.value("actor").is_some()));
        let of = match act {
            Some(document) => {
                let envelope = Envelope::read(document)?;
                if envelope.kind == "Announce" {
                    return Err(wrong("an announcement of an announcement does nothing here"));
                }
                let deed = Deed::read(document, &envelope)?;
                Announced::Act(Box::new(Inner { envelope, deed, document: document.clone() }))
            }
            None => Announced::Thing(object.to_owned()),
        };
        Ok(Self { id: envelope.id.clone(), actor: envelope.actor.clone(), of, published: fields.time("published") })
    }

    pub(super) fn names(&self) -> Vec<&String> {
        let mut names = vec![&self.actor];
        if let Announced::Act(inner) = &self.of {
            names.extend(inner.deed.names());
        }
        names
    }

    pub(super) fn lanes(&self) -> Vec<String> {
        match &self.of {
            Announced::Thing(object) => vec![self.id.clone(), object.clone()],
            Announced::Act(inner) => [self.id.clone()].into_iter().chain(inner.deed.lanes(&inner.envelope)).collect(),
        }
    }

    pub(super) async fn wants(&self, look: Look<'_>) -> Result<Vec<Want>> {
        let group = look.known.account(look.federation, &self.actor).filter(|actor| actor.is_community());
        if let Some(group) = group
            && !is_of_interest(&look.federation.app.store, group).await?
        {
            // it will be refused: nothing is fetched and kept for it
            return Ok(Vec::new());
        }
        let is_private = match group {
            Some(group) => is_private(&look.federation.app.store, group).await?,
            None => false,
        };
        let inner = match &self.of {
            Announced::Thing(_) if is_private => return Ok(Vec::new()),
            Announced::Thing(uri) => return Ok(want_unknown(look, uri).await?.into_iter().collect()),
            Announced::Act(inner) => inner,
        };
        let actor = &inner.envelope.actor;
        let is_known = look.known.account(look.federation, actor).is_some();
        let want_actor = (!is_known).then(|| Want::Account(actor.clone()));
        if look.federation.app.origin.is_ours(actor) {
            return Ok(Vec::new());
        }
        if is_private || proven::has_proof(&inner.document) {
            return Ok(want_actor.into_iter().collect());
        }
        Ok(match &inner.deed {
            Deed::Create(create) => want_unknown(look, &create.object_id).await?.into_iter().collect(),
            Deed::Update(update) => vec![Want::Fresh(update.object_id.clone())],
            Deed::Delete(delete) if delete.reason.is_none() && delete.actor != self.actor => vec![Want::Gone(delete.object.clone())],
            Deed::Like(_) => want_actor.into_iter().collect(),
            _ => Vec::new(),
        })
    }

    pub(super) async fn receive(&self, scene: Scene<'_>, actor: &Account) -> Result<()> {
        if posts::is_buried(scene.tx, &self.id, actor.id).await? {
            return Err(wrong("this was taken back before").into());
        }
        self.check_origin(scene).await?;
        if actor.is_community() && is_private(scene.tx, actor).await? {
            if !communities::seats::is_held_here(scene.tx, actor.id).await? {
                return Err(wrong("nobody here is in this community").into());
            }
        } else if actor.is_community() {
            self.check_interest(scene, actor).await?;
        }
        match &self.of {
            Announced::Thing(uri) => {
                let post = post(scene, uri).await?;
                self.show(scene, actor, &post).await
            }
            Announced::Act(inner) if actor.is_community() => self.pass_on(scene, actor, inner).await,
            Announced::Act(_) => Err(wrong("only a community passes on activities").into()),
        }
    }

    /// What comes from a host that is blocked here does not come in by way of others either (S43).
    async fn check_origin(&self, scene: Scene<'_>) -> Result<()> {
        let origin = match &self.of {
            Announced::Thing(uri) => uri,
            Announced::Act(inner) => &inner.envelope.actor,
        };
        match host::parse(origin).and_then(|url| host::authority(&url)) {
            Some(host) if scene.federation.is_blocked(&host).await? => Err(wrong("what is announced comes from a blocked server").into()),
            _ => Ok(()),
        }
    }

    /// Shows a post: in the community that announces it, or as a boost.
    async fn show(&self, scene: Scene<'_>, actor: &Account, post: &Post) -> Result<()> {
        if actor.is_community() {
            return posts::announced(scene.tx, post.id, actor, &self.id).await;
        }
        let at = self.published.map_or(scene.tx.now, |at| at.min(scene.tx.now));
        reactions::boost(scene.tx, actor, post, Some((&self.id, at))).await.map(drop)
    }

    /// Somebody here must be in the community or have asked; an announcement of a public one proves that the ask was granted.
    async fn check_interest(&self, scene: Scene<'_>, group: &Account) -> Result<()> {
        let asks = relationships::queries::requests(scene.tx, group.id, Page::first(ASKS_MAX)).await?;
        let asking: Vec<&Account> = asks.iter().map(|asked| &asked.account).filter(|account| account.is_local()).collect();
        if !asking.is_empty() {
            let facts = communities::queries::by_id(scene.tx, group.id).await?;
            if facts.is_some_and(|facts| facts.stage == Stage::Public) {
                for account in asking {
                    memberships::admitted(scene.tx, account.id, group.id).await?;
                }
            }
            return Ok(());
        }
        if relationships::queries::local_followers(scene.tx, group.id).await?.is_empty() {
            return Err(wrong("nobody here is in this community").into());
        }
        Ok(())
    }

    /// Applies what a community passes on.
    async fn pass_on(&self, scene: Scene<'_>, group: &Account, inner: &Inner) -> Result<()> {
        if scene.federation.app.origin.is_ours(&inner.envelope.actor) {
            return self.acknowledge(scene, group, inner).await;
        }
        if proven::has_proof(&inner.document) {
            proven::check(scene, inner).await?;
            return self.apply_proven(Scene { through: Some(group.id), ..scene }, group, inner).await;
        }
        // The node of a private community is the only door: nobody else may be asked (membership.md 6), so that what has
        // no proof must be of that node itself, which signed for it.
        if is_private(scene.tx, group).await? {
            if !same_origin(&inner.envelope.actor, &self.actor) {
                return Err(wrong("what a private community passes on needs its author's proof").into());
            }
            return self.apply_proven(Scene { through: Some(group.id), ..scene }, group, inner).await;
        }
        match &inner.deed {
            Deed::Create(create) => self.show(scene, group, &post(scene, &create.object_id).await?).await,
            Deed::Update(update) => self.show(scene, group, &post(scene, &update.object_id).await?).await,
            Deed::Like(like) => {
                within(&like.post(scene).await?, group)?;
                like.receive(scene, scene.account(&like.actor)?).await
            }
            Deed::Undo(undo) if undo.of.kind == "Like" => self.pass_on_unlike(scene, group, undo).await,
            Deed::Delete(delete) => {
                let target = post(scene, &delete.object).await?;
                within(&target, group)?;
                if scene.findings.gone.contains(&delete.object) {
                    return if target.deleted_at.is_none() { posts::delete(scene.tx, &target).await } else { Ok(()) };
                }
                if delete.reason.is_none() && delete.actor != self.actor {
                    return Err(wrong("its origin still has what is said to be deleted").into());
                }
                self.copy(scene, group, inner).await
            }
            Deed::Resolve(resolve) => resolve.receive(scene, group).await,
            _ => self.copy(scene, group, inner).await,
        }
    }

    /// A moderator's act, of which the community says that it was done.
    async fn copy(&self, scene: Scene<'_>, group: &Account, inner: &Inner) -> Result<()> {
        let by = scene.known.account(scene.federation, &inner.envelope.actor).unwrap_or(group);
        let act = Moderation::of(&inner.deed, &inner.envelope).or(match &inner.deed {
            // a moderator's without a reason
            Deed::Delete(delete) => Some(Moderation::removal(&inner.envelope.id, &delete.object, "")),
            _ => None,
        });
        match act {
            Some(act) => act.copy(scene, group, by).await,
            None => Err(wrong("what the community passes on does nothing here").into()),
        }
    }

    /// The community speaks about votes in it, and not about the ids of others: none is remembered as undone.
    async fn pass_on_unlike(&self, scene: Scene<'_>, group: &Account, undo: &Undo) -> Result<()> {
        let target = post(scene, &undo.of.object).await?;
        within(&target, group)?;
        reactions::unlike(scene.tx, scene.account(&undo.actor)?, &target).await
    }

    /// What our own people did comes back: the community has taken it.
    async fn acknowledge(&self, scene: Scene<'_>, group: &Account, inner: &Inner) -> Result<()> {
        match &inner.deed {
            Deed::Create(create) => self.show(scene, group, &post(scene, &create.object_id).await?).await,
            deed if Moderation::of(deed, &inner.envelope).is_some() => self.copy(scene, group, inner).await,
            _ => Ok(()),
        }
    }

    async fn apply_proven(&self, scene: Scene<'_>, group: &Account, inner: &Inner) -> Result<()> {
        let actor = scene.account(&inner.envelope.actor)?;
        match &inner.deed {
            Deed::Create(create) => {
                create.receive(scene, actor).await?;
                self.show(scene, group, &post(scene, &create.object_id).await?).await
            }
            Deed::Delete(delete) => {
                let target = posts::queries::by_uri(scene.tx, scene.stored(&delete.object)).await?;
                match target.filter(|target| target.author_id != actor.id) {
                    // a moderator's: the community has checked the right
                    Some(target) => {
                        within(&target, group)?;
                        self.copy(scene, group, inner).await
                    }
                    None => delete.receive(scene, actor, &inner.envelope).await,
                }
            }
            Deed::Update(update) => match update.state {
                State::Post(_) | State::Elsewhere => update.receive(scene, actor).await,
                // kept bytes of somebody's former profile, roster or seat would stand again: only its owner tells of those
                State::Actor(_) | State::Roster(_) | State::Seat(_) => Err(wrong("a community passes on posts alone").into()),
            },
            // who is in a private community elsewhere is not ours to judge
            Deed::Like(like) if is_private(scene.tx, group).await? => {
                let target = like.post(scene).await?;
                within(&target, group)?;
                reactions::like(scene.tx, actor, &target, Some(&like.id)).await
            }
            Deed::Like(like) => like.receive(scene, actor).await,
            deed if Moderation::of(deed, &inner.envelope).is_some() => self.copy(scene, group, inner).await,
            Deed::Undo(undo) => undo.receive(scene, actor).await,
            _ => Err(wrong("what the community passes on does nothing here").into()),
        }
    }
}

/// Whether a community is known not to be public.
async fn is_private(from: &impl Source, group: &Account) -> Result<bool> {
    Ok(communities::queries::by_id(from, group.id).await?.is_some_and(|about| about.stage != Stage::Public))
}

/// Whether somebody here follows or asks to follow a community, or is in it.
async fn is_of_interest(store: &Store, group: &Account) -> Result<bool> {
    if communities::seats::is_held_here(store, group.id).await? {
        return Ok(true);
    }
    if !relationships::queries::local_followers(store, group.id).await?.is_empty() {
        return Ok(true);
    }
    let asks = relationships::queries::requests(store, group.id, Page::first(ASKS_MAX)).await?;
    Ok(asks.iter().any(|asked| asked.account.is_local()))
}

async fn want_unknown(look: Look<'_>, uri: &str) -> Result<Option<Want>> {
    let origin = &look.federation.app.origin;
    let is_known = origin.is_ours(uri) || posts::queries::by_uri(&look.federation.app.store, uri).await?.is_some();
    Ok((!is_known).then(|| Want::Post(uri.to_owned())))
}

async fn post(scene: Scene<'_>, uri: &str) -> Result<Post> {
    let post = posts::queries::by_uri(scene.tx, scene.stored(uri)).await?;
    post.ok_or_else(|| wrong("what is announced is not known here").into())
}

/// A community speaks about what is in it.
fn within(post: &Post, group: &Account) -> Result<(), Refusal> {
    if post.community_id == Some(group.id) { Ok(()) } else { Err(wrong("the post is not in the community that passes this on")) }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::deed;
    use super::*;
    use serde_json::json;

    fn announce(object: Value) -> Value {
        json!({"type": "Announce", "id": "https://l.test/activities/announce/1", "actor": "https://l.test/c/main", "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": ["https://l.test/c/main/followers"], "object": object})
    }

    #[test]
    fn both_shapes_of_an_announcement_are_read() {
        let Deed::Announce(read) = deed(&announce(json!("https://p.test/n/1"))).unwrap().1 else { panic!() };
        assert_eq!(read.of, Announced::Thing("https://p.test/n/1".into()));
        // a whole post is named by its id: it is fetched where it is
        let Deed::Announce(read) =
            deed(&announce(json!({"type": "Page", "id": "https://p.test/n/1", "attributedTo": "https://p.test/u/a"}))).unwrap().1
        else {
            panic!()
        };
        assert_eq!(read.of, Announced::Thing("https://p.test/n/1".into()));
        let like = json!({"type": "Like", "id": "https://p.test/a/1", "actor": "https://p.test/u/a", "object": "https://l.test/post/1"});
        let Deed::Announce(read) = deed(&announce(like)).unwrap().1 else { panic!() };
        let Announced::Act(inner) = read.of else { panic!() };
        assert_eq!((inner.envelope.kind.as_str(), inner.envelope.actor.as_str()), ("Like", "https://p.test/u/a"));
    }

    #[test]
    fn announcements_are_not_nested() {
        assert!(deed(&announce(announce(json!("https://p.test/n/1")))).is_err());
    }

    #[test]
    fn s033_an_inner_activity_from_another_server_than_its_actor_is_refused() {
        let like = json!({"type": "Like", "id": "https://e.test/a/1", "actor": "https://p.test/u/a", "object": "https://l.test/post/1"});
        assert!(deed(&announce(like)).is_err());
    }
}
