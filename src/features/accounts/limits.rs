//! What is set over one account beside a suspension: silenced, its files behind a warning, no log-in.
//!
//! All three are read live ([`peers::unsilenced`](crate::features::peers::unsilenced), the entities of posts, each log-in), so
//! that nothing stored with posts has to follow and lifting them heals at once.

use super::note;
use crate::{
    base::{
        error::{Refusal, Result},
        words::Sanction,
    },
    sql,
    store::{Tx, tables::Account},
};
use serde_json::Value;

/// The statement that sets or lifts a limit, and the act's word in the audit log.
fn limit(sanction: Sanction, is_set: bool) -> Option<(&'static str, &'static str)> {
    Some(match (sanction, is_set) {
        (Sanction::Silence, true) => ("UPDATE accounts SET silenced_at = {} WHERE id = {} AND silenced_at IS NULL", "account.silence"),
        (Sanction::Silence, false) => {
            ("UPDATE accounts SET silenced_at = NULL WHERE id = {} AND silenced_at IS NOT NULL", "account.unsilence")
        }
        (Sanction::Sensitive, true) => {
            ("UPDATE accounts SET sensitized_at = {} WHERE id = {} AND sensitized_at IS NULL", "account.sensitive")
        }
        (Sanction::Sensitive, false) => {
            ("UPDATE accounts SET sensitized_at = NULL WHERE id = {} AND sensitized_at IS NOT NULL", "account.unsensitive")
        }
        (Sanction::Disable, true) => ("UPDATE users SET disabled_at = {} WHERE account_id = {} AND disabled_at IS NULL", "account.disable"),
        (Sanction::Disable, false) => {
            ("UPDATE users SET disabled_at = NULL WHERE account_id = {} AND disabled_at IS NOT NULL", "account.enable")
        }
        (Sanction::Warn | Sanction::Suspend, _) => return None,
    })
}

/// Sets a limit over `account`: silence, sensitive or disable. Whether it was not so already; one entry in the audit log then.
/// Refused for taking the log-in from the last owner, or from somebody who has none. Sessions: `sessions::end_all`.
pub async fn set(tx: &Tx, account: &Account, sanction: Sanction) -> Result<bool> {
    if sanction == Sanction::Disable {
        super::queries::user(tx, account.id).await?.ok_or_else(Refusal::not_found)?;
        super::refuse_last_owner(tx, account.id).await?;
    }
    let Some((statement, act)) = limit(sanction, true) else { return Ok(false) };
    let is_new = sql!(statement, tx.now, account.id).run(tx).await? > 0;
    if is_new {
        note(tx, act, account.id, Value::Null).await?;
    }
    Ok(is_new)
}

/// Lifts a limit. Whether there was one; one entry in the audit log then.
pub async fn lift(tx: &Tx, account: &Account, sanction: Sanction) -> Result<bool> {
    let Some((statement, act)) = limit(sanction, false) else { return Ok(false) };
    let was_set = sql!(statement, account.id).run(tx).await? > 0;
    if was_set {
        note(tx, act, account.id, Value::Null).await?;
    }
    Ok(was_set)
}
