//! What every door holds: settings, database, our origin, and the network behind a trait.
//!
//! Features never touch the network; a door that needs something from elsewhere asks [`Network`],
//! which `federation/` implements, and acts only then.

pub mod appearance;
mod askers;
pub mod bearers;
pub mod cache;
pub mod circles;
pub mod clients;
pub mod filters;
pub mod finding;
pub mod heads;
mod key_pool;
mod keys;
pub mod links;
pub mod media;
mod mode;
pub mod networks;
pub mod partners;
pub mod peers;
pub mod profiles;
mod push;
pub mod quotas;
pub mod receiving;
pub mod samples;
pub mod seen;
pub mod sign_up;
pub mod streams;
pub mod translation;
pub mod trends;
pub mod writing;

use crate::{
    base::{
        clock::Stamp,
        config::Config,
        error::{Refusal, Result},
        id::{AccountId, PostId},
        origin::Origin,
        password::Passwords,
        seal::Secret,
    },
    features::accounts::NewKeys,
    net::{Method, header::HeaderMap},
    store::{Store, Tx, tables::Account},
};
use bearers::Bearers;
use clients::Clients;
use key_pool::KeyPool;
use quotas::Quotas;
use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};
use streams::Streams;
use url::Url;

/// What an address (URL) turned out to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A person, community, …
    Account(AccountId),
    /// A post.
    Post(PostId),
}

/// A member of a community as its own node lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMember {
    /// The member's ActivityPub id.
    pub uri: String,
    /// Their role's word.
    pub role: String,
}

/// An organisation in a community, as the community's own node lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedOrganisation {
    /// Its node.
    pub host: String,
    /// Seats that its people hold.
    pub seats: u32,
    /// Announced, where it was.
    pub announced_at: Option<Stamp>,
    /// Its people are admitted from then on.
    pub admitted_from: Option<Stamp>,
}

/// Somebody who waits to be let into a community, as its own node tells one of its moderators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRequest {
    /// The asker's ActivityPub id.
    pub uri: String,
    /// The revision on which a decision is to be based.
    pub rev: i64,
    /// When they asked.
    pub asked_at: Stamp,
    /// What they answered to the community's question; '' for nothing.
    pub answer: String,
    /// The organisation through which they ask, by its id; '' for none.
    pub organisation: String,
}

/// A file elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Where it is.
    pub url: &'a Url,
    /// Most bytes that are taken.
    pub bytes: u64,
    /// Whether we say who we are: for what is not for everybody.
    pub is_signed: bool,
}

/// What the doors ask of the network. Implemented by `federation/`; every call is bounded in time
/// and fetches, and refused with a sentence that names the step which failed.
#[async_trait::async_trait]
pub trait Network: Send + Sync {
    /// Finds the account with this handle at its node (WebFinger, then its document) and keeps it.
    async fn find_account(&self, username: &str, host: &str) -> Result<Account>;
    /// Fetches what `url` names and keeps it.
    async fn find_url(&self, url: &str) -> Result<Found>;
    /// Fetches an account's document again.
    async fn refresh(&self, account: AccountId) -> Result<Account>;
    /// The community elsewhere that `to` names, if its document, fetched now, says that it was `former` (one of ours) before.
    async fn successor(&self, _to: &str, _former: &Account) -> Result<Account> {
        Err(Refusal::unavailable("no_successor", "That community cannot be asked from here.").into())
    }
    /// The members of a community elsewhere, as its node lists them to us.
    async fn members(&self, community: AccountId) -> Result<Vec<ListedMember>>;
    /// Somebody of ours opened the thread in which this post is: what is missing of it is fetched in the background, once in a
    /// while. Returns at once.
    fn thread_opened(&self, _post: PostId) {}
    /// Whose people are in a community elsewhere, and who is announced there, as its node lists them to us.
    async fn organisations(&self, _community: AccountId) -> Result<Vec<ListedOrganisation>> {
        Err(Refusal::unavailable("no_organisations", "The organisations of that community cannot be had here.").into())
    }
    /// Reads the log of a community elsewhere into our copy, at most now and then; does nothing where its node keeps none.
    async fn moderation_log(&self, _community: AccountId) -> Result<()> {
        Ok(())
    }
    /// Reads which tags somebody elsewhere put on their profile, at most now and then.
    async fn featured_tags(&self, _account: AccountId) -> Result<()> {
        Ok(())
    }
    /// Writes the file at `wanted.url` into `to`, a new file; its bytes. Refused when it is longer than `wanted.bytes`, or takes too long.
    async fn download(&self, _wanted: Wanted<'_>, _to: &std::path::Path) -> Result<u64> {
        Err(Refusal::unavailable("no_download", "Files from elsewhere cannot be had here.").into())
    }
    /// The host whose actor signed a request of this method for this target; none when nobody did, or nobody we can ask about.
    async fn signing_host(&self, _request: (&Method, &str, &HeaderMap)) -> Option<String> {
        None
    }
    /// Who waits to be let into a community elsewhere, as its node tells `moderator`, one of ours, whose key signs the asking.
    async fn requests(&self, _community: AccountId, _moderator: AccountId) -> Result<Vec<ListedRequest>> {
        Err(Refusal::unavailable("no_requests", "The requests of that community cannot be had here.").into())
    }
}

/// The node, as its doors hold it. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What an [`App`] points to.
pub struct Inner {
    /// The settings.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// Our own origin.
    pub origin: Origin,
    /// Seals the private keys of our accounts, each for its public half.
    pub secret: Secret,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Who bears which token.
    pub bearers: Bearers,
    /// Client applications.
    pub clients: Clients,
    /// People's filters, made ready.
    pub filters: filters::Remembered,
    /// What is talked about.
    pub trends: trends::Trends,
    /// Networks whose people may do nothing here.
    pub networks: networks::Networks,
    /// Translations of posts.
    pub translations: translation::Translations,
    /// How often who may do what.
    pub quotas: Quotas,
    /// Which tokens and browser sessions were used lately.
    pub seen: seen::Seen,
    /// Files that people sent, and the work on them.
    pub workshop: media::Workshop,
    /// Files of others, as far as they are kept.
    pub cache: cache::Cache,
    /// The streams that are open.
    pub streams: Streams,
    /// How the node did, minute by minute.
    pub samples: samples::Samples,
    /// What the delivery loop is to do about hosts.
    pub nudges: peers::Nudges,
    appearances: appearance::Remembered,
    modes: mode::Modes,
    keys: KeyPool,
    push: push::Push,
    network: OnceLock<Arc<dyn Network>>,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// The node with these settings over this database; without a network until [`App::connect`].
    /// `secret` is the node's own (`data.dir/node.secret`).
    pub fn new(config: Config, store: Store, secret: Secret) -> Self {
        Self(Arc::new(Inner {
            origin: Origin::new(config.server.url.url()),
            quotas: Quotas::new(&config.limits),
            seen: seen::Seen::default(),
            passwords: Passwords::default(),
            bearers: Bearers::default(),
            clients: Clients::default(),
            streams: Streams::new(&config.limits, store.newsroom.clone()),
            filters: filters::Remembered::default(),
            trends: trends::Trends::default(),
            networks: networks::Networks::default(),
            translations: translation::Translations::default(),
            nudges: peers::Nudges::default(),
            cache: cache::Cache::new(&config),
            workshop: media::Workshop::new(&config),
            samples: samples::Samples::default(),
            appearances: appearance::Remembered::default(),
            modes: mode::Modes::default(),
            keys: KeyPool::default(),
            push: push::Push::default(),
            network: OnceLock::new(),
            config,
            store,
            secret,
        }))
    }

    /// Keys for a new account of ours, sealed; usually at once, from a small pool kept ready.
    pub async fn new_keys(&self) -> Result<NewKeys> {
        self.keys.take(&self.secret).await
    }

    /// Begins one indivisible act.
    pub async fn begin(&self) -> Result<Tx> {
        self.store.begin().await
    }

    /// The origin that addresses in an answer begin with: `server.url`, or this machine's own loopback
    /// name if the request came to it on our own port (clients that do not resolve `*.localhost`). No
    /// other `host` (the Host header) is ever echoed (S92).
    pub fn origin_for(&self, host: &str) -> String {
        let port = format!(":{}", self.config.server.bind.port());
        let name = host.strip_suffix(&port).unwrap_or_default().to_ascii_lowercase();
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        let loopback = matches!(name.as_str(), "localhost" | "127.0.0.1" | "[::1]") || (plain && name.ends_with(".localhost"));
        if loopback && host != self.origin.authority() { format!("http://{name}{port}") } else { self.origin.base().to_owned() }
    }

    /// Where the source of what runs here is offered: the page of `server.source_url`, or our own page that says whom to ask.
    pub fn source_url(&self) -> String {
        self.config.server.source_url.as_ref().map_or_else(|| self.origin.absolute("/source"), ToString::to_string)
    }

    /// Gives the node its network, once.
    pub fn connect(&self, network: Arc<dyn Network>) {
        // A second call changes nothing: there is one network.
        let _ = self.network.set(network);
    }

    /// The network.
    pub fn network(&self) -> Result<&dyn Network> {
        let network = self.network.get().ok_or_else(|| anyhow::anyhow!("this process has no network"))?;
        Ok(network.as_ref())
    }
}
