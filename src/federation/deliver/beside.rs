//! What runs beside the dispatcher and tells it how it ended.

use super::{
    AskSoftware,
    dispatcher::Message,
    line::Line,
    parcel::Parcel,
    send::{Sender, Sent, Urgency},
    verdict::Verdict,
};
use crate::{
    base::{id::PeerId, secret, words::Level},
    features::peers,
    federation::Federation,
};
use futures::FutureExt;
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::{sync::mpsc, time::Instant};

/// Sends a parcel beside the dispatcher; whatever happens, it is told.
pub(super) fn dispatch(sender: Sender, parcel: Parcel, line: &Line, messages: mpsc::UnboundedSender<Message>) {
    let (peer, voice) = (line.peer, line.voice());
    let urgency = if line.has_backlog() { Urgency::Backlog } else { Urgency::New };
    tokio::spawn(async move {
        let began = Instant::now();
        let sending = AssertUnwindSafe(sender.send(&parcel, voice, urgency)).catch_unwind();
        let sent = sending.await.unwrap_or(Sent { verdict: Verdict::Failed(None), voice: None });
        // Nobody receives only when the dispatcher has ended.
        let _ = messages.send(Message::Finished { peer, label: parcel.label(), sent, took: began.elapsed() });
    });
}

/// Asks a host what it understands, three times at most, and keeps the answer.
pub(super) fn ask(
    federation: Federation,
    ask: AskSoftware,
    (peer, host): (PeerId, String),
    (unit, messages): (Duration, mpsc::UnboundedSender<Message>),
) {
    tokio::spawn(async move {
        let mut software = None;
        for wait in [Duration::ZERO, unit / 6, unit / 3] {
            tokio::time::sleep(wait).await;
            software = ask(host.clone()).await;
            if software.is_some() {
                break;
            }
        }
        let level = software.as_ref().map_or(Level::Plain, |software| software.level);
        let kept = async {
            let tx = federation.app.store.begin().await?;
            peers::note_software(&tx, &host, software).await?;
            tx.commit().await
        };
        if let Err(error) = kept.await {
            tracing::error!(%error, host, "what a host understands could not be kept");
        }
        let _ = messages.send(Message::Understands { peer, level });
    });
}

/// A number from 0 to 1.
pub(super) fn jitter() -> f64 {
    f64::from(u16::from_le_bytes(secret::random())) / f64::from(u16::MAX)
}
