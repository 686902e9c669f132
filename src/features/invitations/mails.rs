//! The mails of invitations: which are to be sent, and what became of them. For `outreach/` alone.
//!
//! The rows of `invitations` are the queue, so nothing is lost over a restart. The token in clear leaves the table when its
//! mail is sent or given up.

use super::context;
use crate::{
    base::{error::Result, id::InvitationId, seal::Secret},
    sql,
    store::{Source, Tx, tables::Invitation},
};
use std::time::Duration;

/// How often sending is tried, and the longest wait between two tries.
const ATTEMPTS_MAX: i64 = 12;
const WAIT_MAX: Duration = Duration::from_secs(6 * 3600);
/// Longest error that is kept, in characters.
const ERROR_CHARS_MAX: usize = 300;

/// Invitations whose mail is due, the longest waiting first, at most `limit`.
pub async fn due(from: &impl Source, limit: u32) -> Result<Vec<Invitation>> {
    sql!(
        "SELECT * FROM invitations WHERE mail_next_at <= {} AND expires_at > {} ORDER BY mail_next_at, id LIMIT {}",
        from.now(),
        from.now(),
        i64::from(limit)
    )
    .all(from)
    .await
}

/// The token of the link, in clear, as long as the mail is to be sent.
pub fn token(invitation: &Invitation, node: &Secret) -> Result<Option<String>> {
    let Some(sealed) = &invitation.token_sealed else { return Ok(None) };
    let clear = node.open(&context(invitation.id), sealed)?;
    Ok(Some(String::from_utf8(clear).map_err(anyhow::Error::from)?))
}

/// The mail of the link made by the `sends`th sending is on its way: the token is forgotten.
pub async fn sent(tx: &Tx, (id, sends): (InvitationId, i64)) -> Result<()> {
    let done =
        "UPDATE invitations SET mailed_at = {}, mail_next_at = NULL, token_sealed = NULL, mail_error = '' WHERE id = {} AND sends = {}";
    sql!(done, tx.now, id, sends).run(tx).await?;
    Ok(())
}

/// Sending failed: it is tried again after `unit` (a minute), then longer and longer, twelve times in all; or never, if `for_good`.
pub async fn failed(tx: &Tx, invitation: &Invitation, (error, for_good): (&str, bool), unit: Duration) -> Result<()> {
    let attempts = invitation.mail_attempts + 1;
    let wait = unit.saturating_mul(1 << attempts.clamp(1, 12)).min(WAIT_MAX);
    let next = (attempts < ATTEMPTS_MAX && !for_good).then(|| tx.now.plus(wait));
    let error: String = error.chars().take(ERROR_CHARS_MAX).collect();
    let keeps = if next.is_some() { "" } else { ", token_sealed = NULL" };
    let text = format!(
        "UPDATE invitations SET mail_attempts = {{}}, mail_next_at = {{}}, mail_error = {{}}{keeps} WHERE id = {{}} AND sends = {{}}"
    );
    sql!(text, attempts, next, error, invitation.id, invitation.sends).run(tx).await?;
    Ok(())
}
