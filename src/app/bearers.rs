//! Who bears a token: looked up once and remembered for at most a second.
//!
//! A token that is revoked here ends at once ([`Bearers::forget_all`]); one that is revoked by
//! another process (the command line) ends within [`KEPT`].

use crate::{
    base::{error::Result, secret},
    features::{accounts, sessions},
    policy::scope::Scopes,
    store::{
        Store,
        tables::{Account, Token, User},
    },
};
use moka::future::Cache;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// How long a look-up is believed.
const KEPT: Duration = Duration::from_secs(1);
/// How many are remembered.
const MOST: u64 = 10_000;

/// A valid token and whoever it speaks for.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The token.
    pub token: Token,
    /// What it may be used for.
    pub scopes: Scopes,
    /// Whose it is; none for the app itself (client credentials).
    pub account: Option<Arc<Account>>,
    /// What that person has beside the account.
    pub user: Option<User>,
}

/// Remembers bearers by the SHA-256 of their tokens.
pub struct Bearers {
    known: Cache<[u8; 32], Option<Arc<Bearer>>>,
    forgotten: Notify,
}

impl Default for Bearers {
    fn default() -> Self {
        Self { known: Cache::builder().max_capacity(MOST).time_to_live(KEPT).build(), forgotten: Notify::new() }
    }
}

impl Bearers {
    /// Who bears this token (in clear), if it is valid.
    pub async fn find(&self, store: &Store, clear: &str) -> Result<Option<Arc<Bearer>>> {
        let key = secret::hash(clear);
        if let Some(known) = self.known.get(&key).await {
            return Ok(known);
        }
        let found = look_up(store, clear).await?.map(Arc::new);
        self.known.insert(key, found.clone()).await;
        Ok(found)
    }

    /// Forgets everything: after a token, a person or a standing changed.
    pub fn forget_all(&self) {
        self.known.invalidate_all();
        self.forgotten.notify_one();
    }

    /// Waits until everything was forgotten, since this was asked last. For one asker.
    pub async fn forgotten(&self) {
        self.forgotten.notified().await;
    }
}

async fn look_up(store: &Store, clear: &str) -> Result<Option<Bearer>> {
    let Some(token) = sessions::token(store, clear).await? else { return Ok(None) };
    let scopes = Scopes::kept(&token.scopes);
    let Some(id) = token.account_id else { return Ok(Some(Bearer { token, scopes, account: None, user: None })) };
    let account = accounts::queries::by_id(store, id).await?.filter(|account| account.gone_at.is_none());
    let user = accounts::queries::user(store, id).await?;
    if user.as_ref().is_some_and(|user| user.is_over(store.clock.now())) {
        return Ok(None);
    }
    // A token of somebody who is gone is no token; it must not pass for the app's own.
    Ok(account.map(|account| Bearer { token, scopes, account: Some(Arc::new(account)), user }))
}
