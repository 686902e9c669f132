//! Scripted peers: other servers of the fediverse, as far as a test needs them.
//!
//! A [`Farm`] serves many host names from one listener, told apart by `Host`; a [`Peer`] is one of them. Each keeps every
//! request it received, with a verdict on its signature, answers by script, and sends whatever its actors sign.

mod actors;
mod answers;
mod record;
mod serve;

pub use actors::{Kind, PeerActor, Software};
pub use answers::{Answer, Page};
pub use record::{Received, id_of};
pub use serve::inbox_of;

use crate::ports;
use crate::verify::KeyRing;
use anyhow::{Context, Result};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::oneshot;

/// Many hosts on one listener.
#[derive(Debug)]
pub struct Farm {
    port: u16,
    world: Arc<Hosts>,
    names: Vec<String>,
    stop: Mutex<Option<oneshot::Sender<()>>>,
}

/// What the listener knows.
#[derive(Debug)]
pub(crate) struct Hosts {
    by_authority: RwLock<HashMap<String, Arc<Host>>>,
    ring: KeyRing,
    verifies: AtomicBool,
}

/// One host.
#[derive(Debug)]
pub(crate) struct Host {
    authority: String,
    software: Software,
    pages: Mutex<HashMap<String, Page>>,
    actors: Mutex<Vec<Arc<PeerActor>>>,
    script: Mutex<answers::Script>,
    received: Mutex<Vec<Arc<Received>>>,
    accepts_follows: AtomicBool,
    counter: AtomicU64,
}

/// Locks, also after a panic elsewhere: a failing test must still be able to report.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Farm {
    /// Serves `names` (`h001` becomes `h001.localhost:PORT`), all as the given software.
    pub async fn start(names: &[String], software: Software) -> Result<Arc<Self>> {
        let port = ports::free()?;
        let hosts = names.iter().map(|name| {
            let authority = format!("{name}.localhost:{port}");
            (authority.clone(), Arc::new(Host::new(authority, software)))
        });
        let world =
            Arc::new(Hosts { by_authority: RwLock::new(hosts.collect()), ring: KeyRing::default(), verifies: AtomicBool::new(true) });
        let farm = Arc::new(Self { port, world, names: names.to_vec(), stop: Mutex::new(None) });
        for peer in farm.peers()? {
            peer.introduce()?;
        }
        farm.resume().await?;
        Ok(farm)
    }

    /// A farm of `count` hosts, `h001` on.
    pub async fn of(count: usize, software: Software) -> Result<Arc<Self>> {
        let names: Vec<String> = (1..=count).map(|n| format!("h{n:03}")).collect();
        Self::start(&names, software).await
    }

    /// Every host.
    pub fn peers(self: &Arc<Self>) -> Result<Vec<Peer>> {
        self.names.iter().map(|name| self.peer(name)).collect()
    }

    /// The host of this name.
    pub fn peer(self: &Arc<Self>, name: &str) -> Result<Peer> {
        let authority = format!("{name}.localhost:{}", self.port);
        let known = self.world.by_authority.read().unwrap_or_else(PoisonError::into_inner);
        let host = known.get(&authority).cloned().with_context(|| format!("no host {authority}"))?;
        Ok(Peer { farm: self.clone(), host })
    }

    /// Whether arriving signatures are checked (they are unless a benchmark says no).
    pub fn set_verifying(&self, verifies: bool) {
        self.world.verifies.store(verifies, Ordering::Relaxed);
    }

    /// Stops listening: whoever connects is refused.
    pub async fn down(&self) {
        let stop = lock(&self.stop).take();
        if let Some(stop) = stop {
            let _ = stop.send(());
            // the listener closes at the next turn of its task
            while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }
    }

    /// Listens (again).
    pub async fn resume(&self) -> Result<()> {
        let (stop, stopped) = oneshot::channel();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = tokio::net::TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
        let router = serve::router(self.world.clone());
        tokio::spawn(async move {
            let wait = async move {
                let _ = stopped.await;
            };
            let _ = axum::serve(listener, router).with_graceful_shutdown(wait).await;
        });
        *lock(&self.stop) = Some(stop);
        Ok(())
    }
}

impl Host {
    fn new(authority: String, software: Software) -> Self {
        Self {
            authority,
            software,
            pages: Mutex::default(),
            actors: Mutex::default(),
            script: Mutex::default(),
            received: Mutex::default(),
            accepts_follows: AtomicBool::new(true),
            counter: AtomicU64::new(0),
        }
    }
}

/// One scripted server.
#[derive(Debug, Clone)]
pub struct Peer {
    farm: Arc<Farm>,
    host: Arc<Host>,
}

impl Peer {
    /// A peer with a listener of its own, at `name.localhost:PORT`.
    pub async fn start(name: &str, software: Software) -> Result<Self> {
        Farm::start(&[name.to_owned()], software).await?.peer(name)
    }

    /// The farm it stands on.
    pub fn farm(&self) -> &Arc<Farm> {
        &self.farm
    }

    /// Its origin.
    pub fn url(&self) -> String {
        format!("http://{}", self.host.authority)
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        &self.host.authority
    }

    /// The shared inbox.
    pub fn shared_inbox(&self) -> String {
        format!("{}/inbox", self.url())
    }

    /// What it says it runs.
    pub fn software(&self) -> Software {
        self.host.software
    }

    /// An id nobody had before: `http://host/kind/N`.
    pub fn fresh_id(&self, kind: &str) -> String {
        format!("{}/{kind}/{}", self.url(), self.host.counter.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Whether it answers a Follow of one of its actors with an Accept by itself (it does unless told not to).
    pub fn set_accepting_follows(&self, accepts: bool) {
        self.host.accepts_follows.store(accepts, Ordering::Relaxed);
    }

    /// What every POST to an inbox is answered from now on.
    pub fn answer_always(&self, answer: Answer) {
        lock(&self.host.script).always = answer;
    }

    /// What the next POSTs to an inbox are answered, one each, before the usual answer applies again.
    pub fn answer_next(&self, answers: impl IntoIterator<Item = Answer>) {
        lock(&self.host.script).next.extend(answers);
    }

    /// Serves a page at a path or URL of this host.
    pub fn serve(&self, path: &str, page: Page) {
        let path = path.strip_prefix(&self.url()).unwrap_or(path);
        lock(&self.host.pages).insert(path.to_owned(), page);
    }

    /// Serves an ActivityPub document at its own id.
    pub fn publish(&self, document: &serde_json::Value) -> Result<()> {
        let id = crate::api::text(document, "id")?;
        self.serve(id, Page::activity(document));
        Ok(())
    }

    /// Answers 410 and a Tombstone where a document stood.
    pub fn withdraw(&self, id: &str) {
        let tombstone = serde_json::json!({"@context": crate::shapes::CONTEXT, "type": "Tombstone", "id": id});
        self.serve(id, Page { status: 410, ..Page::activity(&tombstone) });
    }
}
