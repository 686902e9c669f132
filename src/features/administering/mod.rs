//! What administrators and moderators of this node do about accounts, here and elsewhere: one act each, for every door.
//!
//! Who may is one rule (`policy/administration.rs`): nobody acts on their equal. Each act leaves one entry in the audit log;
//! somebody of ours is told of it as Mastodon's apps know it (a warning). What is limited is read live, see
//! `accounts/limits.rs`. Communities, this node and its organisation are no accounts of this room.

pub mod blocks;
pub mod figures;
pub mod listing;
pub mod newcomers;
pub mod people;
pub mod steps;
mod warnings;

pub use warnings::{find as warning, of as warnings_of};

use super::{
    accounts::{self, limits},
    invitations,
    moderation::reports,
    sessions,
};
use crate::{
    base::{
        error::{Refusal, Result},
        id::{AccountId, ReportId},
        sentence::said,
        text::limits::REASON_CHARS_MAX,
        words::{AccountKind, Sanction},
    },
    policy::administration::may_act_on,
    store::{Source, Tx, audit::Entry, tables::Account},
};
use serde_json::json;

/// What is done about an account.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// What.
    pub sanction: Sanction,
    /// Why, in words for the person.
    pub reason: &'a str,
    /// The report that this settles.
    pub report: Option<ReportId>,
}

/// The account with this id, where it is one that administrators act on: a person here who can log in, or somebody elsewhere.
/// Not found for all else.
pub async fn account(from: &impl Source, id: AccountId) -> Result<Account> {
    let found = accounts::queries::by_id(from, id).await?.filter(|account| account.gone_at.is_none());
    let found = found.filter(|account| matches!(account.kind, AccountKind::Person | AccountKind::Service));
    let account = found.ok_or_else(Refusal::not_found)?;
    if account.is_local() && accounts::queries::user(from, account.id).await?.is_none() {
        return Err(Refusal::not_found().into());
    }
    Ok(account)
}

/// Refuses unless `by` may act on `target`.
async fn may(tx: &Tx, by: &Account, target: &Account) -> Result<()> {
    let standing =
        async |account: &Account| Ok::<_, crate::base::error::Error>(accounts::queries::user(tx, account.id).await?.map(|user| user.role));
    let actor = standing(by).await?.ok_or_else(Refusal::not_found)?;
    Ok(may_act_on(actor, standing(target).await?)?)
}

/// Does something about an account, tells its owner, and closes the report that led to it. Afterwards forget bearers
/// (`app.bearers.forget_all()`). Records `Warned` for somebody of ours, and what closing a report records. One entry in the
/// audit log (and that of the report); for what stands already over one of ours that they were told again. Refused by rank, for the last owner, for a report
/// that is about somebody else or not `by`'s to judge, and for what makes no sense of somebody elsewhere.
pub async fn act(tx: &Tx, by: &Account, target: &Account, act: Act<'_>) -> Result<()> {
    may(tx, by, target).await?;
    if act.reason.chars().nth(REASON_CHARS_MAX).is_some() {
        return Err(Refusal::invalid("text", said!("must not be longer than {max} characters", max = REASON_CHARS_MAX)).into());
    }
    if !target.is_local() && matches!(act.sanction, Sanction::Warn | Sanction::Disable) {
        return Err(Refusal::invalid("type", "is for people of this node alone").into());
    }
    let is_new = impose(tx, target, act.sanction).await?;
    if target.is_local() {
        if !is_new {
            // a warning, or one more word about what stands already
            tx.audit(Entry::of("account.warn", target.acct()).with(json!({ "report": act.report })));
        }
        warnings::tell(tx, (by, target), act).await?;
    }
    match act.report {
        Some(report) => settle(tx, by, target, report).await,
        None => Ok(()),
    }
}

/// Sets what is to stand over an account: whether it did not stand already, with an entry in the audit log then.
async fn impose(tx: &Tx, target: &Account, sanction: Sanction) -> Result<bool> {
    match sanction {
        Sanction::Warn => Ok(false),
        Sanction::Suspend if target.suspended_at.is_some() => Ok(false),
        Sanction::Suspend => suspend(tx, target).await.map(|()| true),
        Sanction::Disable if limits::set(tx, target, sanction).await? => sessions::end_all(tx, target.id).await.map(|()| true),
        Sanction::Disable => Ok(false),
        Sanction::Sensitive | Sanction::Silence => limits::set(tx, target, sanction).await,
    }
}

/// Closes the report that an act settles.
async fn settle(tx: &Tx, by: &Account, target: &Account, report: ReportId) -> Result<()> {
    let found = reports::queries::find(tx, report).await?.filter(|found| found.target_id == target.id);
    found.ok_or_else(Refusal::not_found)?;
    reports::resolve(tx, by, report, "").await.map(drop)
}

/// Suspends an account, here or elsewhere; sessions, tokens and guests of somebody here end. One entry in the audit log.
/// Afterwards forget bearers. Refused for the last owner.
pub async fn suspend(tx: &Tx, target: &Account) -> Result<()> {
    accounts::suspend(tx, target.id).await?;
    invitations::end_guests_of(tx, target.id).await?;
    sessions::end_all(tx, target.id).await
}

/// Deletes an account of ours with everything in it; its sessions and guests end. One entry in the audit log. Records
/// `AccountDeleted`. Afterwards forget bearers. Refused for the last owner.
pub async fn delete(tx: &Tx, target: &Account) -> Result<()> {
    accounts::delete(tx, target).await?;
    invitations::end_guests_of(tx, target.id).await?;
    sessions::end_all(tx, target.id).await
}

/// Lifts what stands over an account: whether anything did. One entry in the audit log then. Refused by rank.
pub async fn lift(tx: &Tx, by: &Account, target: &Account, sanction: Sanction) -> Result<bool> {
    may(tx, by, target).await?;
    if sanction != Sanction::Suspend {
        return limits::lift(tx, target, sanction).await;
    }
    let was_suspended = target.suspended_at.is_some();
    if was_suspended {
        accounts::restore(tx, target.id).await?;
    }
    Ok(was_suspended)
}

/// Deletes an account on behalf of `by`. Refused by rank, and for one that is neither suspended here nor waiting: an act that
/// cannot be taken back wants one that can before it.
pub async fn end(tx: &Tx, by: &Account, target: &Account) -> Result<()> {
    may(tx, by, target).await?;
    if !target.is_local() {
        return Err(Refusal::invalid("id", "is somebody elsewhere: suspend them instead").into());
    }
    let is_waiting = accounts::queries::user(tx, target.id).await?.is_some_and(|user| !user.approved);
    if target.suspended_at.is_none() && !is_waiting {
        return Err(Refusal::forbidden("not_suspended", "Suspend this account before you delete it.").into());
    }
    delete(tx, target).await
}

/// Somebody who waits for approval is let in. Afterwards forget bearers. Refused for whoever does not wait.
pub async fn approve(tx: &Tx, by: &Account, target: &Account) -> Result<()> {
    must_wait(tx, by, target).await?;
    accounts::approve(tx, &by.username, target).await
}

/// Somebody who waits for approval is refused, and their account goes. Afterwards forget bearers. Refused for whoever does not
/// wait.
pub async fn reject(tx: &Tx, by: &Account, target: &Account) -> Result<()> {
    must_wait(tx, by, target).await?;
    accounts::reject(tx, &by.username, target).await
}

/// Refused by rank, and for whoever does not wait.
async fn must_wait(tx: &Tx, by: &Account, target: &Account) -> Result<()> {
    may(tx, by, target).await?;
    if accounts::queries::user(tx, target.id).await?.is_none_or(|user| user.approved) {
        return Err(Refusal::forbidden("not_pending", "This account does not wait for approval.").into());
    }
    Ok(())
}
