//! Processing: what the inbox kept is applied, many activities in one transaction, in the order of arrival where it matters.
//!
//! A round takes up to [`BATCH_MAX`] activities that wait for nobody, applies each as if on a savepoint and marks all of them
//! done in the same transaction (decisions.md 2). What needs the network goes aside and comes back when it has what it needs;
//! others pass it, save those about the same thing. A refusal ends with a verdict, a fault is tried again, five times.

mod apply;
mod errand;
mod passing;
mod window;

use super::{
    Federation,
    activities::{Look, Want},
    keep::Known,
};
use crate::{base::error::Result, store::inbox};
use apply::{Batch, Verdict};
use errand::{Errand, Outcome};
use std::time::Duration;
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;
use window::Window;

/// Most activities in one transaction.
const BATCH_MAX: usize = 64;
/// How often what was put off is looked for, and the backlog counted.
const TICK: Duration = Duration::from_secs(2);
/// How long the loop rests after the database failed.
const REST: Duration = Duration::from_secs(1);
/// How long what crowds the window steps back.
const STEP_BACK: Duration = Duration::from_secs(30);
/// When what a host sent before it was blocked is looked at again; lifting the block has it looked at at once.
const BLOCKED: Duration = Duration::from_secs(3600);
/// How long what was processed is remembered: longer than any signature holds.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// Most rows forgotten at a time.
const FORGOTTEN_MAX: u32 = 2000;
/// How often old rows are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(600);

/// Processes the inbox until `shutdown`; what is under way then is finished or stays in the table.
pub async fn run(federation: Federation, shutdown: CancellationToken) {
    let mut processor = Processor::new(federation);
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !shutdown.is_cancelled() {
        match processor.round().await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, "received activities could not be processed");
                tokio::time::sleep(REST).await;
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = processor.federation.arrived.notified() => {}
            Some(errand) = processor.returned.recv() => processor.settle(errand),
            _ = ticks.tick() => processor.tick().await,
        }
    }
}

/// The loop's state.
pub struct Processor {
    federation: Federation,
    window: Window,
    verdicts: Vec<(i64, Verdict)>,
    sent: mpsc::Sender<Errand>,
    returned: mpsc::Receiver<Errand>,
    forgot_at: Option<Instant>,
}

impl Processor {
    /// A processor that begins with the oldest activity there is.
    pub fn new(federation: Federation) -> Self {
        let (sent, returned) = mpsc::channel(window::AWAY_MAX);
        Self { federation, window: Window::default(), verdicts: Vec::new(), sent, returned, forgot_at: None }
    }

    /// Applies one batch; whether there was anything to do.
    pub async fn round(&mut self) -> Result<bool> {
        while let Ok(errand) = self.returned.try_recv() {
            self.settle(errand);
        }
        self.window.fill(&self.federation.app.store, &mut self.verdicts).await?;
        let (ids, known) = self.choose().await?;
        if ids.is_empty() {
            self.verdicts.extend(self.window.crowding().into_iter().map(|id| (id, Verdict::Wait(STEP_BACK))));
        }
        if ids.is_empty() && self.verdicts.is_empty() {
            return Ok(false);
        }
        let items: Vec<_> = ids.iter().filter_map(|id| self.window.get(*id)).collect();
        let finished = apply::apply(Batch { federation: &self.federation, items: &items, known: &known }, &self.verdicts).await?;
        self.verdicts.clear();
        finished.into_iter().for_each(|id| self.window.finish(id));
        Ok(true)
    }

    /// Chooses what can be applied now; what needs the network is sent away for it.
    async fn choose(&mut self) -> Result<(Vec<i64>, Known)> {
        let candidates = self.window.ready(BATCH_MAX);
        if candidates.is_empty() {
            return Ok((candidates, Known::default()));
        }
        let items = candidates.iter().filter_map(|id| self.window.get(*id));
        let names: Vec<String> =
            items.flat_map(|item| item.deed.names().into_iter().chain([&item.envelope.actor]).cloned().collect::<Vec<_>>()).collect();
        let known = Known::load(&self.federation, &names).await?;
        let mut chosen = Vec::with_capacity(candidates.len());
        let mut held_up = self.window.busy_lanes();
        for id in candidates {
            let Some(item) = self.window.get(id) else { continue };
            if item.lanes.iter().any(|lane| held_up.contains(lane)) {
                held_up.extend(item.lanes.iter().cloned());
                continue;
            }
            // it keeps its bytes: the block may be lifted, and until then it is evidence (S113)
            if self.federation.is_blocked(&item.sender).await? {
                held_up.extend(item.lanes.iter().cloned());
                self.verdicts.push((id, Verdict::Wait(BLOCKED)));
                continue;
            }
            let wants = if item.findings.is_some() {
                Vec::new()
            } else {
                item.deed.wants(Look { federation: &self.federation, known: &known }, &item.envelope).await?
            };
            if wants.is_empty() {
                chosen.push(id);
            } else {
                held_up.extend(item.lanes.iter().cloned());
                self.send_away(id, wants);
            }
        }
        Ok((chosen, known))
    }

    fn send_away(&mut self, id: i64, wants: Vec<Want>) {
        let hosts = errand::hosts(&wants);
        if self.window.send_away(id, hosts) {
            tokio::spawn(errand::run(self.federation.clone(), id, wants, self.sent.clone()));
        }
    }

    /// Takes back what was sent away.
    fn settle(&mut self, errand: Errand) {
        match errand.outcome {
            Outcome::Found(findings) => self.window.come_back(errand.id, Some(findings)),
            Outcome::Refused(sentence) => self.verdicts.push((errand.id, Verdict::Refused(sentence))),
            Outcome::Passing(sentence) => {
                let attempts = self.window.get(errand.id).map_or(0, |item| item.attempts);
                self.verdicts.push((errand.id, Verdict::after_fault(attempts, sentence)));
            }
        }
    }

    async fn tick(&mut self) {
        let store = &self.federation.app.store;
        match inbox::count(store).await {
            Ok(waiting) => metrics::gauge!("intermoot_inbox_waiting").set(waiting as f64),
            Err(error) => tracing::warn!(%error, "the inbox could not be counted"),
        }
        self.window.look_for_due();
        if self.forgot_at.is_none_or(|at| at.elapsed() > FORGET_EVERY) {
            self.forgot_at = Some(Instant::now());
            if let Err(error) = self.forget().await {
                tracing::warn!(%error, "old inbox rows could not be forgotten");
            }
        }
    }

    async fn forget(&self) -> Result<()> {
        let tx = self.federation.app.store.begin().await?;
        inbox::forget(&tx, tx.now.minus(KEPT), FORGOTTEN_MAX).await?;
        tx.commit().await
    }
}

/// Processes everything that waits now, the network included, and returns: for tests and the command line.
pub async fn drain(federation: &Federation) -> Result<()> {
    let mut processor = Processor::new(federation.clone());
    loop {
        if processor.round().await? {
            continue;
        }
        if !processor.window.is_anything_away() {
            return Ok(());
        }
        if let Some(errand) = processor.returned.recv().await {
            processor.settle(errand);
        }
    }
}
