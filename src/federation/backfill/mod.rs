//! What was missed is fetched in the background: the history of a community on first join, the answers of a thread that
//! somebody opens, what a post answers (FEP-f228); and the stamps of quotes are looked at (FEP-044f).
//!
//! What is due is a row (`features/backfills`); one step reads one page, and what it found is kept in one transaction with how
//! far it got, so that a restart goes on there. Bounded in pages, posts, bytes and time, four of a kind at a time and two for a host
//! (S67 to S69). Nobody is notified of what comes so, and its own time places it.

mod collection;
mod community;
mod parents;
mod stamps;
mod taking;
mod thread;
mod wanting;

pub use wanting::{opened, want_history, want_parents, want_thread};

use super::{Federation, fetch::Failure};
use crate::{
    base::{config::FederationMode, error::Result, words::Missing},
    features::{
        backfills::{self, Progress},
        posts, recovery,
    },
    store::{
        Source,
        tables::{Backfill, Post},
    },
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use taking::Taken;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often it looks without being rung for.
const TICK: Duration = Duration::from_secs(1);
/// Rows of a kind looked at in one round.
const LOOKED_AT: u32 = 16;
/// Steps of a kind under way at a time: what strangers cause holds up nothing that our people wait for.
const AT_ONCE: usize = 4;
/// Steps under way for one host.
const AT_ONCE_PER_HOST: usize = 2;
/// Most pages read for one thing.
const PAGES_MAX: i64 = 30;
/// Most posts of a thread that are taken or tried.
const THREAD_POSTS_MAX: i64 = 100;
/// Tries of one step that failed, before it is given up.
const ATTEMPTS_MAX: i64 = 8;
/// Tries of a page of which some could not be had now.
const PAGE_ATTEMPTS_MAX: i64 = 3;
/// What one step came to.
#[derive(Debug, Default)]
struct Found {
    /// What is to be kept, what is answered before its answers where that is known.
    posts: Vec<Taken>,
    /// What is left, and how many posts were taken or tried.
    progress: Progress,
    /// Why a part of it is to be tried again.
    again: Option<String>,
}

/// Steps that are under way: the row, what is missing, and its host.
#[derive(Default)]
pub struct UnderWay(Mutex<Vec<(i64, Missing, String)>>);

impl UnderWay {
    fn begin(self: &Arc<Self>, row: &Backfill) -> Option<Guard> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_kind = all.iter().filter(|(_, kind, _)| *kind == row.kind).count();
        let of_host = all.iter().filter(|(_, _, host)| *host == row.host).count();
        if of_kind >= AT_ONCE || of_host >= AT_ONCE_PER_HOST || all.iter().any(|(id, ..)| *id == row.id) {
            return None;
        }
        all.push((row.id, row.kind, row.host.clone()));
        Some(Guard(Arc::clone(self), row.id))
    }

    /// The hosts of which enough is asked already.
    fn busy(&self) -> Vec<String> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_busy = |host: &&String| all.iter().filter(|(_, _, other)| other == *host).count() >= AT_ONCE_PER_HOST;
        all.iter().map(|(_, _, host)| host).filter(is_busy).cloned().collect()
    }
}

/// Holds the place of a step until it ends, however that happens.
struct Guard(Arc<UnderWay>, i64);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(id, ..)| *id != self.1);
    }
}

/// Works until `shutdown`; what is under way then is begun again after the next start.
pub async fn run(federation: Federation, shutdown: CancellationToken) {
    let mut clock = interval(TICK);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = federation.missed.notified() => {}
            _ = clock.tick() => {}
        }
        if let Err(error) = begin_due(&federation, &shutdown).await {
            tracing::error!(%error, "what was missed could not be looked at; it comes again");
        }
    }
}

/// Begins what is due, as far as there is room.
async fn begin_due(federation: &Federation, shutdown: &CancellationToken) -> Result<()> {
    let store = &federation.app.store;
    if federation.app.federation_mode(store).await? == FederationMode::Off {
        return Ok(());
    }
    let (mut due, busy) = (Vec::new(), federation.filling.busy());
    for kind in Missing::ALL {
        due.extend(backfills::due(store, *kind, &busy, LOOKED_AT).await?);
    }
    if due.is_empty() || recovery::reason(store).await?.is_some() {
        return Ok(());
    }
    for row in due {
        let Some(guard) = federation.filling.begin(&row) else { continue };
        let (federation, shutdown) = (federation.clone(), shutdown.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = shutdown.cancelled() => return,
                worked = work(&federation, &row) => {
                    if let Err(error) = worked {
                        tracing::error!(%error, subject = row.subject, "what was missed could not be kept; it is tried again");
                        tokio::time::sleep(TICK).await;
                    }
                }
            }
            drop(guard);
            federation.missed.notify_one();
        });
    }
    Ok(())
}

/// Does everything that is due now, one after the other: for tests.
#[cfg(test)]
pub async fn drain(federation: &Federation) -> Result<()> {
    for kind in Missing::ALL {
        while let Some(row) = backfills::due(&federation.app.store, *kind, &[], 1).await?.first() {
            work(federation, row).await?;
        }
    }
    Ok(())
}

/// One step of one thing.
async fn work(federation: &Federation, row: &Backfill) -> Result<()> {
    let store = &federation.app.store;
    if row.attempts >= ATTEMPTS_MAX {
        let tx = store.begin().await?;
        backfills::finish(&tx, row.id, 0).await?;
        return tx.commit().await;
    }
    let tx = store.begin().await?;
    backfills::begin(&tx, row.id).await?;
    tx.commit().await?;
    let outcome = match row.kind {
        Missing::History => community::step(federation, row).await,
        Missing::Thread => thread::step(federation, row).await,
        Missing::Parents => parents::step(federation, row).await,
        Missing::Stamp => stamps::step(federation, row).await,
    };
    match outcome {
        Ok(found) => keep(federation, row, found).await,
        Err(Failure::Passing(sentence)) => put_off(federation, row, &sentence).await,
        Err(failure) => {
            tracing::debug!(%failure, subject = row.subject, kind = row.kind.word(), "what was missed cannot be had");
            keep(federation, row, Found::default()).await
        }
    }
}

/// Keeps what a step found and how far it got, in one act.
async fn keep(federation: &Federation, row: &Backfill, found: Found) -> Result<()> {
    let tx = federation.app.store.begin().await?;
    let kept = taking::keep(federation, &tx, &found.posts).await?;
    match &found.again {
        Some(sentence) if row.attempts + 1 < PAGE_ATTEMPTS_MAX => {
            tracing::debug!(sentence, subject = row.subject, "some of what was missed is tried again");
            backfills::put_off(&tx, row.id, tx.now.plus(pause(federation, row.attempts))).await?;
        }
        _ => backfills::advance(&tx, row.id, &bounded(federation, row, found.progress)).await?,
    }
    tx.commit().await?;
    metrics::counter!("intermoot_backfilled_posts_total", "kind" => row.kind.word()).increment(kept);
    Ok(())
}

/// The progress of a step; nothing is left when a bound is reached.
fn bounded(federation: &Federation, row: &Backfill, progress: Progress) -> Progress {
    let most = match row.kind {
        Missing::History => i64::from(federation.app.config.federation.history_posts),
        Missing::Thread | Missing::Parents | Missing::Stamp => THREAD_POSTS_MAX,
    };
    let is_over = row.pages + 1 >= PAGES_MAX || row.posts + progress.posts >= most;
    Progress { rest: if is_over { Vec::new() } else { progress.rest }, ..progress }
}

async fn put_off(federation: &Federation, row: &Backfill, sentence: &str) -> Result<()> {
    tracing::debug!(sentence, subject = row.subject, kind = row.kind.word(), "what was missed cannot be had now");
    let tx = federation.app.store.begin().await?;
    backfills::put_off(&tx, row.id, tx.now.plus(pause(federation, row.attempts))).await?;
    tx.commit().await
}

/// How long is waited after a try that failed: the retry unit at first, then twice as long each time.
fn pause(federation: &Federation, attempts: i64) -> Duration {
    let unit = Duration::from_millis(federation.app.config.federation.retry_unit_milliseconds.into());
    unit * 2_u32.pow(u32::try_from(attempts.clamp(0, 10)).unwrap_or(0))
}

/// The addresses still to be read for a row.
fn rest_of(row: &Backfill) -> Vec<String> {
    serde_json::from_str(&row.rest).unwrap_or_default()
}

/// A post by its id as stored, if it is there for somebody.
async fn standing(from: &impl Source, uri: &str) -> Result<Option<Post>> {
    let found = posts::queries::by_uri(from, uri).await?;
    Ok(found.filter(|post| post.boost_of_id.is_none() && post.deleted_at.is_none()))
}
