//! The events table: what has happened and whose consequences are not yet drawn. For the worker alone.

use super::{ROWS, Source, Sql, Tx, event::Event, list, tables::EventRow};
use crate::{base::error::Result, sql};
use sea_orm::Value;
use std::fmt::Write;

/// Longest error that is kept, in characters.
const ERROR_CHARS_MAX: usize = 500;

/// Keeps `events` in order, as part of the act that caused them.
pub(super) async fn keep(tx: &Tx, events: &[Event]) -> Result<()> {
    let mut rest = events;
    for size in ROWS {
        while let Some((some, others)) = rest.split_at_checked(size) {
            insert(tx, some).await?;
            rest = others;
        }
    }
    Ok(())
}

async fn insert(tx: &Tx, events: &[Event]) -> Result<()> {
    let mut text = "INSERT INTO events (id, body) VALUES ".to_owned();
    let mut values: Vec<Value> = Vec::with_capacity(events.len() * 2);
    for event in events {
        let (comma, n) = (if values.is_empty() { "" } else { ", " }, values.len());
        // writing to a String cannot fail
        let _ = write!(text, "{comma}(${}, ${})", n + 1, n + 2);
        values.extend([tx.id().into(), serde_json::to_string(event).map_err(anyhow::Error::from)?.into()]);
    }
    Sql::numbered(text, values).run(tx).await?;
    Ok(())
}

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
