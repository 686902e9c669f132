//! What people who log in have beside their account: an address, a password, a standing.

use super::{changed, note, queries, refuse_last_owner};
use crate::{
    base::{
        error::{Error, Refusal, Result},
        id::AccountId,
        words::NodeRole,
    },
    policy::administration,
    sql,
    store::{Insert, Tx, tables::Account},
};
use serde_json::{Value, json};

/// Longest e-mail address, in bytes (RFC 5321 §4.5.3.1.3).
const EMAIL_BYTES_MAX: usize = 254;

/// What only people who log in have.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// E-mail address.
    pub email: String,
    /// argon2id PHC string; empty for none (log-in link only).
    pub password_hash: String,
    /// Standing on this node.
    pub role: NodeRole,
    /// Whether sign-up needs no approval (any more).
    pub approved: bool,
}

/// Lets an account log in here. Refused when the address is none, or in use.
pub async fn enrol(tx: &Tx, account: AccountId, user: NewUser) -> Result<()> {
    let email = address(&user.email)?;
    let key = email.to_lowercase();
    if keep(tx, account, NewUser { email, ..user }, key).await? == 0 {
        return Err(Refusal::invalid("email", "has already been taken").into());
    }
    Ok(())
}

/// The same, but the address serves for nothing yet: neither for logging in nor for a new password, and whoever else has it
/// keeps it. So nobody learns whether it has an account (S54).
pub(super) async fn enrol_unclaimed(tx: &Tx, account: AccountId, user: NewUser) -> Result<()> {
    let email = address(&user.email)?;
    // What is typed is put into small letters before it is compared: nothing typed is ever equal to this.
    let key = format!("UNCLAIMED {account}");
    keep(tx, account, NewUser { email, ..user }, key).await?;
    Ok(())
}

/// The address as it is kept, if it is one.
pub fn address(typed: &str) -> Result<String, Refusal> {
    let email = typed.trim();
    let whole = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    // No list, no comment, no display name: one address, as the mail server is told it (S93).
    let is_plain = email.chars().all(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, ',' | ';' | '<' | '>' | '"' | '(' | ')'));
    if whole && is_plain && email.len() <= EMAIL_BYTES_MAX {
        return Ok(email.to_owned());
    }
    Err(Refusal::invalid("email", "is not an e-mail address"))
}

async fn keep(tx: &Tx, account: AccountId, user: NewUser, email_key: String) -> Result<u64> {
    let inserted = Insert::into("users")
        .set("account_id", account)
        .set("email_key", email_key)
        .set("email", user.email)
        .set("password_hash", user.password_hash)
        .set("role", user.role)
        .set("approved", user.approved)
        .set("created_at", tx.now)
        .on_conflict("ON CONFLICT DO NOTHING")
        .run(tx)
        .await?;
    if inserted > 0 {
        note(tx, "account.create", account, json!({ "role": user.role })).await?;
    }
    Ok(inserted)
}

/// Notes that somebody logged in.
pub async fn note_sign_in(tx: &Tx, account: AccountId) -> Result<()> {
    sql!("UPDATE users SET signed_in_at = {} WHERE account_id = {}", tx.now, account).run(tx).await?;
    Ok(())
}

/// Sets a password hash; ends nothing by itself (see `sessions::end_all`).
pub async fn set_password(tx: &Tx, account: AccountId, password_hash: &str) -> Result<()> {
    changed(sql!("UPDATE users SET password_hash = {} WHERE account_id = {}", password_hash, account).run(tx).await?)?;
    note(tx, "account.password", account, Value::Null).await
}

/// Sets the language of somebody's pages (BCP 47); empty for what their browser asks for. The caller knows that it is one.
pub async fn set_locale(tx: &Tx, account: AccountId, locale: &str) -> Result<()> {
    changed(sql!("UPDATE users SET locale = {} WHERE account_id = {}", locale, account).run(tx).await?)
}

/// Changes somebody's standing on this node. Refused for the last owner.
pub async fn set_role(tx: &Tx, account: AccountId, role: NodeRole) -> Result<()> {
    if role != NodeRole::Owner {
        refuse_last_owner(tx, account).await?;
    }
    changed(sql!("UPDATE users SET role = {} WHERE account_id = {}", role, account).run(tx).await?)?;
    note(tx, "account.role", account, json!({ "role": role })).await
}

/// Refuses unless `by` may say that `account` has left, or take that back. None is the machine's own word (the command line), which
/// no rank binds.
pub(in crate::features) async fn may_off_board(tx: &Tx, by: Option<&Account>, account: AccountId) -> Result<()> {
    let Some(by) = by else { return Ok(()) };
    let standing = async |id| queries::user(tx, id).await?.map(|user| user.role).ok_or_else(|| Error::from(Refusal::not_found()));
    Ok(administration::may_off_board(standing(by.id).await?, standing(account).await?)?)
}
