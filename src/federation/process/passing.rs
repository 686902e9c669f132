//! Passing on: what was applied and concerns a community of ours goes to its members' nodes, byte for byte.
//!
//! In the transaction of the effect, so that nobody sees the one without the other. FEP-1b12; decisions.md 4 and 5.

use super::window::Item;
use crate::{
    base::{error::Result, words::Audience},
    features::{accounts, moderation::queue, posts},
    federation::{
        Federation,
        activities::{
            Deed, Envelope,
            create::Create,
            moderation::{Act, Moderation},
        },
        keep::Known,
        objects::Written,
        outbox,
    },
    store::{
        Tx, inbox,
        tables::{Account, Post},
    },
};
use anyhow::Context;

/// Has the community, if it is one of ours, announce `item`, which was just applied; the node of one elsewhere is told
/// what only we know.
pub async fn pass_on(federation: &Federation, tx: &Tx, item: &Item, known: &Known) -> Result<()> {
    if let Some(over) = over_somebody(&item.deed, &item.envelope) {
        return pass_on_moderation(federation, tx, item, (over, known)).await;
    }
    if let Deed::Pin(pin) = &item.deed {
        let target = federation.app.origin.stored(&pin.target);
        if !target.starts_with('/') {
            // on its author's own profile, or in a community elsewhere
            return Ok(());
        }
        if let Some(community) = target.strip_suffix("/moderators") {
            return pass_on_rank(federation, tx, item, (community, known.account(federation, &pin.object))).await;
        }
    }
    if let Deed::Create(create) = &item.deed
        && let Some(written) = create.written.as_ref().filter(|written| written.is_vote())
        && hand_on_vote(federation, tx, item, written).await?
    {
        return Ok(());
    }
    let Some(about) = about(&item.deed).filter(|_| may_concern_ours(federation, &item.deed, known)) else { return Ok(()) };
    let Some(post) = posts::queries::by_uri(tx, federation.app.origin.stored(about)).await? else { return Ok(()) };
    let Some(community) = post.community_id else { return Ok(()) };
    let community = accounts::queries::by_id(tx, community).await?;
    let (Some(community), Some(sender)) = (community, known.account(federation, &item.envelope.actor)) else { return Ok(()) };
    let answered = match &item.deed {
        Deed::Create(create) if !community.is_local() => answered(tx, create, (&post, &community)).await?,
        _ => None,
    };
    if !community.is_local() && answered.is_none() {
        return Ok(());
    }
    let body = inbox::body(tx, item.id).await?.context("what is processed has its bytes")?;
    let raw = std::str::from_utf8(&body).context("what was kept is UTF-8")?;
    let tells_words = matches!(item.deed, Deed::Create(_) | Deed::Update(_));
    if tells_words && community.is_local() {
        outbox::keep_original(tx, post.id, raw).await?;
    }
    if post.queued_at.is_some() && tells_words {
        return queue::keep_bytes(tx, post.id, raw).await;
    }
    if let Some(answered) = answered {
        return outbox::forward(federation, tx, &community, outbox::Passed { raw, sender: &answered, key: post.id.0 }).await;
    }
    if is_removal(&item.deed, &post) {
        let passed = outbox::Passed { raw, sender, key: post.id.0 };
        return outbox::announce_received(federation, tx, &community, passed).await;
    }
    outbox::pass_on_received(federation, tx, post.id, (sender, raw)).await
}

/// A vote in the poll of somebody elsewhere, in a private community of ours, goes to the author's node. Whether it was a vote.
async fn hand_on_vote(federation: &Federation, tx: &Tx, item: &Item, written: &Written) -> Result<bool> {
    let poll = posts::queries::by_uri(tx, federation.app.origin.stored(&written.in_reply_to)).await?;
    let Some(poll) = poll.filter(|post| post.details().is_poll) else { return Ok(false) };
    let Some(community) = poll.community_id.filter(|_| poll.audience == Audience::Members && !poll.is_ours()) else { return Ok(true) };
    if let Some(community) = accounts::queries::by_id(tx, community).await?.filter(Account::is_local) {
        let body = inbox::body(tx, item.id).await?.context("what is processed has its bytes")?;
        let raw = std::str::from_utf8(&body).context("what was kept is UTF-8")?;
        outbox::hand_on_vote(federation, tx, (&community, &poll), raw).await?;
    }
    Ok(true)
}

/// What a moderator does to a person rather than to a post.
fn over_somebody<'d>(deed: &'d Deed, envelope: &'d Envelope) -> Option<Moderation<'d>> {
    Moderation::of(deed, envelope).filter(|over| matches!(over.act, Act::Ban(..) | Act::Unban | Act::Warn))
}

/// A community of ours announces what a moderator elsewhere did to somebody: a ban to all, a warning to the one who is warned.
async fn pass_on_moderation(federation: &Federation, tx: &Tx, item: &Item, (over, known): (Moderation<'_>, &Known)) -> Result<()> {
    let account = |uri: &str| known.account(federation, uri);
    let person = account(if over.person.is_empty() { over.object } else { over.person });
    let (Some(community), Some(sender), Some(person)) = (account(over.community), account(&item.envelope.actor), person) else {
        return Ok(());
    };
    if !community.is_local() {
        return Ok(());
    }
    let body = inbox::body(tx, item.id).await?.context("what is processed has its bytes")?;
    let raw = std::str::from_utf8(&body).context("what was kept is UTF-8")?;
    let passed = outbox::Passed { raw, sender, key: person.id.0 };
    outbox::announce_moderation(federation, tx, community, passed, (person, over.act == Act::Warn)).await
}

/// A community of ours announces whom a moderator elsewhere made its moderator, or no longer.
async fn pass_on_rank(federation: &Federation, tx: &Tx, item: &Item, (community, person): (&str, Option<&Account>)) -> Result<()> {
    let (Some(community), Some(person)) = (accounts::queries::by_uri(tx, community).await?, person) else { return Ok(()) };
    let Some(sender) = accounts::queries::by_uri(tx, &item.envelope.actor).await? else { return Ok(()) };
    let body = inbox::body(tx, item.id).await?.context("what is processed has its bytes")?;
    let raw = std::str::from_utf8(&body).context("what was kept is UTF-8")?;
    let passed = outbox::Passed { raw, sender: &sender, key: person.id.0 };
    outbox::announce_moderation(federation, tx, &community, passed, (person, false)).await
}

/// Who of ours is answered, in a thread of a community elsewhere, by a post that was not sent to the community: then
/// nobody but us can tell its node.
async fn answered(tx: &Tx, create: &Create, (post, community): (&Post, &Account)) -> Result<Option<Account>> {
    let addresses = |written: &Written| written.to.iter().chain(&written.cc).chain(&written.communities).any(|uri| *uri == community.uri);
    let is_told = create.written.as_deref().is_none_or(addresses);
    match post.in_reply_to_account_id.filter(|_| post.pending && !is_told) {
        Some(answered) => Ok(accounts::queries::by_id(tx, answered).await?.filter(|answered| answered.is_local() && answered.is_active())),
        None => Ok(None),
    }
}

/// The post that an activity is about, if communities pass such activities on.
fn about(deed: &Deed) -> Option<&str> {
    match deed {
        Deed::Create(create) => Some(&create.object_id),
        Deed::Update(update) => Some(&update.object_id),
        Deed::Delete(delete) => Some(&delete.object),
        Deed::Like(like) => Some(&like.object),
        Deed::Lock(lock) => Some(&lock.object),
        Deed::Pin(pin) => Some(&pin.object),
        Deed::Undo(undo) if undo.of.is_vote() || matches!(undo.of.kind.as_str(), "Lock" | "Delete") => Some(&undo.of.object),
        _ => None,
    }
}

/// A first post that names no community of ours is in none: the most frequent case, and nothing need be read for it.
fn may_concern_ours(federation: &Federation, deed: &Deed, known: &Known) -> bool {
    let Deed::Create(create) = deed else { return true };
    let Some(written) = create.written.as_ref().filter(|written| written.in_reply_to.is_empty()) else { return true };
    written.names().filter_map(|uri| known.account(federation, uri)).any(|account| account.is_community() && account.is_local())
}

/// A moderator elsewhere took the post out.
fn is_removal(deed: &Deed, post: &Post) -> bool {
    matches!(deed, Deed::Delete(_)) && post.removed_at.is_some() && post.deleted_at.is_none()
}
