//! What is wanted, and of whom: a community's history on joining, what a post answers, a thread that somebody opened.
//!
//! Wanting is a row and nothing else: no request waits for it.

use super::community;
use crate::{
    base::{
        error::Result,
        host,
        id::{AccountId, PostId},
        words::{Audience, Missing},
    },
    features::{
        accounts,
        backfills::{self, Wanted},
        posts,
    },
    federation::{Federation, activities::announce},
    store::{
        Tx,
        tables::{Account, Post},
    },
};
use std::{sync::Arc, time::Duration};

/// How long after a community's history was read it is read again, when somebody else joins.
const HISTORY_AGAIN: Duration = Duration::from_secs(600);
/// Most posts that are waited for because others answer them.
const PARENTS_WAITING_MAX: i64 = 2000;
/// Of these at one host.
const PARENTS_OF_HOST_MAX: i64 = 100;
/// How long after a thread was filled in, or what a post answers was looked for, that is done again.
const THREAD_AGAIN: Duration = Duration::from_secs(3600);

/// The history of a community elsewhere is wanted: somebody of ours is in it since now. Nothing for one of ours.
pub async fn want_history(federation: &Federation, tx: &Tx, community: AccountId) -> Result<()> {
    if federation.app.config.federation.history_posts == 0 {
        return Ok(());
    }
    let Some(group) = accounts::queries::by_id(tx, community).await?.filter(|group| group.is_community() && !group.is_local()) else {
        return Ok(());
    };
    match wanted(Missing::History, &group.uri, &group.uri) {
        Some(wanted) => backfills::want(tx, &wanted, HISTORY_AGAIN).await,
        None => Ok(()),
    }
}

/// What posts answer, by id, is wanted. Anybody may cause that: where too much waits already it is dropped.
pub async fn want_parents(federation: &Federation, tx: &Tx, parents: &[String]) -> Result<()> {
    for parent in parents.iter().filter(|parent| !parent.starts_with('/') && !federation.app.origin.is_ours(parent)) {
        if let Some(wanted) = wanted(Missing::Parents, parent, parent)
            && backfills::has_room(tx, &wanted, (PARENTS_WAITING_MAX, PARENTS_OF_HOST_MAX)).await?
        {
            backfills::want(tx, &wanted, THREAD_AGAIN).await?;
        }
    }
    Ok(())
}

/// Somebody of ours opened a thread at `post`: what of it is missing is wanted, once in a while, in the background.
pub fn opened(federation: &Federation, post: PostId) {
    if federation.opened.contains_key(&post) {
        return;
    }
    federation.opened.insert(post, ());
    let Ok(permit) = Arc::clone(&federation.errands).try_acquire_owned() else { return };
    let federation = federation.clone();
    tokio::spawn(async move {
        if let Err(error) = want_thread(&federation, post).await {
            tracing::warn!(%error, "an opened thread could not be noted");
        }
        drop(permit);
    });
}

/// Wants what is missing of the thread in which `post` is.
pub async fn want_thread(federation: &Federation, post: PostId) -> Result<()> {
    let store = &federation.app.store;
    let Some(post) = posts::queries::by_id(store, post).await? else { return Ok(()) };
    let top = match post.root_id.filter(|root| *root != post.id) {
        Some(root) => posts::queries::by_id(store, root).await?.unwrap_or(post),
        None => post,
    };
    let is_orphan = top.root_id.is_none() && !top.in_reply_to_uri.is_empty();
    let wanted = if is_orphan && !top.in_reply_to_uri.starts_with('/') {
        wanted(Missing::Parents, &top.in_reply_to_uri, &top.in_reply_to_uri)
    } else {
        asked_of(federation, &top).await?.and_then(|at| wanted(Missing::Thread, &top.uri, &at))
    };
    let Some(wanted) = wanted else { return Ok(()) };
    // looked at with a reader first: a thread that is opened again and again writes nothing
    if let Some(row) = backfills::find(store, wanted.kind, &wanted.subject).await?
        && (row.due_at.is_some() || row.done_at.is_some_and(|done| done.plus(THREAD_AGAIN) > store.now()))
    {
        return Ok(());
    }
    let tx = store.begin().await?;
    backfills::want(&tx, &wanted, THREAD_AGAIN).await?;
    tx.commit().await?;
    federation.missed.notify_one();
    Ok(())
}

/// An address on the server that can say more of the thread that begins with `top`; none where nobody else knows more than we.
async fn asked_of(federation: &Federation, top: &Post) -> Result<Option<String>> {
    if top.is_ours() && top.community_id.is_none() {
        return Ok(None);
    }
    Ok(match door(federation, top).await? {
        Door::Ours => None,
        Door::Community(group) => Some(group.uri),
        Door::Origin => (top.audience <= Audience::Unlisted && !top.is_ours()).then(|| top.uri.clone()),
    })
}

/// Who is asked about a thread.
pub(super) enum Door {
    /// Nobody: it is in a community of ours.
    Ours,
    /// The node of its community: the only door of one that is not public, and wherever it tells what is in its threads.
    Community(Box<Account>),
    /// The server where it began.
    Origin,
}

/// Who is asked about the thread that begins with `top`.
pub(super) async fn door(federation: &Federation, top: &Post) -> Result<Door> {
    let store = &federation.app.store;
    let group = match top.community_id {
        Some(community) => accounts::queries::by_id(store, community).await?,
        None => None,
    };
    let Some(group) = group else { return Ok(Door::Origin) };
    if group.is_local() {
        return Ok(Door::Ours);
    }
    let tells_threads = community::tells_threads(store, &group).await?;
    Ok(if !announce::is_private(store, &group).await? && !tells_threads { Door::Origin } else { Door::Community(Box::new(group)) })
}

/// A thing that is wanted from the server of the address `at`; none when that is no web address.
fn wanted(kind: Missing, subject: &str, at: &str) -> Option<Wanted> {
    let host = host::parse(at).as_ref().and_then(host::authority)?;
    Some(Wanted { kind, subject: subject.to_owned(), host })
}
