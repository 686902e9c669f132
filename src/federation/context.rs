//! What every part of this door holds: the node, the guarded client, keys, and the way into the inbox.
//!
//! Cheap to clone. The library's own context (`FederationConfig`, `Data`) is not used: it starts an in-memory
//! queue and a second HTTP client, and has no room for a transaction or a budget (ARCHITECTURE.md, decision 1).

use super::{inbox::keeper::Keeper, keyring::Keyring};
use crate::{
    app::App,
    base::{
        clock::Stamp,
        error::Result,
        id::{AccountId, PostId},
        keys::KeyPair,
        words::KeyKind,
    },
    features::{accounts, peers},
    net::{Client, Policy, SystemLookup, SystemTexts, TextLookup, signature::Here},
};
use anyhow::Context;
use std::{
    ops::Deref,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Notify, Semaphore};

/// How long it may take until the block of a host counts everywhere.
const BLOCK_DELAY: Duration = Duration::from_secs(1);
/// How long after one pull of a community's seats the next begins.
const PULL_PAUSE: Duration = Duration::from_secs(60);
/// How long a thread that was opened is not looked at again.
const OPENED_PAUSE: Duration = Duration::from_secs(60);
/// How long after one reading of a community's log the next begins.
const LOG_PAUSE: Duration = Duration::from_secs(600);
/// Hosts whose standing, and keys of ours, that are remembered.
const REMEMBERED_MAX: u64 = 10_000;
/// People whose followers' digests are remembered.
const FOLLOWINGS_MAX: u64 = 1_000;
/// For how long they are.
const FOLLOWINGS_LAST: Duration = Duration::from_secs(3);
/// Things fetched in the background at a time, beside what the inbox waits for.
pub(super) const ERRANDS_MAX: usize = 16;

/// The federation door of a node.
#[derive(Clone)]
pub struct Federation(Arc<Parts>);

/// What a [`Federation`] points to.
pub struct Parts {
    /// The node.
    pub app: App,
    /// The guarded HTTP client.
    pub client: Client,
    /// Where signed requests to us must have been sent.
    pub here: Here,
    /// Where TXT records come from.
    pub texts: Arc<dyn TextLookup>,
    /// Rung when something was put into the inbox.
    pub arrived: Arc<Notify>,
    /// Permits for what is fetched in the background; who gets none gives up.
    pub(super) errands: Arc<Semaphore>,
    pub(super) keyring: Keyring,
    pub(super) keeper: Keeper,
    pub(super) limits: super::inbox::rates::Rates,
    pub(super) offers: super::inbox::rates::Rates,
    /// What partners send.
    pub(super) watch: super::watch::Tally,
    /// Whom we heard from since that was kept last.
    pub(super) heard: super::heard::Heard,
    pub(super) node_id: OnceLock<AccountId>,
    /// How hosts are told who we are when we fetch.
    pub(super) voices: super::voices::Voices,
    own_keys: moka::sync::Cache<(AccountId, KeyKind), Arc<(String, KeyPair)>>,
    blocked: moka::sync::Cache<String, bool>,
    /// Hosts for which the log was rewound within the last hour.
    pub(super) rewound: moka::sync::Cache<String, ()>,
    /// Whether hosts may have asked for the log once more: the delivery loop looks. At first what an earlier process left.
    resends: AtomicBool,
    /// Hosts whose NodeInfo was asked for lately.
    pub(super) asked: moka::sync::Cache<String, ()>,
    /// The highest revision among a host's seats in a community of ours; none: it never had one.
    pub(super) highest: moka::sync::Cache<(AccountId, String), Option<i64>>,
    /// Rosters of partners that asks waited for lately.
    pub(super) roster_pulls: moka::sync::Cache<String, super::rosters::LastPull>,
    /// Communities elsewhere whose seats were pulled lately.
    pub(super) pulled: moka::sync::Cache<String, ()>,
    /// Communities elsewhere that were shown a record of theirs lately.
    pub(super) shown: moka::sync::Cache<String, ()>,
    /// Communities elsewhere whose log was read lately.
    pub(super) logs_read: moka::sync::Cache<String, ()>,
    /// When all records of a community elsewhere were looked at last.
    pub(super) looked: moka::sync::Cache<String, Stamp>,
    /// Digests of our people's followers elsewhere, a few seconds old at most.
    pub(super) followings: moka::future::Cache<AccountId, super::followers::Digests>,
    /// Actors elsewhere whose followers here were compared with theirs lately.
    pub(super) compared: moka::sync::Cache<String, ()>,
    /// Rung when something is missing.
    pub(super) missed: Arc<Notify>,
    /// What is being filled in.
    pub(super) filling: Arc<super::backfill::UnderWay>,
    /// Threads that were opened lately.
    pub(super) opened: moka::sync::Cache<PostId, ()>,
    /// Up to which revision we are known to hold a community's records.
    pub(super) settled: moka::sync::Cache<String, i64>,
}

impl Deref for Federation {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Federation {
    /// Opens the door: makes the HTTP client that the settings describe, starts the keeper of the inbox and becomes the
    /// network of `app`. Call within a Tokio runtime, once.
    pub fn start(app: App) -> Result<Self> {
        let settings = &app.config.federation;
        let policy = Policy {
            allow_http: settings.allow_http,
            allow_addresses: settings.allow_addresses.clone(),
            allow_ports: settings.allow_ports.clone(),
        };
        let agent = format!("Intermoot/{} (+{})", env!("CARGO_PKG_VERSION"), app.origin.base());
        let client = Client::new(policy, Arc::new(SystemLookup::default()), &agent, settings.ca_file.as_deref())?;
        Ok(Self::with_client(app, client))
    }

    /// The same with a client made by the caller.
    pub fn with_client(app: App, client: Client) -> Self {
        let arrived = Arc::new(Notify::new());
        let keeper = Keeper::start(app.store.clone(), Arc::clone(&arrived));
        let parts = Parts {
            here: Here::of(app.config.server.url.url()),
            client,
            texts: Arc::new(SystemTexts::default()),
            arrived,
            errands: Arc::new(Semaphore::new(ERRANDS_MAX)),
            keyring: Keyring::new(Duration::from_millis(app.config.federation.retry_unit_milliseconds.into())),
            keeper,
            limits: super::inbox::rates::Rates::new(&app.config.limits),
            offers: super::inbox::rates::Rates::of_offers(&app.config.limits),
            watch: super::watch::Tally::default(),
            heard: super::heard::Heard::default(),
            node_id: OnceLock::new(),
            voices: super::voices::Voices::default(),
            own_keys: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).build(),
            blocked: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(BLOCK_DELAY).build(),
            asked: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(Duration::from_secs(3600)).build(),
            highest: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(BLOCK_DELAY).build(),
            roster_pulls: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_idle(PULL_PAUSE).build(),
            pulled: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(PULL_PAUSE).build(),
            shown: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(PULL_PAUSE).build(),
            logs_read: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(LOG_PAUSE).build(),
            looked: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).build(),
            settled: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).build(),
            followings: moka::future::Cache::builder().max_capacity(FOLLOWINGS_MAX).time_to_live(FOLLOWINGS_LAST).build(),
            compared: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(PULL_PAUSE).build(),
            rewound: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(Duration::from_secs(3600)).build(),
            resends: AtomicBool::new(true),
            missed: Arc::new(Notify::new()),
            filling: Arc::default(),
            opened: moka::sync::Cache::builder().max_capacity(REMEMBERED_MAX).time_to_live(OPENED_PAUSE).build(),
            app: app.clone(),
        };
        let federation = Self(Arc::new(parts));
        app.connect(Arc::new(federation.clone()));
        federation
    }

    /// Has the delivery loop look for hosts that asked for the log once more (`deliveries::ask_rewind`).
    pub(super) fn note_rewind(&self) {
        self.resends.store(true, Ordering::Release);
        self.app.store.log_bell.notify_one();
    }

    /// Whether there may be some, once for each note.
    pub(super) fn take_rewind(&self) -> bool {
        self.resends.swap(false, Ordering::AcqRel)
    }

    /// Forgets our own keys that were read: one of them was replaced.
    pub(super) fn forget_own_keys(&self) {
        self.own_keys.invalidate_all();
    }

    /// Whether an administrator blocked `host`; a block counts within a second.
    pub async fn is_blocked(&self, host: &str) -> Result<bool> {
        if let Some(known) = self.blocked.get(host) {
            return Ok(known);
        }
        let blocked = peers::is_blocked(&self.app.store, host).await?;
        self.blocked.insert(host.to_owned(), blocked);
        Ok(blocked)
    }

    /// A key of one of our accounts, with its absolute key id; opened once and kept in memory.
    pub async fn own_key(&self, account: AccountId, kind: KeyKind) -> Result<Arc<(String, KeyPair)>> {
        if let Some(known) = self.own_keys.get(&(account, kind)) {
            return Ok(known);
        }
        let key = accounts::queries::key_of(&self.app.store, account, kind).await?;
        let key = key.with_context(|| format!("account {} has no {} key", account.0, kind.word()))?;
        let pair = Arc::new((self.app.origin.absolute(&key.uri), self.app.open_key(&key)?));
        self.own_keys.insert((account, kind), Arc::clone(&pair));
        Ok(pair)
    }

    /// `uri` as it is stored, as a new string.
    pub fn stored(&self, uri: &str) -> String {
        self.app.origin.stored(uri).to_owned()
    }
}
