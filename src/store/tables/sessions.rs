//! `apps`, `codes`, `tokens`, `sessions`. Secrets only as SHA-256 in hex.

use crate::base::{
    clock::Stamp,
    id::{AccountId, AppId, TokenId},
};
use sea_orm::FromQueryResult;

/// A client application.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct App {
    /// Its id.
    pub id: AppId,
    /// Public name for OAuth.
    pub client_id: String,
    /// SHA-256 of its secret.
    pub secret_hash: String,
    /// Name shown to people.
    pub name: String,
    /// Its page; empty for none.
    pub website: String,
    /// Redirect URIs, one a line, compared exactly.
    pub redirect_uris: String,
    /// Scopes it may ask for, separated by spaces.
    pub scopes: String,
    /// Registered.
    pub created_at: Stamp,
}

/// An authorization code (RFC 6749 §4.1).
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Code {
    /// SHA-256 of the code.
    pub code_hash: String,
    /// For which app.
    pub app_id: AppId,
    /// Of whom.
    pub account_id: AccountId,
    /// The exact redirect URI of the request.
    pub redirect_uri: String,
    /// Scopes granted.
    pub scopes: String,
    /// PKCE S256 challenge; empty when none was sent.
    pub challenge: String,
    /// Not valid after.
    pub expires_at: Stamp,
    /// Used since; a second use revokes the token.
    pub used_at: Option<Stamp>,
    /// The token it was exchanged for.
    pub token_id: Option<TokenId>,
}

/// An access token.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Of which app.
    pub app_id: AppId,
    /// Of whom; none for the app itself (client credentials).
    pub account_id: Option<AccountId>,
    /// Scopes granted, separated by spaces.
    pub scopes: String,
    /// Made.
    pub created_at: Stamp,
}

/// A browser session.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Session {
    /// SHA-256 of the cookie's value.
    pub session_hash: String,
    /// Whose.
    pub account_id: AccountId,
    /// Logged in.
    pub created_at: Stamp,
    /// Not valid after.
    pub expires_at: Stamp,
}
