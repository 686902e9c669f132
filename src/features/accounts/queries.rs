//! Reading accounts, users and keys. Lists take lists.

use crate::{
    base::{error::Result, id::AccountId, words::KeyKind},
    sql,
    store::{
        Source, Sql, Store, list,
        tables::{Account, Key, User},
    },
};
use std::time::Duration;

/// Most ids in one statement: SQLite has 32,766 places.
pub(in crate::features) const AT_ONCE: usize = 1024;
/// A month and half a year, as NodeInfo counts activity.
const DAY: Duration = Duration::from_secs(86_400);

/// The account with this id, if any.
pub async fn by_id(from: &impl Source, id: AccountId) -> Result<Option<Account>> {
    sql!("SELECT * FROM accounts WHERE id = {}", id).one(from).await
}

/// The accounts with these ids, in no order.
pub async fn by_ids(from: &impl Source, ids: &[AccountId]) -> Result<Vec<Account>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        found.extend(with_ids(some).whole::<Account>(from).await?);
    }
    Ok(found)
}

/// Asks for the accounts with these ids, at most [`AT_ONCE`].
pub(in crate::features) fn with_ids(ids: &[AccountId]) -> Sql {
    sql!("SELECT * FROM accounts WHERE id IN {}", list(ids))
}

/// The account with this stored uri (path of ours, URL of others).
pub async fn by_uri(from: &impl Source, uri: &str) -> Result<Option<Account>> {
    sql!("SELECT * FROM accounts WHERE uri = {}", uri).one(from).await
}

/// The accounts with these stored uris.
pub async fn by_uris(from: &impl Source, uris: &[String]) -> Result<Vec<Account>> {
    if uris.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM accounts WHERE uri IN {}", list(uris)).whole(from).await
}

/// The account with this handle; `host` is empty for our own. Case does not matter.
pub async fn by_handle(from: &impl Source, username: &str, host: &str) -> Result<Option<Account>> {
    sql!("SELECT * FROM accounts WHERE username_key = {} AND host = {}", username.to_lowercase(), host.to_lowercase()).one(from).await
}

/// Whether this account of ours is not in yet: it signed up and waits to be confirmed or approved. To others it is not there.
pub async fn is_waiting(from: &impl Source, id: AccountId) -> Result<bool> {
    Ok(!waiting(from, &[id]).await?.is_empty())
}

/// The account with this id as others may name it: none for one that is not in yet ([`is_waiting`]).
pub async fn nameable(from: &impl Source, id: AccountId) -> Result<Option<Account>> {
    let found = by_id(from, id).await?;
    let is_hidden = found.as_ref().is_some_and(Account::is_local) && is_waiting(from, id).await?;
    Ok(found.filter(|_| !is_hidden))
}

/// Which of these accounts are not in yet ([`is_waiting`]).
pub async fn waiting(from: &impl Source, ids: &[AccountId]) -> Result<Vec<AccountId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT account_id FROM users WHERE account_id IN {} AND (approved = FALSE OR unconfirmed = TRUE)", list(ids)).column(from).await
}

/// The accounts with these handles, each a name and a host in lower case (empty for our own), in no order.
pub async fn by_handles(from: &impl Source, handles: &[(String, String)]) -> Result<Vec<Account>> {
    if handles.is_empty() {
        return Ok(Vec::new());
    }
    let (names, hosts): (Vec<String>, Vec<String>) = handles.iter().cloned().unzip();
    let found: Vec<Account> =
        sql!("SELECT * FROM accounts WHERE username_key IN {} AND host IN {}", list(&names), list(&hosts)).all(from).await?;
    let is_asked = |one: &Account| handles.iter().any(|(name, host)| one.username.to_lowercase() == *name && one.host == *host);
    Ok(found.into_iter().filter(is_asked).collect())
}

/// What somebody who logs in here has, by account.
pub async fn user(from: &impl Source, id: AccountId) -> Result<Option<User>> {
    sql!("SELECT * FROM users WHERE account_id = {}", id).one(from).await
}

/// The same by e-mail address or user name, for log-in; none for somebody who left.
pub async fn user_by_login(from: &impl Source, login: &str) -> Result<Option<User>> {
    let key = login.trim().to_lowercase();
    let name = key.trim_start_matches('@').to_owned();
    sql!(
        "SELECT u.* FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.off_boarded_at IS NULL \
         AND (u.email_key = {} OR (a.username_key = {} AND a.host = ''))",
        key,
        name,
    )
    .one(from)
    .await
}

/// All of our people, oldest first, for administrators (id after `after`, at most `limit`).
pub async fn locals(from: &impl Source, after: AccountId, limit: u32) -> Result<Vec<Account>> {
    sql!(
        "SELECT a.* FROM accounts a JOIN users u ON u.account_id = a.id WHERE a.host = '' AND a.id > {} ORDER BY a.id LIMIT {}",
        after,
        i64::from(limit),
    )
    .all(from)
    .await
}

/// The order of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryOrder {
    /// Who posted last comes first.
    Active,
    /// Who came last comes first.
    Newest,
}

/// Our people who want to be found, after the first `offset`, at most `limit`.
pub async fn directory(from: &impl Source, order: DirectoryOrder, offset: u32, limit: u32) -> Result<Vec<Account>> {
    let order = match order {
        DirectoryOrder::Active => " ORDER BY COALESCE(a.last_post_at, 0) DESC, a.id DESC LIMIT {} OFFSET {}",
        DirectoryOrder::Newest => " ORDER BY a.id DESC LIMIT {} OFFSET {}",
    };
    sql!(
        "SELECT a.* FROM accounts a JOIN users u ON u.account_id = a.id WHERE a.host = '' AND a.discoverable = TRUE AND u.approved = TRUE \
         AND u.unconfirmed = FALSE AND a.suspended_at IS NULL AND a.gone_at IS NULL AND a.silenced_at IS NULL"
    )
    .then(order)
    .bind(i64::from(limit))
    .bind(i64::from(offset))
    .all(from)
    .await
}

/// The oldest active owner of this node: whom to contact.
pub async fn owner(from: &impl Source) -> Result<Option<Account>> {
    sql!(
        "SELECT a.* FROM accounts a JOIN users u ON u.account_id = a.id WHERE u.role = {} AND u.off_boarded_at IS NULL \
         AND u.disabled_at IS NULL AND a.suspended_at IS NULL AND a.gone_at IS NULL ORDER BY a.id LIMIT 1",
        crate::base::words::NodeRole::Owner,
    )
    .one(from)
    .await
}

/// The key with this stored id (path of ours, URL of others).
pub async fn key(from: &impl Source, uri: &str) -> Result<Option<Key>> {
    sql!("SELECT * FROM keys WHERE uri = {}", uri).one(from).await
}

/// An account's keys.
pub async fn keys_of(from: &impl Source, account: AccountId) -> Result<Vec<Key>> {
    sql!("SELECT * FROM keys WHERE account_id = {} ORDER BY kind, uri", account).all(from).await
}

/// An account's key of this kind.
pub async fn key_of(from: &impl Source, account: AccountId, kind: KeyKind) -> Result<Option<Key>> {
    sql!("SELECT * FROM keys WHERE account_id = {} AND kind = {} ORDER BY uri", account, kind).one(from).await
}

/// How many people, and how many of them were active (logged in or posted) in the last 30 and 180 days: for NodeInfo.
pub async fn counts(store: &Store) -> Result<(i64, i64, i64)> {
    let people = "SELECT COUNT(*) FROM users u JOIN accounts a ON a.id = u.account_id WHERE a.gone_at IS NULL AND u.approved = TRUE AND u.unconfirmed = FALSE";
    let active = |days: u32| {
        let since = store.now().minus(DAY * days);
        sql!(people).then(" AND (u.signed_in_at > {} OR a.last_post_at > {})").bind(since).bind(since)
    };
    let all: Option<i64> = sql!(people).value(store).await?;
    let (month, half_year): (Option<i64>, Option<i64>) = (active(30).value(store).await?, active(180).value(store).await?);
    Ok((all.unwrap_or_default(), month.unwrap_or_default(), half_year.unwrap_or_default()))
}
