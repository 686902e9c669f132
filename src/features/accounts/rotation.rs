//! A new Ed25519 key for an account of ours, under the id of the one before.
//!
//! The one before is kept, sealed as it was, until what it has to prove was written: that the new key is its successor
//! (`membership.md` 7). Nothing else is ever signed with it again.

use super::{NewKeys, queries};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        words::KeyKind,
    },
    sql,
    store::{Insert, Tx, tables::Key},
};

/// Puts the Ed25519 key of `fresh` in place of the one that `account`, one of ours, has. Records nothing. The key before, and
/// the one that counts now.
pub async fn rotate(tx: &Tx, account: AccountId, fresh: &NewKeys) -> Result<(Key, Key)> {
    let before = queries::key_of(tx, account, KeyKind::Ed25519).await?.filter(|key| key.private_sealed.is_some());
    let before = before.ok_or_else(Refusal::not_found)?;
    Insert::into("retired_keys")
        .set("public_key", before.public_key.as_str())
        .set("uri", before.uri.as_str())
        .set("account_id", account)
        .set("kind", before.kind)
        .set("private_sealed", before.private_sealed.clone())
        .set("fetched_at", tx.now)
        .run(tx)
        .await?;
    let now: Option<Key> = sql!(
        "UPDATE keys SET public_key = {}, private_sealed = {}, fetched_at = {} WHERE uri = {} RETURNING *",
        fresh.ed25519_public.as_str(),
        fresh.ed25519_sealed.clone(),
        tx.now,
        before.uri.as_str()
    )
    .one(tx)
    .await?;
    Ok((before, now.ok_or_else(Refusal::not_found)?))
}

/// The keys of an account of ours that were replaced and have still to prove their successor, oldest first.
pub async fn retired(tx: &Tx, account: AccountId) -> Result<Vec<Key>> {
    sql!("SELECT * FROM retired_keys WHERE account_id = {} ORDER BY fetched_at", account).all(tx).await
}

/// Forgets a replaced key for good.
pub async fn forget_retired(tx: &Tx, key: &Key) -> Result<()> {
    sql!("DELETE FROM retired_keys WHERE public_key = {}", key.public_key.as_str()).run(tx).await?;
    Ok(())
}
