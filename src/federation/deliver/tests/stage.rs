//! A node that delivers, without doors.

use super::{super::AskSoftware, peers::Host};
use crate::{
    app::App,
    base::{
        config::Config,
        id::InboxId,
        keys::KeyPair,
        seal::Secret,
        words::{AccountKind, KeyKind, Level, Shape},
    },
    features::{
        accounts, deliveries,
        peers::{self, Software},
    },
    federation::{Federation, deliver},
    net::{Client, Limits, Lookup, Policy},
    sql,
    store::tables::Account,
    tests::support::Place,
};
use std::{
    io,
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Every name is this machine.
struct Here;

#[async_trait::async_trait]
impl Lookup for Here {
    async fn lookup(&self, _name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(vec![Ipv4Addr::LOCALHOST.into()])
    }
}

/// A node called acme.test with one person, ada.
pub struct Stage {
    pub federation: Federation,
    pub key: KeyPair,
    /// The person.
    pub ada: Account,
    numbers: AtomicI64,
    _place: Place,
}

/// A running engine; ends when dropped.
pub struct Engine(JoinHandle<()>);

impl Engine {
    pub fn abort(self) {}
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Stage {
    /// A node whose retry unit has this many milliseconds.
    pub async fn new(unit: u32) -> Self {
        Self::at(Place::sqlite(), unit).await
    }

    /// The same on this database.
    pub async fn at(place: Place, unit: u32) -> Self {
        Self::with(place, unit, (Arc::new(Here), Limits::default())).await
    }

    /// The same with another name service, and other limits of the HTTP client.
    pub async fn naming(unit: u32, names: Arc<dyn Lookup>, limits: Limits) -> Self {
        Self::with(Place::sqlite(), unit, (names, limits)).await
    }

    async fn with(place: Place, unit: u32, (names, limits): (Arc<dyn Lookup>, Limits)) -> Self {
        let mut config = Config::default();
        config.server.url = "http://acme.test".parse().unwrap();
        config.federation.retry_unit_milliseconds = unit;
        let app = App::new(config, place.store().await, Secret::from_bytes(&[7; 32]).unwrap());
        let policy = Policy {
            allow_http: true,
            allow_addresses: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
            allow_ports: serde_json::from_str(r#"["1-65535"]"#).unwrap(),
        };
        let client = Client::with_limits(policy, names, "intermoot-test/1", None, limits).unwrap();
        let federation = Federation::with_client(app.clone(), client);
        let keys = app.new_keys().await.unwrap();
        let tx = app.store.begin().await.unwrap();
        let new = accounts::New { username: "ada".into(), kind: AccountKind::Person, display_name: String::new(), locked: false, keys };
        let ada = accounts::create(&tx, new).await.unwrap();
        tx.commit().await.unwrap();
        let key = federation.own_key(ada.id, KeyKind::Rsa).await.unwrap().1.clone();
        Self { federation, key, ada, numbers: AtomicI64::new(0), _place: place }
    }

    pub fn app(&self) -> &App {
        &self.federation.app
    }

    /// Delivers; hosts that are asked what they understand do not answer.
    pub fn start(&self) -> Engine {
        self.start_asking(|_| None)
    }

    /// Delivers; `answers` gives what a host understands.
    pub fn start_asking(&self, answers: impl Fn(String) -> Option<Level> + Send + Sync + 'static) -> Engine {
        let ask: AskSoftware = Arc::new(move |host| {
            let software = answers(host).map(|level| Software { name: "test".into(), version: String::new(), level });
            Box::pin(async move { software })
        });
        Engine(tokio::spawn(deliver::run(self.federation.clone(), ask, CancellationToken::new())))
    }

    /// Delivers as another process over the same data would.
    pub fn restarted(&self) -> Engine {
        let federation = Federation::with_client(self.app().clone(), self.federation.client.clone());
        let ask: AskSoftware = Arc::new(|_| Box::pin(async { None }));
        Engine(tokio::spawn(deliver::run(federation, ask, CancellationToken::new())))
    }

    /// The inbox of `host` at `path`.
    pub async fn inbox(&self, host: &Host, path: &str) -> InboxId {
        let tx = self.app().store.begin().await.unwrap();
        let inbox = peers::inbox(&tx, host.url(path).as_str()).await.unwrap();
        tx.commit().await.unwrap();
        inbox
    }

    /// Somebody at `host`, with a shared inbox at this path if there is one.
    pub async fn remote(&self, host: &Host, name: &str, shared: &str) -> Account {
        let shared = if shared.is_empty() { String::new() } else { host.url(shared).to_string() };
        self.stranger(AccountKind::Person, (name, &host.authority()), shared).await
    }

    /// Somebody elsewhere of this kind, name and host.
    pub async fn stranger(&self, kind: AccountKind, (name, host): (&str, &str), shared_inbox: String) -> Account {
        let uri = format!("http://{host}/u/{name}");
        let remote = accounts::Remote {
            kind: Some(kind),
            username: name.into(),
            host: host.into(),
            url: uri.clone(),
            inbox: format!("{uri}/inbox"),
            shared_inbox,
            uri,
            ..accounts::Remote::default()
        };
        let tx = self.app().store.begin().await.unwrap();
        let account = accounts::keep_remote(&tx, &remote).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    /// `host` understands this.
    pub async fn knows(&self, host: &Host, level: Level) {
        self.understands(&host.authority(), level).await;
    }

    /// The host called `host` understands this.
    pub async fn understands(&self, host: &str, level: Level) {
        let tx = self.app().store.begin().await.unwrap();
        let software = Software { name: "test".into(), version: String::new(), level };
        peers::note_software(&tx, host, Some(software)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Puts an activity, numbered from 1, about the object `key` into the log.
    pub async fn put(&self, key: i64, shape: Shape, inboxes: &[InboxId]) {
        let tx = self.app().store.begin().await.unwrap();
        self.append(&tx, key, (shape, inboxes)).await;
        tx.commit().await.unwrap();
    }

    /// Puts many activities about as many objects into the log at once.
    pub async fn put_many(&self, many: i64, inboxes: &[InboxId]) {
        let tx = self.app().store.begin().await.unwrap();
        for key in 0..many {
            self.append(&tx, key, (Shape::Any, inboxes)).await;
        }
        tx.commit().await.unwrap();
    }

    async fn append(&self, tx: &crate::store::Tx, key: i64, (shape, inboxes): (Shape, &[InboxId])) {
        let number = self.numbers.fetch_add(1, Ordering::SeqCst) + 1;
        let position = deliveries::next_position(tx).await.unwrap();
        let entry = deliveries::Entry {
            position,
            uri: format!("/activities/{position}"),
            actor: self.ada.id,
            object_key: key,
            body: format!(r#"{{"type":"Test","number":{number}}}"#),
            shape,
            targets: inboxes.to_vec(),
            community: None,
        };
        deliveries::append(tx, &entry).await.unwrap();
    }

    /// How many activities of the log are recorded as done with at this inbox.
    pub async fn done(&self, inbox: &InboxId) -> i64 {
        let count = sql!(
            "SELECT COUNT(*) FROM log WHERE position <= (SELECT p.cursor FROM peers p JOIN inboxes i ON i.peer_id = p.id WHERE i.id = {}) \
             OR position IN (SELECT position FROM delivered WHERE inbox_id = {})",
            *inbox,
            *inbox
        );
        count.value(&self.app().store).await.unwrap().unwrap()
    }
}

/// Waits until `is_so`, fifteen seconds at most.
pub async fn until(is_so: impl Fn() -> bool) {
    for _ in 0..3000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not become so");
}
