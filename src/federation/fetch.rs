//! Getting a thing from elsewhere, within limits: documents, actors, posts and their threads.
//!
//! Signed by the node actor. A document counts only where its id is (S30), in the exact content types (S31), never for
//! something of ours (S28, S36). Whoever asks gives the budget. Failures name the step that failed.

mod failure;

pub use failure::{Failure, check_status, unreached};

use super::{
    Federation,
    keep::{self, Known},
    objects::{Fields, Introduced, Written},
    vocabulary, voices,
};
use crate::{
    base::{error::Error, host, id::AccountId, json, words::Audience},
    features::{accounts, posts},
    net::Budget,
    store::tables::{Account, Post},
};
use serde_json::Value;
use url::Url;

/// Most posts fetched upwards of one (S68).
pub const PARENTS_MAX: usize = 50;

/// The address that `what` names.
pub fn address(what: &str, uri: &str) -> Result<Url, Failure> {
    host::parse(uri).ok_or_else(|| Failure::Refused(format!("{what} is not a web address")))
}

fn name(url: &Url) -> String {
    host::authority(url).unwrap_or_default()
}

/// The document at `url`, whose id is where it was found. When a document names another id on the same origin it is
/// fetched again there.
pub async fn document(federation: &Federation, url: &Url, budget: &Budget) -> Result<Value, Failure> {
    document_as(federation, url, budget, federation.node_actor().await?).await
}

/// The same, asked for by one of ours rather than by the node: for what is shown to a person.
pub async fn document_as(federation: &Federation, url: &Url, budget: &Budget, by: AccountId) -> Result<Value, Failure> {
    let (at, document) = once(federation, url, budget, by).await?;
    let (_, id) = Fields::expect(&document, "the document")?.own_id()?;
    if is_at(&id, &at, url) {
        return Ok(document);
    }
    if !host::same_origin(&id, &at) {
        return Err(Failure::Refused(format!("the document at {} claims an id on another server", name(&at))));
    }
    let (at, document) = once(federation, &id, budget, by).await?;
    let (_, again) = Fields::expect(&document, "the document")?.own_id()?;
    if is_at(&again, &at, &id) {
        Ok(document)
    } else {
        Err(Failure::Refused(format!("the document at {} has an id where it is not found", name(&at))))
    }
}

/// Whether `id` names what was found at `at` when `asked` was asked for (which alone may have a fragment).
fn is_at(id: &Url, at: &Url, asked: &Url) -> bool {
    let mut asked_document = asked.clone();
    asked_document.set_fragment(None);
    id == at || (id == asked && asked_document == *at)
}

async fn once(federation: &Federation, url: &Url, budget: &Budget, by: AccountId) -> Result<(Url, Value), Failure> {
    let host = name(url);
    // by name, so that neither scheme nor a last dot leads us to ask ourselves (S28)
    let is_ours = |url: &Url| name(url) == federation.app.origin.authority();
    if is_ours(url) {
        return Err(Failure::Refused("this address is our own".into()));
    }
    if federation.is_blocked(&host).await? {
        return Err(Failure::Refused(format!("{host} is blocked here")));
    }
    let fetched = voices::asked(federation, url, budget, by).await?;
    if is_ours(&fetched.url) {
        return Err(Failure::Refused(format!("{host} leads back to us")));
    }
    check_status("the document", &fetched)?;
    if !fetched.content_type.as_deref().is_some_and(vocabulary::is_activity_type) {
        return Err(Failure::Refused(format!("the document at {host} is not of an ActivityPub content type")));
    }
    let document = json::parse_strict(&fetched.body, json::Limits::default())
        .map_err(|error| Failure::Refused(format!("the document at {host}: {error}")))?;
    if Fields::of(&document).is_some_and(|fields| fields.kind() == "Tombstone") {
        return Err(Failure::Gone(format!("{host} says that it was deleted"), true));
    }
    Ok((fetched.url, document))
}

/// The account with this id: known, or fetched and kept.
pub async fn account(federation: &Federation, uri: &str, budget: &Budget) -> Result<Account, Failure> {
    match accounts::queries::by_uri(&federation.app.store, federation.app.origin.stored(uri)).await? {
        Some(account) => Ok(account),
        None => fresh_account(federation, uri, budget).await,
    }
}

/// The account with this id, fetched now and kept. When its origin says 410 our copy is marked gone.
pub async fn fresh_account(federation: &Federation, uri: &str, budget: &Budget) -> Result<Account, Failure> {
    let url = address("the actor's id", uri)?;
    match document(federation, &url, budget).await {
        Ok(document) => Ok(keep::actor(federation, &Introduced::read(&document)?).await?),
        Err(failure @ Failure::Gone(_, true)) => {
            mark_gone(federation, uri).await?;
            Err(failure)
        }
        Err(failure) => Err(failure),
    }
}

/// Marks the account with this id gone, if we know it and it is not ours.
pub async fn mark_gone(federation: &Federation, uri: &str) -> Result<(), Error> {
    let known = accounts::queries::by_uri(&federation.app.store, uri).await?;
    if let Some(account) = known.filter(|account| !account.is_local() && account.gone_at.is_none()) {
        let tx = federation.app.store.begin().await?;
        accounts::mark_gone(&tx, account.id).await?;
        tx.commit().await?;
        federation.keyring.forget_all();
    }
    Ok(())
}

/// The post with this id: known, or fetched and kept with as much of its thread as the budget allows.
pub async fn post(federation: &Federation, uri: &str, budget: &Budget) -> Result<Post, Failure> {
    match posts::queries::by_uri(&federation.app.store, federation.app.origin.stored(uri)).await? {
        Some(post) => Ok(post),
        None => {
            let (post, parent) = fresh_post(federation, uri, budget).await?;
            thread(federation, parent, budget).await;
            Ok(post)
        }
    }
}

/// The post with this id, fetched now, kept or brought up to date; with the id of what it answers. When its origin says
/// 410, or 404 of a post that everyone may read, our copy is deleted.
pub async fn fresh_post(federation: &Federation, uri: &str, budget: &Budget) -> Result<(Post, String), Failure> {
    fetch_post(federation, uri, budget, true).await
}

/// [`fresh_post`] for one that was missed: it is no news to anybody.
pub async fn old_post(federation: &Federation, uri: &str, budget: &Budget) -> Result<(Post, String), Failure> {
    fetch_post(federation, uri, budget, false).await
}

async fn fetch_post(federation: &Federation, uri: &str, budget: &Budget, is_news: bool) -> Result<(Post, String), Failure> {
    let url = address("the post's id", uri)?;
    match document(federation, &url, budget).await {
        Ok(document) => keep_read(federation, &document, budget, is_news).await,
        Err(failure @ Failure::Gone(_, is_said)) => {
            delete_copy(federation, uri, is_said).await?;
            Err(failure)
        }
        Err(failure) => Err(failure),
    }
}

/// Keeps a fetched post, its author before it.
pub async fn keep_post(federation: &Federation, document: &Value, budget: &Budget) -> Result<(Post, String), Failure> {
    keep_read(federation, document, budget, true).await
}

async fn keep_read(federation: &Federation, document: &Value, budget: &Budget, is_news: bool) -> Result<(Post, String), Failure> {
    let written = Written::read(document)?;
    let author = account(federation, &written.author, budget).await?;
    if !author.is_active() {
        return Err(Failure::Refused("the post's author is suspended or gone".into()));
    }
    let known = Known::load(federation, written.names()).await?;
    let tx = federation.app.store.begin().await?;
    let incoming = keep::incoming(federation, &written, &author, &known, tx.now);
    let kept = if is_news { keep::post(&tx, &author, incoming).await? } else { keep::old_post(&tx, &author, incoming).await? };
    tx.commit().await?;
    let post = kept.ok_or_else(|| Failure::Gone("the post was deleted".into(), true))?;
    Ok((post, written.in_reply_to))
}

/// Deletes our copy of a post. A 404 (not `is_said`) of one for few says nothing: its origin hides it from our node, and
/// anybody could have us ask.
async fn delete_copy(federation: &Federation, uri: &str, is_said: bool) -> Result<(), Error> {
    let known = posts::queries::by_uri(&federation.app.store, uri).await?;
    let is_meant = |post: &Post| post.deleted_at.is_none() && (is_said || post.audience <= Audience::Unlisted);
    if let Some(post) = known.filter(is_meant) {
        let tx = federation.app.store.begin().await?;
        posts::delete(&tx, &post).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Fetches upwards from `parent`, best effort: stops at what we know, at the end of the budget, at a failure.
pub async fn thread(federation: &Federation, mut parent: String, budget: &Budget) {
    for _ in 0..PARENTS_MAX {
        let stored = federation.stored(&parent);
        if stored.is_empty() || stored.starts_with('/') {
            return;
        }
        match posts::queries::by_uri(&federation.app.store, &stored).await {
            Ok(None) => {}
            _ => return,
        }
        match old_post(federation, &parent, budget).await {
            Ok((_, next)) => parent = next,
            Err(failure) => return tracing::debug!(%failure, parent, "a thread was not followed to its root"),
        }
    }
}

/// Whether the origin of `uri` says that it is gone (404, 410, Tombstone).
pub async fn is_gone(federation: &Federation, uri: &str, budget: &Budget) -> Result<bool, Failure> {
    let url = address("the id", uri)?;
    match once(federation, &url, budget, federation.node_actor().await?).await {
        Ok(_) => Ok(false),
        Err(Failure::Gone(..)) => Ok(true),
        Err(failure) => Err(failure),
    }
}
