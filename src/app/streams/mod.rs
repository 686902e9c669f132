//! The streams that are open: who reads them, what each carries, and how many there may be.
//!
//! The API opens them and tells them what is new (`api/streaming`); the server bounds and closes them. A stream is a
//! [`Reader`], known here as long as its [`Open`] lives. Nothing of this is kept: apps connect again.

mod channel;
mod mail;

pub use channel::{Channel, Unknown};
pub use mail::{End, Mail, PATIENCE, Piece};

use crate::{
    base::{
        config::Limits,
        id::{AccountId, TokenId},
    },
    store::news::Newsroom,
};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use tokio::sync::Notify;

/// The connection that carries a stream, as the listener knows it.
pub trait Connection: Send + Sync {
    /// Holds less in the system's buffers from now on: what is to be sent may stay here, where it is counted.
    fn narrow(&self);
    /// Ends it at once, whatever it is at.
    fn cut(&self);
}

/// Keeps a connection from being taken for idle; placed in every request by the listener.
#[derive(Clone)]
pub struct Held(pub Arc<dyn Connection>);

/// How messages go onto the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// A WebSocket (RFC 6455).
    Socket,
    /// An event stream (HTML, server-sent events).
    Events,
}

/// What lets somebody read: the stream ends with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// An app's token.
    Token(TokenId),
    /// A browser's session, by its hash.
    Session(String),
}

/// Who wants to read.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Whose token or session it is.
    pub account: AccountId,
    /// What lets them.
    pub right: Right,
    /// Whether it may be told notifications on its own stream.
    pub hears: bool,
    /// The key of the client's address.
    pub address: String,
    /// How it reads.
    pub form: Form,
}

/// One stream.
pub struct Reader {
    /// Who reads.
    pub ticket: Ticket,
    /// What waits to be sent.
    pub mail: Mail,
    channels: Mutex<Vec<Channel>>,
    connection: Option<Weak<dyn Connection>>,
}

impl Reader {
    /// Ends its connection at once, where it does not take the end of the stream by itself.
    pub fn cut(&self) {
        if let Some(connection) = self.connection.as_ref().and_then(Weak::upgrade) {
            connection.cut();
        }
    }

    /// What it is subscribed to.
    pub fn channels(&self) -> Vec<Channel> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Why no stream was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// There are as many as there may be, in all, of this account, or from this address.
    TooMany,
    /// The node ends.
    Ending,
}

/// The streams of this node. Clones are the same.
#[derive(Clone)]
pub struct Streams(Arc<Inner>);

struct Inner {
    newsroom: Newsroom,
    per_account: u32,
    per_address: u32,
    subscriptions: usize,
    state: Mutex<State>,
    closed: Notify,
}

#[derive(Default)]
struct State {
    most: usize,
    next: u64,
    version: u64,
    readers: HashMap<u64, Arc<Reader>>,
    accounts: HashMap<AccountId, u32>,
    addresses: HashMap<String, u32>,
    is_ending: bool,
}

impl Streams {
    /// None yet, and never more than `limits` says. News come from `newsroom`.
    pub fn new(limits: &Limits, newsroom: Newsroom) -> Self {
        let state = State { most: usize::try_from(limits.streams).unwrap_or(usize::MAX), ..State::default() };
        Self(Arc::new(Inner {
            newsroom,
            per_account: limits.streams_per_account,
            per_address: limits.streams_per_address,
            subscriptions: usize::try_from(limits.stream_subscriptions).unwrap_or(usize::MAX),
            state: Mutex::new(state),
            closed: Notify::new(),
        }))
    }

    /// Never more than `most` from now on, whatever was allowed before.
    pub fn bound(&self, most: usize) {
        let mut state = self.state();
        state.most = state.most.min(most);
    }

    /// Opens a stream. Everything committed after this returns reaches it.
    pub fn open(&self, ticket: Ticket, connection: Option<&Held>) -> Result<Open, Full> {
        let mut state = self.state();
        if state.is_ending {
            return Err(Full::Ending);
        }
        let (by_account, by_address) = (state.accounts.get(&ticket.account), state.addresses.get(&ticket.address));
        let is_full = state.readers.len() >= state.most;
        if is_full || by_account >= Some(&self.0.per_account) || by_address >= Some(&self.0.per_address) {
            metrics::counter!("intermoot_streams_refused_total").increment(1);
            return Err(Full::TooMany);
        }
        *state.accounts.entry(ticket.account).or_default() += 1;
        *state.addresses.entry(ticket.address.clone()).or_default() += 1;
        let connection = connection.map(|held| Arc::downgrade(&held.0));
        let reader = Arc::new(Reader { ticket, mail: Mail::default(), channels: Mutex::default(), connection });
        let number = state.next;
        state.next += 1;
        state.version += 1;
        state.readers.insert(number, Arc::clone(&reader));
        self.0.newsroom.set_read(true);
        metrics::gauge!("intermoot_streams").increment(1.0);
        Ok(Open { streams: self.clone(), number, reader })
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.state().readers.len()
    }

    /// A number that changes with every stream and subscription.
    pub fn version(&self) -> u64 {
        self.state().version
    }

    /// All that are open, and the number at which they are so.
    pub fn readers(&self) -> (u64, Vec<Arc<Reader>>) {
        let state = self.state();
        (state.version, state.readers.values().cloned().collect())
    }

    /// Ends all for this reason.
    pub fn end_all(&self, why: End) {
        for reader in self.readers().1 {
            reader.mail.end(why);
        }
    }

    /// Opens none any more, ends those that are open and waits until they are gone.
    pub async fn close(&self) {
        self.state().is_ending = true;
        self.end_all(End::Shutdown);
        loop {
            let closed = self.0.closed.notified();
            if self.count() == 0 {
                return;
            }
            closed.await;
        }
    }

    fn close_one(&self, number: u64) {
        let mut state = self.state();
        let Some(reader) = state.readers.remove(&number) else { return };
        state.version += 1;
        forget(&mut state.accounts, &reader.ticket.account);
        forget(&mut state.addresses, &reader.ticket.address);
        if state.readers.is_empty() {
            self.0.newsroom.set_read(false);
        }
        drop(state);
        metrics::gauge!("intermoot_streams").decrement(1.0);
        self.0.closed.notify_one();
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One less of `key`.
fn forget<K: Eq + Hash>(counts: &mut HashMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// A stream as long as it is open.
pub struct Open {
    streams: Streams,
    number: u64,
    /// The stream.
    pub reader: Arc<Reader>,
}

impl Open {
    /// Subscribes to `channel`, once; false where there are too many subscriptions.
    pub fn subscribe(&self, channel: &Channel) -> bool {
        let mut channels = self.channels();
        if channels.contains(channel) {
            return true;
        }
        let fits = channels.len() < self.streams.0.subscriptions;
        if fits {
            channels.push(channel.clone());
        }
        drop(channels);
        self.streams.state().version += 1;
        fits
    }

    /// Ends the subscription to `channel`.
    pub fn unsubscribe(&self, channel: &Channel) {
        self.channels().retain(|known| known != channel);
        self.streams.state().version += 1;
    }

    fn channels(&self) -> std::sync::MutexGuard<'_, Vec<Channel>> {
        self.reader.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.streams.close_one(self.number);
    }
}
