//! One transaction: many activities and their marks.
//!
//! Savepoints cost as much as some of the writes between them, so a batch is applied without at first; when something in it
//! fails, all of it is undone and applied again, each activity on its savepoint.

use super::{passing::pass_on, window::Item};
use crate::{
    base::error::{Error, Result},
    federation::{
        Federation,
        activities::{Findings, Scene},
        backfill,
        keep::Known,
    },
    store::{Tx, audit, inbox, is_trouble},
};
use std::{sync::Mutex, time::Duration};

/// Most tries.
const ATTEMPTS_MAX: i64 = 5;
/// The first wait after a fault; each next is four times as long.
const WAIT: Duration = Duration::from_secs(30);

/// What becomes of an activity that had no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It never will.
    Refused(String),
    /// It is tried again after this time.
    Later(Duration, String),
    /// It steps back for this time, so that others pass; that is no failed attempt.
    Wait(Duration),
}

impl Verdict {
    /// After a fault: later, or never when it was tried too often.
    pub fn after_fault(attempts: i64, sentence: String) -> Self {
        if attempts + 1 >= ATTEMPTS_MAX {
            return Self::Refused(format!("given up: {sentence}"));
        }
        Self::Later(WAIT * 4_u32.pow(u32::try_from(attempts).unwrap_or(0)), sentence)
    }
}

/// What is applied together.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// The door.
    pub federation: &'a Federation,
    /// The activities, in order.
    pub items: &'a [&'a Item],
    /// Everyone named in them whom we know.
    pub known: &'a Known,
}

/// Applies a batch and writes `verdicts`; the rows that are finished with. Nothing happened when it fails.
pub async fn apply(batch: Batch<'_>, verdicts: &[(i64, Verdict)]) -> Result<Vec<i64>> {
    match together(batch, verdicts).await? {
        Some(finished) => Ok(finished),
        None => one_by_one(batch, verdicts).await,
    }
}

/// Without savepoints; none, and nothing happened, when an activity fails.
async fn together(batch: Batch<'_>, verdicts: &[(i64, Verdict)]) -> Result<Option<Vec<i64>>> {
    let tx = batch.federation.app.store.begin().await?;
    let threads = Mutex::default();
    for item in batch.items {
        if receive(batch, &tx, item, &threads).await.is_err() {
            return Ok(None);
        }
    }
    let done = batch.items.iter().map(|item| item.id).collect();
    finish(batch.federation, tx, (done, verdicts), threads).await.map(Some)
}

/// Each activity on its savepoint.
async fn one_by_one(batch: Batch<'_>, verdicts: &[(i64, Verdict)]) -> Result<Vec<i64>> {
    let tx = batch.federation.app.store.begin().await?;
    let threads = Mutex::default();
    let mut done = Vec::with_capacity(batch.items.len());
    let mut others = verdicts.to_vec();
    for item in batch.items {
        let nested = tx.nest().await?;
        match receive(batch, &nested, item, &threads).await {
            Ok(()) => {
                nested.commit_into(&tx).await?;
                done.push(item.id);
            }
            Err(Error::Refused(refusal)) => others.push((item.id, Verdict::Refused(refusal.to_string()))),
            // says nothing about this activity, and the transaction may be gone: all of it is tried again
            Err(error) if is_trouble(&error) => return Err(error),
            Err(Error::Fault(fault)) => {
                tracing::warn!(activity = item.envelope.id, error = %format!("{fault:#}"), "an activity could not be applied");
                others.push((item.id, Verdict::after_fault(item.attempts, format!("{fault:#}"))));
            }
        }
    }
    finish(batch.federation, tx, (done, &others), threads).await
}

async fn receive(batch: Batch<'_>, tx: &Tx, item: &Item, threads: &Mutex<Vec<String>>) -> Result<()> {
    let nothing = Findings::default();
    let findings = item.findings.as_ref().unwrap_or(&nothing);
    let scene = Scene { federation: batch.federation, tx, known: batch.known, findings, through: None, threads };
    let before = tx.recorded();
    let via = format!(
        "inbox {}",
        crate::base::host::parse(&item.envelope.actor).and_then(|url| crate::base::host::authority(&url)).unwrap_or_default()
    );
    audit::through(via, item.deed.receive(scene, &item.envelope)).await?;
    // What changed nothing here is no news to a community's members either: nobody multiplies it under fresh ids.
    if tx.recorded() == before {
        return Ok(());
    }
    pass_on(batch.federation, tx, item, batch.known).await
}

/// Marks what was applied and what was not, and keeps all of it.
async fn finish(
    federation: &Federation,
    tx: Tx,
    (done, others): (Vec<i64>, &[(i64, Verdict)]),
    threads: Mutex<Vec<String>>,
) -> Result<Vec<i64>> {
    if !done.is_empty() {
        inbox::done(&tx, &done).await?;
    }
    for (id, verdict) in others {
        match verdict {
            Verdict::Refused(sentence) => inbox::refuse(&tx, *id, sentence).await?,
            Verdict::Wait(wait) => inbox::step_back(&tx, *id, tx.now.plus(*wait)).await?,
            Verdict::Later(wait, sentence) => inbox::put_off(&tx, *id, tx.now.plus(*wait), sentence).await?,
        }
    }
    let parents = threads.into_inner().unwrap_or_default();
    backfill::want_parents(federation, &tx, &parents).await?;
    tx.commit().await?;
    count(done.len(), others);
    if !parents.is_empty() {
        federation.missed.notify_one();
    }
    Ok(done.into_iter().chain(others.iter().map(|(id, _)| *id)).collect())
}

fn count(done: usize, others: &[(i64, Verdict)]) {
    let refused = others.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Refused(_))).count();
    for (outcome, number) in [("done", done), ("refused", refused), ("put_off", others.len() - refused)] {
        metrics::counter!("intermoot_inbox_processed_total", "outcome" => outcome).increment(number as u64);
    }
    metrics::gauge!("intermoot_inbox_waiting").decrement((done + refused) as f64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_tried_five_times_further_and_further_apart() {
        let mut last = Duration::ZERO;
        for attempts in 0..4 {
            let Verdict::Later(wait, _) = Verdict::after_fault(attempts, "away".into()) else { panic!() };
            assert!(wait > last);
            last = wait;
        }
        assert_eq!(Verdict::after_fault(4, "away".into()), Verdict::Refused("given up: away".into()));
    }
}
