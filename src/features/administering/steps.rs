//! The first steps of a node that an owner skipped: kept as words, which the page of those steps knows.

use crate::{
    base::error::Result,
    store::{
        Source, Tx,
        audit::Entry,
        facts::{fact, keep_fact},
    },
};

/// The row of `facts` that names them.
const SKIPPED: &str = "start_skipped";

/// The steps that were skipped.
pub async fn skipped(from: &impl Source) -> Result<Vec<String>> {
    let kept = fact(from, SKIPPED).await?.unwrap_or_default();
    Ok(kept.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

/// Skips a step, or takes up again one that was. One entry in the audit log.
pub async fn skip(tx: &Tx, step: &str) -> Result<()> {
    let mut kept = skipped(tx).await?;
    let act = match kept.iter().position(|word| word == step) {
        Some(at) => {
            kept.remove(at);
            "start.take_up"
        }
        None => {
            kept.push(step.to_owned());
            "start.skip"
        }
    };
    keep_fact(tx, SKIPPED, &kept.join(" ")).await?;
    tx.audit(Entry::of(act, step));
    Ok(())
}
