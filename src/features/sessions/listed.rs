//! Where somebody is logged in: their browsers and apps, as they are shown to them, and ended one by one.

use super::note_token;
use crate::{
    base::{
        clock::Stamp,
        error::{Refusal, Result},
        id::{AccountId, TokenId},
        secret,
    },
    sql,
    store::{Source, Tx, list},
};
use sea_orm::FromQueryResult;
use serde_json::Value;

/// Most sessions, and most tokens, that are shown.
const SHOWN_MAX: i64 = 200;
/// How much of a session's hash names it, in hexadecimal digits. The hash tells nothing of the secret.
const NAME_DIGITS: usize = 16;

/// A browser that is logged in.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Browser {
    /// What names it: the first 16 hexadecimal digits of its hash.
    pub name: String,
    /// The browser, in words.
    pub agent: String,
    /// Logged in.
    pub created_at: Stamp,
    /// Last seen, to the hour or so.
    pub used_at: Option<Stamp>,
}

/// An app that has a token.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Held {
    /// The token's id.
    pub id: TokenId,
    /// The app's name.
    pub name: String,
    /// Its page; '' for none.
    pub website: String,
    /// Scopes, separated by spaces.
    pub scopes: String,
    /// Made.
    pub created_at: Stamp,
    /// Last seen, to the minute or so.
    pub used_at: Option<Stamp>,
}

/// What names the session of this secret, as in [`Browser::name`].
pub fn name_of(clear: &str) -> String {
    secret::hash_hex(clear).chars().take(NAME_DIGITS).collect()
}

/// Says which browser the session of this secret is, in words.
pub async fn name_browser(tx: &Tx, clear: &str, agent: &str) -> Result<()> {
    sql!("UPDATE sessions SET agent = {} WHERE session_hash = {}", agent, secret::hash_hex(clear)).run(tx).await?;
    Ok(())
}

/// The browsers in which `account` is logged in, newest first.
pub async fn browsers(from: &impl Source, account: AccountId) -> Result<Vec<Browser>> {
    let text = "SELECT substr(session_hash, 1, 16) AS name, agent, created_at, used_at FROM sessions \
         WHERE account_id = {} AND expires_at > {} ORDER BY created_at DESC, session_hash LIMIT {}";
    sql!(text, account, from.now(), SHOWN_MAX).all(from).await
}

/// The apps that have a token of `account`, newest first.
pub async fn apps(from: &impl Source, account: AccountId) -> Result<Vec<Held>> {
    let text = "SELECT t.id, a.name, a.website, t.scopes, t.created_at, t.used_at FROM tokens t JOIN apps a ON a.id = t.app_id \
         WHERE t.account_id = {} ORDER BY t.id DESC LIMIT {}";
    sql!(text, account, SHOWN_MAX).all(from).await
}

/// Ends one browser session of `account`. Refused (404) when there is none. Makes one entry in the audit log.
pub async fn end_browser(tx: &Tx, account: AccountId, name: &str) -> Result<()> {
    let text = "DELETE FROM sessions WHERE account_id = {} AND substr(session_hash, 1, 16) = {}";
    if sql!(text, account, name).run(tx).await? == 0 {
        return Err(Refusal::not_found().into());
    }
    note_token(tx, "session.end", account, Value::Null).await
}

/// Takes an app's token of `account` away. Refused (404) when it is none of theirs. Makes one entry in the audit log.
/// Afterwards, outside the transaction: `app.bearers.forget_all()`.
pub async fn end_app(tx: &Tx, account: AccountId, id: TokenId) -> Result<()> {
    if sql!("DELETE FROM tokens WHERE account_id = {} AND id = {}", account, id).run(tx).await? == 0 {
        return Err(Refusal::not_found().into());
    }
    note_token(tx, "token.revoke", account, Value::Null).await
}

/// What ends all of an account's sessions leaves alone: where the person is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Here {
    /// In the browser of this name.
    Browser(String),
    /// In the app with this token.
    App(TokenId),
}

/// Ends every session, token, code and link of `account` but the one here. Makes one entry in the audit log. Afterwards, outside
/// the transaction: `app.bearers.forget_all()`.
pub async fn end_others(tx: &Tx, account: AccountId, here: &Here) -> Result<()> {
    let (browser, token) = match here {
        Here::Browser(name) => (name.as_str(), TokenId(0)),
        Here::App(id) => ("", *id),
    };
    sql!("DELETE FROM sessions WHERE account_id = {} AND substr(session_hash, 1, 16) <> {}", account, browser).run(tx).await?;
    sql!("DELETE FROM tokens WHERE account_id = {} AND id <> {}", account, token).run(tx).await?;
    for table in ["codes", "login_links", "half_log_ins"] {
        sql!(format!("DELETE FROM {table} WHERE account_id = {{}}"), account).run(tx).await?;
    }
    note_token(tx, "session.end_others", account, Value::Null).await
}

/// These tokens, and the sessions of these hashes, were used just now. For the door that collects them.
pub async fn note_used(tx: &Tx, tokens: &[TokenId], sessions: &[String]) -> Result<()> {
    if !tokens.is_empty() {
        sql!("UPDATE tokens SET used_at = {} WHERE id IN {}", tx.now, list(tokens)).run(tx).await?;
    }
    if !sessions.is_empty() {
        sql!("UPDATE sessions SET used_at = {} WHERE session_hash IN {}", tx.now, list(sessions)).run(tx).await?;
    }
    Ok(())
}
