//! Running a node: listener, background loops, and an end that loses nothing.

use super::{
    beat, control, due, endings, heads, health, housekeeping, incarnation, indexing,
    listener::{self, Listener, Patience, Room, Visitor},
    media, node, routes, samples, worker,
};
use crate::{
    api,
    app::App,
    base::config::Config,
    federation::{self, Federation},
    net::Budget,
    outreach,
};
use anyhow::{Context, Result, ensure};
use axum::middleware::{from_fn, from_fn_with_state};
use std::{future::IntoFuture, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

/// The longest that open requests and loops get to end after SIGTERM.
const DRAIN: Duration = Duration::from_secs(9);

/// Open files that are enough.
const OPEN_FILES: u64 = 65_536;

/// Runs the node until SIGTERM or SIGINT, then drains: stops listening, finishes what is open,
/// ends the loops after what they hold, and closes the database. A second signal ends at once.
///
/// # Errors
/// The data are in use by another process, the address is taken, the database does not open.
pub async fn run(config: Config, end: CancellationToken) -> Result<()> {
    ensure!(!control::is_answered(&config.data.dir).await, "another intermoot runs with data.dir = {}", config.data.dir.display());
    // before anybody can know that we run: a signal that nobody waits for yet would kill the process
    let signals = Signals::caught()?;
    raise_open_files();
    let bind = config.server.bind;
    let listener = TcpListener::bind(bind).await.with_context(|| format!("server.bind = {bind} cannot be listened on"))?;
    health::start_metrics();
    let app = node::open(config).await?;
    incarnation::begin(&app).await?;
    let federation = Federation::start(app.clone())?;
    outreach::translation::connect(&app)?;
    if let Some(link) = node::first_owner(&app).await? {
        tracing::info!("first start: log in as the owner within an hour at {link}");
    }
    let mut loops = start_loops(&federation, &end).await?;
    tracing::info!(url = app.origin.base(), %bind, "serving");

    serve(listener, &federation, signals, &end).await?;
    end.cancel();
    let ended = tokio::time::timeout(DRAIN, async { while loops.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        tracing::warn!("some background work did not end in time; it goes on at the next start");
    }
    app.store.clone().close().await?;
    tracing::info!("ended");
    Ok(())
}

/// Each connection is an open file, and so is each delivery: the limit that a process begins with (often 1,024, for programs that
/// use `select`) is raised as far as it may be. Where it cannot, the listener keeps to what there is ([`Room::for_files`]).
fn raise_open_files() {
    if let Err(error) = rlimit::increase_nofile_limit(OPEN_FILES) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}

/// Everything that works beside the requests; each ends when `end` is cancelled.
async fn start_loops(federation: &Federation, end: &CancellationToken) -> Result<JoinSet<()>> {
    let app = &federation.app;
    let mut loops = JoinSet::new();
    loops.spawn(worker::run(federation.clone(), end.clone()));
    loops.spawn(api::streaming::run(app.clone(), end.clone()));
    loops.spawn(outreach::run(app.clone(), end.clone()));
    loops.spawn(outreach::push::run(app.clone(), federation.client.clone(), end.clone()));
    loops.spawn(outreach::previews::run(app.clone(), federation.client.clone(), end.clone()));
    loops.spawn(housekeeping::run(app.clone(), end.clone()));
    loops.spawn(media::run(app.clone(), end.clone()));
    loops.spawn(due::run(app.clone(), end.clone()));
    loops.spawn(indexing::run(app.clone(), end.clone()));
    loops.spawn(heads::run(app.clone(), end.clone()));
    loops.spawn(samples::run(app.clone(), end.clone()));
    loops.spawn(endings::run(app.clone(), end.clone()));
    loops.spawn(incarnation::run(app.clone(), end.clone()));
    loops.spawn(federation::process::run(federation.clone(), end.clone()));
    loops.spawn(federation::deliver::run(federation.clone(), ask_software(federation), end.clone()));
    loops.spawn(federation::upkeep::run(federation.clone(), end.clone()));
    loops.spawn(federation::watch::run(federation.clone(), end.clone()));
    loops.spawn(federation::backfill::run(federation.clone(), end.clone()));
    loops.spawn(federation::recovery::run(federation.clone(), end.clone()));
    loops.spawn(control::listen(app.clone(), end.clone())?);
    if let Some(bind) = app.config.server.metrics_bind {
        let listener = TcpListener::bind(bind).await.with_context(|| format!("server.metrics_bind = {bind} cannot be listened on"))?;
        let end = end.clone();
        loops.spawn(async move {
            let server = axum::serve(listener, health::open_metrics()).with_graceful_shutdown(end.cancelled_owned());
            if let Err(error) = server.await {
                tracing::error!(%error, "the metrics listener ended");
            }
        });
    }
    Ok(loops)
}

/// How the delivery loop learns what a host understands: bounded, and none when it does not say.
fn ask_software(federation: &Federation) -> federation::deliver::AskSoftware {
    let federation = federation.clone();
    Arc::new(move |host| {
        let federation = federation.clone();
        Box::pin(async move { federation::discovery::learn_software(&federation, &host, &Budget::default()).await.ok() })
    })
}

/// The public listener, within `limits`; streams leave room in it for everything else.
fn listen(listener: TcpListener, app: &App) -> Listener {
    let limits = &app.config.limits;
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    let patience =
        Patience { head: seconds(limits.head_seconds), idle: seconds(limits.idle_seconds), stall: seconds(limits.request_seconds) };
    let room = Room::for_files(usize::try_from(limits.connections).unwrap_or(usize::MAX));
    app.streams.bound(room.places() / 4 * 3);
    Listener::new(listener, room, patience)
}

/// Serves requests until a signal or `end`, then lets the open ones finish.
async fn serve(listener: TcpListener, federation: &Federation, signals: Signals, end: &CancellationToken) -> Result<()> {
    let metronome = beat::Metronome::start().context("the thread that keeps the beat cannot be started")?;
    let refusals = from_fn_with_state(metronome, beat::hold_refusals);
    let router = routes::all(federation).layer(refusals).layer(from_fn(listener::attend));
    let service = router.into_make_service_with_connect_info::<Visitor>();
    let stop = end.clone();
    let serving = axum::serve(listen(listener, &federation.app), service).with_graceful_shutdown(stop.cancelled_owned()).into_future();
    tokio::pin!(serving);
    tokio::select! {
        done = &mut serving => done?,
        () = signals.wait(end) => {
            tracing::info!("ending: open requests finish first");
            end.cancel();
            if tokio::time::timeout(DRAIN, serving).await.is_err() {
                tracing::warn!("some requests were still open and were cut off");
            }
        }
    }
    Ok(())
}

/// SIGTERM and SIGINT, caught from the moment that this is made.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn caught() -> Result<Self> {
        let caught = |kind| signal(kind).context("signals cannot be caught");
        Ok(Self { terminate: caught(SignalKind::terminate())?, interrupt: caught(SignalKind::interrupt())? })
    }

    async fn any(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Waits for one of them or for `end`. A second signal ends the process at once.
    async fn wait(mut self, end: &CancellationToken) {
        tokio::select! {
            () = self.any() => {}
            () = end.cancelled() => {}
        }
        tokio::spawn(async move {
            self.any().await;
            std::process::exit(1);
        });
    }
}
