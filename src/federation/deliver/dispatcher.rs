//! The one task that decides what goes when. Everything slow (signing, sending, committing) happens beside it.

use super::{
    AskSoftware,
    beside::jitter,
    flights::Flights,
    line::{Line, News},
    parcel::Label,
    send::{Sender, Sent},
    verdict::Verdict,
};
use crate::{
    base::{clock::Stamp, id::PeerId, words::Level},
    federation::Federation,
};
use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
    time::Duration,
};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

/// How long results are gathered before they are recorded together: a commit costs about as much as a delivery, and what a
/// crash leaves unrecorded is only sent again.
const GATHER: Duration = Duration::from_millis(20);
/// How often the cursors of hosts without work are moved along, if anything was delivered.
pub(super) const PASS_EVERY: Duration = Duration::from_secs(60);
/// The pause after the database failed us.
pub(super) const TROUBLE: Duration = Duration::from_secs(1);
/// How long deliveries on their way may take to end at a shutdown.
const GRACE: Duration = Duration::from_secs(5);

/// What the tasks beside the dispatcher tell it.
pub(super) enum Message {
    /// A delivery ended, so long after it began.
    Finished { peer: PeerId, label: Label, sent: Sent, took: Duration },
    /// News were recorded, or could not be.
    Recorded { news: Vec<(PeerId, News)>, kept: bool },
    /// A host said what it understands.
    Understands { peer: PeerId, level: Level },
}

/// See the module.
pub(super) struct Dispatcher {
    pub(super) federation: Federation,
    pub(super) lines: HashMap<PeerId, Line>,
    /// Delivered beyond the cursors of hosts whose line is not made yet (after a start).
    pub(super) early: HashMap<PeerId, BTreeSet<Label>>,
    /// The log is read up to here for all lines that keep up.
    pub(super) tail: i64,
    /// Cursors of idle hosts were moved up to here.
    pub(super) passed: i64,
    /// Lines to look at, in turn: of hosts that answer briskly, and of others.
    pub(super) ready: [VecDeque<PeerId>; 2],
    pub(super) queued: HashSet<PeerId>,
    pub(super) timers: BTreeSet<(Stamp, PeerId)>,
    /// Lines with something to record.
    pub(super) dirty: HashSet<PeerId>,
    pub(super) is_recording: bool,
    /// The node federates with nobody now.
    pub(super) is_resting: bool,
    pub(super) record_at: Option<Instant>,
    pub(super) messages: mpsc::UnboundedSender<Message>,
    incoming: mpsc::UnboundedReceiver<Message>,
    pub(super) sender: Sender,
    pub(super) ask: AskSoftware,
    pub(super) asked: HashSet<PeerId>,
    pub(super) flights: Flights,
    /// The first wait of a host that fails is a sixtieth of it; an announcement waits that long for NodeInfo.
    pub(super) unit: Duration,
}

impl Dispatcher {
    pub(super) fn new(federation: Federation, ask: AskSoftware) -> Self {
        let (messages, incoming) = mpsc::unbounded_channel();
        let unit = Duration::from_millis(federation.app.config.federation.retry_unit_milliseconds.into());
        Self {
            sender: Sender::new(federation.clone()),
            federation,
            lines: HashMap::new(),
            early: HashMap::new(),
            tail: 0,
            passed: 0,
            ready: Default::default(),
            queued: HashSet::new(),
            timers: BTreeSet::new(),
            dirty: HashSet::new(),
            is_recording: false,
            is_resting: false,
            record_at: None,
            messages,
            incoming,
            ask,
            asked: HashSet::new(),
            flights: Flights::default(),
            unit,
        }
    }

    pub(super) async fn run(mut self, shutdown: CancellationToken) {
        while let Err(error) = self.begin().await {
            tracing::error!(%error, "deliveries cannot begin");
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(TROUBLE) => {}
            }
        }
        let bell = self.federation.app.store.log_bell.clone();
        bell.notify_one();
        let mut pass_at = Instant::now() + PASS_EVERY;
        loop {
            let rests = self.rests().await;
            let wake = if rests { self.rest_until() } else { self.wake_at().min(pass_at) };
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = bell.notified() => {
                    self.follow_nudges();
                    if !self.rests().await {
                        self.read().await;
                    }
                }
                Some(message) = self.incoming.recv() => self.take(message),
                () = tokio::time::sleep_until(wake) => {}
            }
            while let Ok(message) = self.incoming.try_recv() {
                self.take(message);
            }
            if !self.is_resting {
                self.pump().await;
            }
            if self.record_at.is_some_and(|at| at <= Instant::now()) {
                self.record();
            }
            if !self.is_resting && pass_at <= Instant::now() {
                pass_at = Instant::now() + PASS_EVERY;
                self.pass().await;
            }
        }
        self.end().await;
    }

    /// Lets what is on its way end, and records it.
    async fn end(mut self) {
        let until = Instant::now() + GRACE;
        self.record();
        while (!self.flights.is_empty() || self.is_recording) && Instant::now() < until {
            if let Ok(Some(message)) = tokio::time::timeout_at(until, self.incoming.recv()).await {
                self.take(message);
            }
            self.record();
        }
        self.pass().await;
    }

    async fn pass(&mut self) {
        if let Err(error) = self.pass_idle().await {
            tracing::error!(%error, "the cursors of idle hosts could not be moved");
        }
    }

    /// Reads what is new in the log, a page at a time.
    async fn read(&mut self) {
        match self.follow().await {
            Ok(true) => {}
            Ok(false) => self.federation.app.store.log_bell.notify_one(),
            Err(error) => {
                tracing::error!(%error, "the log of activities cannot be read");
                self.ring_later();
            }
        }
    }

    fn ring_later(&self) {
        let bell = self.federation.app.store.log_bell.clone();
        tokio::spawn(async move {
            tokio::time::sleep(TROUBLE).await;
            bell.notify_one();
        });
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Finished { peer, label, sent, took } => self.finished((peer, label), sent, took),
            Message::Recorded { news, kept } => {
                self.is_recording = false;
                for (peer, news) in news {
                    let Some(line) = self.lines.get_mut(&peer) else { continue };
                    if kept {
                        line.recorded(&news)
                    } else {
                        line.unrecorded(news)
                    }
                    if line.has_news() {
                        self.dirty.insert(peer);
                    }
                    self.touch(peer);
                }
                let is_urgent = self.dirty.iter().any(|peer| self.lines.get(peer).is_some_and(Line::is_held_up));
                let pause = if !kept {
                    TROUBLE
                } else if is_urgent {
                    Duration::ZERO
                } else {
                    GATHER
                };
                self.record_at = (!self.dirty.is_empty()).then(|| Instant::now() + pause);
            }
            Message::Understands { peer, level } => {
                self.asked.remove(&peer);
                if let Some(line) = self.lines.get_mut(&peer) {
                    line.level = Some(level);
                }
                self.touch(peer);
            }
        }
    }

    fn finished(&mut self, (peer, label): (PeerId, Label), sent: Sent, took: Duration) {
        self.flights.arrive((peer, label), sent.verdict == Verdict::Taken, took);
        metrics::counter!("intermoot_deliveries_total", "outcome" => sent.verdict.word()).increment(1);
        self.federation.app.samples.delivery(sent.verdict == Verdict::Taken);
        let (now, unit) = (self.now(), self.unit);
        let Some(line) = self.lines.get_mut(&peer) else { return };
        if let Some(voice) = sent.voice {
            line.speak(voice);
        }
        line.finish(label, sent.verdict, now, (unit, jitter()));
        if line.waits_for_sign(now, unit) {
            self.federation.heard.await_sign(&line.host, peer);
        }
        if line.has_news() {
            let pause = if line.is_held_up() { Duration::ZERO } else { GATHER };
            let at = Instant::now() + pause;
            self.dirty.insert(peer);
            self.record_at = Some(self.record_at.map_or(at, |before| before.min(at)));
        }
        self.touch(peer);
    }
}
