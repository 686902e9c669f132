//! Quotes with consent (FEP-044f): who may quote posts of ours, and by which stamps posts from elsewhere show others.
//!
//! A stamp of ours is a row that was granted; it is there as long as that is so. One of another server counts once it was found
//! at its origin (`federation/backfill/stamps.rs`), and until its author takes it back. Invariant: a post from elsewhere is shown
//! inside another's only where [`held`] says so.

pub mod asking;

use super::{
    backfills::{self, Wanted},
    relationships,
};
use crate::{
    base::{
        error::{Refusal, Result},
        host,
        id::{AccountId, PostId},
        words::{Audience, Missing},
    },
    sql,
    store::{
        Insert, Source, Tx,
        event::Event,
        list,
        tables::{Account, Post, QuoteRequest, QuoteStamp},
    },
};
use std::time::Duration;

/// Most requests of one account in a day.
const A_DAY_MAX: i64 = 200;
/// Most stamps of one post: what is asked for beyond is refused.
const OF_A_POST_MAX: i64 = 2000;
/// Most stamps of others that wait to be looked at, and of these at one host.
const WAITING_MAX: (i64, i64) = (2000, 100);
/// How long after a stamp was looked at it is looked at again, when it is named anew.
const AGAIN: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The id, as stored, of a stamp of ours.
pub fn stamp_uri(post: PostId, stamp: i64) -> String {
    format!("/p/{}/quotes/{stamp}", post.0)
}

/// `by`, elsewhere, asks to show `post`, one of ours which they may see, in their post `quoting`; `request` names the asking. Granted
/// at once where everybody may quote it and neither blocks the other, else refused; asked again it is answered again. Records
/// `QuoteAsked`. Refused itself when `by` asks too often, or another asked for that post.
pub async fn asked(tx: &Tx, by: &Account, post: &Post, (quoting, request): (&str, &str)) -> Result<()> {
    if !post.is_ours() || post.boost_of_id.is_some() || post.deleted_at.is_some() || by.is_local() {
        return Err(Refusal::not_found().into());
    }
    let before: Option<QuoteRequest> =
        sql!("SELECT * FROM quote_requests WHERE post_id = {} AND quoting_uri = {}", post.id, quoting).one(tx).await?;
    let granted = is_granted(tx, by, post).await?;
    if let Some(before) = before {
        if before.account_id != by.id {
            return Err(Refusal::forbidden("anothers_quote", "Somebody else asked for that post.").into());
        }
        sql!("UPDATE quote_requests SET request_uri = {}, granted = {} WHERE id = {}", request, granted, before.id).run(tx).await?;
        asking::recount(tx, post.id).await?;
        tx.record(Event::QuoteAsked { request: before.id });
        return Ok(());
    }
    let since = tx.now.minus(DAY);
    let made: Option<i64> =
        sql!("SELECT COUNT(*) FROM quote_requests WHERE account_id = {} AND created_at > {}", by.id, since).value(tx).await?;
    if made.unwrap_or_default() >= A_DAY_MAX {
        return Err(Refusal::too_many("That is enough requests to quote for a day.").into());
    }
    let id = tx.id();
    Insert::into("quote_requests")
        .set("id", id)
        .set("post_id", post.id)
        .set("account_id", by.id)
        .set("quoting_uri", quoting)
        .set("request_uri", request)
        .set("granted", granted)
        .set("created_at", tx.now)
        .run(tx)
        .await?;
    asking::recount(tx, post.id).await?;
    tx.record(Event::QuoteAsked { request: id });
    Ok(())
}

async fn is_granted(tx: &Tx, by: &Account, post: &Post) -> Result<bool> {
    if !asking::may_be_quoted(tx, by.id, post).await? || relationships::queries::is_blocked_either_way(tx, post.author_id, by.id).await? {
        return Ok(false);
    }
    let given: Option<i64> = sql!("SELECT COUNT(*) FROM quote_requests WHERE post_id = {} AND granted", post.id).value(tx).await?;
    Ok(given.unwrap_or_default() < OF_A_POST_MAX)
}

/// A request, granted or not.
pub async fn request(from: &impl Source, id: i64) -> Result<Option<QuoteRequest>> {
    sql!("SELECT * FROM quote_requests WHERE id = {}", id).one(from).await
}

/// A stamp of ours for `post`, while it stands.
pub async fn stamp(from: &impl Source, post: PostId, id: i64) -> Result<Option<QuoteRequest>> {
    sql!("SELECT * FROM quote_requests WHERE id = {} AND post_id = {} AND granted", id, post).one(from).await
}

/// `by` blocks `quoter`: what the one granted the other for quoting is taken back. Records `QuoteRevoked` for each.
pub async fn revoke_between(tx: &Tx, by: AccountId, quoter: AccountId) -> Result<()> {
    let stamps: Vec<QuoteRequest> = sql!(
        "SELECT q.* FROM quote_requests q JOIN posts p ON p.id = q.post_id WHERE q.account_id = {} AND p.author_id = {} AND q.granted",
        quoter,
        by
    )
    .all(tx)
    .await?;
    revoke(tx, by, &stamps).await
}

/// `post`, one of ours, is deleted: so are its stamps. Records `QuoteRevoked` for each.
pub async fn revoke_of(tx: &Tx, post: &Post) -> Result<()> {
    if !post.is_ours() {
        return Ok(());
    }
    let stamps: Vec<QuoteRequest> = sql!("SELECT * FROM quote_requests WHERE post_id = {} AND granted", post.id).all(tx).await?;
    revoke(tx, post.author_id, &stamps).await
}

async fn revoke(tx: &Tx, by: AccountId, stamps: &[QuoteRequest]) -> Result<()> {
    for stamp in stamps {
        sql!("UPDATE quote_requests SET granted = FALSE WHERE id = {}", stamp.id).run(tx).await?;
        asking::ended(tx, &stamp_uri(stamp.post_id, stamp.id)).await?;
        asking::recount(tx, stamp.post_id).await?;
        tx.record(Event::QuoteRevoked { stamp: stamp.id, post: stamp.post_id, by, account: stamp.account_id });
    }
    Ok(())
}

/// `post`, from elsewhere, says that it may quote `target` by the stamp at `uri` (both as stored; empty for none): that is looked at
/// in the background. Nothing for posts that not everybody may read, as nobody is asked about those.
pub async fn claim(tx: &Tx, post: &Post, (target, uri): (&str, &str)) -> Result<()> {
    if target.is_empty() || uri.is_empty() || post.is_ours() || post.audience > Audience::Unlisted {
        return Ok(());
    }
    let host = host::parse(uri).as_ref().and_then(host::authority).unwrap_or_default();
    let wanted = Wanted { kind: Missing::Stamp, subject: post.uri.clone(), host };
    if !backfills::has_room(tx, &wanted, WAITING_MAX).await? {
        return Ok(());
    }
    let changed = Insert::into("quote_stamps")
        .set("post_id", post.id)
        .set("uri", uri)
        .set("target_uri", target)
        .on_conflict(
            "ON CONFLICT (post_id) DO UPDATE SET uri = excluded.uri, target_uri = excluded.target_uri, holds = FALSE \
             WHERE quote_stamps.uri <> excluded.uri OR quote_stamps.target_uri <> excluded.target_uri",
        )
        .run(tx)
        .await?;
    if changed > 0 { backfills::want(tx, &wanted, AGAIN).await } else { Ok(()) }
}

/// What a post claims.
pub async fn claimed(from: &impl Source, post: PostId) -> Result<Option<QuoteStamp>> {
    sql!("SELECT * FROM quote_stamps WHERE post_id = {}", post).one(from).await
}

/// The stamp that a post claims was found to hold; no effect when it claims another by now.
pub async fn found(tx: &Tx, claimed: &QuoteStamp) -> Result<()> {
    let holds = "UPDATE quote_stamps SET holds = TRUE WHERE post_id = {} AND uri = {} AND target_uri = {}";
    sql!(holds, claimed.post_id, claimed.uri.as_str(), claimed.target_uri.as_str()).run(tx).await?;
    Ok(())
}

/// The author of what `quoting` shows, where that is of this node and was granted.
async fn stands_granted(from: &impl Source, quoting: &Post) -> Result<Option<AccountId>> {
    let granted =
        "SELECT p.author_id FROM quote_requests q JOIN posts p ON p.id = q.post_id WHERE p.uri = {} AND q.quoting_uri = {} AND q.granted";
    sql!(granted, quoting.quote_uri.clone(), quoting.uri.clone()).value(from).await
}

/// `by` takes back the stamp at `uri`: of posts of theirs it shows no more. Whether there was one.
pub async fn withdrawn(tx: &Tx, by: AccountId, uri: &str) -> Result<bool> {
    let held: Option<i64> = sql!(
        "SELECT s.post_id FROM quote_stamps s JOIN posts q ON q.uri = s.target_uri WHERE s.uri = {} AND s.uri <> '' AND q.author_id = {}",
        uri,
        by
    )
    .value(tx)
    .await?;
    if held.is_some() {
        asking::ended(tx, uri).await?;
    }
    Ok(held.is_some())
}

/// Which of `posts` may show what they quote: those whose stamp holds for what they quote now.
pub async fn held(from: &impl Source, posts: &[PostId]) -> Result<Vec<PostId>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    sql!(
        "SELECT s.post_id FROM quote_stamps s JOIN posts p ON p.id = s.post_id AND p.quote_uri = s.target_uri WHERE s.holds AND s.post_id IN {}",
        list(posts)
    )
    .column(from)
    .await
}
