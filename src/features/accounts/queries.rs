//! Reading accounts, users and keys. Lists take lists.

use crate::{
    base::{
        error::Result,
        id::AccountId,
        words::KeyKind,
    },
    store::{
        Source,
        tables::{Account, Key, User},
    },
};

/// The account with this id, if any.
pub async fn by_id(_from: &impl Source, _id: AccountId) -> Result<Option<Account>> { crate::features::later() }
/// The accounts with these ids, in no order.
pub async fn by_ids(_from: &impl Source, _ids: &[AccountId]) -> Result<Vec<Account>> { crate::features::later() }
/// The account with this stored uri (path of ours, URL of others).
pub async fn by_uri(_from: &impl Source, _uri: &str) -> Result<Option<Account>> { crate::features::later() }
/// The accounts with these stored uris.
pub async fn by_uris(_from: &impl Source, _uris: &[String]) -> Result<Vec<Account>> { crate::features::later() }
/// The account with this handle; `host` is empty for our own. Case does not matter.
pub async fn by_handle(_from: &impl Source, _username: &str, _host: &str) -> Result<Option<Account>> { crate::features::later() }
/// Accounts whose handle or name begins with or contains `words`, best first, at most `limit`.
pub async fn search(_from: &impl Source, _words: &str, _limit: u32) -> Result<Vec<Account>> { crate::features::later() }
/// What somebody who logs in here has, by account.
pub async fn user(_from: &impl Source, _id: AccountId) -> Result<Option<User>> { crate::features::later() }
/// The same by e-mail address or user name, for log-in.
pub async fn user_by_login(_from: &impl Source, _login: &str) -> Result<Option<User>> { crate::features::later() }
/// All of our people, oldest first, for administrators (id after `after`, at most `limit`).
pub async fn locals(_from: &impl Source, _after: AccountId, _limit: u32) -> Result<Vec<Account>> { crate::features::later() }
/// The key with this stored id (path of ours, URL of others).
pub async fn key(_from: &impl Source, _uri: &str) -> Result<Option<Key>> { crate::features::later() }
/// An account's keys.
pub async fn keys_of(_from: &impl Source, _account: AccountId) -> Result<Vec<Key>> { crate::features::later() }
/// An account's key of this kind.
pub async fn key_of(_from: &impl Source, _account: AccountId, _kind: KeyKind) -> Result<Option<Key>> { crate::features::later() }
/// How many people, and how many of them were active in the last 30 and 180 days: for NodeInfo.
pub async fn counts(_from: &impl Source) -> Result<(i64, i64, i64)> { crate::features::later() }
