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
    if is_new == 0 {
        return repeated(tx, author, &key_hash, &body_hash).await;
    }
    let post = publish(tx, author, draft).await?;
    sql!("UPDATE idempotency SET post_id = {} WHERE account_id = {} AND key_hash = {}", post.id, author.id, key_hash).run(tx).await?;
    Ok(post)
}

async fn repeated(tx: &Tx, author: &Account, key_hash: &str, body_hash: &str) -> Result<Post> {
    let written: Option<PostId> =
        sql!("SELECT post_id FROM idempotency WHERE account_id = {} AND key_hash = {} AND body_hash = {}", author.id, key_hash, body_hash)
            .value(tx)
            .await?;
    let Some(written) = written else {
        let sentence = "This Idempotency-Key was used for another post; choose a fresh key for each post.";
        return Err(Refusal { kind: Kind::Invalid, ..Refusal::forbidden("idempotency_key_reused", sentence) }.into());
    };
    Ok(queries::seen(tx, &Viewer::Account(author.id), written).await?.ok_or_else(Refusal::not_found)?)
}
