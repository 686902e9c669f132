//! A new password by mail, for who has forgotten theirs.
//!
//! Invariants: asking looks and lasts the same whether the address has an account or not (S54); the link works once, for an hour,
//! and is built from `server.url` (S92); a new password ends every session and token (S104).

use super::end_all;
use crate::{
    base::{error::Result, id::AccountId, seal::Secret, words::LetterKind},
    features::accounts::{
        self,
        letters::{self, New},
        queries,
    },
    sql,
    store::{
        Source, Tx,
        tables::{Account, User},
    },
};
use std::time::Duration;

/// How long the link works.
const RESET_LASTS: Duration = Duration::from_secs(3600);
/// Longest address that anybody has (RFC 5321 §4.5.3.1.3).
const EMAIL_BYTES_MAX: usize = 254;

/// Somebody asks for a new password for the account of this address: a mail with a link is sent there, if it has one that may
/// log in. Nothing tells whether it has: a row is written either way, and what is nobody's is never sent.
pub async fn ask(tx: &Tx, email: &str, node: &Secret) -> Result<()> {
    let email = email.trim();
    if email.len() > EMAIL_BYTES_MAX {
        return Ok(());
    }
    let found: Option<AccountId> = sql!("SELECT account_id FROM users WHERE email_key = {}", email.to_lowercase()).value(tx).await?;
    let holder = holder(tx, found.unwrap_or(AccountId(0))).await?;
    let (id, name, email) = match &holder {
        // to the address as it is kept: what was typed may look like it only in small letters, and be somebody else's
        Some((account, user)) => (account.id, account.username.as_str(), user.email.as_str()),
        None => (AccountId(0), "", email),
    };
    let new = New { kind: LetterKind::Reset, account: id, name, email, detail: "" };
    letters::send_link(tx, new, RESET_LASTS, node).await?;
    Ok(())
}

/// The account whose password this link sets, if it still works and they may still log in; it is not used up.
pub async fn opened(from: &impl Source, clear: &str) -> Result<Option<Account>> {
    match letters::open(from, LetterKind::Reset, clear).await? {
        Some(letter) => Ok(holder(from, letter.account_id).await?.map(|(account, _)| account)),
        None => Ok(None),
    }
}

async fn holder(from: &impl Source, id: AccountId) -> Result<Option<(Account, User)>> {
    let user = queries::user(from, id).await?.filter(|user| user.may_enter(from.now()));
    let account = queries::by_id(from, id).await?.filter(Account::is_active);
    Ok(account.zip(user))
}

/// Sets the password of whom the link is for; every session, token, code and link of theirs ends, and a mail tells them. Returns
/// the account. Refused when the link does not work (any more). Makes one entry in the audit log. Afterwards, outside the
/// transaction: `app.bearers.forget_all()`.
pub async fn set(tx: &Tx, clear: &str, password_hash: &str) -> Result<Account> {
    let letter = letters::claim(tx, LetterKind::Reset, clear).await?;
    let (account, _) = holder(tx, letter.account_id).await?.ok_or_else(letters::over)?;
    accounts::set_password(tx, account.id, password_hash).await?;
    end_all(tx, account.id).await?;
    letters::void(tx, account.id, &[LetterKind::Reset]).await?;
    let told = New { kind: LetterKind::Password, account: account.id, name: &account.username, email: &letter.email, detail: "" };
    letters::tell(tx, told).await?;
    Ok(account)
}
