//! Apps, codes, tokens, browser sessions and log-in links. Secrets are kept only as hashes.

mod links;
pub mod listed;
pub mod reset;
pub mod second_factor;
mod standing;

pub use links::{login_link_account, make_login_link, use_login_link};
pub use standing::{standing, standing_browsers};

use super::accounts::letters;
use crate::{
    base::{
        clock::Stamp,
        error::{Kind, Refusal, Result},
        id::{AccountId, AppId, TokenId},
        secret,
        words::{LetterKind, NodeRole},
    },
    sql,
    store::{
        Insert, Source, Store, Tx,
        audit::Entry,
        list,
        tables::{App, Code, Token},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a code may be exchanged.
const CODE_LASTS: Duration = Duration::from_secs(600);
/// How long a used or old code is remembered, so that a second use is noticed.
const CODE_KEPT: Duration = Duration::from_secs(86_400);
/// How long a browser stays logged in.
const SESSION_LASTS: Duration = Duration::from_secs(30 * 86_400);

/// The tables of what lets somebody in without their password.
pub const WAYS_IN: [&str; 5] = ["sessions", "tokens", "codes", "login_links", "half_log_ins"];

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
pub async fn register_app(tx: &Tx, new: NewApp) -> Result<(App, String)> {
    let clear = secret::token();
    let app = App {
        id: AppId(tx.id()),
        client_id: secret::token(),
        secret_hash: secret::hash_hex(&clear),
        name: new.name,
        website: new.website,
        redirect_uris: new.redirect_uris.join("\n"),
        scopes: new.scopes,
        created_at: tx.now,
    };
    Insert::into("apps")
        .set("id", app.id)
        .set("client_id", app.client_id.clone())
        .set("secret_hash", app.secret_hash.clone())
        .set("name", app.name.clone())
        .set("website", app.website.clone())
        .set("redirect_uris", app.redirect_uris.clone())
        .set("scopes", app.scopes.clone())
        .set("created_at", app.created_at)
        .run(tx)
        .await?;
    Ok((app, clear))
}

/// The app with this client id, if any.
pub async fn app_by_client(from: &impl Source, client_id: &str) -> Result<Option<App>> {
    sql!("SELECT * FROM apps WHERE client_id = {}", client_id).one(from).await
}

/// The apps with these ids.
pub async fn apps_by_ids(from: &impl Source, ids: &[AppId]) -> Result<Vec<App>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM apps WHERE id IN {}", list(ids)).all(from).await
}

/// Whether `clear` is the secret of `app`.
pub fn is_secret_of(app: &App, clear: &str) -> bool {
    secret::equal(secret::hash_hex(clear).as_bytes(), app.secret_hash.as_bytes())
}

/// Issues an authorization code, valid ten minutes, once; returned in clear.
pub async fn issue_code(tx: &Tx, grant: Grant) -> Result<String> {
    refuse_leaver(tx, grant.account_id).await?;
    sql!("DELETE FROM codes WHERE expires_at < {}", tx.now.minus(CODE_KEPT)).run(tx).await?;
    let clear = secret::token();
    Insert::into("codes")
        .set("code_hash", secret::hash_hex(&clear))
        .set("app_id", grant.app_id)
        .set("account_id", grant.account_id)
        .set("redirect_uri", grant.redirect_uri)
        .set("scopes", grant.scopes)
        .set("challenge", grant.challenge)
        .set("expires_at", tx.now.plus(CODE_LASTS))
        .run(tx)
        .await?;
    Ok(clear)
}

/// Exchanges a code for a token (in clear). The app, the redirect URI and the PKCE verifier must be
/// those of the grant; a second use revokes the token of the first (RFC 6749 §4.1.2): so commit
/// also when this refuses. A verifier without a challenge is refused too (RFC 9700 §2.1.1).
pub async fn redeem_code(tx: &Tx, code: &str, app: &App, redirect_uri: &str, verifier: Option<&str>) -> Result<(Token, String)> {
    let wrong = || Refusal::invalid("code", "is invalid, expired, used, or was given to another client");
    let hash = secret::hash_hex(code);
    let found: Option<Code> = sql!("SELECT * FROM codes WHERE code_hash = {}", hash.clone()).one(tx).await?;
    let kept = found.filter(|kept| kept.app_id == app.id).ok_or_else(wrong)?;
    let claimed = sql!("UPDATE codes SET used_at = {} WHERE code_hash = {} AND used_at IS NULL", tx.now, hash.clone());
    let fits = kept.expires_at > tx.now && kept.redirect_uri == redirect_uri && is_verified(&kept.challenge, verifier);
    if kept.used_at.is_none() && !fits {
        return Err(wrong().into());
    }
    if claimed.run(tx).await? == 0 {
        let used: Option<TokenId> =
            sql!("SELECT token_id FROM codes WHERE code_hash = {}", hash).value::<Option<TokenId>>(tx).await?.flatten();
        if let Some(token) = used {
            revoke_id(tx, token).await?;
        }
        return Err(wrong().into());
    }
    refuse_while_recovering(tx, kept.account_id).await?;
    let (token, clear) = issue_token(tx, app.id, Some(kept.account_id), &kept.scopes).await?;
    note_token(tx, "token.create", kept.account_id, json!({ "app": app.name, "scopes": kept.scopes })).await?;
    sql!("UPDATE codes SET token_id = {} WHERE code_hash = {}", token.id, hash).run(tx).await?;
    Ok((token, clear))
}

/// PKCE with S256 (RFC 7636 §4.6).
fn is_verified(challenge: &str, verifier: Option<&str>) -> bool {
    match verifier.filter(|verifier| !verifier.is_empty()) {
        None => challenge.is_empty(),
        Some(verifier) => {
            !challenge.is_empty()
                && secret::equal(URL_SAFE_NO_PAD.encode(secret::sha256(verifier.as_bytes())).as_bytes(), challenge.as_bytes())
        }
    }
}

/// Issues a token; returned in clear, once. `account` is none for the app itself.
pub async fn issue_token(tx: &Tx, app: AppId, account: Option<AccountId>, scopes: &str) -> Result<(Token, String)> {
    if let Some(account) = account {
        refuse_leaver(tx, account).await?;
    }
    let clear = secret::token();
    let token = Token { id: TokenId(tx.id()), app_id: app, account_id: account, scopes: scopes.to_owned(), created_at: tx.now };
    Insert::into("tokens")
        .set("id", token.id)
        .set("token_hash", secret::hash_hex(&clear))
        .set("app_id", app)
        .set("account_id", account)
        .set("scopes", scopes)
        .set("created_at", tx.now)
        .run(tx)
        .await?;
    Ok((token, clear))
}

/// The token with this clear text, if it is valid.
pub async fn token(from: &impl Source, clear: &str) -> Result<Option<Token>> {
    sql!("SELECT id, app_id, account_id, scopes, created_at FROM tokens WHERE token_hash = {}", secret::hash_hex(clear)).one(from).await
}

/// Revokes a token of `app`. A token of another app, or none, is left as it is (RFC 7009 §2.1).
pub async fn revoke(tx: &Tx, app: AppId, clear: &str) -> Result<()> {
    match token(tx, clear).await?.filter(|token| token.app_id == app) {
        Some(token) => revoke_id(tx, token.id).await,
        None => Ok(()),
    }
}

/// Revokes a token by id.
pub async fn revoke_id(tx: &Tx, id: TokenId) -> Result<()> {
    let account: Option<Option<AccountId>> = sql!("SELECT account_id FROM tokens WHERE id = {}", id).value(tx).await?;
    sql!("DELETE FROM tokens WHERE id = {}", id).run(tx).await?;
    match account.flatten() {
        Some(account) => note_token(tx, "token.revoke", account, Value::Null).await,
        None => Ok(()),
    }
}

/// One entry of the audit log about a token of `account`. (An app's own token speaks for nobody and has none.)
pub async fn note_token(tx: &Tx, act: &'static str, account: AccountId, detail: Value) -> Result<()> {
    let name: Option<String> = sql!("SELECT username FROM accounts WHERE id = {}", account).value(tx).await?;
    tx.audit(Entry::of(act, name.unwrap_or_default()).with(detail));
    Ok(())
}

/// Refuses for who left the company or may not log in by an administrator's word: no session and no token, by whatever way.
async fn refuse_leaver(tx: &Tx, account: AccountId) -> Result<()> {
    let kept_out =
        "SELECT off_boarded_at IS NOT NULL FROM users WHERE account_id = {} AND (off_boarded_at IS NOT NULL OR disabled_at IS NOT NULL)";
    match sql!(kept_out, account).value::<bool>(tx).await? {
        Some(true) => Err(Refusal::forbidden("off_boarded", "This account was closed when its owner left; ask an administrator.").into()),
        Some(false) => Err(Refusal::forbidden("disabled", "An administrator took the log-in of this account away; ask them.").into()),
        None => Ok(()),
    }
}

/// After a restore the data may know people who left since: until an administrator confirms, only administrators log in (S137).
async fn refuse_while_recovering(tx: &Tx, account: AccountId) -> Result<()> {
    let kept_out: Option<i64> = sql!(
        "SELECT COUNT(*) FROM facts f WHERE f.name = 'recovering' AND NOT EXISTS (SELECT 1 FROM users u WHERE u.account_id = {} AND u.role >= {})",
        account,
        NodeRole::Admin
    )
    .value(tx)
    .await?;
    match kept_out.unwrap_or_default() {
        0 => Ok(()),
        _ => {
            let sentence = "This node was restored from a backup; its administrator checks it first. Log in again later.";
            Err(Refusal { kind: Kind::Unavailable, ..Refusal::forbidden("recovering", sentence) }.into())
        }
    }
}

/// Begins a browser session; its secret in clear, once, and when it ends.
pub async fn begin_session(tx: &Tx, account: AccountId) -> Result<(String, Stamp)> {
    refuse_leaver(tx, account).await?;
    refuse_while_recovering(tx, account).await?;
    sql!("DELETE FROM sessions WHERE expires_at < {}", tx.now).run(tx).await?;
    let (clear, expires_at) = (secret::token(), tx.now.plus(SESSION_LASTS));
    let session = Insert::into("sessions").set("session_hash", secret::hash_hex(&clear)).set("account_id", account);
    session.set("created_at", tx.now).set("used_at", tx.now).set("expires_at", expires_at).run(tx).await?;
    Ok((clear, expires_at))
}

/// Whose browser session this is, if it is valid.
pub async fn session_account(store: &Store, clear: &str) -> Result<Option<AccountId>> {
    sql!("SELECT account_id FROM sessions WHERE session_hash = {} AND expires_at > {}", secret::hash_hex(clear), store.now())
        .value(store)
        .await
}

/// Ends a browser session.
pub async fn end_session(tx: &Tx, clear: &str) -> Result<()> {
    sql!("DELETE FROM sessions WHERE session_hash = {}", secret::hash_hex(clear)).run(tx).await?;
    Ok(())
}

/// Ends every session, token, code, log-in link and half log-in of an account, and the links of mails that change its address or
/// password.
pub async fn end_all(tx: &Tx, account: AccountId) -> Result<()> {
    for table in WAYS_IN {
        sql!(format!("DELETE FROM {table} WHERE account_id = {{}}"), account).run(tx).await?;
    }
    letters::void(tx, account, &[LetterKind::Change, LetterKind::Reset]).await
}
