//! Apps, codes, tokens, browser sessions and log-in links. Secrets are kept only as hashes.

use crate::{
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, AppId, TokenId},
    },
    store::{
        Source, Tx,
        tables::{App, Token},
    },
};

/// A registration of a client application.
#[derive(Clone, Debug)]
pub struct NewApp {
    /// Name shown to people.
    pub name: String,
    /// Its page; empty for none.
    pub website: String,
    /// Redirect URIs, compared exactly.
    pub redirect_uris: Vec<String>,
    /// Scopes it may ask for.
    pub scopes: String,
}

/// What an authorization code stands for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// For which app.
    pub app_id: AppId,
    /// Of whom.
    pub account_id: AccountId,
    /// Exact redirect URI.
    pub redirect_uri: String,
    /// Scopes granted.
    pub scopes: String,
    /// PKCE S256 challenge; empty for none.
    pub challenge: String,
}

/// Registers an app; returns it with its secret in clear, once.
pub async fn register_app(_tx: &Tx, _new: NewApp) -> Result<(App, String)> { super::later() }
/// The app with this client id, if any.
pub async fn app_by_client(_from: &impl Source, _client_id: &str) -> Result<Option<App>> { super::later() }
/// The apps with these ids.
pub async fn apps_by_ids(_from: &impl Source, _ids: &[AppId]) -> Result<Vec<App>> { super::later() }
/// Issues an authorization code, valid ten minutes, once; returned in clear.
pub async fn issue_code(_tx: &Tx, _grant: Grant) -> Result<String> { super::later() }
/// Exchanges a code for a token (in clear). The app, the redirect URI and the PKCE verifier must be
/// those of the grant; a second use revokes the token of the first (RFC 6749 §4.1.2).
pub async fn redeem_code(_tx: &Tx, _code: &str, _app: &App, _redirect_uri: &str, _verifier: Option<&str>) -> Result<(Token, String)> { super::later() }
/// Issues a token; returned in clear, once. `account` is none for the app itself.
pub async fn issue_token(_tx: &Tx, _app: AppId, _account: Option<AccountId>, _scopes: &str) -> Result<(Token, String)> { super::later() }
/// The token with this clear text, if it is valid.
pub async fn token(_from: &impl Source, _clear: &str) -> Result<Option<Token>> { super::later() }
/// Revokes a token of `app`.
pub async fn revoke(_tx: &Tx, _app: AppId, _clear: &str) -> Result<()> { super::later() }
/// Revokes a token by id.
pub async fn revoke_id(_tx: &Tx, _id: TokenId) -> Result<()> { super::later() }
/// Begins a browser session; its secret in clear, once.
pub async fn begin_session(_tx: &Tx, _account: AccountId) -> Result<(String, Stamp)> { super::later() }
/// Whose browser session this is, if it is valid.
pub async fn session_account(_from: &impl Source, _clear: &str) -> Result<Option<AccountId>> { super::later() }
/// Ends a browser session.
pub async fn end_session(_tx: &Tx, _clear: &str) -> Result<()> { super::later() }
/// Makes a one-time log-in link's secret, valid one hour.
pub async fn make_login_link(_tx: &Tx, _account: AccountId) -> Result<String> { super::later() }
/// Whose log-in link this is; it is used up.
pub async fn use_login_link(_tx: &Tx, _clear: &str) -> Result<AccountId> { super::later() }
/// Ends every session, token, code and link of an account.
pub async fn end_all(_tx: &Tx, _account: AccountId) -> Result<()> { super::later() }
