//! Mails to people of this node, and to who wants to be: written in the transaction of the act, sent by `outreach/`.
//!
//! The rows are the queue and the links at once. A link's secret is kept as a hash, and sealed until its mail is sent; it works
//! once, for its own purpose, until its time is over. Invariant: an address gets at most [`PER_DAY_MAX`] mails with links in a
//! day, whoever asks for them (S93).

use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, LetterId},
        seal::Secret,
        secret,
        words::LetterKind,
    },
    sql,
    store::{Insert, Source, Tx, tables::Letter},
};
use std::time::Duration;

/// Most mails with links to one address in a day.
pub const PER_DAY_MAX: i64 = 10;
const DAY: Duration = Duration::from_secs(86_400);
/// How often sending is tried, and the longest wait between two tries.
const ATTEMPTS_MAX: i64 = 10;
const WAIT_MAX: Duration = Duration::from_secs(6 * 3600);
/// What was not sent in this time says nothing any more.
const STALE: Duration = Duration::from_secs(2 * 86_400);

/// A mail to be written.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// What it is for.
    pub kind: LetterKind,
    /// Whom it is about; 0 for nobody: then a row is kept as for everybody, and nothing sent (S54).
    pub account: AccountId,
    /// Their user name.
    pub name: &'a str,
    /// To which address.
    pub email: &'a str,
    /// What else it says.
    pub detail: &'a str,
}

/// Writes a mail that tells of what was done by who may: without a secret, and unbounded, so that nobody keeps it from being sent
/// by having others sent first.
pub async fn tell(tx: &Tx, new: New<'_>) -> Result<()> {
    row(tx, LetterId(tx.id()), new).run(tx).await?;
    Ok(())
}

/// Writes a mail with a link that works for `lasts`. False, and no mail, when the address has had its mails of the day.
pub async fn send_link(tx: &Tx, new: New<'_>, lasts: Duration, node: &Secret) -> Result<bool> {
    if is_full(tx, new.email).await? {
        return Ok(false);
    }
    let (id, clear) = (LetterId(tx.id()), secret::token());
    row(tx, id, new)
        .set("link_hash", secret::hash_hex(&clear))
        .set("token_sealed", node.seal(&context(id), clear.as_bytes())?)
        .set("expires_at", tx.now.plus(lasts))
        .run(tx)
        .await?;
    Ok(true)
}

fn row(tx: &Tx, id: LetterId, new: New<'_>) -> Insert {
    Insert::into("letters")
        .set("id", id)
        .set("kind", new.kind)
        .set("account_id", new.account)
        .set("name", new.name)
        .set("email", new.email)
        .set("email_key", new.email.to_lowercase())
        .set("detail", new.detail)
        .set("created_at", tx.now)
        .set("next_at", tx.now)
}

async fn is_full(tx: &Tx, email: &str) -> Result<bool> {
    let text = "SELECT COUNT(*) FROM letters WHERE email_key = {} AND created_at > {} AND link_hash IS NOT NULL";
    let sent: Option<i64> = sql!(text, email.to_lowercase(), tx.now.minus(DAY)).value(tx).await?;
    Ok(sent.unwrap_or_default() >= PER_DAY_MAX)
}

/// What the secret of a letter's link is sealed for.
fn context(id: LetterId) -> String {
    format!("letter {id}")
}

/// The letter whose link this is, if it is of this kind and still works; it is not used up.
pub async fn open(from: &impl Source, kind: LetterKind, clear: &str) -> Result<Option<Letter>> {
    let text = "SELECT * FROM letters WHERE link_hash = {} AND kind = {} AND used_at IS NULL AND expires_at > {}";
    sql!(text, secret::hash_hex(clear), kind, from.now()).one(from).await
}

/// The same, and it is used up; refused when it does not work (any more).
pub async fn claim(tx: &Tx, kind: LetterKind, clear: &str) -> Result<Letter> {
    let letter = open(tx, kind, clear).await?.ok_or_else(over)?;
    let claimed = sql!("UPDATE letters SET used_at = {} WHERE id = {} AND used_at IS NULL", tx.now, letter.id).run(tx).await?;
    if claimed == 0 { Err(over().into()) } else { Ok(letter) }
}

/// What is said of a link that was used, is too old, or never was: always the same (S54).
pub fn over() -> Refusal {
    Refusal::forbidden("link_used", "This link was used already, or its time is over. Ask for a new one.")
}

/// Links of these kinds that were written for `account` work no longer, and are not sent.
pub async fn void(tx: &Tx, account: AccountId, kinds: &[LetterKind]) -> Result<()> {
    for kind in kinds {
        let text = "UPDATE letters SET used_at = COALESCE(used_at, {}), token_sealed = NULL, next_at = NULL \
             WHERE account_id = {} AND kind = {} AND link_hash IS NOT NULL";
        sql!(text, tx.now, account, *kind).run(tx).await?;
    }
    Ok(())
}

/// Letters that are due, the longest waiting first, at most `limit`.
pub async fn due(from: &impl Source, limit: u32) -> Result<Vec<Letter>> {
    let text = "SELECT * FROM letters WHERE next_at <= {} AND created_at > {} ORDER BY next_at, id LIMIT {}";
    sql!(text, from.now(), from.now().minus(STALE), i64::from(limit)).all(from).await
}

/// The secret of the letter's link, in clear, as long as it is to be sent; none for a letter without.
pub fn token(letter: &Letter, node: &Secret) -> Result<Option<String>> {
    let Some(sealed) = &letter.token_sealed else { return Ok(None) };
    let clear = node.open(&context(letter.id), sealed)?;
    Ok(Some(String::from_utf8(clear).map_err(anyhow::Error::from)?))
}

/// The letter is on its way, or never will be: the secret of its link is forgotten.
pub async fn done(tx: &Tx, id: LetterId) -> Result<()> {
    sql!("UPDATE letters SET next_at = NULL, token_sealed = NULL WHERE id = {}", id).run(tx).await?;
    Ok(())
}

/// Sending failed: it is tried again after `unit` (a minute), then longer and longer, ten times in all.
pub async fn failed(tx: &Tx, letter: &Letter, unit: Duration) -> Result<()> {
    let attempts = letter.attempts + 1;
    if attempts >= ATTEMPTS_MAX {
        return done(tx, letter.id).await;
    }
    let wait = unit.saturating_mul(1 << attempts.clamp(1, 12)).min(WAIT_MAX);
    sql!("UPDATE letters SET attempts = {}, next_at = {} WHERE id = {}", attempts, tx.now.plus(wait), letter.id).run(tx).await?;
    Ok(())
}
