//! Closes a minute of what the node did, for the plots of administrators (`app/samples.rs`): with what waits at its end.

use crate::{
    app::{App, samples::Waiting},
    base::{error::Result, page::Page},
    features::{
        deliveries::waiting,
        peers::{self, Kind},
    },
    store::inbox,
};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A minute.
const EVERY: Duration = Duration::from_secs(60);
/// Hosts of each sort whose queue is looked at: those that fail, and those met last.
const PEERS: u32 = 20;

/// Closes minutes until `end`.
pub async fn run(app: App, end: CancellationToken) {
    loop {
        tokio::select! {
            () = end.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let waiting = look(&app).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what waits could not be counted for the plots");
            Waiting::default()
        });
        app.samples.close(app.store.now(), waiting);
    }
}

/// What waits now.
pub async fn look(app: &App) -> Result<Waiting> {
    let mut looked = peers::page(&app.store, Some(Kind::Failing), Page::first(PEERS)).await?;
    looked.extend(peers::page(&app.store, Some(Kind::Active), Page::first(PEERS)).await?);
    let found = waiting::waiting(&app.store, &looked).await?;
    let count = |id| found.get(&id).map_or(0, |queue| queue.activities);
    let mut peers: Vec<(String, u64)> =
        looked.into_iter().map(|peer| (peer.host, count(peer.id))).filter(|(_, count)| *count > 0).collect();
    peers.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    Ok(Waiting { inbox: u64::try_from(inbox::count(&app.store).await?).unwrap_or_default(), peers })
}
