//! The keeper: writes accepted activities to the inbox table, many in one transaction.
//!
//! While one commit is under way the next arrivals gather, so the cost of a commit is shared as soon as there is load,
//! and nobody waits when there is none. Invariant: an arrival is answered only after the commit that holds it.

use crate::store::{
    Store,
    inbox::{self, Arrival},
};
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, oneshot};

/// Most activities in one transaction.
const BATCH_MAX: usize = 256;
/// Most activities that wait for the keeper; beyond, senders wait for room.
const WAITING_MAX: usize = 1024;

/// The way to the keeper.
pub struct Keeper(mpsc::Sender<(Arrival, oneshot::Sender<bool>)>);

impl Keeper {
    /// Starts the keeper; it ends when this is dropped. Rings `arrived` after each commit.
    pub fn start(store: Store, arrived: Arc<Notify>) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        tokio::spawn(run(store, arrived, receiver));
        Self(sender)
    }

    /// Keeps one arrival; whether it is durably there (also when it was there before).
    pub async fn keep(&self, arrival: Arrival) -> bool {
        let (answer, kept) = oneshot::channel();
        self.0.send((arrival, answer)).await.is_ok() && kept.await.unwrap_or(false)
    }
}

async fn run(store: Store, arrived: Arc<Notify>, mut receiver: mpsc::Receiver<(Arrival, oneshot::Sender<bool>)>) {
    let mut batch = Vec::with_capacity(BATCH_MAX);
    while receiver.recv_many(&mut batch, BATCH_MAX).await > 0 {
        let (arrivals, answers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let count = arrivals.len();
        let outcome = commit(&store, arrivals).await;
        let is_kept = outcome.is_ok();
        match outcome {
            Ok(new) => {
                metrics::histogram!("intermoot_inbox_batch").record(count as f64);
                metrics::counter!("intermoot_inbox_repeated_total").increment(u64::try_from(count).unwrap_or(0).saturating_sub(new));
                metrics::gauge!("intermoot_inbox_waiting").increment(new as f64);
                arrived.notify_one();
            }
            Err(error) => tracing::error!(%error, count, "received activities could not be kept"),
        }
        for answer in answers {
            // whoever no longer waits needs no answer
            let _ = answer.send(is_kept);
        }
    }
}

async fn commit(store: &Store, arrivals: Vec<Arrival>) -> crate::base::error::Result<u64> {
    let tx = store.begin().await?;
    let new = inbox::keep(&tx, arrivals).await?;
    tx.commit().await?;
    Ok(new)
}
