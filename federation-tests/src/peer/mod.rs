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

use crate::fault::FaultProxy;
use crate::ports;
use crate::verify::KeyRing;
use anyhow::{Context, Result};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::oneshot;

/// Many hosts on one listener.
#[derive(Debug)]
pub struct Farm {
    /// The port in its hosts' names.
    port: u16,
    /// Where it listens: there, unless it stands behind a proxy.
    listens: u16,
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
    is_brief: AtomicBool,
    taken: AtomicUsize,
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
        Self::at(names, software, (port, port)).await
    }

    /// The same behind a proxy that can do harm: everybody reaches these hosts through it.
    pub async fn behind(names: &[String], software: Software) -> Result<(Arc<Self>, FaultProxy)> {
        let listens = ports::free()?;
        let proxy = FaultProxy::start(listens).await?;
        Ok((Self::at(names, software, (proxy.port(), listens)).await?, proxy))
    }

    async fn at(names: &[String], software: Software, (port, listens): (u16, u16)) -> Result<Arc<Self>> {
        let hosts = names.iter().map(|name| {
            let authority = format!("{name}.localhost:{port}");
            (authority.clone(), Arc::new(Host::new(authority, software)))
        });
        let world = Arc::new(Hosts {
            by_authority: RwLock::new(hosts.collect()),
            ring: KeyRing::default(),
            verifies: AtomicBool::new(true),
            is_brief: AtomicBool::new(false),
            taken: AtomicUsize::new(0),
        });
        let farm = Arc::new(Self { port, listens, world, names: names.to_vec(), stop: Mutex::new(None) });
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

    /// For load: from now on signatures are not checked, and of what comes only when it came, its type and whose and what it is
    /// about are kept.
    pub fn be_brief(&self) {
        self.set_verifying(false);
        self.world.is_brief.store(true, Ordering::Relaxed);
    }

    /// How many POSTs were answered with 2xx by all hosts together.
    pub fn taken(&self) -> usize {
        self.world.taken.load(Ordering::Relaxed)
    }

    /// Stops listening: whoever connects is refused.
    pub async fn down(&self) {
        let stop = lock(&self.stop).take();
        if let Some(stop) = stop {
            let _ = stop.send(());
            // the listener closes at the next turn of its task
            while tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, self.listens)).await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }
    }

    /// Listens (again).
    pub async fn resume(&self) -> Result<()> {
        let (stop, stopped) = oneshot::channel();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.listens));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes;
    use crate::sign::{Scheme, SignOptions};
    use crate::wire;

    #[tokio::test]
    async fn a_follow_between_two_peers_is_verified_and_accepted() {
        for (a, b) in
            [(Software::Mastodon, Software::Lemmy), (Software::Lemmy, Software::GoToSocial), (Software::GoToSocial, Software::Mastodon)]
        {
            let (here, there) = (Peer::start("here", a).await.unwrap(), Peer::start("there", b).await.unwrap());
            let (mia, main) = (here.person("mia").unwrap(), there.group("main").unwrap());
            let follow = shapes::follow(&mia, &main.id, &here.fresh_id("follows"));
            mia.delivers(&main.inbox, &follow).await.unwrap();
            assert_eq!(there.awaits("the Follow", |got| got.kind() == "Follow").await.unwrap().signer.as_ref().unwrap(), &mia.id);
            let accept = here.awaits("the Accept", |got| got.kind() == "Accept").await.unwrap();
            assert_eq!(accept.signer.as_ref().unwrap(), &main.id, "{}", here.summary());
            assert_eq!(accept.object_id(), id_of(&follow));
        }
    }

    #[tokio::test]
    async fn a_signature_by_another_key_is_recorded_as_bad() {
        let peer = Peer::start("here", Software::Mastodon).await.unwrap();
        let pat = peer.actor("pat", Kind::Person, crate::keys::RsaKey::fresh().unwrap()).unwrap();
        let eve = peer.actor("eve", Kind::Person, crate::keys::RsaKey::fresh().unwrap()).unwrap();
        for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
            let options = SignOptions { key_id: Some(pat.signer.rsa_key_id.clone()), ..SignOptions::by(scheme) };
            eve.send_with(&peer.shared_inbox(), &shapes::like(&eve, "x", "y"), &options).await.unwrap();
            pat.send_with(&peer.shared_inbox(), &shapes::like(&pat, "x", "y"), &SignOptions::by(scheme)).await.unwrap();
        }
        let holds: Vec<bool> = peer.posts().iter().map(|got| got.signer.is_ok()).collect();
        assert_eq!(holds, [false, true, false, true], "{}", peer.summary());
    }

    #[tokio::test]
    async fn a_peer_answers_by_its_script_and_can_go_away() {
        let peer = Peer::start("here", Software::Mastodon).await.unwrap();
        let mia = peer.person("mia").unwrap();
        peer.answer_next([Answer::busy(7), Answer::status(410)]);
        let like = shapes::like(&mia, "x", "y");
        let first = mia.send(&peer.shared_inbox(), &like).await.unwrap();
        assert_eq!((first.status, first.header("retry-after")), (503, Some("7")));
        assert_eq!(mia.send(&peer.shared_inbox(), &like).await.unwrap().status, 410);
        assert_eq!(mia.send(&peer.shared_inbox(), &like).await.unwrap().status, 202);
        peer.farm().down().await;
        assert!(mia.send(&peer.shared_inbox(), &like).await.is_err());
        peer.farm().resume().await.unwrap();
        assert_eq!(mia.send(&peer.shared_inbox(), &like).await.unwrap().status, 202);
        assert_eq!(peer.count_posts(), 4);
    }

    #[tokio::test]
    async fn the_hosts_of_a_farm_keep_to_themselves() {
        let farm = Farm::of(3, Software::Mastodon).await.unwrap();
        let peers = farm.peers().unwrap();
        let mia = peers[0].person("mia").unwrap();
        mia.delivers(&peers[1].shared_inbox(), &shapes::like(&mia, "x", "y")).await.unwrap();
        assert_eq!(peers.iter().map(Peer::count_posts).collect::<Vec<_>>(), [0, 1, 0]);
        let elsewhere = mia.id.replace("h001", "h002");
        assert_eq!(wire::get(&mia.id).await.unwrap().status, 200);
        assert_eq!(wire::get(&elsewhere).await.unwrap().status, 404);
        assert_eq!(peers[1].fetches("/users/mia"), 1);
    }

    #[tokio::test]
    async fn webfinger_nodeinfo_and_tombstones_are_served() {
        let peer = Peer::start("here", Software::Lemmy).await.unwrap();
        let main = peer.group("main").unwrap();
        let acct = crate::api::escape(&format!("acct:main@{}", peer.authority()));
        let jrd = wire::get_as(&format!("{}/.well-known/webfinger?resource={acct}", peer.url()), "*/*").await.unwrap();
        assert_eq!(jrd.header("content-type"), Some("application/jrd+json"));
        assert!(jrd.text().contains(&main.id));
        assert!(wire::get_as(&format!("{}/nodeinfo/2.0", peer.url()), "*/*").await.unwrap().text().contains("lemmy"));
        peer.withdraw(&main.id);
        let gone = wire::get(&main.id).await.unwrap();
        assert!(gone.status == 410 && gone.text().contains("Tombstone"));
    }
}
