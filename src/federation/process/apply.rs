//! One transaction: many activities, each on its savepoint, and their marks.

use super::{errand, passing::pass_on, window::Item};
use crate::{
    base::error::{Error, Result},
    federation::{
        Federation,
        activities::{Findings, Scene},
        keep::Known,
    },
    store::{Tx, inbox},
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

/// Applies `items` and writes `verdicts`; the rows that are finished with. Nothing happened when it fails.
pub async fn apply(federation: &Federation, items: &[&Item], known: &Known, verdicts: &[(i64, Verdict)]) -> Result<Vec<i64>> {
    let tx = federation.app.store.begin().await?;
    let threads = Mutex::new(Vec::new());
    let mut done = Vec::with_capacity(items.len());
    let mut others = verdicts.to_vec();
    for item in items {
        match apply_one(federation, &tx, item, (known, &threads)).await {
            Ok(()) => done.push(item.id),
            Err(Error::Refused(refusal)) => others.push((item.id, Verdict::Refused(refusal.sentence))),
            Err(Error::Fault(fault)) => {
                tracing::warn!(activity = item.envelope.id, error = %format!("{fault:#}"), "an activity could not be applied");
                others.push((item.id, Verdict::after_fault(item.attempts, format!("{fault:#}"))));
            }
        }
    }
    if !done.is_empty() {
        inbox::done(&tx, &done).await?;
    }
    for (id, verdict) in &others {
        match verdict {
            Verdict::Refused(sentence) => inbox::refuse(&tx, *id, sentence).await?,
            Verdict::Wait(wait) => inbox::step_back(&tx, *id, tx.now.plus(*wait)).await?,
            Verdict::Later(wait, sentence) => inbox::put_off(&tx, *id, tx.now.plus(*wait), sentence).await?,
        }
    }
    tx.commit().await?;
    count(done.len(), &others);
    errand::follow_threads(federation, threads.into_inner().unwrap_or_default());
    Ok(done.into_iter().chain(others.into_iter().map(|(id, _)| id)).collect())
}

async fn apply_one(federation: &Federation, tx: &Tx, item: &Item, (known, threads): (&Known, &Mutex<Vec<String>>)) -> Result<()> {
    let nothing = Findings::default();
    let findings = item.findings.as_ref().unwrap_or(&nothing);
    let nested = tx.nest().await?;
    let scene = Scene { federation, tx: &nested, known, findings, threads };
    item.deed.receive(scene, &item.envelope).await?;
    // a vote that changed nothing here is no news to a community's members either: nobody multiplies it
    if nested.has_events() || !item.deed.is_vote() {
        pass_on(federation, &nested, item, known).await?;
    }
    nested.commit_into(tx).await
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
