//! A repeated `POST` with the same Idempotency-Key writes one post.
//!
//! The row that remembers the key is kept in the transaction of the post, so the promise holds
//! across restarts and for any number of requests at once (R25).

use super::{
    publish::{Draft, publish},
    queries::{self, Viewer},
};
use crate::{
    base::{
        error::{Kind, Refusal, Result},
        id::PostId,
        secret::hash_hex,
    },
    sql,
    store::{
        Insert, Tx,
        tables::{Account, Post},
    },
};
use std::time::Duration;

/// How long a key is remembered.
const REMEMBERED: Duration = Duration::from_hours(24);

/// What a client sent to be recognised by.
#[derive(Clone, Copy, Debug)]
pub struct Repeat<'a> {
    /// The Idempotency-Key.
    pub key: &'a str,
    /// Everything that makes the post what it is: with the same key it must be the same.
    pub body: &'a str,
}

/// Publishes as [`publish`] does, or gives back the post that the same key has already written.
/// Refused (422) when the key stood for other words.
pub async fn publish_once(tx: &Tx, author: &Account, draft: Draft, repeat: Repeat<'_>) -> Result<Post> {
    if let Some(written) = claim(tx, author, repeat).await? {
        return Ok(queries::seen(tx, &Viewer::Account(author.id), PostId(written)).await?.ok_or_else(Refusal::not_found)?);
    }
    let post = publish(tx, author, draft).await?;
    stands_for(tx, author, repeat, post.id.0).await?;
    Ok(post)
}

/// What the key stands for already: the id of a post, or, negative, of one to come; none where it is new, which it is no more
/// from now on. Refused (422) when it stood for other words.
pub async fn claim(tx: &Tx, author: &Account, repeat: Repeat<'_>) -> Result<Option<i64>> {
    let (key_hash, body_hash) = (hash_hex(repeat.key), hash_hex(repeat.body));
    sql!(
        "DELETE FROM idempotency WHERE account_id = {} AND key_hash = {} AND created_at < {}",
        author.id,
        key_hash.clone(),
        tx.now.minus(REMEMBERED)
    )
    .run(tx)
    .await?;
    // First the key: on PostgreSQL the second of two at once waits here until the first has committed.
    let is_new = Insert::into("idempotency")
        .set("account_id", author.id)
        .set("key_hash", key_hash.clone())
        .set("body_hash", body_hash.clone())
        .set("post_id", 0i64)
        .set("created_at", tx.now)
        .on_conflict("ON CONFLICT DO NOTHING")
        .run(tx)
        .await?;
    if is_new > 0 {
        return Ok(None);
    }
    let written: Option<i64> =
        sql!("SELECT post_id FROM idempotency WHERE account_id = {} AND key_hash = {} AND body_hash = {}", author.id, key_hash, body_hash)
            .value(tx)
            .await?;
    let sentence = "This Idempotency-Key was used for another post; choose a fresh key for each post.";
    let other = || Refusal { kind: Kind::Invalid, ..Refusal::forbidden("idempotency_key_reused", sentence) };
    Ok(Some(written.ok_or_else(other)?))
}

/// What a key that was just claimed stands for from now on, as [`claim`] tells it.
pub async fn stands_for(tx: &Tx, author: &Account, repeat: Repeat<'_>, id: i64) -> Result<()> {
    sql!("UPDATE idempotency SET post_id = {} WHERE account_id = {} AND key_hash = {}", id, author.id, hash_hex(repeat.key))
        .run(tx)
        .await?;
    Ok(())
}
