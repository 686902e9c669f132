//! Who waits for an administrator's yes, and what becomes of them. For the command line and the API of administrators alike.

use super::{
    ending,
    letters::{self, New},
    queries,
};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        words::LetterKind,
    },
    sql,
    store::{
        Source, Tx,
        audit::Entry,
        tables::{Account, User},
    },
};
use std::time::Duration;

/// How long an account waits for its address to be confirmed before it is forgotten.
const UNCONFIRMED_KEPT: Duration = Duration::from_secs(7 * 86_400);

/// Who signed up and waits to be approved, the longest waiting first, at most `limit`, with what they said
/// ([`User::sign_up_reason`]) and whether their address is confirmed.
pub async fn waiting(from: &impl Source, limit: u32) -> Result<Vec<(Account, User)>> {
    let text = "SELECT * FROM users WHERE approved = FALSE AND off_boarded_at IS NULL ORDER BY created_at, account_id LIMIT {}";
    let users: Vec<User> = sql!(text, i64::from(limit)).all(from).await?;
    let ids: Vec<AccountId> = users.iter().map(|user| user.account_id).collect();
    let accounts = queries::by_ids(from, &ids).await?;
    let pair = |user: User| accounts.iter().find(|account| account.id == user.account_id).map(|account| (account.clone(), user.clone()));
    Ok(users.into_iter().filter_map(pair).collect())
}

/// Approves the account of somebody who signed up: they may use it (once their address is confirmed), and a mail tells them.
///
/// `by` is who decides, as the audit log names them: a user name, or `command line`. Refused (409) when the account does not
/// wait. Makes one entry in the audit log. Afterwards, outside the transaction: `app.bearers.forget_all()`.
pub async fn approve(tx: &Tx, by: &str, account: &Account) -> Result<()> {
    let user = pending(tx, account).await?;
    sql!("UPDATE users SET approved = TRUE WHERE account_id = {}", account.id).run(tx).await?;
    tx.audit(Entry { actor: by.to_owned(), ..Entry::of("account.approve", account.acct()) });
    tell(tx, account, &user, LetterKind::Approved).await
}

/// Refuses the account of somebody who signed up: it is gone as if it had never been, its name is free again, and a mail tells
/// them. Its tokens end with it.
///
/// `by` as for [`approve`]; refused (409) when the account does not wait. Makes one entry in the audit log. Afterwards, outside
/// the transaction: `app.bearers.forget_all()`.
pub async fn reject(tx: &Tx, by: &str, account: &Account) -> Result<()> {
    let user = pending(tx, account).await?;
    ending::erase(tx, account.id).await?;
    tx.audit(Entry { actor: by.to_owned(), ..Entry::of("account.reject", account.acct()) });
    tell(tx, account, &user, LetterKind::Rejected).await
}

async fn pending(tx: &Tx, account: &Account) -> Result<User> {
    let user = queries::user(tx, account.id).await?.ok_or_else(Refusal::not_found)?;
    if user.approved {
        return Err(Refusal::conflict("not_pending", "This account does not wait to be approved.").into());
    }
    Ok(user)
}

/// Only to an address that was confirmed, or where none is asked to be: strangers' addresses get no mail of ours (S93).
async fn tell(tx: &Tx, account: &Account, user: &User, kind: LetterKind) -> Result<()> {
    if user.unconfirmed {
        return Ok(());
    }
    letters::tell(tx, New { kind, account: account.id, name: &account.username, email: &user.email, detail: "" }).await
}

/// Forgets accounts whose address nobody has confirmed for a week, at most `limit`; their names are free again. For
/// housekeeping alone. How many went.
pub async fn forget_unconfirmed(tx: &Tx, limit: u32) -> Result<u64> {
    let text = "SELECT account_id FROM users WHERE unconfirmed = TRUE AND created_at < {} ORDER BY created_at LIMIT {}";
    let old: Vec<AccountId> = sql!(text, tx.now.minus(UNCONFIRMED_KEPT), i64::from(limit)).column(tx).await?;
    for account in &old {
        ending::erase(tx, *account).await?;
    }
    Ok(old.len().try_into().unwrap_or(u64::MAX))
}
