//! The worker: draws the consequences of events, soon after the act and as often as it takes.
//!
//! Up to a hundred events are one transaction: the consequences of an event are kept together with its being done, or not
//! at all. When one fails, all are drawn again, each on a savepoint. One that fails is tried again, once a second, five
//! times; then it is left, with its error, for the administrator. None ever holds up another.
//! Source: decisions.md 2, reliability.md B2, 8.

use super::{consequences::consequences, jobs};
use crate::{
    base::{error::Result, id::PostId},
    federation::Federation,
    store::{Store, Tx, event::Event, events, is_trouble, tables::EventRow},
};
use anyhow::Context;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Events in one transaction.
const AT_ONCE: u32 = 100;
/// How often an event is tried.
const ATTEMPTS_MAX: i64 = 5;
/// How often it looks without being rung for: acts of the command line ring no bell here.
const LOOK: Duration = Duration::from_secs(1);

/// Works until `shutdown`; what is left then is drawn after the next start.
pub async fn run(federation: Federation, shutdown: CancellationToken) {
    let store = federation.app.store.clone();
    let mut clock = interval(LOOK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        // What failed before is tried only when the clock says so, not whenever something else happens.
        let tries_again = tokio::select! {
            () = shutdown.cancelled() => return,
            () = store.bell.notified() => false,
            _ = clock.tick() => true,
        };
        if let Err(error) = round(&federation, tries_again).await {
            tracing::error!(%error, "the consequences of events could not be drawn; they are drawn again");
            tokio::time::sleep(LOOK).await;
            store.bell.notify_one();
        }
    }
}

/// Draws the consequences of every event there is, those of consequences too.
pub async fn round(federation: &Federation, tries_again: bool) -> Result<()> {
    let store = &federation.app.store;
    let number = store.rounds.start();
    let mut after = 0;
    loop {
        // Looked at with a reader first: an idle node writes nothing.
        let rows = events::waiting(store, (after, tries_again), AT_ONCE).await?;
        let Some(last) = rows.last().map(|row| row.id) else { break };
        let is_all = rows.len() < AT_ONCE as usize;
        let has_caused = draw(federation, store, rows).await?;
        if is_all && !has_caused {
            break;
        }
        after = last;
    }
    store.rounds.finish(number);
    Ok(())
}

/// One transaction: the consequences of `rows`; whether they caused events themselves.
async fn draw(federation: &Federation, store: &Store, rows: Vec<EventRow>) -> Result<bool> {
    let tx = store.begin().await?;
    if together(federation, &tx, &rows).await.is_ok() {
        return finish(tx, rows.iter().map(|row| row.id).collect()).await;
    }
    drop(tx);
    one_by_one(federation, store, &rows).await
}

/// Without savepoints, and posts by the dozen: fails when anything fails.
async fn together(federation: &Federation, tx: &Tx, rows: &[EventRow]) -> Result<()> {
    let mut published: Vec<PostId> = Vec::new();
    for row in rows {
        let event = read(row)?;
        if let Event::PostPublished { post } = event {
            published.push(post);
            continue;
        }
        jobs::publish(federation, tx, &std::mem::take(&mut published)).await?;
        follow(federation, tx, &event).await?;
    }
    jobs::publish(federation, tx, &published).await
}

/// Each event on a savepoint of its own.
async fn one_by_one(federation: &Federation, store: &Store, rows: &[EventRow]) -> Result<bool> {
    let tx = store.begin().await?;
    let mut done = Vec::with_capacity(rows.len());
    for row in rows {
        let act = tx.nest().await?;
        let drawn = async { follow(federation, &act, &read(row)?).await };
        match drawn.await {
            Ok(()) => {
                act.commit_into(&tx).await?;
                done.push(row.id);
            }
            // Says nothing about this event, and the transaction may be gone: the round is tried again.
            Err(error) if is_trouble(&error) => return Err(error),
            Err(error) => {
                drop(act);
                let is_last = row.attempts + 1 >= ATTEMPTS_MAX;
                tracing::error!(event = row.body, attempts = row.attempts + 1, is_last, ?error, "an event's consequences failed");
                metrics::counter!("intermoot_events_failed_total").increment(1);
                events::failed(&tx, row.id, (&error.to_string(), is_last)).await?;
            }
        }
    }
    finish(tx, done).await
}

async fn finish(tx: Tx, done: Vec<i64>) -> Result<bool> {
    events::done(&tx, &done).await?;
    let has_caused = tx.has_recorded();
    tx.commit().await?;
    metrics::counter!("intermoot_events_total").increment(done.len() as u64);
    Ok(has_caused)
}

fn read(row: &EventRow) -> Result<Event> {
    Ok(serde_json::from_str(&row.body).context("an event cannot be read")?)
}

async fn follow(federation: &Federation, act: &Tx, event: &Event) -> Result<()> {
    for job in consequences(event) {
        jobs::run(federation, act, (event, job)).await?;
    }
    Ok(())
}
