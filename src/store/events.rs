//! The events table: what has happened and whose consequences are not yet drawn. For the worker alone.

use super::{Source, Tx, list, tables::EventRow};
use crate::{base::error::Result, sql};

/// Longest error that is kept, in characters.
const ERROR_CHARS_MAX: usize = 500;

/// Events after `after` in order, at most `limit`; those that failed before only if `tries_again`,
/// those given up never.
pub async fn waiting(from: &impl Source, (after, tries_again): (i64, bool), limit: u32) -> Result<Vec<EventRow>> {
    let most = if tries_again { i64::MAX } else { 0 };
    sql!(
        "SELECT id, body, attempts FROM events WHERE id > {} AND failed_at IS NULL AND attempts <= {} ORDER BY id LIMIT {}",
        after,
        most,
        i64::from(limit)
    )
    .all(from)
    .await
}

/// Their consequences are drawn.
pub async fn done(tx: &Tx, ids: &[i64]) -> Result<()> {
    if !ids.is_empty() {
        sql!("DELETE FROM events WHERE id IN {}", list(ids)).run(tx).await?;
    }
    Ok(())
}

/// Drawing the consequences of one failed with `error`; for good if `is_last`.
pub async fn failed(tx: &Tx, id: i64, (error, is_last): (&str, bool)) -> Result<()> {
    let error: String = error.chars().take(ERROR_CHARS_MAX).collect();
    let failed_at = is_last.then_some(tx.now);
    sql!("UPDATE events SET attempts = attempts + 1, error = {}, failed_at = {} WHERE id = {}", error, failed_at, id).run(tx).await?;
    Ok(())
}
