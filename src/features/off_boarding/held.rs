//! Acts that were held because too many left at once: confirmed by a second administrator, or taken back (S142).

use super::{end_here, latest, name, tell};
use crate::{
    base::{
        error::{Refusal, Result},
        id::AccountId,
        words::NodeRole,
    },
    features::{accounts, rosters},
    sql,
    store::{
        Source, Tx,
        audit::Entry,
        tables::{Account, OffBoarding},
    },
};

/// Whether nobody but `account` administers this node: then their own word, by password again, must do.
pub async fn is_sole_administrator(from: &impl Source, account: AccountId) -> Result<bool> {
    let others: Option<i64> = sql!(
        "SELECT COUNT(*) FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.role >= {} AND u.approved = TRUE \
         AND u.off_boarded_at IS NULL AND u.disabled_at IS NULL AND a.suspended_at IS NULL AND a.gone_at IS NULL AND a.id <> {}",
        NodeRole::Admin,
        account,
    )
    .value(from)
    .await?;
    Ok(others.unwrap_or_default() == 0)
}

/// Confirms an act that was held: now the seats end here and elsewhere. By another administrator than the one who did it;
/// where there is none, by the same with `has_password`: the caller has just checked their password. One audit entry. Refused by
/// rank.
pub async fn confirm_held(tx: &Tx, act: &OffBoarding, by: &Account, has_password: bool) -> Result<()> {
    accounts::may_off_board(tx, Some(by), act.account_id).await?;
    if act.undone_at.is_some() || act.held_at.is_none() {
        return Err(Refusal::conflict("not_held", "There is nothing to confirm: this was not held, or was taken back.").into());
    }
    if act.confirmed_at.is_some() {
        return Ok(());
    }
    if act.by_id == Some(by.id) {
        if !is_sole_administrator(tx, by.id).await? {
            return Err(
                Refusal::forbidden("second_administrator", "Too many left at once: another administrator must confirm this.").into()
            );
        }
        if !has_password {
            return Err(Refusal::forbidden("password", "You are the only administrator: confirm with your password.").into());
        }
    }
    sql!("UPDATE off_boardings SET confirmed_by = {}, confirmed_at = {} WHERE id = {}", by.id, tx.now, act.id).run(tx).await?;
    let account = accounts::queries::by_id(tx, act.account_id).await?.ok_or_else(Refusal::not_found)?;
    end_here(tx, &account).await?;
    rosters::tell_all(tx, &hosts(tx, act).await?).await?;
    tx.audit(Entry { actor: by.acct(), act: "account.off_board_confirm", object: account.acct(), ..Entry::default() });
    Ok(())
}

/// Takes an act back that was held and not confirmed: the person logs in again, their seats are usable as before; sessions and
/// invitations that ended stay ended. One audit entry. Refused by rank; `by` as in [`Leaving`](super::Leaving).
pub async fn undo(tx: &Tx, act: &OffBoarding, by: Option<&Account>) -> Result<()> {
    accounts::may_off_board(tx, by, act.account_id).await?;
    if act.held_at.is_none() || act.confirmed_at.is_some() || act.undone_at.is_some() {
        return Err(Refusal::conflict("not_held", "This cannot be taken back: hire the person anew (account restore).").into());
    }
    if latest(tx, act.account_id).await?.is_some_and(|latest| latest.id != act.id) {
        return Err(Refusal::conflict("not_latest", "There is a later act about the same person.").into());
    }
    let hosts = hosts(tx, act).await?;
    sql!("UPDATE off_boardings SET undone_at = {} WHERE id = {}", tx.now, act.id).run(tx).await?;
    sql!("UPDATE off_boarding_seats SET next_attempt_at = NULL WHERE off_boarding_id = {}", act.id).run(tx).await?;
    sql!("UPDATE users SET off_boarded_at = NULL WHERE account_id = {}", act.account_id).run(tx).await?;
    let object = accounts::queries::by_id(tx, act.account_id).await?.map(|account| account.acct()).unwrap_or_default();
    tell(tx, hosts);
    tx.audit(Entry { actor: name(by), act: "account.off_board_undo", object, ..Entry::default() });
    Ok(())
}

async fn hosts(from: &impl Source, act: &OffBoarding) -> Result<Vec<String>> {
    sql!("SELECT DISTINCT host FROM off_boarding_seats WHERE off_boarding_id = {} ORDER BY host", act.id).column(from).await
}
