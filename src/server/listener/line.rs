//! One connection: what it is at, and how long it may be.

use super::{Patience, room::Room};
use futures::task::AtomicWaker;
use std::{
    io,
    os::fd::AsFd,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpSocket, TcpStream},
    sync::OwnedSemaphorePermit,
    time::{Instant, Sleep, sleep_until},
};

/// What the system may hold of what is sent to a reader of a stream (Linux doubles it, socket(7)).
const NARROW_BYTES: u32 = 32 << 10;

/// What a connection is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Connected, or the first byte of a request came: its head is awaited.
    Head(Instant),
    /// An answer is out: the next request may come.
    Idle(Instant),
    /// A request is being answered.
    Busy,
}

/// A connection as its requests and the room know it. It has its place as long as anybody knows it.
pub struct Line {
    at: Mutex<(At, Option<u64>)>,
    is_dismissed: AtomicBool,
    is_cut: AtomicBool,
    is_narrow: AtomicBool,
    reader: AtomicWaker,
    writer: AtomicWaker,
    room: Room,
    _place: OwnedSemaphorePermit,
}

impl Line {
    /// A connection that was just made, on its place.
    pub(super) fn new(room: Room, place: OwnedSemaphorePermit) -> Arc<Self> {
        let line = Arc::new_cyclic(|own| {
            let number = room.enter(own.clone());
            let at = Mutex::new((At::Head(Instant::now()), Some(number)));
            let (reader, writer) = (AtomicWaker::new(), AtomicWaker::new());
            let (is_dismissed, is_cut, is_narrow) = (AtomicBool::new(false), AtomicBool::new(false), AtomicBool::new(false));
            Self { at, is_dismissed, is_cut, is_narrow, reader, writer, room, _place: place }
        });
        metrics::gauge!("intermoot_connections").increment(1.0);
        line
    }

    /// The head of a request is whole.
    pub(super) fn begin(&self) {
        let mut at = self.at();
        at.0 = At::Busy;
        if let Some(number) = at.1.take() {
            self.room.leave(number);
        }
    }

    /// The answer is out.
    pub(super) fn end(self: &Arc<Self>) {
        let number = self.room.enter(Arc::downgrade(self));
        let before = std::mem::replace(&mut *self.at(), (At::Idle(Instant::now()), Some(number)));
        if let Some(number) = before.1 {
            self.room.leave(number);
        }
        self.reader.wake();
    }

    /// What was still sent after an answer is there: the next request may come. It may have come already.
    pub(super) fn rest_came(&self) {
        let mut at = self.at();
        if matches!(at.0, At::Head(_)) {
            at.0 = At::Idle(Instant::now());
            self.reader.wake();
        }
    }

    /// Has it close as soon as possible, if it still waits.
    pub(super) fn dismiss(&self) {
        if self.at().0 != At::Busy {
            self.is_dismissed.store(true, Ordering::Release);
            self.reader.wake();
        }
    }

    /// Has it close at once, whatever it is at.
    pub(super) fn cut(&self) {
        self.is_cut.store(true, Ordering::Release);
        self.reader.wake();
        self.writer.wake();
    }

    /// Has the system hold less of what is to be sent, from the next byte on.
    pub(super) fn narrow(&self) {
        self.is_narrow.store(true, Ordering::Release);
    }

    /// That it was cut, if it was.
    fn cut_off(&self) -> Option<io::Error> {
        self.is_cut.load(Ordering::Acquire).then(|| io::Error::new(io::ErrorKind::ConnectionAborted, "the connection was ended"))
    }

    /// Bytes came.
    fn note_bytes(&self) {
        let mut at = self.at();
        if matches!(at.0, At::Idle(_)) {
            at.0 = At::Head(Instant::now());
        }
    }

    /// Until when it may wait for more; none while it is busy.
    fn deadline(&self, patience: &Patience) -> Option<Instant> {
        match self.at().0 {
            At::Head(since) => Some(since + patience.head),
            At::Idle(since) => Some(since + patience.idle),
            At::Busy => None,
        }
    }

    fn at(&self) -> std::sync::MutexGuard<'_, (At, Option<u64>)> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(number) = self.at().1.take() {
            self.room.leave(number);
        }
        metrics::gauge!("intermoot_connections").decrement(1.0);
    }
}

/// The bytes of a connection; reading ends when it waited too long, writing when nothing is taken.
pub struct Stream {
    tcp: TcpStream,
    line: Arc<Line>,
    patience: Patience,
    waited: Pin<Box<Sleep>>,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Stream {
    pub(super) fn new(tcp: TcpStream, line: Arc<Line>, patience: Patience) -> Self {
        let waited = Box::pin(sleep_until(Instant::now() + patience.head));
        Self { tcp, line, patience, waited, stalled: None }
    }

    pub(super) fn line(&self) -> Arc<Line> {
        Arc::clone(&self.line)
    }

    pub(super) fn patience(&self) -> Patience {
        self.patience
    }

    /// What comes of waiting for more: an error when it was long enough.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        self.line.reader.register(context.waker());
        if let Some(error) = self.line.cut_off() {
            return Poll::Ready(error);
        }
        let Some(deadline) = self.line.deadline(&self.patience) else { return Poll::Pending };
        if self.line.is_dismissed.load(Ordering::Acquire) {
            return Poll::Ready(io::Error::new(io::ErrorKind::ConnectionAborted, "others need the place"));
        }
        if self.waited.deadline() != deadline {
            self.waited.as_mut().reset(deadline);
        }
        ready!(self.waited.as_mut().poll(context));
        Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, "no request came in time"))
    }

    /// Gives up most of the system's buffer for what is to be sent, once that was asked for.
    fn become_narrow(&self) {
        if self.line.is_narrow.swap(false, Ordering::AcqRel) {
            // an option of the socket holds whichever of its descriptors it is set by
            let own = self.tcp.as_fd().try_clone_to_owned().map(std::net::TcpStream::from).map(TcpSocket::from_std_stream);
            if let Err(error) = own.and_then(|socket| socket.set_send_buffer_size(NARROW_BYTES)) {
                tracing::debug!(%error, "a connection keeps its buffer");
            }
        }
    }

    /// What came of writing: an error when the client takes nothing for too long.
    fn taken<T>(&mut self, outcome: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        self.line.writer.register(context.waker());
        if let Some(error) = self.line.cut_off() {
            return Poll::Ready(Err(error));
        }
        let until = Instant::now() + self.patience.stall;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep_until(until)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the answer is not taken")))
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if let Poll::Ready(outcome) = Pin::new(&mut self.tcp).poll_read(context, buffer) {
            if buffer.filled().len() > before {
                self.line.note_bytes();
                // a head that comes byte by byte is not waited for longer
                if let Poll::Ready(error) = self.poll_patience(context) {
                    return Poll::Ready(Err(error));
                }
            }
            return Poll::Ready(outcome);
        }
        self.poll_patience(context).map(Err)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.become_narrow();
        let outcome = Pin::new(&mut self.tcp).poll_write(context, bytes);
        self.taken(outcome, context)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.become_narrow();
        let outcome = Pin::new(&mut self.tcp).poll_write_vectored(context, parts);
        self.taken(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
