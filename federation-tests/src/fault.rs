//! A TCP proxy that does harm: what goes through it is delayed, dripped, cut, swallowed, reset, or not even taken.
//!
//! The fault is switched while it runs, which also cuts every connection that is open then: the next one meets the new fault.
//! Bounded: at most [`CONNECTIONS_MAX`] connections at a time, pieces of 16 KiB, and no connection is held longer than a minute.

use crate::ports;
use anyhow::{Context, Result};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// Most connections at a time; further ones wait to be taken.
const CONNECTIONS_MAX: usize = 512;
/// The longest that a connection lasts.
const LIFE: Duration = Duration::from_secs(60);
/// Bytes passed on at a time.
const PIECE: usize = 16 * 1024;
/// Connections that wait to be taken, where they are taken.
const BACKLOG: u32 = 1024;
/// Connections that fill a hole, at most.
const FILLERS_MAX: usize = 8;
/// A connection that takes longer on loopback is not being taken.
const FULL_AFTER: Duration = Duration::from_millis(150);

/// What is done to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: everything passes.
    Passes,
    /// Each piece is held back so long, both ways.
    Delays(Duration),
    /// The connection is taken and reset (RST).
    Resets,
    /// It is taken, and nothing is ever read or answered.
    Silent,
    /// It is not even taken: a SYN stays unanswered.
    Hole,
    /// The answer passes one byte in so long a time.
    Drips(Duration),
    /// The request passes, the answer is swallowed.
    Swallows,
    /// The request passes; so many bytes of the answer follow, then the connection is closed.
    CutsAnswer(usize),
    /// The request passes, and the way back is closed at once (FIN without an answer).
    HalfCloses,
}

/// A proxy on a port of its own; ends when dropped.
#[derive(Debug)]
pub struct FaultProxy {
    port: u16,
    fault: watch::Sender<Fault>,
    counts: Arc<Counts>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Counts {
    taken: AtomicUsize,
    open: AtomicUsize,
    most: AtomicUsize,
}

impl FaultProxy {
    /// Passes everything that comes to its own port on to `to` on loopback.
    pub async fn start(to: u16) -> Result<Self> {
        let port = ports::free()?;
        let (fault, faults) = watch::channel(Fault::Passes);
        let counts = Arc::new(Counts::default());
        let line = Line { from: port, to, counts: counts.clone(), room: Arc::new(Semaphore::new(CONNECTIONS_MAX)) };
        let first = listener(port, BACKLOG)?;
        let task = tokio::spawn(line.run(first, faults));
        Ok(Self { port, fault, counts, task })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What happens to connections from now on; those that are open are cut.
    pub fn set(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }

    /// Connections taken so far, since [`Self::count_anew`].
    pub fn taken(&self) -> usize {
        self.counts.taken.load(Ordering::SeqCst)
    }

    /// The most connections that were open at a time, since [`Self::count_anew`].
    pub fn most_open(&self) -> usize {
        self.counts.most.load(Ordering::SeqCst)
    }

    /// Counts from now on: what was taken, and the most that were open at a time.
    pub fn count_anew(&self) {
        self.counts.taken.store(0, Ordering::SeqCst);
        self.counts.most.store(self.counts.open.load(Ordering::SeqCst), Ordering::SeqCst);
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn listener(port: u16, backlog: u32) -> Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).with_context(|| format!("port {port} for a proxy"))?;
    Ok(socket.listen(backlog)?)
}

#[derive(Clone)]
struct Line {
    from: u16,
    to: u16,
    counts: Arc<Counts>,
    room: Arc<Semaphore>,
}

impl Line {
    async fn run(self, first: TcpListener, mut faults: watch::Receiver<Fault>) {
        let mut ready = Some(first);
        loop {
            let fault = *faults.borrow_and_update();
            if fault == Fault::Hole {
                drop(ready.take());
                let _hole = self.dig().await;
                if faults.changed().await.is_err() {
                    return;
                }
                continue;
            }
            let Some(listener) = ready.take().or_else(|| listener(self.from, BACKLOG).ok()) else {
                sleep(Duration::from_millis(20)).await;
                continue;
            };
            if self.take(listener, fault, &mut faults).await.is_err() {
                return;
            }
        }
    }

    /// Takes connections until the fault changes.
    async fn take(&self, listener: TcpListener, fault: Fault, faults: &mut watch::Receiver<Fault>) -> Result<()> {
        loop {
            tokio::select! {
                changed = faults.changed() => return Ok(changed?),
                taken = listener.accept() => {
                    let Ok((stream, _)) = taken else { continue };
                    let Ok(room) = self.room.clone().acquire_owned().await else { continue };
                    let (line, mut faults) = (self.clone(), faults.clone());
                    tokio::spawn(async move {
                        line.counts.taken.fetch_add(1, Ordering::SeqCst);
                        let open = line.counts.open.fetch_add(1, Ordering::SeqCst) + 1;
                        line.counts.most.fetch_max(open, Ordering::SeqCst);
                        tokio::select! {
                            _ = faults.changed() => {}
                            _ = timeout(LIFE, line.serve(stream, fault)) => {}
                        }
                        line.counts.open.fetch_sub(1, Ordering::SeqCst);
                        drop(room);
                    });
                }
            }
        }
    }

    /// A listener that takes nobody, with connections that fill its queue, so that the system answers no further SYN.
    async fn dig(&self) -> Option<(TcpListener, Vec<TcpStream>)> {
        let hole = listener(self.from, 1).ok()?;
        let mut fillers = Vec::new();
        while fillers.len() < FILLERS_MAX {
            match timeout(FULL_AFTER, TcpStream::connect((Ipv4Addr::LOCALHOST, self.from))).await {
                Ok(Ok(filler)) => fillers.push(filler),
                _ => break,
            }
        }
        Some((hole, fillers))
    }

    async fn serve(&self, client: TcpStream, fault: Fault) -> io::Result<()> {
        match fault {
            Fault::Resets => return client.set_zero_linger(),
            Fault::Silent => std::future::pending().await,
            _ => {}
        }
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, self.to)).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        let pause = if let Fault::Delays(time) = fault { time } else { Duration::ZERO };
        if fault == Fault::HalfCloses {
            return half_close((from_client, to_client), (from_server, to_server)).await;
        }
        let there = pass(from_client, to_server, pause);
        let back = answer(from_server, to_client, fault);
        tokio::pin!(there);
        tokio::pin!(back);
        tokio::select! {
            // the answer is over: the connection too
            done = &mut back => done,
            done = &mut there => { done?; back.await }
        }
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, pause: Duration) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        sleep(pause).await;
        to.write_all(piece.get(..length).unwrap_or_default()).await?;
    }
}

/// Passes the request on and closes the way back. The server's side stays open, so that it is not told to give up.
async fn half_close(
    (mut from_client, mut to_client): (OwnedReadHalf, OwnedWriteHalf),
    (mut from_server, mut to_server): (OwnedReadHalf, OwnedWriteHalf),
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    let mut is_closed = false;
    loop {
        let length = from_client.read(&mut piece).await?;
        if length == 0 {
            break;
        }
        to_server.write_all(piece.get(..length).unwrap_or_default()).await?;
        if !is_closed {
            to_client.shutdown().await?;
            is_closed = true;
        }
    }
    while from_server.read(&mut piece).await? > 0 {}
    Ok(())
}

async fn answer(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, fault: Fault) -> io::Result<()> {
    let mut left = if let Fault::CutsAnswer(bytes) = fault { bytes } else { usize::MAX };
    let mut piece = vec![0; PIECE];
    while left > 0 {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            break;
        }
        let bytes = piece.get(..length.min(left)).unwrap_or_default();
        left -= bytes.len();
        match fault {
            Fault::Swallows => {}
            Fault::Drips(time) => {
                for byte in bytes {
                    to.write_all(&[*byte]).await?;
                    sleep(time).await;
                }
            }
            Fault::Delays(time) => {
                sleep(time).await;
                to.write_all(bytes).await?;
            }
            _ => to.write_all(bytes).await?,
        }
    }
    if fault == Fault::Swallows {
        // as if it were still on its way
        return std::future::pending().await;
    }
    to.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peer::{Answer, Farm, Software};
    use crate::shapes;
    use crate::wire::{Connection, WireAnswer};
    use std::time::Instant;

    /// One request through the proxy; whether it reached the peer, and what came of it within a second.
    async fn tried(fault: Fault) -> (bool, Option<WireAnswer>, Duration) {
        let (farm, proxy) = Farm::behind(&["here".to_owned()], Software::Mastodon).await.unwrap();
        let peer = farm.peer("here").unwrap();
        peer.answer_always(Answer::status(202).saying(4000));
        // it would ask for the key through the same proxy
        farm.set_verifying(false);
        let mia = peer.person("mia").unwrap();
        let request = mia.sign(&peer.shared_inbox(), &shapes::like(&mia, "x", "y"), &mia.usual()).unwrap();
        assert_eq!(request.to.port(), proxy.port());
        proxy.set(fault);
        // the switch is made beside us
        sleep(Duration::from_millis(if fault == Fault::Hole { 500 } else { 50 })).await;
        let began = Instant::now();
        let exchange = async { Connection::open(request.to).await?.exchange(&request.to_bytes()).await };
        let answer = timeout(Duration::from_secs(1), exchange).await.ok().and_then(Result::ok);
        let took = began.elapsed();
        if fault != Fault::Passes {
            proxy.set(Fault::Passes);
            sleep(Duration::from_millis(50)).await;
            assert_eq!(mia.send(&peer.shared_inbox(), &shapes::like(&mia, "x", "z")).await.unwrap().status, 202, "{fault:?} stays");
            return (peer.count_posts() == 2, answer, took);
        }
        (peer.count_posts() == 1, answer, took)
    }

    #[tokio::test]
    async fn what_passes_and_what_is_late_arrives_whole() {
        let (reached, answer, _) = tried(Fault::Passes).await;
        assert!(reached && answer.is_some_and(|answer| answer.status == 202 && answer.body.len() == 4000));
        let (reached, answer, took) = tried(Fault::Delays(Duration::from_millis(100))).await;
        assert!(reached && answer.is_some() && took >= Duration::from_millis(200), "{took:?}");
    }

    #[tokio::test]
    async fn what_is_not_let_in_does_not_arrive() {
        for fault in [Fault::Resets, Fault::Silent, Fault::Hole] {
            let (reached, answer, took) = tried(fault).await;
            assert!(!reached && answer.is_none(), "{fault:?}");
            assert_eq!(took < Duration::from_millis(900), fault == Fault::Resets, "{fault:?} after {took:?}");
        }
    }

    #[tokio::test]
    async fn what_is_cut_on_the_way_back_has_arrived() {
        for fault in
            [Fault::Swallows, Fault::CutsAnswer(20), Fault::CutsAnswer(600), Fault::HalfCloses, Fault::Drips(Duration::from_millis(20))]
        {
            let (reached, answer, _) = tried(fault).await;
            assert!(reached && answer.is_none(), "{fault:?}");
        }
    }
}
