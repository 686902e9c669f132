//! The second step of logging in: a code that a phone shows, or one of ten that were written down for the day it is lost.
//!
//! Invariants: a code of the phone is taken once, and none of an earlier step after it; a written one is taken once (S104). Who
//! has given the password holds a ticket for a few minutes and a few tries, and nothing else. Source: RFC 6238 §5.2.

use super::{note_token, refuse_leaver};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        seal::Secret,
        secret, totp,
    },
    sql,
    store::{Insert, Source, Tx},
};
use sea_orm::FromQueryResult;
use serde_json::Value;
use std::time::Duration;

/// How many codes are written down.
const CODES: usize = 10;
/// Random bytes of one of them: 80 bits, so that a plain digest keeps it.
const CODE_BYTES: usize = 10;
/// How long the code may be given after the password, and how often it may be wrong.
const TICKET_LASTS: Duration = Duration::from_secs(600);
const TRIES_MAX: i64 = 5;

#[derive(FromQueryResult)]
struct Kept {
    key_sealed: Vec<u8>,
    last_step: i64,
}

fn context(account: AccountId) -> String {
    format!("second factor {account}")
}

async fn kept(from: &impl Source, account: AccountId, is_on: bool) -> Result<Option<Kept>> {
    let text = "SELECT key_sealed, last_step FROM second_factors WHERE account_id = {} AND (enabled_at IS NOT NULL) = {}";
    sql!(text, account, is_on).one(from).await
}

/// Whether logging in asks `account` for a code.
pub async fn is_on(from: &impl Source, account: AccountId) -> Result<bool> {
    Ok(kept(from, account, true).await?.is_some())
}

/// How many of the codes written down are left.
pub async fn codes_left(from: &impl Source, account: AccountId) -> Result<i64> {
    let left: Option<i64> = sql!("SELECT COUNT(*) FROM recovery_codes WHERE account_id = {}", account).value(from).await?;
    Ok(left.unwrap_or_default())
}

/// The key that is to be put into the phone: the one prepared before, or a new one. Refused when the second step is on.
pub async fn prepare(tx: &Tx, account: AccountId, node: &Secret) -> Result<Vec<u8>> {
    if is_on(tx, account).await? {
        return Err(is_on_already().into());
    }
    if let Some(kept) = kept(tx, account, false).await? {
        return Ok(node.open(&context(account), &kept.key_sealed)?);
    }
    let key = totp::new_key();
    Insert::into("second_factors")
        .set("account_id", account)
        .set("key_sealed", node.seal(&context(account), &key)?)
        .set("created_at", tx.now)
        .run(tx)
        .await?;
    Ok(key.to_vec())
}

/// The key that was prepared and not confirmed by a code yet, if any.
pub async fn prepared(from: &impl Source, account: AccountId, node: &Secret) -> Result<Option<Vec<u8>>> {
    let Some(kept) = kept(from, account, false).await? else { return Ok(None) };
    Ok(Some(node.open(&context(account), &kept.key_sealed)?))
}

fn is_on_already() -> Refusal {
    Refusal::conflict("second_factor", "The second step is on already.")
}

/// Switches the second step on, once the phone shows the right code. Returns the codes to be written down, in clear, once.
/// Refused when no key was prepared or the code is wrong. Makes one entry in the audit log.
pub async fn switch_on(tx: &Tx, account: AccountId, typed: &str, node: &Secret) -> Result<Vec<String>> {
    let Some(kept) = kept(tx, account, false).await? else { return Err(is_on_already().into()) };
    let key = node.open(&context(account), &kept.key_sealed)?;
    let step =
        totp::step_of(&key, &plain(typed), tx.now).ok_or_else(|| Refusal::invalid("code", "is not the one that your phone shows now"))?;
    let text = "UPDATE second_factors SET enabled_at = {}, last_step = {} WHERE account_id = {}";
    sql!(text, tx.now, step, account).run(tx).await?;
    let codes: Vec<String> = (0..CODES).map(|_| written_code()).collect();
    sql!("DELETE FROM recovery_codes WHERE account_id = {}", account).run(tx).await?;
    for code in &codes {
        let row = Insert::into("recovery_codes").set("code_hash", hash(account, &plain(code)));
        row.set("account_id", account).run(tx).await?;
    }
    note_token(tx, "account.second_factor_on", account, Value::Null).await?;
    Ok(codes)
}

/// Switches the second step off, or forgets a key that was prepared. True, and one entry in the audit log, when it was on.
pub async fn switch_off(tx: &Tx, account: AccountId) -> Result<bool> {
    let was_on = is_on(tx, account).await?;
    for table in ["second_factors", "recovery_codes", "half_log_ins"] {
        sql!(format!("DELETE FROM {table} WHERE account_id = {{}}"), account).run(tx).await?;
    }
    if was_on {
        note_token(tx, "account.second_factor_off", account, Value::Null).await?;
    }
    Ok(was_on)
}

/// Whether `typed` is a code of the phone that was not used yet, or one of those written down; it is used up.
pub async fn takes(tx: &Tx, account: AccountId, typed: &str, node: &Secret) -> Result<bool> {
    let Some(kept) = kept(tx, account, true).await? else { return Ok(false) };
    let (key, typed) = (node.open(&context(account), &kept.key_sealed)?, plain(typed));
    if let Some(step) = totp::step_of(&key, &typed, tx.now) {
        let used = "UPDATE second_factors SET last_step = {} WHERE account_id = {} AND last_step < {}";
        return Ok(step > kept.last_step && sql!(used, step, account, step).run(tx).await? > 0);
    }
    let used = "DELETE FROM recovery_codes WHERE code_hash = {} AND account_id = {}";
    Ok(sql!(used, hash(account, &typed), account).run(tx).await? > 0)
}

/// The password was right and the code is still owed: a ticket in clear, to be shown with it.
pub async fn owe_code(tx: &Tx, account: AccountId) -> Result<String> {
    refuse_leaver(tx, account).await?;
    sql!("DELETE FROM half_log_ins WHERE expires_at < {}", tx.now).run(tx).await?;
    let clear = secret::token();
    let ticket = Insert::into("half_log_ins").set("ticket_hash", secret::hash_hex(&clear)).set("account_id", account);
    ticket.set("expires_at", tx.now.plus(TICKET_LASTS)).run(tx).await?;
    Ok(clear)
}

/// Whose ticket this is, if it still counts; it is not used up.
pub async fn who_owes(from: &impl Source, ticket: &str) -> Result<Option<AccountId>> {
    let text = "SELECT account_id FROM half_log_ins WHERE ticket_hash = {} AND attempts < {} AND expires_at > {}";
    sql!(text, secret::hash_hex(ticket), TRIES_MAX, from.now()).value(from).await
}

/// The holder of a ticket gives the code: true, and ticket and code are used up, when it is right. One that is wrong counts
/// against the ticket: so commit also then.
pub async fn give_code(tx: &Tx, ticket: &str, typed: &str, node: &Secret) -> Result<bool> {
    let Some(account) = who_owes(tx, ticket).await? else { return Ok(false) };
    let hash = secret::hash_hex(ticket);
    // counted first, so that two at a time are two
    let counted = "UPDATE half_log_ins SET attempts = attempts + 1 WHERE ticket_hash = {} AND attempts < {}";
    if sql!(counted, hash.clone(), TRIES_MAX).run(tx).await? == 0 || !takes(tx, account, typed, node).await? {
        return Ok(false);
    }
    sql!("DELETE FROM half_log_ins WHERE ticket_hash = {}", hash).run(tx).await?;
    Ok(true)
}

/// A code to be written down: four groups of four letters and digits.
fn written_code() -> String {
    let letters = totp::base32(&secret::random::<CODE_BYTES>()).to_lowercase();
    let groups: Vec<&str> = letters.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
    groups.join("-")
}

/// What was typed without the spaces and dashes that are only for the eye.
fn plain(typed: &str) -> String {
    typed.chars().filter(|c| c.is_ascii_alphanumeric()).take(64).collect::<String>().to_ascii_lowercase()
}

/// What is kept of a code written down: bound to its account, so that equal codes of two people would be two rows.
fn hash(account: AccountId, code: &str) -> String {
    secret::hash_hex(&format!("{account} {code}"))
}
