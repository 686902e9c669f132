//! The one task that decides what goes when. Everything slow (signing, sending, committing) happens beside it.

use super::{
    AskSoftware,
    beside::{ask, dispatch, jitter},
    line::{Line, News},
    parcel::Label,
    send::{Sender, Sent},
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

/// Most deliveries on their way to all hosts together: each holds a socket.
const FLYING_MAX: usize = 384;
/// How long results are gathered before they are recorded together: a commit costs about as much as a delivery, and what a
/// crash leaves unrecorded is only sent again.
const GATHER: Duration = Duration::from_millis(20);
/// How often the cursors of hosts without work are moved along, if anything was delivered.
const PASS_EVERY: Duration = Duration::from_secs(60);
/// The pause after the database failed us.
const TROUBLE: Duration = Duration::from_secs(1);
/// How long deliveries on their way may take to end at a shutdown.
const GRACE: Duration = Duration::from_secs(5);

/// What the tasks beside the dispatcher tell it.
pub(super) enum Message {
    /// A delivery ended.
    Finished { peer: PeerId, label: Label, sent: Sent },
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
    /// Lines to look at, in turn.
    ready: VecDeque<PeerId>,
    queued: HashSet<PeerId>,
    timers: BTreeSet<(Stamp, PeerId)>,
    /// Lines with something to record.
    pub(super) dirty: HashSet<PeerId>,
    pub(super) is_recording: bool,
    /// The node federates with nobody now.
    pub(super) is_resting: bool,
    pub(super) record_at: Option<Instant>,
    pub(super) messages: mpsc::UnboundedSender<Message>,
    incoming: mpsc::UnboundedReceiver<Message>,
    sender: Sender,
    ask: AskSoftware,
    asked: HashSet<PeerId>,
    flying: usize,
    /// The first wait of a host that fails is a sixtieth of it; an announcement waits that long for NodeInfo.
    unit: Duration,
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
            ready: VecDeque::new(),
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
            flying: 0,
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
        while (self.flying > 0 || self.is_recording) && Instant::now() < until {
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

    /// Puts a line on the list of those to be looked at.
    pub(super) fn touch(&mut self, peer: PeerId) {
        if self.queued.insert(peer) {
            self.ready.push_back(peer);
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Finished { peer, label, sent } => self.finished(peer, label, sent),
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
                let pause = if kept { GATHER } else { TROUBLE };
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

    fn finished(&mut self, peer: PeerId, label: Label, sent: Sent) {
        self.flying -= 1;
        metrics::counter!("intermoot_deliveries_total", "outcome" => sent.verdict.word()).increment(1);
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
            self.dirty.insert(peer);
            self.record_at.get_or_insert(Instant::now() + GATHER);
        }
        self.touch(peer);
    }

    /// Starts whatever may start, line by line.
    async fn pump(&mut self) {
        let now = self.now();
        while let Some((_, peer)) = self.timers.first().filter(|(at, _)| *at <= now).copied() {
            self.timers.pop_first();
            self.touch(peer);
        }
        while self.flying < FLYING_MAX
            && let Some(peer) = self.ready.pop_front()
        {
            self.queued.remove(&peer);
            self.serve(peer, now).await;
        }
    }

    async fn serve(&mut self, peer: PeerId, now: Stamp) {
        if self.lines.get(&peer).is_some_and(|line| line.wants_more(now))
            && let Err(error) = self.catch_up(peer).await
        {
            tracing::error!(%error, "the log of activities cannot be read");
            if let Some(line) = self.lines.get_mut(&peer) {
                line.is_behind = true;
            }
            self.timers.insert((now.plus(TROUBLE), peer));
        }
        let unit = self.unit;
        let Some(line) = self.lines.get_mut(&peer) else { return };
        if line.level.is_none() && self.asked.insert(peer) {
            ask(self.federation.clone(), self.ask.clone(), (peer, line.host.clone()), (unit, self.messages.clone()));
        }
        while self.flying < FLYING_MAX
            && let Some(parcel) = line.next(now, unit)
        {
            self.flying += 1;
            dispatch(self.sender.clone(), parcel, line, self.messages.clone());
        }
        let is_stopped_by_all = self.flying >= FLYING_MAX;
        if let Some(at) = line.wake_at(now, unit) {
            self.timers.insert((at, peer));
        }
        let wants_more = line.wants_more(now) && !is_stopped_by_all;
        if line.is_idle() {
            self.lines.remove(&peer);
        } else if wants_more || (is_stopped_by_all && line.waiting() > 0) {
            self.touch(peer);
        }
    }

    /// When there is something to do though nobody rings.
    fn wake_at(&self) -> Instant {
        let now = self.now();
        let timer =
            self.timers.first().map(|(at, _)| Instant::now() + Duration::from_millis(u64::try_from(at.0 - now.0).unwrap_or_default() + 1));
        let record = self.record_at.filter(|_| !self.is_recording);
        [timer, record].into_iter().flatten().min().unwrap_or_else(|| Instant::now() + PASS_EVERY)
    }
}
