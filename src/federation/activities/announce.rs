//! `Announce`: somebody boosts a post, or a community passes on what happened in it (FEP-1b12).
//!
//! What is inside is believed by its own proof (FEP-8b32, our nodes) or after a look at its origin; a vote counts within
//! the community that passes it on, a moderator's act changes the community's view and not the object (decisions.md 4).

mod inside;

use super::{Deed, Envelope, Look, Scene, Want, proven, rank, update::State};
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        host,
        page::Page,
        words::{Level, Stage},
    },
    features::{communities, memberships, peers, posts, reactions, relationships},
    federation::objects::{Fields, fields::wrong},
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
        if let Deed::Update(update) = &inner.deed
            && update.state == State::Community
        {
            return Ok((update.object_id == self.actor).then(|| Want::FreshAccount(self.actor.clone())).into_iter().collect());
        }
        if let (Deed::Pin(pin), Some(group)) = (&inner.deed, group)
            && let Some(want) = rank::wants(pin, look, group)
        {
            return Ok(want_actor.into_iter().chain([want]).collect());
        }
        if is_private || proven::has_proof(&inner.document) {
            let want_seats = match group {
                Some(group) if is_private => want_seats(look, group).await?,
                _ => None,
            };
            return Ok(want_actor.into_iter().chain(want_seats).collect());
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
        if actor.is_community() && !self.ends_what_is_here(scene).await? {
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

    /// Whether it only ends something that was kept while somebody here could read it.
    async fn ends_what_is_here(&self, scene: Scene<'_>) -> Result<bool> {
        let Announced::Act(inner) = &self.of else { return Ok(false) };
        let Deed::Delete(delete) = &inner.deed else { return Ok(false) };
        Ok(posts::queries::by_uri(scene.tx, scene.stored(&delete.object)).await?.is_some())
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

    /// Somebody here must be in the community or have asked. Where nobody is in yet, an announcement of a public one proves that
    /// the ask was granted; our own nodes answer each ask themselves, and may have refused one of two.
    async fn check_interest(&self, scene: Scene<'_>, group: &Account) -> Result<()> {
        let nobody = || wrong("nobody here is in this community");
        if is_private(scene.tx, group).await? {
            return if communities::seats::is_held_here(scene.tx, group.id).await? { Ok(()) } else { Err(nobody().into()) };
        }
        if !relationships::queries::local_followers(scene.tx, group.id).await?.is_empty() {
            return Ok(());
        }
        let asks = relationships::queries::requests(scene.tx, group.id, Page::first(ASKS_MAX)).await?;
        let asking: Vec<&Account> = asks.iter().map(|asked| &asked.account).filter(|account| account.is_local()).collect();
        if asking.is_empty() {
            return Err(nobody().into());
        }
        let facts = communities::queries::by_id(scene.tx, group.id).await?;
        let level = peers::find(scene.tx, &group.host).await?.map_or(Level::Plain, |peer| peer.level);
        if level < Level::Intermoot && facts.is_some_and(|facts| facts.stage == Stage::Public) {
            for account in asking {
                memberships::admitted(scene.tx, account.id, group.id).await?;
            }
        }
        Ok(())
    }
}

/// Whether a community is known not to be public.
pub async fn is_private(from: &impl Source, group: &Account) -> Result<bool> {
    Ok(communities::queries::by_id(from, group.id).await?.is_some_and(|about| about.stage != Stage::Public))
}

/// Whether somebody here follows or asks to follow a community, or is in it.
pub async fn is_of_interest(store: &Store, group: &Account) -> Result<bool> {
    if communities::seats::is_held_here(store, group.id).await? {
        return Ok(true);
    }
    if !relationships::queries::local_followers(store, group.id).await?.is_empty() {
        return Ok(true);
    }
    let asks = relationships::queries::requests(store, group.id, Page::first(ASKS_MAX)).await?;
    Ok(asks.iter().any(|asked| asked.account.is_local()))
}

/// The records of our people's seats in a community that is not public, where we hold none: the one that lets one of ours in
/// may be overtaken by what they may read.
async fn want_seats(look: Look<'_>, group: &Account) -> Result<Option<Want>> {
    let is_held = communities::seats::is_held_here(&look.federation.app.store, group.id).await?;
    Ok((!is_held).then(|| Want::Seats(group.uri.clone())))
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
