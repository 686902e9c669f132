//! Keeping what was read from elsewhere: from checked documents to the verbs of the features.
//!
//! Names in documents are URLs; here they meet the accounts we know. Nothing is fetched.

use super::{
    Federation,
    objects::{Introduced, Written, note},
    organisation_hosts,
};
use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::AccountId,
        text::limits,
        words::{AccountKind, Audience, KeyKind},
    },
    features::{
        accounts,
        affiliations::{self, Claim},
        agreements, communities, policies, polls, posts,
        posts::receive::Incoming,
        quotes,
    },
    store::{
        Tx,
        tables::{Account, Post},
    },
};
use std::collections::HashMap;

/// Most accounts looked up in one statement.
const NAMES_MAX: usize = 2000;

/// Accounts that are known, by uri as stored.
#[derive(Debug, Clone, Default)]
pub struct Known(HashMap<String, Account>);

impl Known {
    /// Looks up everyone among `uris` whom we know, in one statement.
    pub async fn load(federation: &Federation, uris: impl IntoIterator<Item = &String>) -> Result<Self> {
        let mut wanted: Vec<String> = uris.into_iter().map(|uri| federation.stored(uri)).take(NAMES_MAX).collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(Self::default());
        }
        let found = accounts::queries::by_uris(&federation.app.store, &wanted).await?;
        Ok(Self(found.into_iter().map(|account| (account.uri.clone(), account)).collect()))
    }

    /// The account with this uri, in either form.
    pub fn account(&self, federation: &Federation, uri: &str) -> Option<&Account> {
        self.0.get(federation.app.origin.stored(uri))
    }
}

/// Keeps an actor from elsewhere with what is said of it as a community.
pub async fn actor(federation: &Federation, introduced: &Introduced) -> Result<Account> {
    let tx = federation.app.store.begin().await?;
    let account = actor_in(&tx, introduced, federation).await?;
    tx.commit().await?;
    for (id, ..) in &introduced.remote.keys {
        federation.keyring.forget(id);
    }
    organisation_hosts::prove_in_background(federation, &account);
    Ok(account)
}

/// The same inside an act.
pub async fn actor_in(tx: &Tx, introduced: &Introduced, federation: &Federation) -> Result<Account> {
    let mut account = accounts::keep_remote(tx, &introduced.remote).await?;
    if let Some(facts) = &introduced.community {
        communities::keep_remote(tx, account.id, facts).await?;
        let (named, required) = &introduced.policies;
        policies::keep_elsewhere(tx, account.id, named, *required).await?;
    }
    if account.kind == AccountKind::Organisation
        && let Some((_, _, key)) = introduced.remote.keys.iter().find(|(_, kind, _)| *kind == KeyKind::Ed25519)
    {
        agreements::key_seen(tx, account.id, key, None).await?;
    }
    if introduced.affiliation.is_some() || !account.affiliation.is_empty() {
        let claim = introduced.affiliation.clone();
        let claim = claim.map(|claim| Claim { organisation: federation.stored(&claim.organisation), ..claim });
        account = affiliations::keep_claim(tx, account, claim.as_ref()).await?;
    }
    Ok(account)
}

/// A post as the features take it: names resolved among those known, times not in the future.
pub fn incoming(federation: &Federation, written: &Written, author: &Account, known: &Known, now: Stamp) -> Incoming {
    let origin = &federation.app.origin;
    let addressed = written.communities.iter().chain(&written.to).chain(&written.cc);
    let community =
        addressed.filter_map(|uri| known.account(federation, uri)).find(|account| account.is_community() && account.is_active());
    let members = community.map(|community| note::followers_of(origin, community));
    let groups: Vec<&str> = members.iter().map(String::as_str).collect();
    let audience = written.audience(&author.followers_uri, &groups);
    Incoming {
        uri: written.uri.clone(),
        url: written.url.clone(),
        community: community.map(|community| community.id),
        through: None,
        in_reply_to_uri: federation.stored(&written.in_reply_to),
        audience,
        title: written.title.clone(),
        content: written.content.clone(),
        spoiler: written.spoiler.clone(),
        sensitive: written.sensitive,
        language: written.language.clone(),
        attachments: written.attachments.clone(),
        mentions: mentioned(federation, (written, audience), known),
        tags: written.tags.clone(),
        details: written.details.clone(),
        quote_uri: federation.stored(&written.quote),
        quote_stamp: federation.stored(&written.quote_stamp),
        poll: written.poll.clone(),
        published: written.published.map_or(now, |at| at.min(now)),
        updated: written.updated.map(|at| at.min(now)),
        context_uri: written.context.clone(),
    }
}

/// Those named whom we know. Whoever a letter is addressed to may read it, named or not (Lemmy, Pleroma's chats).
fn mentioned(federation: &Federation, (written, audience): (&Written, Audience), known: &Known) -> Vec<AccountId> {
    let account = |uri: &String| known.account(federation, uri);
    let named = written.mentions.iter().filter_map(account);
    let addressed = written.to.iter().chain(&written.cc).filter(|_| audience == Audience::Direct);
    let addressed = addressed.filter_map(account).filter(|account| !account.is_community() && account.uri != written.author);
    named.chain(addressed).map(|account| account.id).take(limits::MENTIONS_MAX).collect()
}

/// Keeps a post from elsewhere, or its newer wording when we have it; `None` when it was deleted before.
pub async fn post(tx: &Tx, author: &Account, incoming: Incoming) -> Result<Option<Post>> {
    let newer = Newer::of(&incoming);
    let post = posts::receive::receive(tx, author, incoming).await?;
    newer.keep(tx, post).await
}

/// The same for what is no news: it was fetched because it was missed. Nobody is notified, and no home timeline gets it.
pub async fn old_post(tx: &Tx, author: &Account, incoming: Incoming) -> Result<Option<Post>> {
    let newer = Newer::of(&incoming);
    let post = posts::receive::take_in(tx, author, incoming).await?;
    newer.keep(tx, post).await
}

/// What may be newer than what we have of a post: its figures, its stamp, its wording.
struct Newer {
    poll: Option<polls::Told>,
    quote: (String, String),
    wording: Option<(Stamp, Incoming)>,
}

impl Newer {
    fn of(incoming: &Incoming) -> Self {
        Self {
            poll: incoming.poll.clone(),
            quote: (incoming.quote_uri.clone(), incoming.quote_stamp.clone()),
            wording: incoming.updated.map(|at| (at, incoming.clone())),
        }
    }

    async fn keep(self, tx: &Tx, post: Option<Post>) -> Result<Option<Post>> {
        let Some(post) = post else { return Ok(None) };
        if let Some(poll) = self.poll {
            // its figures rise without an edit
            polls::keep(tx, post.id, &poll).await?;
        }
        // it comes when its author was asked, and is no edit either
        quotes::claim(tx, &post, (&self.quote.0, &self.quote.1)).await?;
        if let Some((_, incoming)) = self.wording.filter(|(at, _)| post.edited_at.unwrap_or(post.created_at) < *at) {
            posts::receive::update(tx, &post, incoming).await?;
        }
        Ok(Some(post))
    }
}
