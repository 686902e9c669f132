//! What is taken of what a server lists: judged before, with the network; kept afterwards, in one act.
//!
//! Invariant: nothing is believed that would not be if it came into the inbox. A community's list is believed about that
//! community alone (S35); an activity inside by its author's proof, or where the list stands on its author's own server; the
//! rest as its origin has it now (S30). What a private community lists is asked of nobody else.

use crate::{
    base::{
        error::{Error, Result},
        host,
        id::PostId,
    },
    features::{posts, timelines},
    federation::{
        Federation,
        activities::{
            Deed, Envelope,
            announce::{Announced, Inner},
            proven,
            update::State,
        },
        fetch::{self, Failure},
        keep::{self, Known},
        objects::{
            Fields, Written,
            fields::{same_origin, wrong},
        },
    },
    net::Budget,
    store::{
        Tx,
        tables::{Account, Post},
    },
};
use serde_json::Value;
use std::sync::Arc;

/// A post that is to be kept, or that we have.
#[derive(Debug)]
pub enum What {
    /// We have it.
    Known(PostId),
    /// It is new.
    New {
        /// As it was read.
        written: Box<Written>,
        /// Who wrote it.
        author: Box<Account>,
        /// Whom it names, as far as we know them.
        known: Known,
        /// Where it lists what answers it.
        replies: Option<String>,
    },
}

/// Something taken.
#[derive(Debug)]
pub struct Taken {
    /// What.
    pub what: What,
    /// The community elsewhere that lists it, and the id of its Announce.
    pub within: Option<(Arc<Account>, String)>,
}

/// The community elsewhere whose list is read.
pub struct Place<'a> {
    /// The door.
    pub federation: &'a Federation,
    /// Its account.
    pub group: Arc<Account>,
    /// It is not public.
    pub is_private: bool,
}

impl Place<'_> {
    /// What an item of the community's list comes to; none for what is no post of it.
    pub async fn announced(&self, item: &Value, budget: &Budget) -> Result<Option<Taken>, Failure> {
        let envelope = Envelope::read(item)?;
        if envelope.actor != self.group.uri {
            return Err(wrong("the list of a community tells what another announced").into());
        }
        let Deed::Announce(announce) = Deed::read(item, &envelope)? else { return Ok(None) };
        let what = match &announce.of {
            Announced::Thing(uri) => self.by_id(uri, budget).await?,
            Announced::Act(inner) => self.act(inner, budget).await?,
        };
        Ok(what.map(|what| Taken { what, within: Some((Arc::clone(&self.group), announce.id.clone())) }))
    }

    /// A post of which only the id is told.
    async fn by_id(&self, uri: &str, budget: &Budget) -> Result<Option<What>, Failure> {
        if let Some(known) = known(self.federation, uri).await? {
            return Ok(Some(known));
        }
        if self.is_private {
            return Err(wrong("a private community tells a post by its id alone").into());
        }
        at_origin(self.federation, uri, budget).await.map(Some)
    }

    async fn act(&self, inner: &Inner, budget: &Budget) -> Result<Option<What>, Failure> {
        let (uri, written) = match &inner.deed {
            Deed::Create(create) => (&create.object_id, create.written.as_deref()),
            Deed::Update(update) => match &update.state {
                State::Post(written) => (&update.object_id, Some(&**written)),
                State::Elsewhere => (&update.object_id, None),
                State::Actor(_) | State::Community | State::Roster(_) | State::Seat(_) => return Ok(None),
            },
            _ => return Ok(None),
        };
        if let Some(known) = known(self.federation, uri).await? {
            return Ok(Some(known));
        }
        match written {
            Some(written) if proven::has_proof(&inner.document) || same_origin(&written.author, &self.group.uri) => {
                let author = self.believed(inner, written, budget).await?;
                new(self.federation, written.clone(), author, None).await.map(Some)
            }
            _ => self.by_id(uri, budget).await,
        }
    }

    /// The author of what is inside, when it can be believed.
    async fn believed(&self, inner: &Inner, written: &Written, budget: &Budget) -> Result<Account, Failure> {
        let host = host::parse(&written.author).as_ref().and_then(host::authority).unwrap_or_default();
        if self.federation.is_blocked(&host).await? {
            return Err(Failure::Refused(format!("{host} is blocked here")));
        }
        let author = fetch::account(self.federation, &written.author, budget).await?;
        if !proven::has_proof(&inner.document) {
            return Ok(author);
        }
        let store = &self.federation.app.store;
        if proven::check_by(self.federation, store, &inner.document, &author).await.is_ok() {
            return Ok(author);
        }
        // the key may be newer than what we have
        let author = fetch::fresh_account(self.federation, &written.author, budget).await?;
        proven::check_by(self.federation, store, &inner.document, &author).await?;
        Ok(author)
    }
}

/// A post that we have, or that was ours.
pub async fn known(federation: &Federation, uri: &str) -> Result<Option<What>, Failure> {
    let found = posts::queries::by_uri(&federation.app.store, federation.app.origin.stored(uri)).await?;
    match found {
        Some(post) => Ok(Some(What::Known(post.id))),
        None if federation.app.origin.is_ours(uri) => Err(Failure::Refused("this post is no longer here".into())),
        None => Ok(None),
    }
}

/// A post as its origin has it now.
pub async fn at_origin(federation: &Federation, uri: &str, budget: &Budget) -> Result<What, Failure> {
    let url = fetch::address("the post's id", uri)?;
    let document = fetch::document(federation, &url, budget).await?;
    let written = Written::read(&document)?;
    let replies = Fields::of(&document).and_then(|fields| fields.id("replies")).filter(|replies| same_origin(replies, &written.uri));
    let author = fetch::account(federation, &written.author, budget).await?;
    let replies = replies.map(str::to_owned);
    new(federation, written, author, replies).await
}

async fn new(federation: &Federation, written: Written, author: Account, replies: Option<String>) -> Result<What, Failure> {
    if author.is_local() || !author.is_active() {
        return Err(Failure::Refused("the post's author is suspended or gone".into()));
    }
    let known = Known::load(federation, written.names()).await?;
    Ok(What::New { written: Box::new(written), author: Box::new(author), known, replies })
}

/// Keeps what was taken; how many are new. What is refused leaves the others alone.
pub async fn keep(federation: &Federation, tx: &Tx, all: &[Taken]) -> Result<u64> {
    let (mut shown, mut kept) = (Vec::new(), 0);
    for taken in all {
        let nested = tx.nest().await?;
        match keep_one(federation, &nested, taken).await {
            Ok(boost) => {
                nested.commit_into(tx).await?;
                shown.extend(boost);
                kept += u64::from(matches!(taken.what, What::New { .. }));
            }
            Err(Error::Refused(refusal)) => tracing::debug!(%refusal, "something of what was missed is not kept"),
            Err(fault) => return Err(fault),
        }
    }
    timelines::shelve_all(tx, &shown).await?;
    Ok(kept)
}

/// Keeps one; the boost by which its community shows it, where that is new.
async fn keep_one(federation: &Federation, tx: &Tx, taken: &Taken) -> Result<Option<PostId>> {
    let group = taken.within.as_ref().map(|(group, _)| group);
    let post: Option<Post> = match &taken.what {
        What::Known(id) => posts::queries::by_id(tx, *id).await?,
        What::New { written, author, known, .. } => {
            let mut incoming = keep::incoming(federation, written, author, known, tx.now);
            incoming.through = group.map(|group| group.id);
            keep::old_post(tx, author, incoming).await?
        }
    };
    let (Some(post), Some((group, announce))) = (post, &taken.within) else { return Ok(None) };
    if posts::is_buried(tx, announce, group.id).await? {
        return Err(wrong("this was taken back before").into());
    }
    posts::announced_before(tx, &post, group, announce).await
}
