//! Recording what became of deliveries: many in one transaction, while others are on their way.

use super::{
    dispatcher::{Dispatcher, Message},
    line::{Line, News},
};
use crate::{
    base::{error::Result, id::PeerId},
    features::deliveries::{self, Batch},
    store::Store,
};
use tokio::time::Instant;

/// Most lines in one transaction.
const LINES_MAX: usize = 512;

impl Dispatcher {
    /// Records the news of all lines that have some, unless a record is being made.
    pub(super) fn record(&mut self) {
        if self.is_recording {
            return;
        }
        let mut news: Vec<(PeerId, News)> = Vec::new();
        let dirty: Vec<PeerId> = self.dirty.iter().take(LINES_MAX).copied().collect();
        for peer in dirty {
            self.dirty.remove(&peer);
            if let Some(line) = self.lines.get_mut(&peer).filter(|line| line.has_news()) {
                news.push((peer, line.news()));
            }
        }
        self.record_at = (news.is_empty() && !self.dirty.is_empty()).then(Instant::now);
        if news.is_empty() {
            return;
        }
        let waiting: usize = self.lines.values().map(Line::waiting).sum();
        metrics::gauge!("intermoot_delivery_queue").set(waiting as f64);
        self.is_recording = true;
        let (store, messages) = (self.federation.app.store.clone(), self.messages.clone());
        tokio::spawn(async move {
            let kept = keep(&store, &news).await;
            if let Err(error) = &kept {
                tracing::error!(%error, "deliveries could not be recorded; they are recorded again");
            }
            // Nobody receives only when the dispatcher has ended.
            let _ = messages.send(Message::Recorded { news, kept: kept.is_ok() });
        });
    }
}

async fn keep(store: &Store, news: &[(PeerId, News)]) -> Result<()> {
    let mut batch = Batch::default();
    for (peer, news) in news {
        batch.cursors.push((*peer, news.cursor));
        batch.delivered.extend(news.delivered.iter().map(|(position, inbox)| (*inbox, *position, *peer)));
        if news.has_passed {
            batch.passed.push((*peer, news.cursor));
        }
        batch.health.extend(news.health.clone().map(|health| (*peer, health)));
        batch.schemes.extend(news.rfc9421.map(|rfc9421| (*peer, rfc9421)));
    }
    let tx = store.begin().await?;
    deliveries::record(&tx, &batch).await?;
    tx.commit().await
}
