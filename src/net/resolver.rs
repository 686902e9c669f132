//! Names to addresses, filtered by the [`Policy`] at the moment of connecting.
//!
//! For the guarded client only. What is checked is what is connected to, so a name that resolves to a public address first
//! and to an internal one later (DNS rebinding) gains nothing. Addresses that are not allowed are dropped; when none
//! remain the connection is refused. `localhost` and `*.localhost` are 127.0.0.1 without asking anyone (RFC 6761 §6.3),
//! and still need 127.0.0.0/8 in `allow_addresses`.

use super::address::Policy;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs},
    sync::Arc,
    time::Duration,
};
use tokio::sync::Semaphore;

/// Most addresses of one name that are tried.
const ADDRESSES_MAX: usize = 8;
/// Most questions to the operating system's resolver at a time: each holds a thread until it is answered.
const QUESTIONS_MAX: usize = 32;

/// Where addresses come from: the operating system, or a table in tests.
#[async_trait::async_trait]
pub trait Lookup: Send + Sync + 'static {
    /// The addresses of `name`, unfiltered; empty or an error when there are none.
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// Asks the operating system (hosts file, DNS). A stalled resolver holds a bounded number of threads.
#[derive(Debug, Clone)]
pub struct SystemLookup {
    questions: Arc<Semaphore>,
}

impl Default for SystemLookup {
    fn default() -> Self {
        Self { questions: Arc::new(Semaphore::new(QUESTIONS_MAX)) }
    }
}

#[async_trait::async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        // The permit goes along to the thread, which outlives a caller that no longer waits.
        let permit = Arc::clone(&self.questions).acquire_owned().await.map_err(io::Error::other)?;
        let name = name.to_owned();
        let ask = move || {
            let found = (name.as_str(), 0).to_socket_addrs().map(|found| found.map(|address| address.ip()).collect());
            drop(permit);
            found
        };
        tokio::task::spawn_blocking(ask).await.map_err(io::Error::other)?
    }
}

/// Why a name gave no address to connect to.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ResolveError {
    /// It has addresses, and none of them may be connected to.
    #[error("{0} resolves to addresses that this server does not connect to")]
    Refused(String),
    /// It has none, or nobody answered in time.
    #[error("{0} does not resolve: {1}")]
    Failed(String, String),
}

/// The resolver that the client connects through.
#[derive(Clone)]
pub struct GuardedResolver {
    policy: Arc<Policy>,
    lookup: Arc<dyn Lookup>,
    /// Longest wait for an answer.
    patience: Duration,
}

impl GuardedResolver {
    /// A resolver that asks `lookup`, waits at most `patience` and lets through what `policy` permits.
    pub fn new(policy: Arc<Policy>, lookup: Arc<dyn Lookup>, patience: Duration) -> Self {
        Self { policy, lookup, patience }
    }

    /// The addresses of `name` that may be connected to, at least one and at most [`ADDRESSES_MAX`].
    pub async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, ResolveError> {
        let found = self.find(name).await?;
        if found.is_empty() {
            return Err(ResolveError::Failed(name.to_owned(), "no addresses".to_owned()));
        }
        let permitted: Vec<_> = found.into_iter().filter(|&address| self.policy.permits(address)).take(ADDRESSES_MAX).collect();
        if permitted.is_empty() { Err(ResolveError::Refused(name.to_owned())) } else { Ok(permitted) }
    }

    async fn find(&self, name: &str) -> Result<Vec<IpAddr>, ResolveError> {
        if is_localhost(name) {
            return Ok(vec![Ipv4Addr::LOCALHOST.into()]);
        }
        let failed = |reason: String| ResolveError::Failed(name.to_owned(), reason);
        match tokio::time::timeout(self.patience, self.lookup.lookup(name)).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(_) => Err(failed("no answer in time".to_owned())),
        }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let found = resolver.addresses(name.as_str()).await?;
            // port 0: the connector puts in the port of the URL
            let addresses: Addrs = Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or(name);
    last.eq_ignore_ascii_case("localhost")
}
