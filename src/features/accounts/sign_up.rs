//! Signing up, by the page and by apps alike.
//!
//! Invariant: an address serves for something only once a mail to it was answered, or where the node sends none; so signing up
//! looks and lasts the same whether the address has an account or not (S54). Names are no secret: they are shown.

use super::{
    New, NewKeys, NewUser, create, enrol, invites,
    letters::{self, New as NewLetter},
    users::{address, enrol_unclaimed},
};
use crate::{
    base::{
        config::RegistrationMode,
        error::{Refusal, Result},
        id::AccountId,
        seal::Secret,
        sentence::{Sentence, said},
        text::limits::cut_chars,
        words::{AccountKind, LetterKind, NodeRole},
    },
    sql,
    store::{Tx, tables::Account},
};
use sea_orm::FromQueryResult;
use std::time::Duration;

/// How long the link that confirms an address works.
pub(super) const CONFIRM_LASTS: Duration = Duration::from_secs(2 * 86_400);
/// Most characters that are kept of why somebody wants an account.
const REASON_CHARS_MAX: usize = 1000;

/// How people come in, as the settings say.
#[derive(Clone, Copy, Debug)]
pub struct Door {
    /// Who may have an account.
    pub mode: RegistrationMode,
    /// The least standing of who may invite.
    pub inviting: NodeRole,
    /// Whether an address must be confirmed: where the node sends mail.
    pub confirms: bool,
}

impl Door {
    /// Whether invitations mean something: where not everybody comes in anyway, and somebody does.
    pub fn takes_invites(&self) -> bool {
        matches!(self.mode, RegistrationMode::Invite | RegistrationMode::Approval)
    }

    /// Refused where nobody signs up at all.
    pub fn refuse_closed(&self, has_invite: bool) -> Result<(), Refusal> {
        let sentence: Sentence = match self.mode {
            RegistrationMode::Open | RegistrationMode::Approval => return Ok(()),
            RegistrationMode::Invite if has_invite => return Ok(()),
            RegistrationMode::Invite => said!("One needs an invitation to have an account on this server"),
            RegistrationMode::Closed => said!("This server's administrator makes its accounts; one cannot sign up"),
        };
        Err(Refusal::forbidden("registration_closed", sentence))
    }
}

/// Somebody who signs up.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// Already validated by `base/text/names.rs`.
    pub username: String,
    /// As typed.
    pub email: String,
    /// argon2id PHC string.
    pub password_hash: String,
    /// Why they want an account; '' for nothing.
    pub reason: String,
    /// The code of their invitation; '' for none.
    pub invite: String,
    /// Whether an administrator must approve them whatever the settings say.
    pub must_wait: bool,
    /// Their keys.
    pub keys: NewKeys,
}

/// Makes the account of somebody who signs up. It may be used once its address is confirmed and, in mode `approval` without
/// an invitation, an administrator has approved it.
///
/// Refused where nobody signs up, for a name that is taken, an address that is none, and an invitation that is over.
pub async fn sign_up(tx: &Tx, new: Newcomer, door: &Door, node: &Secret) -> Result<Account> {
    door.refuse_closed(!new.invite.is_empty())?;
    let invited_by = match door.takes_invites() && !new.invite.is_empty() {
        true => Some(invites::use_up(tx, &new.invite, door.inviting).await?),
        false => None,
    };
    let email = address(&new.email)?;
    let made = New { username: new.username, kind: AccountKind::Person, display_name: String::new(), locked: false, keys: new.keys };
    let account = create(tx, made).await?;
    let approved = !new.must_wait && (door.mode != RegistrationMode::Approval || invited_by.is_some());
    let user = NewUser { email: email.clone(), password_hash: new.password_hash, role: NodeRole::Member, approved };
    let holder = holder(tx, &email).await?;
    match door.confirms || holder.is_some() {
        true => enrol_unclaimed(tx, account.id, user).await?,
        false => enrol(tx, account.id, user).await?,
    }
    let reason = cut_chars(new.reason.trim(), REASON_CHARS_MAX);
    let text = "UPDATE users SET unconfirmed = {}, sign_up_reason = {}, invited_by = {} WHERE account_id = {}";
    sql!(text, door.confirms, reason, invited_by, account.id).run(tx).await?;
    if door.confirms {
        ask_to_confirm(tx, &account, &email, node).await?;
    }
    Ok(account)
}

/// Sends who signed up the link that confirms their address; or tells who holds that address already that somebody did. False
/// when the address has had its mails of the day.
pub(super) async fn ask_to_confirm(tx: &Tx, account: &Account, email: &str, node: &Secret) -> Result<bool> {
    ask_at(tx, (account, LetterKind::Confirm), email, node).await
}

/// Sends a link of this kind to an address that `account` is to have, or tells its holder. Both letters have a link's secret, so
/// that both are the same work; that of the holder opens nothing.
pub(super) async fn ask_at(tx: &Tx, (account, kind): (&Account, LetterKind), email: &str, node: &Secret) -> Result<bool> {
    let holder = holder(tx, email).await?.filter(|holder| holder.account_id != account.id);
    let new = match &holder {
        // to the address as it is kept: what was typed may look like it only in small letters, and be somebody else's
        Some(Holder { account_id, username, email }) => {
            NewLetter { kind: LetterKind::Known, account: *account_id, name: username, email, detail: "" }
        }
        None => NewLetter { kind, account: account.id, name: &account.username, email, detail: "" },
    };
    letters::send_link(tx, new, CONFIRM_LASTS, node).await
}

/// Who has an address.
#[derive(FromQueryResult)]
pub(super) struct Holder {
    pub(super) account_id: AccountId,
    username: String,
    email: String,
}

/// Who of this node has this address.
pub(super) async fn holder(tx: &Tx, email: &str) -> Result<Option<Holder>> {
    let text = "SELECT u.account_id, a.username, u.email FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.email_key = {}";
    sql!(text, email.to_lowercase()).one(tx).await
}
