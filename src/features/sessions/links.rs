//! One-time log-in links, which an administrator hands over.

use super::refuse_leaver;
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        secret,
    },
    sql,
    store::{Insert, Store, Tx},
};
use std::time::Duration;

/// How long a log-in link works.
const LINK_LASTS: Duration = Duration::from_secs(3600);

/// Makes a one-time log-in link's secret, valid one hour.
pub async fn make_login_link(tx: &Tx, account: AccountId) -> Result<String> {
    refuse_leaver(tx, account).await?;
    sql!("DELETE FROM login_links WHERE expires_at < {}", tx.now).run(tx).await?;
    let clear = secret::token();
    let link = Insert::into("login_links").set("link_hash", secret::hash_hex(&clear)).set("account_id", account);
    link.set("expires_at", tx.now.plus(LINK_LASTS)).run(tx).await?;
    Ok(clear)
}

/// Whose log-in link this is, if it still works; it is not used up.
pub async fn login_link_account(store: &Store, clear: &str) -> Result<Option<AccountId>> {
    let asked = "SELECT account_id FROM login_links WHERE link_hash = {} AND used_at IS NULL AND expires_at > {}";
    sql!(asked, secret::hash_hex(clear), store.now()).value(store).await
}

/// Whose log-in link this is; it is used up.
pub async fn use_login_link(tx: &Tx, clear: &str) -> Result<AccountId> {
    let hash = secret::hash_hex(clear);
    let claim = "UPDATE login_links SET used_at = {} WHERE link_hash = {} AND used_at IS NULL AND expires_at > {}";
    if sql!(claim, tx.now, hash.clone(), tx.now).run(tx).await? == 0 {
        return Err(Refusal::forbidden("link_used", "This log-in link was used already, or its hour is over; ask for a new one").into());
    }
    Ok(sql!("SELECT account_id FROM login_links WHERE link_hash = {}", hash).value(tx).await?.ok_or_else(Refusal::not_found)?)
}
