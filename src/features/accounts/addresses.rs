//! E-mail addresses: confirmed by a link, changed by one, confirmed by an administrator's word.

use super::{
    letters::{self, New},
    note, queries,
    sign_up::{ask_at, ask_to_confirm, holder},
    users::address,
};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        seal::Secret,
        words::LetterKind,
    },
    sql,
    store::{
        Source, Tx,
        tables::{Account, Letter},
    },
};
use serde_json::Value;

/// The letter behind a link that confirms an address, if it still works: for the page that asks. It is not used up.
pub async fn opened(from: &impl Source, clear: &str) -> Result<Option<Letter>> {
    match letters::open(from, LetterKind::Confirm, clear).await? {
        Some(letter) => Ok(Some(letter)),
        None => letters::open(from, LetterKind::Change, clear).await,
    }
}

/// Whoever holds the link has shown that the address is theirs: it is that of the account from now on. Returns the account.
/// Refused when the link does not work (any more), or the address was confirmed for another account meanwhile.
pub async fn confirm(tx: &Tx, clear: &str) -> Result<AccountId> {
    let found = opened(tx, clear).await?.ok_or_else(letters::over)?;
    let letter = letters::claim(tx, found.kind, clear).await?;
    let user = queries::user(tx, letter.account_id).await?.ok_or_else(letters::over)?;
    if holder(tx, &letter.email).await?.is_some_and(|holder| holder.account_id != letter.account_id) {
        let sentence = "This address belongs to another account of this node by now. Log in there, or ask for a new password.";
        return Err(Refusal::conflict("email_taken", sentence).into());
    }
    claim_address(tx, letter.account_id, &letter.email).await?;
    letters::void(tx, letter.account_id, &[LetterKind::Confirm, LetterKind::Change, LetterKind::Reset]).await?;
    if letter.kind == LetterKind::Change {
        note(tx, "account.email", letter.account_id, Value::Null).await?;
        if !user.unconfirmed {
            let told = New { kind: LetterKind::Changed, account: letter.account_id, name: &letter.name, email: &user.email, detail: "" };
            letters::tell(tx, told).await?;
        }
    }
    Ok(letter.account_id)
}

async fn claim_address(tx: &Tx, account: AccountId, email: &str) -> Result<()> {
    let text = "UPDATE users SET email = {}, email_key = {}, unconfirmed = FALSE WHERE account_id = {}";
    sql!(text, email, email.to_lowercase(), account).run(tx).await?;
    Ok(())
}

/// Sends the link that confirms the address of who signed up once more, to `email` if they mistyped it before. Refused when
/// nothing is to be confirmed, the address is none, or has had its mails of the day.
pub async fn confirm_again(tx: &Tx, account: &Account, email: Option<&str>, node: &Secret) -> Result<()> {
    let user = queries::user(tx, account.id).await?.filter(|user| user.unconfirmed);
    let user =
        user.ok_or_else(|| Refusal::forbidden("confirmed", "This method is only available while the e-mail is awaiting confirmation"))?;
    let email = match email.map(str::trim).filter(|email| !email.is_empty()) {
        Some(typed) => address(typed)?,
        None => user.email.clone(),
    };
    if email != user.email {
        sql!("UPDATE users SET email = {} WHERE account_id = {}", email.clone(), account.id).run(tx).await?;
    }
    letters::void(tx, account.id, &[LetterKind::Confirm]).await?;
    if ask_to_confirm(tx, account, &email, node).await? { Ok(()) } else { Err(too_many().into()) }
}

/// Asks for another address: it counts once the link that is sent there was opened. Whether the address has an account is not
/// told: its holder is (S54). Refused when it is none, or has had its mails of the day.
pub async fn ask_for_address(tx: &Tx, account: &Account, email: &str, node: &Secret) -> Result<()> {
    let email = address(email)?;
    letters::void(tx, account.id, &[LetterKind::Change]).await?;
    if ask_at(tx, (account, LetterKind::Change), &email, node).await? { Ok(()) } else { Err(too_many().into()) }
}

fn too_many() -> Refusal {
    Refusal::too_many("This address has had as many mails today as one address gets; try again tomorrow.")
}

/// An administrator confirms the address of who signed up: for whom the mail did not reach. Refused when nothing is to be
/// confirmed, or another account has the address. Makes one entry in the audit log.
pub async fn confirm_by_hand(tx: &Tx, account: &Account) -> Result<()> {
    let user = queries::user(tx, account.id).await?.filter(|user| user.unconfirmed);
    let user = user.ok_or_else(|| Refusal::conflict("confirmed", "There is nothing to confirm: the address is confirmed already."))?;
    if holder(tx, &user.email).await?.is_some() {
        return Err(Refusal::conflict("email_taken", "Another account of this node has this address.").into());
    }
    claim_address(tx, account.id, &user.email).await?;
    letters::void(tx, account.id, &[LetterKind::Confirm]).await?;
    note(tx, "account.confirm", account.id, Value::Null).await
}
