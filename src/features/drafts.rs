//! Drafts: what people keep of a post that they have not sent yet. What stood in the form is kept as the door wrote it.
//!
//! Invariant: nobody but their writer is ever shown one, and nothing of them leaves this node.

use crate::{
    base::{
        clock::Stamp,
        error::{Kind, Refusal, Result},
        id::AccountId,
        sentence::{Sentence, said},
    },
    sql,
    store::{Insert, Source, Tx},
};
use sea_orm::FromQueryResult;

/// Most drafts of one person.
pub const DRAFTS_MAX: i64 = 50;
/// Longest draft, in bytes of what is kept.
const SAID_BYTES_MAX: usize = 200_000;

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Draft {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub account_id: AccountId,
    /// What stood in the form: JSON, for the door alone.
    pub said: String,
    /// When it was last kept.
    pub changed_at: Stamp,
}

/// Keeps `said`: in the draft `id`, if `account` has that still, else as another. Refused (422) beyond [`DRAFTS_MAX`], and for
/// what is too long.
pub async fn keep(tx: &Tx, account: AccountId, id: Option<i64>, said: String) -> Result<i64> {
    let no = |code, sentence: Sentence| Refusal { kind: Kind::Invalid, ..Refusal::forbidden(code, sentence) };
    if said.len() > SAID_BYTES_MAX {
        return Err(no("draft_too_long", said!("This is too long to be kept as a draft.")).into());
    }
    if let Some(id) = id {
        let again =
            sql!("UPDATE drafts SET said = {}, changed_at = {} WHERE id = {} AND account_id = {}", said.clone(), tx.now, id, account);
        if again.run(tx).await? > 0 {
            return Ok(id);
        }
    }
    // who keeps two at once waits here on PostgreSQL
    sql!("UPDATE users SET account_id = account_id WHERE account_id = {}", account).run(tx).await?;
    let held: Option<i64> = sql!("SELECT COUNT(*) FROM drafts WHERE account_id = {}", account).value(tx).await?;
    if held.unwrap_or_default() >= DRAFTS_MAX {
        return Err(no("too_many_drafts", said!("You have {max} drafts: post or delete some first.", max = DRAFTS_MAX)).into());
    }
    let id = tx.id();
    Insert::into("drafts").set("id", id).set("account_id", account).set("said", said).set("changed_at", tx.now).run(tx).await?;
    Ok(id)
}

/// What `account` has, the newest first.
pub async fn all(from: &impl Source, account: AccountId) -> Result<Vec<Draft>> {
    sql!("SELECT * FROM drafts WHERE account_id = {} ORDER BY changed_at DESC, id DESC LIMIT {}", account, DRAFTS_MAX).all(from).await
}

/// One of those.
pub async fn find(from: &impl Source, account: AccountId, id: i64) -> Result<Option<Draft>> {
    sql!("SELECT * FROM drafts WHERE id = {} AND account_id = {}", id, account).one(from).await
}

/// Forgets one of those; it may be gone already.
pub async fn forget(tx: &Tx, account: AccountId, id: i64) -> Result<()> {
    sql!("DELETE FROM drafts WHERE id = {} AND account_id = {}", id, account).run(tx).await?;
    Ok(())
}
