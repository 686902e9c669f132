//! What people are told of what was done about their accounts.

use super::Act;
use crate::{
    base::{error::Result, id::AccountId},
    features::mod_log::kept,
    sql,
    store::{
        Insert, Source, Tx,
        event::Event,
        list,
        tables::{Account, Warning},
    },
};

/// Tells `target`, one of ours, what `by` did. Records `Warned`.
pub(super) async fn tell(tx: &Tx, (by, target): (&Account, &Account), act: Act<'_>) -> Result<()> {
    let id = tx.id();
    Insert::into("warnings")
        .set("id", id)
        .set("account_id", target.id)
        .set("by_id", by.id)
        .set("act", act.sanction)
        .set("report_id", act.report)
        .set("reason", kept(act.reason))
        .set("created_at", tx.now)
        .run(tx)
        .await?;
    tx.record(Event::Warned { warning: id });
    Ok(())
}

/// What `account` was told under these ids, in no order.
pub async fn of(from: &impl Source, account: AccountId, ids: &[i64]) -> Result<Vec<Warning>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    sql!("SELECT * FROM warnings WHERE account_id = {} AND id IN {}", account, list(ids)).all(from).await
}

/// The warning with this id, if there is one.
pub async fn find(from: &impl Source, id: i64) -> Result<Option<Warning>> {
    sql!("SELECT * FROM warnings WHERE id = {}", id).one(from).await
}
